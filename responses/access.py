"""Who may bring files of answers and let invitations go out: the survey office alone.

Agencies cannot choose who rates them, so that an agency's own staff may do neither, not even for
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


def may_invite(user: User | AnonymousUser) -> bool:
    return (
        user.is_active
        and user.is_staff
        and user.has_perms(
            ["surveys.add_mailing", "surveys.change_mailing", "surveys.view_all_agencies"]
        )
    )


def for_importers(view: View) -> View:
    """Sign in first; whoever may not import is refused."""
    return _for(may_import, view)


def for_inviters(view: View) -> View:
    """Sign in first; whoever may not let invitations go out is refused."""
    return _for(may_invite, view)


def _for(may: Callable[[User | AnonymousUser], bool], view: View) -> View:
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
