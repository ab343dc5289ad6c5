"""Shares by what citizens said of themselves: their answers to questions of choices that the wave
declared, such as an age group or a region that came with a file.

Made of single answers once the wave has closed, with the weights of the scores, and kept. No group
is judged. Raked to declared margins, the national share stands beside the official one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.counting.bases import Basis, Bin, Bins, as_declared, selections
from analytics.counting.tally import TALLIED, psu_of, with_keys
from analytics.domains.least import Least
from analytics.domains.sums import TOP, Counts, Sum
from analytics.domains.suppression import SMALLEST_PUBLISHED
from analytics.estimation.cells import means_by_domain
from analytics.estimation.official import Rule
from analytics.models import Computation
from analytics.scoring.domain_scores import wave_rules
from analytics.scoring.figures import TOP_TWO_BOX
from analytics.scoring.raking import Margin, raked_share
from analytics.scoring.sample import Sample, Weighing
from responses.models import Response
from surveys.kinds.choosing import codes_of
from surveys.kinds.rating import RATINGS
from surveys.models import Question, Wave

Facts = dict[str, Any]
Labels = NDArray[np.int64]
SAID_NOTHING = ""


def group_figures(wave: Wave, weighing: Weighing) -> Facts | None:
    """By question the share of each answer's group, and the raked share; None while the wave is
    open and where it declared no groups."""
    method = wave.declared_method()
    if not method.groups or wave.state == Wave.State.OPEN:
        return None
    if wave.answers_deleted_at:
        return Computation.objects.values_list("groups", flat=True).filter(wave=wave).first()
    known = {question.code: question for question in wave.questionnaire.questions.all()}
    overall = wave.questionnaire.questions.prefetch_related("channels").get(is_overall=True)
    asked = [known[code] for code in method.groups]
    bins = _counted(wave, overall, asked)
    if bins is None:
        return None
    sample = weighing.sample(overall, bins)
    rule, _of_means = wave_rules(wave, sample, weighing.registry)
    labels = [
        _labels([said[k] for said in bins.said], question) for k, question in enumerate(asked)
    ]
    hidden = _hidden(sample.cells.counts, labels, [len(q.choices) + 1 for q in asked])
    margins = [
        Margin(label, np.array([method.margins[question.code][c] for c in codes_of(question)]))
        for question, label in zip(asked, labels, strict=True)
        if question.code in method.margins
    ]
    return {
        "questions": [
            {"question": question.code, "rows": _rows(question, label, sample, rule, suppressed)}
            for question, label, suppressed in zip(asked, labels, hidden, strict=True)
        ],
        "raked": raked_share(sample.cells, margins, rule) if margins else None,
    }


def _counted(wave: Wave, overall: Question, asked: Sequence[Question]) -> Bins | None:
    """How many gave each rating, by what decides their weight and by what they said; None where
    nobody did."""
    doubted = wave.declared_method().screened == "count"
    responses = Response.objects.filter(
        wave=wave,
        selection__in=selections(Basis.OFFICIAL),
        disposition__in=TALLIED if doubted else TALLIED[:1],
    )
    found: dict[Bin, list[int]] = defaultdict(lambda: [0] * len(RATINGS))
    for row in with_keys(responses.order_by()).iterator(chunk_size=5_000):
        rating = row["answers"].get(overall.code)
        if rating in RATINGS:
            each = Bin(
                service=row["service_id"],
                channel=row["channel_id"],
                psu=psu_of(wave, row),
                selection=row["selection"],
                base_weight=row["base_weight"],
                draw=row["draw"] or 0,
                said=tuple(str(row["answers"].get(question.code, "")) for question in asked),
            )
            found[each][RATINGS.index(rating)] += 1
    declared = as_declared(wave, {overall.code: Bins.of(found)})[overall.code]
    return declared if len(declared.counts) else None


def _labels(said: Sequence[str], question: Question) -> Labels:
    """Of each bin the position of its answer among the question's; who gave none comes last."""
    number = {code: k for k, code in enumerate(codes_of(question))}
    return np.array([number.get(answer, len(number)) for answer in said], dtype=np.int64)


def _hidden(
    counts: Counts, labels: Sequence[Labels], sizes: Sequence[int]
) -> list[NDArray[np.bool_]]:
    """Of each question the groups that are suppressed: small ones and what gives them away. The
    nation is their common total."""
    kinds = np.column_stack([counts[:, 3:].sum(axis=1), counts[:, :3].sum(axis=1)])
    table, sums = [kinds.sum(axis=0)], []
    for label, size in zip(labels, sizes, strict=True):
        parts = [kinds[label == k].sum(axis=0) for k in range(size)]
        filled = [len(table) + k for k, part in enumerate(parts) if part.sum()]
        sums.append(Sum(0, tuple(filled), (0, 0), TOP))
        table += parts
    hidden = Least(np.array(table), sums, SMALLEST_PUBLISHED).hidden()[1:]
    return np.split(hidden & (np.array(table).sum(axis=1)[1:] > 0), np.cumsum(sizes)[:-1])


def _rows(
    question: Question, label: Labels, sample: Sample, rule: Rule, hidden: NDArray[np.bool_]
) -> list[Facts]:
    codes = [*codes_of(question), SAID_NOTHING]
    shares = means_by_domain(sample.cells, TOP_TWO_BOX, label, domains=len(codes))
    rows: list[Facts] = []
    for code, share, interval, suppressed in zip(
        codes, shares, rule.intervals(shares), hidden, strict=True
    ):
        row: Facts = {"answer": code, "suppressed": bool(suppressed)}
        if not suppressed:
            row["n"] = share.n
        if not suppressed and share.has_data:
            row |= {"estimate": share.value, "low": interval.low, "high": interval.high}
        rows.append(row)
    return rows
