"""What an earlier wave says about the cells of a later one: how many were satisfied, and how much
answers differ.

What is suppressed in it says nothing: the share of a cell that others hide behind would give those
away, on the page of a plan as in the design of a draw, which everybody reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from analytics.counting.bases import histograms
from analytics.models import Score
from surveys.models import Encounter, Service, Wave

Place = tuple[int, int]
"""Keys of a service and a channel."""
ENOUGH = 10


class Answers(NamedTuple):
    satisfied: int
    number: int


NONE = Answers(0, 0)


@dataclass(frozen=True)
class Earlier:
    """The counted overall ratings of a wave by cell, agency and in all."""

    by_place: dict[Place, Answers]
    by_agency: dict[int, Answers]
    overall: Answers
    agency_of: dict[int, int]

    def share(self, place: Place) -> float | None:
        """The share satisfied in this cell, else of its agency, else of all; None where fewer than
        ENOUGH answers tell even that."""
        agency = self.agency_of.get(place[0], 0)
        for answers in (self.by_place.get(place), self.by_agency.get(agency), self.overall):
            if answers and answers.number >= ENOUGH:
                # As if one satisfied and one dissatisfied citizen more had answered: no cell is
                # taken to be certain.
                return (answers.satisfied + 1) / (answers.number + 2)
        return None

    def spread(self, place: Place) -> float:
        """The standard deviation of one answer; the largest possible where nothing is known."""
        share = self.share(place)
        return 0.5 if share is None else (share * (1 - share)) ** 0.5


def earlier(
    wave: Wave | None, agencies: Iterable[int] | None = None, *, suppressed: bool = False
) -> Earlier:
    """What the wave's official counts say, of these agencies where they are named; nothing without
    a wave. `suppressed`: also of what is suppressed, for the survey office alone."""
    services = Service.objects.all()
    if agencies is not None:
        services = services.filter(agency__in=list(agencies))
    agency_of = dict(services.values_list("pk", "agency_id"))
    by_place = _counted(wave, agency_of) if wave else {}
    by_agency: dict[int, list[Answers]] = defaultdict(list)
    for (service, _channel), answers in by_place.items():
        by_agency[agency_of[service]].append(answers)
    whole = {agency: _sum(parts) for agency, parts in by_agency.items()}
    if wave and not suppressed:
        places, shown = _shown(wave)
        by_place = {place: by_place[place] for place in by_place.keys() & places}
        whole = {agency: whole[agency] for agency in whole.keys() & shown}
    return Earlier(by_place, whole, _sum(whole.values()), agency_of)


def _counted(wave: Wave, agency_of: dict[int, int]) -> dict[Place, Answers]:
    by_place: dict[Place, Answers] = {}
    counted = histograms(wave)
    for question in wave.questionnaire.questions.filter(is_overall=True):
        for each, table in counted.get(question.code, {}).items():
            if each.service in agency_of:
                place = each.service, each.channel
                here = Answers(sum(table[3:]), sum(table))
                by_place[place] = _sum([by_place.get(place, NONE), here])
    return by_place


def _shown(wave: Wave) -> tuple[set[Place], set[int]]:
    """The cells and the agencies of which everybody may know the figure."""
    scores = Score.objects.filter(wave=wave, is_overall=True, withheld=False)
    cells = scores.filter(level=Score.Level.SERVICE_CHANNEL)
    wholes = scores.filter(level__in=(Score.Level.AGENCY, Score.Level.MINISTRY))
    return set(cells.values_list("service", "channel")), set(
        wholes.values_list("agency", flat=True)
    )


def _sum(parts: Iterable[Answers]) -> Answers:
    parts = list(parts)
    return Answers(sum(part[0] for part in parts), sum(part[1] for part in parts))


def spreads(wave: Wave, before: Wave) -> dict[str, str]:
    """For a Neyman allocation among the encounters that wait in `wave`, by the codes of each cell:
    the standard deviation that the wave `before` leads one to expect, as a decimal."""
    known = earlier(before)
    cells = Encounter.objects.filter(wave=wave, draw=None).order_by().distinct()
    return {
        f"{service_code}|{channel_code}": f"{known.spread((service, channel)):.4f}"
        for service, channel, service_code, channel_code in cells.values_list(
            "service", "channel", "service__code", "channel__code"
        )
    }
