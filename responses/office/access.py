"""Who may bring files of answers: the survey office alone.

Agencies cannot choose who rates them, so that an agency's own staff may not import, not even for
their own agency.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from surveys.models import User

View = Callable[..., HttpResponseBase]


def may_import(user: User | AnonymousUser) -> bool:
    return (
        user.is_active
        and user.is_staff
        and user.has_perms(["responses.add_importjob", "surveys.view_all_agencies"])
    )


def for_importers(view: View) -> View:
    """Sign in first; whoever may not import is refused."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_import(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
