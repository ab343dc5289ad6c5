"""Who may do what: pages, commands of the office and the access modules above ask here.

A role (`surveys.roles`) says what an account may do; its agency says for whom: for that agency and
all below it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth import get_permission_codename
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase

from surveys.models import Act, AddOn, Agency, Questionnaire, User
from surveys.roles import BY_NAME, GIVEN_BY_AGENCY, GIVEN_BY_OFFICE

Visitor = User | AnonymousUser
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def only_for(may: Callable[[Visitor], bool]) -> Callable[[View], View]:
    """Sign in first; whoever may not is refused."""

    def guard(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return cast(View, guarded)

    return guard


# The survey office


def may_enter_office(user: Visitor) -> bool:
    return user.is_active and user.is_staff


def may_run_waves(user: Visitor) -> bool:
    """Set waves up, open and close them."""
    rights = ["surveys.add_wave", "surveys.change_wave", "surveys.change_frame"]
    return may_enter_office(user) and may_see_every_agency(user) and user.has_perms(rights)


def may_change_registry(user: Visitor) -> bool:
    rights = ["surveys.add_agency", "surveys.change_agency", "surveys.change_service"]
    return may_enter_office(user) and may_see_every_agency(user) and user.has_perms(rights)


def may_administer(user: Visitor, action: str, model: Any) -> bool:
    """Whether `user` may view, add, change or delete such records, given by their `_meta`."""
    right = f"{model.app_label}.{get_permission_codename(action, model)}"
    return may_see_every_agency(user) and user.has_perm(right)


def may_read_acts(user: Visitor) -> bool:
    """What people did, with whom they are."""
    return user.is_active and may_administer(user, "view", Act._meta)


PUBLISHING = (
    "surveys.change_wave",
    "analytics.approve_publication",
    "analytics.order_publication",
    "analytics.ask_for_microdata",
    "responses.export_responses",
    "responses.erase_responses",
)


def must_have_second_factor(user: Visitor) -> bool:
    """Whoever may publish, export single answers or give rights."""
    return may_give_rights(user) or any(map(user.has_perm, PUBLISHING))


def may_give_rights(user: Visitor) -> bool:
    return user.is_active and user.is_superuser


def may_manage_account(user: Visitor, action: str, account: User) -> bool:
    """The office changes and deletes the accounts of agencies, not its own."""
    outside = not (account.is_staff or account.is_superuser)
    return may_administer(user, action, account._meta) and (outside or may_give_rights(user))


# People of an agency


def may_invite_people(user: Visitor) -> bool:
    someone = getattr(user, "agency_id", None) or may_see_every_agency(user)
    return bool(someone) and user.has_perm("surveys.invite_people")


def roles_to_give(user: Visitor) -> list[str]:
    """An agency's manager makes no further managers, and the office none of its own people."""
    if may_give_rights(user):
        return list(BY_NAME)
    return GIVEN_BY_OFFICE if may_see_every_agency(user) else GIVEN_BY_AGENCY


def accounts_within_reach(user: Visitor) -> QuerySet[User]:
    """Of agencies; those of OPDC are looked after by its superusers."""
    by_agency = F("agency__code").asc(nulls_first=True)
    accounts = User.objects.filter(is_superuser=False).order_by(by_agency, "username")
    if may_give_rights(user):
        return accounts
    return accounts.filter(agency__in=reach(user), is_staff=False)


def accounts_to_close(user: Visitor) -> QuerySet[User]:
    """Those whose every role `user` could have given."""
    others = Group.objects.exclude(name__in=roles_to_give(user))
    return accounts_within_reach(user).exclude(pk=user.pk or 0).exclude(groups__in=others)


def may_close_account(user: Visitor, account: User) -> bool:
    return may_invite_people(user) and accounts_to_close(user).filter(pk=account.pk).exists()


# Figures


def may_see_every_agency(user: Visitor) -> bool:
    return user.has_perm("surveys.view_all_agencies")


def may_see_figures(user: Visitor) -> bool:
    """Whether unpublished figures of any agency are for `user` to see."""
    own = user.has_perm("surveys.view_own_agency") and getattr(user, "agency_id", None)
    return bool(own) or may_see_every_agency(user)


def may_see_figures_of(user: Visitor, agency: Agency) -> bool:
    return visible_agencies(user).filter(pk=agency.pk).exists()


def may_act(user: Visitor) -> bool:
    """Order reports, plan samples, print posters, put up kiosks: for any agency at all."""
    someone = getattr(user, "agency_id", None) or may_see_every_agency(user)
    return bool(someone) and user.has_perm("surveys.act_for_agency")


def may_act_for(user: Visitor, agency: Agency) -> bool:
    return may_act(user) and reach(user).filter(pk=agency.pk).exists()


def reach(user: Visitor) -> QuerySet[Agency]:
    """The agencies that an account is there for: its own and all below it; for OPDC all."""
    if may_see_every_agency(user):
        return Agency.objects.all()
    own = getattr(user, "agency_id", None)
    if own is None or not user.is_active:
        return Agency.objects.none()
    below = Agency.objects.descendants(own, include_self=True)
    return Agency.objects.filter(pk__in=[agency.pk for agency in below])


def of_one_line(agency_id: int | None, other_id: int) -> bool:
    """Whether one agency is the other, or above or below it: what is said of the one is said of
    the other too."""
    line = Agency.objects.ancestors(other_id, include_self=True)
    return agency_id is not None and (
        line.filter(pk=agency_id).exists()
        or Agency.objects.descendants(other_id).filter(pk=agency_id).exists()
    )


def visible_agencies(user: Visitor) -> QuerySet[Agency]:
    """The agencies whose unpublished figures `user` may see."""
    return reach(user) if may_see_figures(user) else Agency.objects.none()


# Own questions of agencies


def may_author(user: Visitor) -> bool:
    return user.has_perm("surveys.author_add_ons")


def may_author_for(user: Visitor, agency_id: int | None) -> bool:
    """Whether `user` may write the own questions of this agency, or with None those for all."""
    if not may_author(user):
        return False
    return may_see_every_agency(user) or agency_id in reach(user).values_list("pk", flat=True)


def may_preview(user: Visitor, questionnaire: Questionnaire) -> bool:
    """The survey office may look at each, an author at the add-ons within reach."""
    if may_see_every_agency(user):
        return True
    return add_ons_for(user).filter(pk=questionnaire.pk).exists()


def add_ons_for(user: Visitor) -> QuerySet[AddOn]:
    """The add-ons that `user` may see: those of one's own agencies, and those for all."""
    add_ons = AddOn.objects.filter(is_add_on=True)
    if not may_author(user):
        return add_ons.none()
    if may_see_every_agency(user):
        return add_ons
    return add_ons.filter(Q(owner=None) | Q(owner__in=reach(user).values("pk")))


# What the strategy counts


def may_enter_registers(user: Visitor) -> bool:
    """Whether `user` may hand in lists, of the agencies within reach."""
    someone = getattr(user, "agency_id", None) or may_see_every_agency(user)
    return bool(someone) and user.has_perm("surveys.enter_registers")


def may_approve_registers(user: Visitor) -> bool:
    return may_see_every_agency(user) and user.has_perm("surveys.approve_registers")
