"""The line of stages follows from facts: one place is next at most, and a blocked one says why."""

from dataclasses import replace
from datetime import date

import pytest

from analytics.desk.stages import LINE, Done, Facts, Standing, next_of, stages
from surveys import clock
from surveys.models import Act, Wave

TODAY = date(2027, 1, 15)
EMPTY = Facts(state=Wave.State.DRAFT, ends_on=date(2027, 3, 31), today=TODAY)
DONE = Done(clock.now(), "somchai")
KNOWN = replace(EMPTY, services=3, channels=2, acts={Act.What.REGISTRY: DONE})
FRAMED = replace(KNOWN, pairs=4, encounters=10_000)
CHOSEN = replace(
    FRAMED, questions=15, has_overall=True, acts={**KNOWN.acts, Act.What.QUESTIONS: DONE}
)
DECLARED = replace(CHOSEN, acts={**CHOSEN.acts, Act.What.DECLARE: DONE})
LINKED = replace(DECLARED, linked=4)
OPEN = replace(LINKED, state=Wave.State.OPEN)
WAITING = replace(OPEN, waiting=500)
DRAWN = replace(OPEN, draws=1, drawn=50, unsent=1)
OVER = replace(OPEN, ends_on=date(2027, 1, 14))
CLOSED = replace(OVER, state=Wave.State.CLOSED)
CHECKED = replace(CLOSED, examined=True, checked=True)
APPROVED = replace(CHECKED, approved=True)
PUBLISHED = replace(APPROVED, state=Wave.State.PUBLISHED)


@pytest.mark.parametrize(
    ("facts", "key", "standing"),
    [
        (EMPTY, "registry", Standing.NEXT),
        (KNOWN, "frame", Standing.NEXT),
        (replace(KNOWN, counted=2), "questionnaire", Standing.NEXT),
        (FRAMED, "questionnaire", Standing.NEXT),
        (replace(FRAMED, questions=3), "questionnaire", Standing.BLOCKED),
        (CHOSEN, "declared", Standing.NEXT),
        (DECLARED, "links", Standing.NEXT),
        (LINKED, "open", Standing.NEXT),
        (OPEN, "closed", Standing.BLOCKED),
        (replace(OPEN, linked=3), "links", Standing.NEXT),
        (WAITING, "drawn", Standing.NEXT),
        (DRAWN, "invited", Standing.NEXT),
        (OVER, "closed", Standing.NEXT),
        (CLOSED, "checked", Standing.NEXT),
        (CHECKED, "checked", Standing.NEXT),
        (replace(APPROVED, examined=False), "checked", Standing.NEXT),
        (APPROVED, "published", Standing.NEXT),
    ],
)
def test_what_is_next(facts, key, standing):
    found = next_of(stages(facts))
    assert (found.kind.key, found.standing) == (key, standing)
    assert bool(found.why) == (standing is Standing.BLOCKED)
    assert [s.standing for s in stages(facts)].count(standing) == 1


def test_a_published_wave_has_nothing_left_to_do():
    assert next_of(stages(PUBLISHED)) is None


def test_nobody_drawn_is_left_out_not_done():
    standings = {s.kind.key: s.standing for s in stages(CLOSED)}
    assert standings["drawn"] == standings["invited"] == Standing.LEFT_OUT


def test_a_wave_that_still_runs_says_until_when_and_offers_no_button():
    found = next_of(stages(OPEN))
    assert "31 March 2027" in found.why
    assert not found.has_button


def test_who_and_when_stand_at_what_is_done():
    line = {s.kind.key: s for s in stages(CHOSEN)}
    assert line["registry"].done == line["questionnaire"].done == DONE
    assert line["declared"].done is None


def test_links_that_are_missing_are_counted():
    assert next_of(stages(replace(DECLARED, linked=1))).note == (
        "3 services by channel have no link yet"
    )


def test_an_order_that_failed_says_why():
    failed = replace(APPROVED, due_at=clock.now(), problem="the frame has changed")
    assert "the frame has changed" in next_of(stages(failed)).note


def test_every_place_has_a_name_of_its_own():
    assert len({kind.key for kind in LINE}) == len({str(kind.name) for kind in LINE}) == 11
