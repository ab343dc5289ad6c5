"""The counted answers of a published wave, as far as figures that are suppressed allow.

What is published of an agency, and of each question there, may be laid beside the file. So of each
agency either all rows are in it or none, and of each question there all answers or none; then what
follows by subtraction follows from what is published alone:

- of an agency none, where its overall figure or one below it is suppressed, and where its answers
  are no longer those that were published, as after an erasure;
- of a question none, where the agency's figure of it or one below is suppressed;
- no service and channel, where their figure is suppressed: all such rows of an agency stand
  together, and there is no answer to a question that is asked on some channels alone. What they
  say together is the agency's figure less those that are shown. Where they would be too few or too
  much alike, no row of the agency has them;
- no month, where the agency is published by month: those are whole weeks, and a calendar month
  beside them would leave the answers of a few days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from analytics.counting.bases import Counted
from analytics.counting.tally import TALLIED
from analytics.dashboards.months import months_in
from analytics.domain import Level
from analytics.domains.partitions import Registry
from analytics.models import Computation, Score
from analytics.models.microdata import NoMicrodataError
from analytics.releases.microdata_protection import MISSING, NOTHING, fits
from analytics.scoring.sample import frame_totals
from responses.models import Response
from surveys import clock
from surveys.kinds import kind_of
from surveys.kinds.base import Chooses
from surveys.kinds.choosing import codes_of
from surveys.kinds.rating import RATINGS
from surveys.models import Question, Wave

AT_ONCE = 20_000
PLACE = ["agency", "service", "channel"]
UNITS = (Level.AGENCY, Level.MINISTRY)


@dataclass
class Answers:
    """The rows that may be given, not yet coarsened in time and person.

    frame    a row an answer: `agency`, `service`, `channel` (codes; NOTHING where not given),
             `month`, `weight`, a column a rating (MISSING or 1 to 5) by its code, and one a
             question about the citizen (NOTHING or the choice)
    ratings, about
             the questions of these columns
    facts    what was left out, for the report
    """

    frame: pd.DataFrame
    ratings: list[Question]
    about: list[Question]
    facts: dict[str, int] = field(default_factory=dict)


def answers_of(wave: Wave) -> Answers:
    """Raises NoMicrodataError."""
    if wave.state != Wave.State.PUBLISHED:
        raise NoMicrodataError("not published")
    if wave.answers_deleted_at:
        raise NoMicrodataError("deleted")
    questions = list(wave.questionnaire.questions.prefetch_related("channels"))
    ratings = [question for question in questions if kind_of(question).scored]
    chosen = [each for each in questions if kind_of(each).chooses is Chooses.ONE]
    about = [each for each in chosen if not _suppressed(wave, each)]
    frame = _read(wave, ratings, about)
    counted = len(frame)
    frame = _as_far_as_published(wave, frame, ratings)
    facts = {"counted": counted, "withheld": counted - len(frame)}
    if not len(frame):
        raise NoMicrodataError("nothing left")
    coarse = frame["service"] == NOTHING
    facts["without_service"] = int(coarse.sum())
    return Answers(_named(_weighted(wave, frame)), ratings, about, facts)


def published_groups(wave: Wave, question: Question) -> dict[str, int | None]:
    """How many gave each answer, as published; None where that is suppressed."""
    facts: dict[str, Any] = Computation.objects.get(wave=wave).groups or {"questions": []}
    return {
        row["answer"]: row.get("n")
        for each in facts["questions"]
        if each["question"] == question.code
        for row in each["rows"]
    }


def _suppressed(wave: Wave, question: Question) -> bool:
    return None in published_groups(wave, question).values()


def _read(wave: Wave, ratings: list[Question], about: list[Question]) -> pd.DataFrame:
    """Every answer that the published figures rest on."""
    method = wave.declared_method()
    counted = {
        pair
        for bins in Counted.read(wave).on().values()
        for pair in zip(bins.service.tolist(), bins.selection.tolist(), strict=True)
    }
    framed = set(frame_totals(wave)) if method.weighting == "frame" else None
    found = Response.objects.filter(
        wave=wave, disposition__in=TALLIED if method.screened == "count" else TALLIED[:1]
    )
    parts = list(_batches(found, counted, framed, ratings, about))
    if not parts:
        raise NoMicrodataError("nothing left")
    return pd.concat(parts, ignore_index=True)


def _batches(
    found: QuerySet[Response],
    counted: set[tuple[int, str]],
    framed: set[tuple[int, int]] | None,
    ratings: list[Question],
    about: list[Question],
) -> Iterator[pd.DataFrame]:
    agencies = {key: service.agency_id for key, service in Registry().services.items()}
    columns = "service_id", "channel_id", "selection", "base_weight", "answered_at", "answers"
    codes = {question.code: set(codes_of(question)) for question in about}
    rows: list[tuple[Any, ...]] = []
    for service, channel, selection, weight, at, said in (
        found.order_by().values_list(*columns).iterator(chunk_size=AT_ONCE)
    ):
        if (service, selection) not in counted or (framed and (service, channel) not in framed):
            continue
        given = (said.get(question.code) for question in ratings)
        chosen = (said.get(question.code) for question in about)
        rows.append(
            (
                *(agencies[service], service, channel, float(weight)),
                f"{clock.day_of(at):%Y-%m}",
                *(each if each in RATINGS else MISSING for each in given),
                *(
                    each if isinstance(each, str) and each in offered else NOTHING
                    for each, offered in zip(chosen, codes.values(), strict=True)
                ),
            )
        )
        if len(rows) == AT_ONCE:
            yield _framed(rows, ratings, about)
            rows = []
    if rows:
        yield _framed(rows, ratings, about)


def _framed(
    rows: list[tuple[Any, ...]], ratings: list[Question], about: list[Question]
) -> pd.DataFrame:
    names = [question.code for question in (*ratings, *about)]
    frame = pd.DataFrame(rows, columns=[*PLACE, "weight", "month", *names])
    return frame.astype({question.code: "int8" for question in ratings})


def _as_far_as_published(wave: Wave, frame: pd.DataFrame, ratings: list[Question]) -> pd.DataFrame:
    overall = next(question.code for question in ratings if question.is_overall)
    registry = Registry()
    below = {agency: registry.below(agency) for agency in frame["agency"].unique().tolist()}
    hidden = _hidden(wave)
    same = _as_published(wave, frame, ratings, registry)
    kept = [
        agency for agency, under in below.items() if agency in same and not under & hidden[overall]
    ]
    frame = frame[frame["agency"].isin(kept)].copy()
    for question in ratings:
        closed = [agency for agency in kept if below[agency] & hidden[question.code]]
        frame.loc[frame["agency"].isin(closed), question.code] = MISSING
    dated = {score.agency_id for score, _months in months_in(AnonymousUser(), wave)}
    frame.loc[frame["agency"].isin(dated), "month"] = NOTHING
    return _without_hidden_cells(wave, frame, ratings)


def _without_hidden_cells(wave: Wave, frame: pd.DataFrame, ratings: list[Question]) -> pd.DataFrame:
    shown = wave.scores.filter(level=Level.SERVICE_CHANNEL, is_overall=True, withheld=False)
    cells = set(shown.values_list("service_id", "channel_id"))
    frame["cell"] = list(zip(frame["service"], frame["channel"], strict=True))
    names = [question.code for question in ratings]
    everywhere = [question.code for question in ratings if not question.channels.all()]
    coarse = ~frame["cell"].isin(cells) | ~fits(frame, PLACE, names)
    together = fits(frame[coarse], ["agency"], everywhere)
    alike = frame.loc[together.index[~together], "agency"]
    coarse |= frame["agency"].isin(alike)
    frame[["service", "channel"]] = frame[["service", "channel"]].astype(object)
    frame.loc[coarse, ["service", "channel"]] = NOTHING
    frame.loc[coarse, [name for name in names if name not in everywhere]] = MISSING
    return frame


def _hidden(wave: Wave) -> dict[str, set[int]]:
    """By question the agencies whose figure is suppressed."""
    hidden: dict[str, set[int]] = defaultdict(set)
    found = wave.scores.filter(level__in=UNITS, withheld=True)
    for question, agency in found.values_list("question", "agency_id"):
        hidden[question].add(agency)
    return hidden


def _as_published(
    wave: Wave, frame: pd.DataFrame, ratings: list[Question], registry: Registry
) -> set[int]:
    """The agencies of which each question has as many answers as were published."""
    names = [question.code for question in ratings]
    own = (frame[names] != MISSING).groupby(frame["agency"]).sum()
    published = wave.scores.filter(
        level__in=UNITS, question__in=names, measure=Score.Measure.TOP_TWO_BOX
    )
    same: dict[int, bool] = {}
    for agency, question, n in published.values_list("agency_id", "question", "n"):
        under = own.index.isin(list(registry.below(agency)))
        same[agency] = same.get(agency, True) and int(own.loc[under, question].sum()) == n
    return {agency for agency, is_same in same.items() if is_same}


def _weighted(wave: Wave, frame: pd.DataFrame) -> pd.DataFrame:
    """One weight a place: the encounters of its services and channels ÷ its rows that rate the
    whole; where a file brought the weights their mean. A weight of one's own could tell of whom
    it is."""
    overall = wave.questionnaire.questions.get(is_overall=True).code
    place = frame.groupby(PLACE, sort=False)
    if wave.declared_method().weighting == "frame":
        encounters = frame_totals(wave)
        cells = frame.drop_duplicates([*PLACE, "cell"])
        total = cells["cell"].map(encounters).groupby([cells[name] for name in PLACE]).sum()
        rated = (frame[overall] != MISSING).groupby([frame[name] for name in PLACE]).sum()
        weight = (total / rated.replace(0, np.nan)).rename("weight")
        frame = frame.drop(columns="weight").join(weight, on=PLACE)
    else:
        frame = frame.assign(weight=place["weight"].transform("mean"))
    return frame.drop(columns="cell")


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """By their codes."""
    registry = Registry()
    known: dict[str, Mapping[int, Any]] = {
        "agency": registry.agencies,
        "service": registry.services,
        "channel": registry.channels,
    }
    return frame.assign(
        **{
            name: frame[name].map({key: each.code for key, each in found.items()} | {NOTHING: ""})
            for name, found in known.items()
        }
    )
