from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ERROR_FLAG
from django.db import DataError
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from surveys.access import may_enter_office

View = Callable[..., HttpResponseBase]


class AdminSite(admin.AdminSite):
    site_title = _("Survey office")
    site_header = _("Survey office")
    index_title = _("Registry, questionnaires and waves")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return may_enter_office(request.user)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """There is one page for it: it counts guesses, and tells the owner by mail."""
        return HttpResponseRedirect(reverse("account_change_password"))

    def admin_view(self, view: View, cacheable: bool = False) -> Any:
        return super().admin_view(_refusing_what_cannot_be_looked_up(view), cacheable)


def _refusing_what_cannot_be_looked_up(view: View) -> View:
    """A filter by a number that no column holds is answered as other filters that make no sense:
    a reference to another table is looked up without checking whether it fits."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (OverflowError, DataError):
            if request.method not in ("GET", "HEAD") or ERROR_FLAG in request.GET:
                raise
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")

    return wrapped
