"""The pages on which the survey office imports a file of answers."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from responses.access import may_import
from responses.importers.choice import chosen_in
from responses.importers.findings import findings_of
from responses.importers.importing import ImportFailed
from responses.importers.known import Known
from responses.models import ImportJob
from responses.office import jobs
from responses.office.forms import ColumnsForm, LayoutForm, SavedMappingForm, UploadForm
from surveys.access import only_for
from surveys.acts import record
from surveys.csv_files import FileError
from surveys.models import Act, User

JOBS_A_PAGE = 20
PREPARED = ImportJob.State.PREPARED


@only_for(may_import)
@never_cache
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            job = jobs.bring(
                form.cleaned_data["file"], form.cleaned_data["wave"], cast(User, request.user)
            )
        except FileError as error:
            form.add_error("file", str(error))
        else:
            return redirect("office:import_columns", job.pk)
    brought = ImportJob.objects.filter(kind=ImportJob.Kind.RESPONSES)
    brought = brought.select_related("wave", "requested_by")
    page = Paginator(brought, JOBS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "responses/office/imports.html", {"form": form, "page": page})


@only_for(may_import)
@never_cache
@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What each column is: guessed, shown beside the first rows, mended by whoever knows."""
    job = _job(pk)
    if job.state != PREPARED:
        return redirect("office:import", pk)
    look, known = jobs.look_again(job), Known.to(job.wave)
    layout = LayoutForm(look)
    saved = SavedMappingForm(look, request.GET if "mapping" in request.GET else None)
    choice = jobs.choice_of(job)
    if saved.is_bound and saved.is_valid():
        choice = chosen_in(saved.cleaned_data["mapping"].entries)
    form = ColumnsForm(look, known, choice, request.POST if request.method == "POST" else None)
    if form.is_valid():
        entries = form.choice().entries(look, known)
        jobs.choose(job, entries, create_missing=form.cleaned_data["create_missing"])
        if name := form.cleaned_data["remember_as"]:
            jobs.remember(name, job, cast(User, request.user))
        return redirect("office:import_check", pk)
    return render(
        request,
        "responses/office/columns.html",
        {
            "job": job,
            "form": form,
            "saved": saved,
            "look": look,
            "layout": layout,
            "findings": findings_of(look, known, choice),
        },
    )


@only_for(may_import)
@require_POST
def lay_out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take another sheet or another row for the header, and guess again."""
    job = _job(pk)
    if job.state != PREPARED:
        return redirect("office:import", pk)
    form = LayoutForm(jobs.look_again(job), request.POST)
    try:
        if form.is_valid():
            jobs.lay_out(job, form.layout())
        else:
            messages.error(request, _("Choose a sheet and the number of a row."))
    except FileError as error:
        messages.error(request, str(error))
    return redirect("office:import_columns", pk)


@only_for(may_import)
@never_cache
@require_GET
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What would become of the first rows, before anything is stored."""
    job = _job(pk)
    if job.state != PREPARED:
        return redirect("office:import", pk)
    context: dict[str, Any] = {"job": job, "tried": jobs.TRIED}
    try:
        context |= {
            "trial": jobs.try_out(job),
            "readings": jobs.readings(job),
            "findings": jobs.findings(job),
        }
    except ImportFailed as error:
        context["problem"] = str(error)
    return render(request, "responses/office/check.html", context)


@only_for(may_import)
@require_POST
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    job = _job(pk)
    jobs.start(job)
    record(Act.What.IMPORT, job.wave, job=str(pk))
    return redirect("office:import", pk)


@only_for(may_import)
@require_POST
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    jobs.discard(_job(pk))
    messages.success(request, _("The file was discarded."))
    return redirect("office:imports")


@only_for(may_import)
@never_cache
@require_GET
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far an import is, and what became of it; htmx asks again for the inner part alone."""
    job = _job(pk)
    if job.state == PREPARED:
        return redirect("office:import_columns", pk)
    part = "_import.html" if request.headers.get("HX-Request") else "import.html"
    return render(request, f"responses/office/{part}", {"job": job})


@only_for(may_import)
@never_cache
@require_GET
def rejected(request: HttpRequest, pk: UUID) -> FileResponse:
    """The rejected rows with their reasons, for whoever may import now."""
    job = _job(pk)
    if not job.has_report:
        raise Http404
    record(Act.What.SEE, job.wave, rejected=str(pk))
    return FileResponse(
        job.report_path.open("rb"),
        as_attachment=True,
        filename=f"{job.wave.code}-rejected.csv",
        content_type="text/csv; charset=utf-8",
    )


def _job(pk: UUID) -> ImportJob:
    found = ImportJob.objects.filter(kind=ImportJob.Kind.RESPONSES)
    return get_object_or_404(found.select_related("wave__questionnaire"), pk=pk)
