"""Scores as plain records: what is sealed, printed and compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analytics.domains.partitions import Registry
from analytics.estimation.official import Outcome
from analytics.estimation.verdict import REASONS
from analytics.models import Score
from surveys.models import Wave

PLAIN = (
    "question",
    "estimate",
    "se",
    "low",
    "high",
    "n",
    "n_eff",
    "n_kish",
    "df",
    "population",
    "coverage",
    "flags",
    "needed",
    "low_uncapped",
    "high_uncapped",
    "distribution",
    "withheld",
)
SINCE_SECOND_EDITION = (
    "edition",
    "evidence",
    "official",
    "strength",
    "tipping_point",
    "size",
    "band_low",
    "band_high",
    "merged",
    "response_rate",
    "r_indicator",
    "reach",
)


def as_records(scores: list[Score]) -> list[dict[str, Any]]:
    """The scores as plain records, in a fixed order, codes instead of keys."""
    registry, waves = Registry(), {score.wave_id for score in scores}
    levels = {wave.pk: wave.declared_method().level for wave in Wave.objects.filter(pk__in=waves)}
    return sorted(
        (_as_record(score, registry, levels) for score in scores),
        key=lambda record: (
            list(Score.Level).index(record["domain"]["level"]),
            record["domain"].get("agency") or "",
            record["domain"].get("service") or "",
            record["domain"].get("channel") or "",
            record["domain"].get("service_point") or "",
            record["question"],
            record["measure"],
        ),
    )


def _since(score: Score) -> dict[str, Any]:
    """Of a wave that runs: the day on which its figures last moved, and what came since."""
    if score.stated_on is None:
        return {}
    return {"stated_on": score.stated_on.isoformat(), "answers_since": score.answers_since}


def _as_record(score: Score, registry: Registry, levels: Mapping[int, float]) -> dict[str, Any]:
    domain = {"level": str(score.level)}
    if score.agency_id:
        domain["agency"] = registry.agencies[score.agency_id].code
    if score.service_id:
        domain["service"] = registry.services[score.service_id].code
    if score.channel_id:
        domain["channel"] = registry.channels[score.channel_id].code
    if score.service_point_id:
        domain["service_point"] = registry.points[score.service_point_id].code
    record = {
        "domain": domain,
        "measure": str(score.measure),
        "verdict": str(score.verdict),
        "reason": str(score.reason) or REASONS[Outcome(score.verdict)],
        **{name: getattr(score, name) for name in PLAIN},
        # Only where there is one, so that the digests of earlier publications stay as they are.
        **({"beside": score.beside} if score.beside else {}),
        **_since(score),
    }
    if score.edition == 1:
        return record
    return record | {
        "outcome": str(score.verdict),
        "level": levels[score.wave_id],
        **{name: getattr(score, name) for name in SINCE_SECOND_EDITION},
    }
