"""A long list of the registry: how far a worker is, what it would change, the second click."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.access import may_change_registry, only_for
from surveys.models import RegistryFile
from surveys.registry_files import agree, discard
from surveys.registry_lists import LISTS


@only_for(may_change_registry)
@never_cache
@require_safe
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(RegistryFile.objects.select_related("requested_by"), pk=pk)
    context = {"job": found, "register": LISTS[found.list]()}
    return render(request, "setup/registry_job.html", context)


@only_for(may_change_registry)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree to what was shown. Whoever opens the address anew sees how far it is."""
    found = get_object_or_404(RegistryFile, pk=pk)
    if request.method == "POST" and not agree(found, request.POST.get("digest", "")):
        messages.error(request, _("This list is not waiting for anybody to agree."))
    return redirect(found)


@only_for(may_change_registry)
@require_POST
def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(RegistryFile, pk=pk)
    if not discard(found):
        messages.error(request, _("This list is not waiting for anybody to agree."))
        return redirect(found)
    messages.success(request, _("The file was discarded."))
    return redirect("setup:registry_upload", found.list)
