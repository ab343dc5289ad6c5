"""Who may bring files of answers, let invitations go out and take calls.

Agencies cannot choose who rates them, so that an agency's own staff may neither import nor invite,
not even for their own agency.
"""

from __future__ import annotations

from surveys.access import Visitor, may_enter_office, may_see_every_agency


def may_import(user: Visitor) -> bool:
    return _of_the_office(user) and user.has_perm("responses.add_importjob")


def may_invite(user: Visitor) -> bool:
    return _of_the_office(user) and user.has_perms(
        ["surveys.add_mailing", "surveys.change_mailing"]
    )


def may_take_calls(user: Visitor) -> bool:
    return user.has_perm("responses.take_calls")


def _of_the_office(user: Visitor) -> bool:
    return may_enter_office(user) and may_see_every_agency(user)
