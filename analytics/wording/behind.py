"""What stands behind a figure, in words: how many answered, how evenly, and who is in no figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.domain import Level
from analytics.estimation.evidence import Evidence
from analytics.estimation.strength import Response
from analytics.models import Score
from analytics.wording.charts import computation_of
from analytics.wording.percent import percent
from surveys.models import Agency, Channel, Service

NAMED = 5
"""So many cells are named, the largest first; the rest are counted."""
FEW = 10
"""Fewer answers than these are not counted out, as elsewhere."""


def behind_sentences(score: Score) -> list[str]:
    """Of a score of the second edition that is shown; empty for the first, which did not say."""
    if score.edition == 1 or score.withheld:
        return []
    said = [_response(score), _evenness(score), _reach(score), _merged(score)]
    return [each for each in [*said, *_cells(score)] if each]


def _response(score: Score) -> str:
    if score.response_rate is None:
        return ""
    share = {"share": percent(score.response_rate)}
    if score.evidence == Evidence.PROBABILITY:
        return _("Weighted response rate: %(share)s %% of those drawn answered.") % share
    return _("The answers make up %(share)s %% of the encounters.") % share


def _evenness(score: Score) -> str:
    """The R-indicator with the largest bias that it allows."""
    if score.evidence != Evidence.PROBABILITY or score.r_indicator is None:
        return ""  # nobody was asked, so nobody failed to answer
    if score.response_rate is None:
        return ""
    bias = Response(score.response_rate, score.r_indicator).largest_bias(score.estimate)
    if bias is None:
        return ""
    return _(
        "R-indicator %(indicator)s (1: all services and channels answered alike). If answering"
        " depends on these alone, an unweighted figure would be off by at most %(points)s points."
    ) % {"indicator": f"{score.r_indicator:.2f}", "points": f"{100 * min(bias, 1):.1f}"}


def _reach(score: Score) -> str:
    if score.reach is None:
        return ""
    return _(
        "%(share)s %% of the encounters that agencies reported came with a contact, so that they"
        " could be drawn."
    ) % {"share": percent(score.reach)}


def _merged(score: Score) -> str:
    if not score.merged:
        return ""
    return _(
        "Cells with %(share)s %% of the encounters are too thin to show their own spread; they"
        " share that of a neighbour."
    ) % {"share": percent(score.merged)}


def _cells(score: Score) -> list[str]:
    """The cells that nobody answered for, and those with answers that no frame counts."""
    if score.level not in (Level.NATION, Level.MINISTRY, Level.AGENCY):
        return []
    computation = computation_of(score.wave)
    if computation is None:
        return []
    if not (computation.uncovered or computation.outside_frame):
        return []
    names = _Names(score)
    silent = names.within(computation.uncovered, "encounters")
    outside = names.within(computation.outside_frame, "answers")
    return [_silent(names, silent), _outside(names, outside)]


def _silent(names: _Names, cells: list[dict[str, Any]]) -> str:
    if not cells:
        return ""
    named = [f"{names.of(cell)} ({cell['encounters']:,})" for cell in cells[:NAMED]]
    return ngettext(
        "Nobody answered for %(count)d cell of service and channel (encounters): %(cells)s.",
        "Nobody answered for %(count)d cells of service and channel (encounters): %(cells)s.",
        len(cells),
    ) % {"count": len(cells), "cells": _joined(named, len(cells))}


def _outside(names: _Names, cells: list[dict[str, Any]]) -> str:
    if not cells:
        return ""
    named = [
        f"{names.of(cell)} ({cell['answers']:,})"
        if cell["answers"] >= FEW
        else f"{names.of(cell)} ({_('fewer than ten')})"
        for cell in cells[:NAMED]
    ]
    return _(
        "Outside the frame, so that they are in no figure (answers): %(cells)s. The frame has no"
        " encounters there: ask for its correction."
    ) % {"cells": _joined(named, len(cells))}


def _joined(named: Sequence[str], cells: int) -> str:
    more = cells - len(named)
    rest = [ngettext("%(count)d more", "%(count)d more", more) % {"count": more}] if more else []
    return "; ".join([*named, *rest])


class _Names:
    """The services and channels that a score speaks of, by code."""

    def __init__(self, score: Score) -> None:
        services = Service.objects.all()
        if score.agency:
            services = services.filter(
                agency__in=Agency.objects.descendants(score.agency, include_self=True).values("pk")
            )
        self._services = {service.code: str(service) for service in services}
        self._channels = {channel.code: str(channel) for channel in Channel.objects.all()}

    def within(self, cells: list[dict[str, Any]], size: str) -> list[dict[str, Any]]:
        """Those of the cells that belong to it, the largest first."""
        own = (cell for cell in cells if cell["service"] in self._services)
        return sorted(own, key=lambda cell: -cell[size])

    def of(self, cell: dict[str, Any]) -> str:
        return f"{self._services[cell['service']]} · {self._channels[cell['channel']]}"
