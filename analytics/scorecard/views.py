"""The scorecard for everybody: the page, its files, and the evidence behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from analytics.domains.access import may_approve_values, may_enter_values
from analytics.models import IndicatorValue
from analytics.scorecard import records
from analytics.scorecard.cards import card
from analytics.scorecard.freezing import frozen
from analytics.scorecard.history import history
from analytics.scorecard.scorecard import scorecard
from analytics.scorecard.status import Status
from analytics.scorecard.words import status_word
from surveys.access import may_approve_registers, may_enter_registers

RELEASES_SHOWN = 20


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    lines = scorecard()
    shown = [(card(line), history(line.indicator, request.user)) for line in lines]
    context = {
        "shown": shown,
        "cards": [card for card, _history in shown],
        "words": {str(status): status_word(status) for status in Status},
        "frozen": frozen()[:RELEASES_SHOWN],
        "simulated": any(line.simulated for line in lines),
        **may(request),
    }
    return render(request, "scorecard/page.html", context)


def may(request: HttpRequest) -> dict[str, Any]:
    """What the visitor may do about the scorecard."""
    user = request.user
    return {
        "may_enter_values": may_enter_values(user) or may_approve_values(user),
        "may_enter_registers": may_enter_registers(user) or may_approve_registers(user),
    }


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse(records.as_csv(scorecard()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="scorecard.csv"'
    return answer


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    return _json(records.records(), "scorecard.json")


@require_safe
def as_frozen(request: HttpRequest, code: str) -> HttpResponse:
    """The scorecard as it stood when this wave was published."""
    kept = get_object_or_404(frozen(), wave__code=code)
    return _json(kept.indicators, f"scorecard-{code}.json")


def _json(told: Any, name: str) -> HttpResponse:
    answer = JsonResponse(told, safe=False, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
def evidence(request: HttpRequest, pk: int) -> FileResponse:
    """The file behind a value: for everybody once it is approved."""
    value = get_object_or_404(IndicatorValue, pk=pk)
    approved = value.state == IndicatorValue.State.APPROVED
    if not value.file or not (approved or may(request)["may_enter_values"]):
        raise Http404
    name = f"{value.indicator}-{value.fiscal_year}{Path(value.file.path).suffix}"
    return FileResponse(
        value.file.open("rb"),
        as_attachment=True,
        filename=name,
        content_type="application/octet-stream",
    )
