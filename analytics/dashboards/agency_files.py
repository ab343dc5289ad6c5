"""The figures that an agency's pages show, as files: CSV, XLSX and JSON of the same rows."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from analytics.dashboards import pages
from analytics.dashboards.agency_page import AgencyPage
from analytics.dashboards.months import months_for
from analytics.models import Score
from analytics.wording import charts
from analytics.wording.months import Month
from surveys.csv_files import csv_line

COLUMNS = (
    "wave",
    "as_of",
    "level",
    "agency",
    "service",
    "channel",
    "service_point",
    "month",
    "question",
    "measure",
    "estimate",
    "low",
    "high",
    "n",
    "verdict",
    "evidence",
    "official",
    "flags",
    "suppressed",
)
UNITS = ("agency", "service", "channel", "service_point")
Row = dict[str, Any]


@require_safe
def file(request: HttpRequest, agency: str, kind: str) -> HttpResponseBase:
    """Suppressed figures are named and left empty, as on the page."""
    if kind not in MAKERS:
        raise Http404
    shown = AgencyPage(request.user, agency, request.GET.get("wave", ""), "data")
    response = MAKERS[kind](shown, list(rows(shown)))
    name = f"{shown.wave.code}-{shown.agency.code}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def rows(shown: AgencyPage) -> Iterator[Row]:
    scores = pages.declared_scores(shown.user, shown.wave).filter(agency=shown.agency)
    as_of = charts.as_of(shown.wave)
    for score in pages.as_seen_by(shown.user, scores):
        row = _row(score, as_of.isoformat() if as_of else "")
        yield row
        if score.is_overall and score.level == Score.Level.AGENCY:
            yield from (_of_month(month, row) for month in months_for(shown.user, score) or ())


def _row(score: Score, as_of: str) -> Row:
    units = {name: getattr(score, name) for name in UNITS}
    named = {
        "wave": score.wave.code,
        "as_of": as_of,
        "level": str(score.level),
        "question": score.question,
        "measure": str(score.measure),
        "month": "",
        "suppressed": score.withheld,
    } | {name: unit.code if unit else "" for name, unit in units.items()}
    if score.withheld:
        return {name: named.get(name, "") for name in COLUMNS}
    figures = {name: getattr(score, name) for name in ("estimate", "low", "high", "n", "official")}
    words = {"verdict": str(score.verdict), "evidence": str(score.evidence)}
    flags = {"flags": " ".join(score.flags)}
    return {name: (named | figures | words | flags)[name] for name in COLUMNS}


def _of_month(month: Month, whole: Row) -> Row:
    """A month is not judged; one that stands in those beside it has no number."""
    row = whole | dict.fromkeys(("estimate", "low", "high", "verdict", "evidence", "flags"), "")
    row |= {"level": "month", "month": f"{month.first:%Y-%m}", "official": False}
    row |= {"n": "" if month.n is None else month.n, "suppressed": month.n is None}
    if month.n:
        row |= {"estimate": month.estimate, "low": month.interval.low, "high": month.interval.high}
    return row


def _csv(shown: AgencyPage, found: list[Row]) -> HttpResponse:
    lines = [csv_line(COLUMNS), *(csv_line(list(row.values())) for row in found)]
    return HttpResponse("\ufeff" + "".join(lines), content_type="text/csv; charset=utf-8")


def _json(shown: AgencyPage, found: list[Row]) -> HttpResponse:
    return JsonResponse(
        {"wave": shown.wave.code, "agency": shown.agency.code, "figures": found},
        json_dumps_params={"ensure_ascii": False},
    )


def _xlsx(shown: AgencyPage, found: list[Row]) -> HttpResponse:
    """Codes and numbers alone: nothing in it can be a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("figures")
    for row in (COLUMNS, *(tuple(row.values()) for row in found)):
        sheet.append(row)
    stored = io.BytesIO()
    book.save(stored)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return HttpResponse(stored.getvalue(), content_type=kind)


MAKERS = {"csv": _csv, "xlsx": _xlsx, "json": _json}
