"""Whether an outcome rests on counts of encounters that were changed after the wave opened.

Until it closes the office may correct the frame, and by then answers are known: a service with good
answers that counts for more lifts its agency. So the outcome by the counts of the opening is held
beside it. What was first counted later, as the encounters of a new month, stays in both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analytics.counting.bases import Bins
from analytics.domains.partitions import Place, Registry
from analytics.estimation.verdict import Flag
from analytics.fieldwork.drawn import DrawnCell
from analytics.models import Score
from analytics.scoring.otherwise import flag_otherwise
from analytics.scoring.sample import Weighing
from surveys.models import OpeningCounts, Question, Wave
from surveys.sampling.counting import logged_services


def flag_frame_changes(
    wave: Wave,
    question: Question,
    counted: Bins,
    scores: Sequence[Score],
    drawn: Sequence[DrawnCell],
    registry: Registry,
) -> None:
    """Flag the scores of the question whose verdict would be another by the counts of the opening.
    A wave that is open has no verdicts yet."""
    frame = None if wave.state == Wave.State.OPEN else frame_at_opening(wave)
    if frame is None:
        return
    then = Weighing(wave, frame, registry)
    flag_otherwise(Flag.FRAME_CHANGED, then, question, counted, scores, drawn)


def frame_at_opening(wave: Wave) -> dict[Place, int] | None:
    """Encounters by place, those of the opening where it had any; None where nothing of it has
    changed or nobody kept it. Whom their own log counts since had counts that it took the place
    of."""
    opening = OpeningCounts.objects.values_list("cells", flat=True).filter(wave=wave).first()
    if not opening:
        return None
    rows = wave.frame.cells.order_by().values_list(
        "service_id", "channel_id", "starts_on", "encounters"
    )
    now = {
        (service, channel, first.isoformat()): number for service, channel, first, number in rows
    }
    logged = logged_services(wave.frame)
    if not logged and all(now.get((*cell[:3],)) == cell[4] for cell in opening):
        return None
    totals: Counter[Place] = Counter()
    for (service, channel, _first), encounters in now.items():
        totals[service, channel] += encounters
    found = Counter(totals)
    for place in {(service, channel) for service, channel, *_rest in opening}:
        if place[0] in logged:
            found[place] = 0
    for service, channel, first, _last, encounters in opening:
        before = 0 if service in logged else now.get((service, channel, first), 0)
        found[service, channel] += encounters - before
    return None if found == totals else dict(found)
