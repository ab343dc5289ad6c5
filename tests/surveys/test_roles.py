"""The truth table: every role against every thing that somebody may or may not do.

Accounts are of the Department of Land Transport, but for those of OPDC.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group

import analytics.domains.access
import responses.access
import surveys.access
from analytics.domains.access import (
    may_approve,
    may_approve_microdata,
    may_approve_values,
    may_ask_for_microdata,
    may_check,
    may_draw,
    may_enter_values,
    may_order_crosstabs,
    may_order_report,
    may_overrule,
    may_publish,
    may_read_draws,
    may_see_crosstabs,
    may_see_desk,
    may_see_reports,
)
from responses.access import (
    may_carry_out_retention,
    may_erase,
    may_export_answers,
    may_import,
    may_invite,
    may_read_retention,
    may_take_calls,
    may_write_topics,
)
from surveys.access import (
    may_act,
    may_act_for,
    may_administer,
    may_approve_registers,
    may_author,
    may_author_for,
    may_change_registry,
    may_close_account,
    may_enter_office,
    may_enter_registers,
    may_give_rights,
    may_invite_people,
    may_manage_account,
    may_preview,
    may_read_acts,
    may_run_waves,
    may_see_every_agency,
    may_see_figures,
    may_see_figures_of,
)
from surveys.models import Act, User, Wave
from surveys.roles import APPS, BY_NAME, permissions_of, place

MODULES = (surveys.access, responses.access, analytics.domains.access)
OFFICE, APPROVER, MANAGER, ANALYST, VIEWER, AUTHOR, AGENT, AUDITOR, RESEARCHER = BY_NAME
NO_ROLE, NOBODY = "an account of the agency without a role", "not signed in"
OF_NO_AGENCY = (OFFICE, APPROVER, AUDITOR, RESEARCHER)
LOOK = {OFFICE, APPROVER, AUDITOR}
SEE = LOOK | {MANAGER, ANALYST, VIEWER}


@dataclass(frozen=True)
class Row:
    may: Callable[..., bool]
    who: set[str]
    about: str = ""  # a fixture, or the attribute of one

    def __str__(self) -> str:
        return f"{self.may.__name__} {self.about}".strip()


TABLE = [
    Row(may_enter_office, LOOK | {AUTHOR}),
    Row(may_administer, LOOK, "view wave"),
    Row(may_administer, LOOK, "view act"),
    Row(may_read_acts, LOOK),
    Row(may_administer, {OFFICE}, "add wave"),
    Row(may_administer, {OFFICE}, "change wave"),  # to open and to close it is to change it
    Row(may_administer, {OFFICE}, "delete wave"),
    Row(may_give_rights, set()),
    Row(may_manage_account, {OFFICE}, "bob"),
    Row(may_manage_account, set(), "alice"),
    Row(may_invite_people, {OFFICE, MANAGER}),
    Row(may_close_account, {OFFICE, MANAGER}, "one of the agency"),
    Row(may_close_account, {OFFICE}, "one of the neighbour"),
    Row(may_see_every_agency, LOOK),
    Row(may_see_figures, SEE),
    Row(may_see_figures_of, SEE, "own"),
    Row(may_see_figures_of, LOOK, "neighbour"),
    Row(may_act, {OFFICE, MANAGER, ANALYST}),
    Row(may_act_for, {OFFICE, MANAGER, ANALYST}, "own"),
    Row(may_act_for, {OFFICE}, "neighbour"),
    Row(may_author, {OFFICE, AUTHOR}),
    Row(may_author_for, {OFFICE, AUTHOR}, "own"),
    Row(may_author_for, {OFFICE}, "neighbour"),
    Row(may_author_for, {OFFICE}, "nation"),
    Row(may_preview, LOOK, "core"),
    Row(may_preview, LOOK | {AUTHOR}, "own add-on"),
    Row(may_preview, LOOK, "neighbour's add-on"),
    Row(may_import, {OFFICE}),
    Row(may_invite, {OFFICE}),
    Row(may_export_answers, {OFFICE}),
    Row(may_erase, {OFFICE}),
    Row(may_read_retention, LOOK),
    Row(may_carry_out_retention, {OFFICE}),
    Row(may_write_topics, {OFFICE}),
    Row(may_take_calls, {OFFICE, AGENT}),
    Row(may_run_waves, {OFFICE}),
    Row(may_change_registry, {OFFICE}),
    Row(may_see_desk, LOOK),
    Row(may_see_crosstabs, LOOK),
    Row(may_order_crosstabs, {OFFICE}),
    Row(may_check, {OFFICE}),
    Row(may_approve, {OFFICE, APPROVER}),
    Row(may_overrule, {OFFICE, APPROVER}),
    Row(may_publish, {OFFICE}),
    Row(may_enter_registers, {OFFICE, ANALYST}),
    Row(may_approve_registers, {OFFICE, APPROVER}),
    Row(may_enter_values, {OFFICE}),
    Row(may_approve_values, {OFFICE, APPROVER}),
    Row(may_ask_for_microdata, {OFFICE, RESEARCHER}),
    Row(may_approve_microdata, {OFFICE, APPROVER}),
    Row(may_draw, {OFFICE}),
    Row(may_read_draws, LOOK),
    Row(may_see_reports, SEE, "own"),
    Row(may_see_reports, LOOK, "neighbour"),
    Row(may_see_reports, LOOK, "nation"),
    Row(may_order_report, {OFFICE, MANAGER, ANALYST}, "own"),
    Row(may_order_report, {OFFICE}, "neighbour"),
    Row(may_order_report, {OFFICE}, "nation"),
]


@pytest.fixture
def about(government, draft, make_add_on, alice, bob, charlie) -> Callable[[Row], tuple[Any, ...]]:
    things: dict[str, tuple[Any, ...]] = {
        "": (),
        "own": (government.dlt,),
        "neighbour": (government.dopa,),
        "nation": (None,),
        "core": (draft.questionnaire,),
        "own add-on": (make_add_on("X", government.dlt, "X_1"),),
        "neighbour's add-on": (make_add_on("Y", government.dopa, "Y_1"),),
        "alice": ("change", alice),
        "bob": ("change", bob),
        "one of the agency": (bob,),
        "one of the neighbour": (charlie,),
    }
    for name, model in (("wave", Wave), ("act", Act)):
        for action in ("view", "add", "change", "delete"):
            things[f"{action} {name}"] = (action, model._meta)

    def found(row: Row) -> tuple[Any, ...]:
        arguments = things[row.about]
        if row.may is may_author_for:
            return tuple(agency and agency.pk for agency in arguments)
        return arguments

    return found


@pytest.fixture
def someone(government, request):
    if request.param == NOBODY:
        return AnonymousUser()
    agency = None if request.param in OF_NO_AGENCY else government.dlt
    user = User.objects.create_user("someone", agency=agency)
    if request.param != NO_ROLE:
        place(user, request.param)
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("someone", [*BY_NAME, NO_ROLE, NOBODY], indirect=True)
def test_a_role_may_what_the_table_says_and_no_more(someone, about, request):
    role = request.node.callspec.params["someone"]
    may = {str(row) for row in TABLE if row.may(someone, *about(row))}
    assert may == {str(row) for row in TABLE if role in row.who}


@pytest.mark.parametrize("someone", BY_NAME, indirect=True)
def test_a_deactivated_account_may_nothing(someone, about):
    someone.is_active = False
    assert [str(row) for row in TABLE if row.may(someone, *about(row))] == []


def test_a_superuser_may_everything(about):
    chief = User.objects.create_superuser("chief")
    assert [str(row) for row in TABLE if not row.may(chief, *about(row))] == []


def test_every_question_of_the_access_modules_is_in_the_table():
    asked = {
        function
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if name.startswith("may_") and function.__module__ == module.__name__
    }
    assert asked == {row.may for row in TABLE}
    assert {role for row in TABLE for role in row.who} >= set(BY_NAME)


def test_a_role_of_two_kinds_may_both(government):
    user = User.objects.create_user("both", agency=government.dlt)
    place(user, VIEWER, AGENT)
    assert may_see_figures_of(user, government.dlt)
    assert may_take_calls(user)
    assert not may_act_for(user, government.dlt)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_group_is_what_the_role_says(db, name):
    assert set(Group.objects.get(name=name).permissions.all()) == set(permissions_of(BY_NAME[name]))


@pytest.mark.parametrize("role", BY_NAME.values(), ids=str)
def test_every_pattern_of_a_role_fits_a_permission(db, role):
    for pattern in role.permissions:
        assert permissions_of(replace(role, permissions=(pattern,))), pattern
        assert pattern.split(".")[0] in APPS
