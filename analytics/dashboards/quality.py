"""How good the figures of a wave are, by the headings of the European Statistical System."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from statistics import median
from typing import Any

from django.db.models import Count, Q, Sum

from analytics.dashboards.screened import screened
from analytics.domains.partitions import Registry
from analytics.domains.suppression import SMALLEST_PUBLISHED
from analytics.estimation.strength import Response as Answered
from analytics.estimation.verdict import Flag as Raised
from analytics.fieldwork.dispositions import groups
from analytics.fieldwork.reminders import steps
from analytics.fieldwork.second_page import compared
from analytics.models import Computation, Score, TallyCell
from responses.models import Flag, Overruling, Response
from responses.screening.rules import RULES
from surveys.models import FrameCell, Wave

Facts = dict[str, Any]
Level = Score.Level


def quality_of(wave: Wave) -> Facts | None:
    """As it was kept when the wave was published, or else as it is now, with the names of things
    in the reader's language. Shares are of one; None stands for what is suppressed or not known.
    None at all before there are figures."""
    computation = Computation.objects.filter(wave=wave).first()
    facts = (computation and computation.quality) or count_quality(wave, computation)
    return facts and _with_names(wave, facts)


def keep_quality(wave: Wave, **_signal: Any) -> None:
    """In the transaction that publishes: erasures and corrections come later."""
    computation = Computation.objects.get(wave=wave)
    computation.quality = count_quality(wave, computation)
    computation.save(update_fields=["quality"])


def count_quality(wave: Wave, computation: Computation | None) -> Facts | None:
    """As it is now."""
    measure = wave.declared_method().measure
    scores = list(Score.objects.filter(wave=wave, measure=measure, is_overall=True))
    nation = next((score for score in scores if score.level == Level.NATION), None)
    if computation is None or nation is None or nation.withheld:
        return None
    return {
        "wave": wave.code,
        "sampling_error": _sampling_error(nation),
        "agencies": _agencies(score for score in scores if score.level == Level.AGENCY),
        "coverage": _coverage(nation, computation),
        "response": _response(wave, nation),
        "reminders": [asdict(step) for step in steps(wave)],
        "items": _items(wave),
        "second_page": compared(wave),
        "screening": _screening(wave),
        "modes": _modes(wave, scores),
        "revisions": _revisions(wave, nation),
    }


def _with_names(wave: Wave, facts: Facts) -> Facts:
    text = {question.code: question.text for question in wave.questionnaire.questions.all()}
    name = {channel.code: str(channel) for channel in Registry().channels.values()}
    screening = facts["screening"]
    return facts | {
        "items": [item | {"text": text[item["question"]]} for item in facts["items"]],
        "screening": screening
        and [line | {"title": str(RULES[line["rule"]].title)} for line in screening],
        "modes": [mode | {"name": name[mode["channel"]]} for mode in facts["modes"]],
    }


def _sampling_error(nation: Score) -> Facts:
    return {
        "estimate": nation.estimate,
        "se": nation.se,
        "low": nation.low,
        "high": nation.high,
        "level": nation.wave.declared_method().level,
        "answers": nation.n,
        "effective_answers": nation.n_eff if nation.n_eff is not None else nation.n_kish,
        "degrees_of_freedom": nation.df,
        "evidence": nation.evidence or None,
        "official": nation.official,
    }


def _agencies(scores: Iterable[Score]) -> Facts:
    """How sure the figures of single agencies are."""
    all_of_them = list(scores)
    shown = [score for score in all_of_them if not score.withheld]
    return {
        "shown": len(shown),
        "suppressed": len(all_of_them) - len(shown),
        "unreliable": sum(Raised.UNRELIABLE in score.flags for score in shown),
        "median_half_width": median((s.high - s.low) / 2 for s in shown) if shown else None,
    }


def _coverage(nation: Score, computation: Computation) -> Facts:
    uncovered = computation.uncovered
    return {
        "coverage": nation.coverage,
        "silent_cells": len(uncovered),
        "silent_encounters": sum(each["encounters"] for each in uncovered),
        "cells_outside_the_frame": len(computation.outside_frame),
        "merged": nation.merged,
        "merged_cells": len(computation.merges),
    }


def _response(wave: Wave, nation: Score) -> Facts:
    """Of drawn samples the rates of the AAPOR as well."""
    whole = next((g for g in groups(wave) if g.domain.level == Level.NATION), None)
    shown = whole if whole and not whole.withheld else None
    known = nation.response_rate is not None and nation.r_indicator is not None
    bias = (
        Answered(nation.response_rate or 0.0, nation.r_indicator or 0.0).largest_bias(
            nation.estimate
        )
        if known and shown
        else None
    )
    return {
        "weighted_rate": nation.response_rate,
        "r_indicator": nation.r_indicator if shown else None,
        "largest_bias": bias,
        "reach": nation.reach,
        "drawn": shown and shown.counts.drawn,
        "rates": shown and shown.counts.rates,
    }


def _items(wave: Wave) -> list[Facts]:
    """Of each national rating: how many of those asked gave none. Whoever did not get to it, or was
    not asked as it did not apply, is among those without an answer."""
    rows = (
        TallyCell.objects.filter(wave=wave, screened=False)
        .order_by()
        .values_list("question", "channel")
        .annotate(Sum("count"))
    )
    given = {(question, channel): number for question, channel, number in rows}
    questions = list(wave.questionnaire.questions.prefetch_related("channels"))
    overall = next(question for question in questions if question.is_overall)
    found = []
    for question in questions:
        if question.is_overall or not any(code == question.code for code, _channel in given):
            continue
        on = {channel.pk for channel in question.channels.all()}
        asked = sum(
            n for (code, c), n in given.items() if code == overall.code and c in (on or {c})
        )
        answers = sum(n for (code, _c), n in given.items() if code == question.code)
        enough = answers >= SMALLEST_PUBLISHED
        found.append(
            {
                "question": question.code,
                "conditional": bool(question.relevant),
                "asked": asked,
                "answered": answers if enough else None,
                "nonresponse": max(1 - answers / asked, 0.0) if enough and asked else None,
            }
        )
    return sorted(found, key=lambda item: -(item["nonresponse"] or 0.0))


def _screening(wave: Wave) -> list[Facts] | None:
    """By rule, with both signs: how many of what was set aside were satisfied, and how many not."""
    found = screened(wave)
    if found is None:
        return None
    rows = (
        Flag.objects.filter(
            response__wave=wave,
            withdrawn_at=None,
            response__disposition=Response.Disposition.SCREENED,
        )
        .order_by()
        .values_list("rule")
        .annotate(
            high=Count("pk", filter=Q(response__overall__gte=4)),
            low=Count("pk", filter=Q(response__overall__lte=3)),
        )
    )
    signs = {rule: (high, low) for rule, high, low in rows}
    lines = []
    for line in found.lines:
        high, low = signs.get(line.rule.name, (0, 0))
        told = min(high, low) >= SMALLEST_PUBLISHED
        lines.append(
            {
                "rule": line.rule.name,
                "doubted": line.flagged,
                "set_aside": line.set_aside,
                "satisfied": high if told else None,
                "not_satisfied": low if told else None,
            }
        )
    return lines


def _modes(wave: Wave, scores: Iterable[Score]) -> list[Facts]:
    """Each channel's part of the encounters and of the answers."""
    registry = Registry()
    rows = FrameCell.objects.filter(frame=wave.frame_id).order_by().values_list("channel")
    encounters = dict(rows.annotate(Sum("encounters")))
    answers = {s.channel_id: s for s in scores if s.level == Level.CHANNEL}
    everything = sum(encounters.values())
    given = sum(score.n for score in answers.values())
    known = sorted(
        {*encounters, *(key for key in answers if key)},
        key=lambda key: (registry.channels[key].position, key),
    )
    return [
        {
            "channel": registry.channels[key].code,
            "encounters": encounters.get(key, 0) / everything if everything else None,
            "answers": _part(answers.get(key), given),
            "suppressed": key in answers and answers[key].withheld,
        }
        for key in known
    ]


def _part(score: Score | None, given: int) -> float | None:
    if score is None:
        return 0.0
    return None if score.withheld else score.n / given


def _revisions(wave: Wave, nation: Score) -> Facts:
    return {
        "edition": nation.edition,
        "published_at": wave.published_at and wave.published_at.isoformat(),
        "corrected_answers": Response.objects.filter(wave=wave, revision__gt=1).count(),
        "overruled": Overruling.objects.filter(wave=wave).exclude(agreed_by=None).count(),
        "results": (wave.seal or {}).get("results"),
    }
