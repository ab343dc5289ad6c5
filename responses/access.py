"""Who may bring files of answers, take single ones away or erase them, let invitations go out and
take calls.

Agencies cannot choose who rates them, so that an agency's own staff may neither import nor invite,
not even for their own agency.
"""

from __future__ import annotations

from surveys.access import Visitor, may_enter_office, may_see_every_agency
from surveys.models import User


def may_import(user: Visitor) -> bool:
    return _of_the_office(user) and user.has_perm("responses.add_importjob")


def may_invite(user: Visitor) -> bool:
    return _of_the_office(user) and user.has_perms(
        ["surveys.add_mailing", "surveys.change_mailing"]
    )


def may_export_answers(user: Visitor) -> bool:
    """Take single answers away, of every agency."""
    return _of_the_office(user) and user.has_perm("responses.export_responses")


def may_erase(user: Visitor) -> bool:
    """Erase an answer as its sender asks."""
    return _of_the_office(user) and user.has_perm("responses.erase_responses")


def may_read_retention(user: Visitor) -> bool:
    return _of_the_office(user) and user.has_perm("responses.view_response")


def may_carry_out_retention(user: Visitor) -> bool:
    return _of_the_office(user) and user.has_perm("responses.delete_response")


def may_write_topics(user: Visitor) -> bool:
    """The words by which comments are sorted, for all agencies."""
    return _of_the_office(user) and user.has_perm("responses.change_topic")


def watching_for_danger() -> list[str]:
    """Mail addresses of those who write the dictionary: they are told what names a danger."""
    backend = "django.contrib.auth.backends.ModelBackend"
    people = User.objects.with_perm("responses.change_topic", backend=backend)
    return sorted({user.email for user in people if user.email and may_write_topics(user)})


def may_take_calls(user: Visitor) -> bool:
    return user.has_perm("responses.take_calls")


def _of_the_office(user: Visitor) -> bool:
    return may_enter_office(user) and may_see_every_agency(user)
