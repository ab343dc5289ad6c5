"""What goes with satisfaction, agency by agency: shares of R² of the overall rating by question.

Made of single answers, so it is computed when a wave is published and kept; association and not
cause, and never part of a verdict.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from analytics.estimation.design import SurveyDesign
from analytics.estimation.drivers import MOST_DIMENSIONS, Drivers, drivers
from analytics.estimation.sums import Floats
from analytics.models import Importance
from analytics.scoring.sample import frame_totals
from responses.models import Response
from surveys.kinds import SCORED
from surveys.kinds.rating import RATINGS
from surveys.models import Question, Wave

FEWEST = 100
"""Complete answers of an agency before anything is said."""
MOST = 20_000
"""So many of an agency's answers are read, in the order of their receipts, which is by chance."""
REPLICATES = 100
SEED = 2567

Place = tuple[int, int]


def keep_importance(wave: Wave) -> list[Importance]:
    """Compute and store it for every agency with enough answers."""
    questions = wave.questionnaire.questions.filter(kind__in=SCORED).prefetch_related("channels")
    overall = next(q for q in questions if q.is_overall)
    everywhere = [q for q in questions if not q.is_overall and not q.channels.all()]
    Importance.objects.filter(wave=wave).delete()
    if not 2 <= len(everywhere) <= MOST_DIMENSIONS:
        return []
    frame = frame_totals(wave)
    agencies = Response.objects.filter(wave=wave).eligible().order_by()
    found = []
    for agency in sorted(agencies.values_list("service__agency", flat=True).distinct()):
        result = _of_agency(wave, agency, overall, everywhere, frame)
        if result:
            found.append(_record(wave, agency, result))
    return Importance.objects.bulk_create(found)


def _record(wave: Wave, agency: int, found: Drivers) -> Importance:
    return Importance(
        wave=wave,
        agency_id=agency,
        n=found.n,
        r_squared=found.r_squared,
        shares={d.name: [d.importance, d.low, d.high] for d in found.drivers},
    )


def _of_agency(
    wave: Wave,
    agency: int,
    overall: Question,
    questions: Sequence[Question],
    frame: dict[Place, int],
) -> Drivers | None:
    responses = Response.objects.filter(wave=wave, service__agency=agency).eligible()
    codes = [overall.code, *(q.code for q in questions)]
    ratings: dict[Place, list[list[int]]] = defaultdict(list)
    rows = responses.order_by("receipt").values_list("service_id", "channel_id", "answers")
    for service, channel, answers in rows[:MOST].iterator(chunk_size=2000):
        given = [answers.get(code) for code in codes]
        if all(rating in RATINGS for rating in given):
            ratings[service, channel].append(given)
    complete = {place: rows for place, rows in ratings.items() if len(rows) > 1}
    if sum(map(len, complete.values())) < FEWEST:
        return None
    table, place = _stacked(complete)
    design = SurveyDesign.sample(
        len(table), weights=_weights(place, list(complete), frame), strata=place
    )
    names = codes[1:]
    return drivers(design, table[:, 0], table[:, 1:], names, seed=SEED, replicates=REPLICATES)


def _stacked(complete: dict[Place, list[list[int]]]) -> tuple[Floats, np.ndarray]:
    table = np.array([row for rows in complete.values() for row in rows], dtype=np.float64)
    place = np.repeat(np.arange(len(complete)), [len(rows) for rows in complete.values()])
    return table, place


def _weights(place: np.ndarray, places: list[Place], frame: dict[Place, int]) -> Floats:
    """Each place weighs as its encounters do; without a frame every answer alike."""
    if not frame:
        return np.ones(len(place))
    answers = Counter(place.tolist())
    weight = np.array([frame.get(p, 0) / answers[k] for k, p in enumerate(places)])
    weights: Floats = weight[place]
    return weights
