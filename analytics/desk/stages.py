"""The line of stages of a wave: what is done, what is next, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from surveys.dates import written
from surveys.models import Act, Wave

What = Act.What
State = Wave.State


class Standing(StrEnum):
    DONE = "done"
    NEXT = "next"
    BLOCKED = "blocked"
    LATER = "later"
    LEFT_OUT = "left_out"


IN_WORDS = {
    Standing.DONE: gettext_lazy("done"),
    Standing.NEXT: gettext_lazy("next"),
    Standing.BLOCKED: gettext_lazy("blocked"),
    Standing.LATER: gettext_lazy("later"),
    Standing.LEFT_OUT: gettext_lazy("left out"),
}


@dataclass(frozen=True)
class Done:
    """When something was done, and by whom; blank where the command line did not say."""

    at: datetime
    by: str = ""


@dataclass(frozen=True)
class Facts:
    """All that the line of a wave follows from.

    `counted`: agencies whose encounters are counted from what they report. `pairs`: services by
    channel in the frame. `examined`: the check-list holds for the figures as they are.
    """

    state: str
    ends_on: date
    today: date
    services: int = 0
    channels: int = 0
    pairs: int = 0
    encounters: int = 0
    counted: int = 0
    questions: int = 0
    has_overall: bool = False
    linked: int = 0
    waiting: int = 0
    draws: int = 0
    drawn: int = 0
    unsent: int = 0
    examined: bool = False
    checked: bool = False
    approved: bool = False
    due_at: datetime | None = None
    problem: str = ""
    acts: Mapping[str, Done] = field(default_factory=dict)

    @property
    def draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def over(self) -> bool:
        """Whether it takes no more answers."""
        return self.state in (State.CLOSED, State.PUBLISHED)


@dataclass(frozen=True)
class Kind:
    """One place of the line. `why` says what stands in its way, and how to clear it; blank where
    nothing does. `clears`: the button clears it. `needless`: the line goes on without it."""

    key: str
    name: Any
    act: str
    is_done: Callable[[Facts], bool]
    note: Callable[[Facts], str]
    why: Callable[[Facts], str]
    button: Any
    view: str
    needless: Callable[[Facts], bool] = lambda facts: False
    clears: bool = False


@dataclass(frozen=True)
class Stage:
    kind: Kind
    standing: Standing
    note: str
    why: str
    done: Done | None

    @property
    def in_words(self) -> Any:
        return IN_WORDS[self.standing]

    @property
    def has_button(self) -> bool:
        blocked = self.standing is Standing.BLOCKED
        return self.standing is Standing.NEXT or (blocked and self.kind.clears)


def stages(facts: Facts) -> list[Stage]:
    """The whole line. At most one stage is next or blocked: the first that is neither done nor
    needless."""
    found, turn = [], True
    for kind in LINE:
        if kind.is_done(facts):
            standing = Standing.DONE
        elif kind.needless(facts):
            standing = Standing.LEFT_OUT if facts.over else Standing.LATER
        elif turn:
            standing = Standing.BLOCKED if kind.why(facts) else Standing.NEXT
            turn = False
        else:
            standing = Standing.LATER
        blocked = standing is Standing.BLOCKED
        found.append(
            Stage(
                kind,
                standing,
                kind.note(facts),
                kind.why(facts) if blocked else "",
                facts.acts.get(kind.act) if standing is Standing.DONE else None,
            )
        )
    return found


def next_of(line: list[Stage]) -> Stage | None:
    """Where the single next button stands, or what it waits for."""
    return next((s for s in line if s.standing in (Standing.NEXT, Standing.BLOCKED)), None)


def _nothing(_facts: Facts) -> str:
    return ""


def _registry(facts: Facts) -> str:
    if not facts.services:
        return ""
    return _("%(services)s services, %(channels)s channels") % {
        "services": intcomma(facts.services),
        "channels": intcomma(facts.channels),
    }


def _frame(facts: Facts) -> str:
    if facts.pairs:
        return _("%(encounters)s encounters in %(pairs)s services by channel") % {
            "encounters": intcomma(facts.encounters),
            "pairs": intcomma(facts.pairs),
        }
    return _("counted from what agencies report") if facts.counted else ""


def _questionnaire(facts: Facts) -> str:
    found = ngettext("%(number)s question", "%(number)s questions", facts.questions)
    return found % {"number": intcomma(facts.questions)} if facts.questions else ""


def _no_overall(facts: Facts) -> str:
    if facts.questions and not facts.has_overall:
        return _("This version has no overall rating to judge by. Choose another version.")
    return ""


def _links(facts: Facts) -> str:
    missing = facts.pairs - facts.linked
    if missing > 0 and not facts.over:
        found = ngettext(
            "%(number)s service by channel has no link yet",
            "%(number)s services by channel have no link yet",
            missing,
        )
        return found % {"number": intcomma(missing)}
    return ""


def _drawn(facts: Facts) -> str:
    if facts.drawn:
        return _("%(drawn)s citizens drawn") % {"drawn": intcomma(facts.drawn)}
    if facts.over:
        return _("nobody was drawn: all answers are open ones")
    if facts.waiting:
        return _("%(waiting)s reported encounters wait for a draw") % {
            "waiting": intcomma(facts.waiting)
        }
    return _("when encounters with contacts have been reported")


def _still_runs(facts: Facts) -> str:
    if facts.today <= facts.ends_on:
        return _(
            "The wave runs until %(day)s, as was declared. It can be closed from the day after: "
            "an earlier end would let luck choose the moment."
        ) % {"day": written(facts.ends_on)}
    return ""


def _checked(facts: Facts) -> str:
    if facts.checked and not facts.approved:
        return _("checked; waits for the approval of a second person")
    if facts.approved and not facts.examined and facts.state == State.CLOSED:
        return _("the figures have changed since: send it back and check again")
    return ""


def _published(facts: Facts) -> str:
    if facts.state == State.PUBLISHED or facts.due_at is None:
        return ""
    if facts.problem:
        return _("could not be published: %(why)s") % {"why": facts.problem}
    return _("will be published on %(moment)s") % {"moment": written(facts.due_at)}


LINE = [
    Kind(
        "registry",
        gettext_lazy("Registry"),
        What.REGISTRY,
        lambda facts: bool(facts.services and facts.channels),
        _registry,
        _nothing,
        gettext_lazy("Bring in agencies and services"),
        "setup:registry",
    ),
    Kind(
        "frame",
        gettext_lazy("Frame"),
        What.FRAME,
        lambda facts: bool(facts.pairs or facts.counted or not facts.draft),
        _frame,
        _nothing,
        gettext_lazy("Bring in the frame"),
        "files:frame",
    ),
    Kind(
        "questionnaire",
        gettext_lazy("Questionnaire"),
        What.QUESTIONS,
        lambda facts: not facts.draft or (facts.has_overall and What.QUESTIONS in facts.acts),
        _questionnaire,
        _no_overall,
        gettext_lazy("Choose the questionnaire"),
        "setup:questionnaire",
        clears=True,
    ),
    Kind(
        "declared",
        gettext_lazy("Declared"),
        What.DECLARE,
        lambda facts: not facts.draft or What.DECLARE in facts.acts,
        _nothing,
        _nothing,
        gettext_lazy("Declare the method"),
        "setup:method",
    ),
    Kind(
        "links",
        gettext_lazy("Links"),
        What.LINKS,
        lambda facts: facts.linked >= facts.pairs and bool(facts.pairs or facts.counted),
        _links,
        _nothing,
        gettext_lazy("Make the links"),
        "setup:links",
        needless=lambda facts: facts.over,
    ),
    Kind(
        "open",
        gettext_lazy("Open"),
        What.OPEN,
        lambda facts: not facts.draft,
        _nothing,
        _nothing,
        gettext_lazy("Open and seal"),
        "setup:opening",
    ),
    Kind(
        "drawn",
        pgettext_lazy("stage of a wave", "Drawn"),
        What.DRAW,
        lambda facts: bool(facts.draws) and not facts.waiting,
        _drawn,
        _nothing,
        gettext_lazy("Draw citizens"),
        "analytics:draw",
        needless=lambda facts: facts.over or not facts.waiting,
    ),
    Kind(
        "invited",
        gettext_lazy("Invited"),
        "",
        lambda facts: bool(facts.draws) and not facts.unsent,
        _nothing,
        _nothing,
        gettext_lazy("Send the invitations"),
        "mailings:mailings",
        needless=lambda facts: facts.over or not facts.unsent,
    ),
    Kind(
        "closed",
        gettext_lazy("Closed"),
        What.CLOSE,
        lambda facts: facts.over,
        _nothing,
        _still_runs,
        gettext_lazy("Close the wave"),
        "desk:closing",
    ),
    Kind(
        "checked",
        gettext_lazy("Checked"),
        What.APPROVE,
        lambda facts: facts.state == State.PUBLISHED or (facts.approved and facts.examined),
        _checked,
        _nothing,
        gettext_lazy("Check and approve"),
        "desk:publication",
    ),
    Kind(
        "published",
        gettext_lazy("Published"),
        What.PUBLISH,
        lambda facts: facts.state == State.PUBLISHED,
        _published,
        _nothing,
        gettext_lazy("Publish"),
        "desk:publication",
    ),
]
