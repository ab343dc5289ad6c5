"""What to fix first: questions that are rated low and go with the overall rating."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.models import Importance, Score
from analytics.wording.agency import figure_text, first_sentence
from analytics.wording.quadrant import HEIGHT, INSET, WIDTH, Quadrant, quadrant
from surveys.models import Wave

SENTENCES = 5
Level = Score.Level


@dataclass(frozen=True)
class Dot:
    """A question of the nation: how many agencies rate it low while it is important there."""

    number: int
    text: str
    score: Score
    important: int
    first: int
    x: float
    y: float


@dataclass(frozen=True)
class Nationwide:
    """Questions over the agencies for which it is known what goes with their overall rating."""

    dots: list[Dot]
    agencies: int
    mean: float
    mean_y: float
    sentence: str


def mean_of_agencies(wave: Wave, items: Sequence[Score]) -> float | None:
    """All questions of all agencies together, each figure counting once. None before they are
    public, for whom the paper may be."""
    if wave.state != Wave.State.PUBLISHED:
        return None
    shown = [item.estimate for item in items]
    return sum(shown) / len(shown) if shown else None


def items_of_agencies(wave: Wave) -> list[Score]:
    """Questions at the agencies whose figure of them is shown."""
    return list(
        Score.objects.filter(
            wave=wave,
            measure=wave.declared_method().measure,
            level=Level.AGENCY,
            is_overall=False,
            withheld=False,
        ).select_related("agency", "wave")
    )


def of_agency(
    wave: Wave, agency: int, items: Sequence[Score], texts: Mapping[str, str], mean: float | None
) -> Quadrant | None:
    kept = Importance.objects.filter(wave=wave, agency=agency).first()
    return quadrant(kept, items, texts, mean) if kept and mean is not None else None


def nationwide(
    wave: Wave,
    own: Sequence[Score],
    everywhere: Sequence[Score],
    texts: Mapping[str, str],
    mean: float | None,
) -> Nationwide | None:
    """None where of no agency it is known what goes with its rating."""
    if mean is None:
        return None
    by_agency: dict[int | None, list[Score]] = defaultdict(list)
    for item in everywhere:
        by_agency[item.agency_id].append(item)
    important: Counter[str] = Counter()
    first: Counter[str] = Counter()
    agencies = 0
    for kept in Importance.objects.filter(wave=wave):
        found = quadrant(kept, by_agency[kept.agency_id], texts, mean)
        if found:
            agencies += 1
            important.update(p.score.question for p in found.points if p.important)
            first.update(p.score.question for p in found.first)
    asked = {question for kept in Importance.objects.filter(wave=wave) for question in kept.shares}
    shown = [item for item in own if not item.withheld and item.question in asked]
    if not agencies or len(shown) < 2:
        return None
    shown.sort(key=lambda item: (-first[item.question], item.estimate))
    return _placed(shown, texts, important, first, agencies, mean)


def _placed(
    shown: Sequence[Score],
    texts: Mapping[str, str],
    important: Counter[str],
    first: Counter[str],
    agencies: int,
    mean: float,
) -> Nationwide:
    estimates = [mean, *(item.estimate for item in shown)]
    low, high = min(estimates) - 0.01, max(estimates) + 0.01

    def y(share: float) -> float:
        return round(HEIGHT - INSET - (HEIGHT - 2 * INSET) * (share - low) / (high - low), 1)

    dots = [
        Dot(
            number=number,
            text=texts.get(item.question, item.question),
            score=item,
            important=important[item.question],
            first=first[item.question],
            x=round(INSET + (WIDTH - 2 * INSET) * important[item.question] / agencies, 1),
            y=y(item.estimate),
        )
        for number, item in enumerate(shown, 1)
    ]
    said = _(
        "%(all)s questions by at how many agencies they go with the overall rating more than an"
        " equal share, and by how many citizens are satisfied with them."
    ) % {"all": len(dots)}
    return Nationwide(dots, agencies, mean, y(mean), said)


def sentences_of_nation(
    found: Nationwide | None,
    own: Sequence[Score],
    everywhere: Sequence[Score],
    texts: Mapping[str, str],
) -> list[str]:
    """Five at most: by the agencies that rate it low and important, else the lowest."""
    if found is None:
        lowest = [item for item in own if not item.withheld][:SENTENCES]
        return [first_sentence(texts[item.question], item, None) for item in lowest]
    said = []
    for dot in found.dots[:SENTENCES]:
        at = [item for item in everywhere if item.question == dot.score.question]
        words = {
            "item": dot.text,
            "figure": figure_text(dot.score),
            "first": dot.first,
            "of": found.agencies,
        }
        text = _("%(item)s: %(figure)s; low and important at %(first)s of %(of)s agencies.") % words
        if at:
            lowest_at = min(at, key=lambda item: item.estimate)
            text += " " + _("The lowest figure is that of %(agency)s: %(figure)s.") % {
                "agency": lowest_at.agency,
                "figure": figure_text(lowest_at),
            }
        said.append(text)
    return said


def sentences_of_agency(
    found: Quadrant | None, own: Sequence[Score], texts: Mapping[str, str], mean: float | None
) -> list[str]:
    """Five at most: low and important first, then the lowest."""
    points = [point.score for point in found.first] if found else []
    rest = [item for item in own if not item.withheld and item not in points]
    low = [item for item in rest if mean is None or item.estimate < mean]
    chosen = [*points, *low][:SENTENCES]
    return [first_sentence(texts[item.question], item, mean) for item in chosen]
