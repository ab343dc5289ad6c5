"""The tables of a release: figures as the public sees them, and what they are recomputed from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from analytics.dashboards.months import months_in
from analytics.domains.partitions import Registry
from analytics.fieldwork.dispositions import groups_for
from analytics.models import Score
from analytics.scoring.records import as_records
from analytics.scoring.sample import frame_totals
from surveys.models import Agency, Channel, Service, Wave

Row = dict[str, Any]

DOMAIN = {
    "level": "string",
    "agency": "string",
    "service": "string",
    "channel": "string",
}
SCORES = {
    **DOMAIN,
    "question": "string",
    "measure": "string",
    "suppressed": "boolean",
    **dict.fromkeys(("edition", "n", "df", "population", "needed"), "integer"),
    **dict.fromkeys(("estimate", "se", "low", "high", "n_eff", "n_kish", "size"), "number"),
    **dict.fromkeys(("coverage", "merged", "response_rate", "r_indicator", "reach"), "number"),
    **dict.fromkeys(("band_low", "band_high", "tipping_point"), "number"),
    **dict.fromkeys(("low_uncapped", "high_uncapped"), "number"),
    **dict.fromkeys(("outcome", "reason", "evidence", "strength", "flags"), "string"),
    "official": "boolean",
    **{f"rated_{value}": "integer" for value in range(1, 6)},
}
POINT = {**DOMAIN, "service_point": "string"}
POINTS = {
    **POINT,
    **dict.fromkeys(("name_th", "name_en"), "string"),
    **{name: kind for name, kind in SCORES.items() if name not in DOMAIN},
}
MONTHS = {
    **dict.fromkeys(("agency", "month", "question"), "string"),
    **dict.fromkeys(("n", "satisfied"), "integer"),
    **dict.fromkeys(("estimate", "low", "high"), "number"),
}
FRAME = {"agency": "string", "service": "string", "channel": "string", "encounters": "integer"}
AGENCIES = dict.fromkeys(("agency", "above", "kind", "name_th", "name_en"), "string")
SERVICES = dict.fromkeys(("service", "name_th", "name_en"), "string")
CHANNELS = dict.fromkeys(("channel", "name_th", "name_en"), "string")
KEYS = {
    "scores.csv": (*DOMAIN, "question", "measure"),
    "points.csv": (*POINT, "question", "measure"),
    "months.csv": ("agency", "month"),
    "frame.csv": ("agency", "service", "channel"),
    "agencies.csv": ("agency",),
    "services.csv": ("service",),
    "channels.csv": ("channel",),
    "fieldwork.csv": tuple(DOMAIN),
}
"""By file, what says of which thing a row speaks."""
NAMED = ("agencies.csv", "services.csv", "channels.csv")


class Table(NamedTuple):
    """A file of the release: what it holds, its columns with their types, and its rows."""

    title: str
    columns: dict[str, str]
    rows: list[Row]


def tables_of(wave: Wave) -> dict[str, Table]:
    """The tables of a published wave by the name of their file."""
    registry = Registry()
    fieldwork = list(_fieldwork(wave, registry))
    of_points = Score.objects.filter(wave=wave, level=Score.Level.SERVICE_POINT)
    whole = Score.objects.filter(wave=wave).exclude(level=Score.Level.SERVICE_POINT)
    scores, points = list(_scores(whole)), list(_scores(of_points))
    frame = _frame(wave, registry)
    counted = [name for name in (fieldwork[0] if fieldwork else {}) if name not in DOMAIN]
    return {
        "scores.csv": Table("Every published figure", SCORES, scores),
        **_points(points, registry),
        **_months(wave),
        "frame.csv": Table("Encounters by service and channel", FRAME, frame),
        "agencies.csv": Table("The tree of agencies", AGENCIES, _agencies(registry)),
        "services.csv": _names("service", SERVICES, [*scores, *frame]),
        "channels.csv": _names("channel", CHANNELS, [*scores, *frame]),
        "fieldwork.csv": Table(
            "What became of those who were drawn",
            {**DOMAIN, **dict.fromkeys(counted, "integer")},
            fieldwork,
        ),
    }


def _names(kind: str, columns: dict[str, str], rows: list[Row]) -> Table:
    """Of what the rows speak of."""
    names = names_of(f"{kind}s.csv")
    spoken_of = sorted({row[kind] for row in rows if row.get(kind)})
    return Table(
        f"The names of the {kind}s", columns, [{kind: code, **names[code]} for code in spoken_of]
    )


def names_of(file: str) -> dict[str, Row]:
    """The names that the registry has now, by code."""
    found: Iterable[Agency | Service | Channel] = {
        "agencies.csv": Agency.objects.without_tree_fields().all(),
        "services.csv": Service.objects.all(),
        "channels.csv": Channel.objects.all(),
    }[file]
    return {each.code: {"name_th": each.name_th, "name_en": each.name_en} for each in found}


def _points(rows: list[Row], registry: Registry) -> dict[str, Table]:
    """With the names that service points had then; no file where there are none."""
    if not rows:
        return {}
    agencies = registry.agencies
    names = {
        (agencies[point.agency_id].code, point.code): {
            "name_th": point.name_th,
            "name_en": point.name_en,
        }
        for point in registry.points.values()
    }
    named = [row | names[row["agency"], row["service_point"]] for row in rows]
    return {"points.csv": Table("Every published figure of a service point", POINTS, named)}


def _months(wave: Wave) -> dict[str, Table]:
    """No file where no agency is shown by month."""
    rows: list[Row] = [
        {
            "agency": score.agency.code if score.agency else "",
            "month": f"{month.first:%Y-%m}",
            "question": score.question,
            "n": month.n,
            "satisfied": month.satisfied,
            "estimate": month.estimate if month.n else None,
            "low": month.interval.low if month.n else None,
            "high": month.interval.high if month.n else None,
        }
        for score, months in months_in(AnonymousUser(), wave)
        for month in months
    ]
    return {"months.csv": Table("Every agency month by month", MONTHS, rows)} if rows else {}


def _scores(scores: QuerySet[Score]) -> Iterator[Row]:
    """Of a suppressed figure only that it is suppressed."""
    for record in as_records(list(scores)):
        named = {**record["domain"], "question": record["question"], "measure": record["measure"]}
        if record["withheld"]:
            yield named | {"suppressed": True}
            continue
        shown = {name: record[name] for name in SCORES if name in record and name != "level"}
        yield {
            **shown,
            **named,
            "suppressed": False,
            "outcome": record["verdict"],
            "flags": " ".join(record["flags"]),
            **{f"rated_{value}": n for value, n in enumerate(record["distribution"], start=1)},
        }


def _frame(wave: Wave, registry: Registry) -> list[Row]:
    return [
        {
            "agency": registry.agencies[registry.services[service].agency_id].code,
            "service": registry.services[service].code,
            "channel": registry.channels[channel].code,
            "encounters": encounters,
        }
        for (service, channel), encounters in sorted(frame_totals(wave).items())
    ]


def _agencies(registry: Registry) -> list[Row]:
    return [
        {
            "agency": agency.code,
            "above": registry.agencies[agency.parent_id].code if agency.parent_id else "",
            "kind": str(agency.kind),
            "name_th": agency.name_th,
            "name_en": agency.name_en,
        }
        for agency in sorted(registry.agencies.values(), key=lambda each: each.code)
    ]


def _fieldwork(wave: Wave, registry: Registry) -> Iterator[Row]:
    for group in groups_for(AnonymousUser(), wave):
        if group.withheld:
            continue
        domain = group.domain
        yield {
            "level": str(domain.level),
            "agency": registry.agencies[domain.agency].code if domain.agency else "",
            "service": registry.services[domain.service].code if domain.service else "",
            "channel": registry.channels[domain.channel].code if domain.channel else "",
            **asdict(group.counts),
        }
