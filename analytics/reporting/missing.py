"""Cells of the frame that nobody answered for, and others that figures cannot speak of alone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from analytics.models import Computation
from analytics.wording.behind import FEW
from surveys.models import Channel, FrameCell, Service, Wave

LISTED = 10


def missing(wave: Wave, below: Collection[int] | None) -> dict[str, Any]:
    """Cells of the frame that nobody answered for, and thin ones that were merged."""
    computation = Computation.objects.get(wave=wave)
    services = {
        service.code: service
        for service in Service.objects.filter(**({} if below is None else {"agency__in": below}))
    }
    channels = {channel.code: channel for channel in Channel.objects.all()}

    def cell(named: dict[str, str]) -> str:
        service, channel = services.get(named["service"]), channels.get(named["channel"])
        return f"{service or named['service']}, {channel or named['channel']}"

    uncovered = [each for each in computation.uncovered if each["service"] in services]
    uncovered.sort(key=lambda each: -each["encounters"])
    merges = [each for each in computation.merges if each["cell"]["service"] in services]
    outside = [each for each in computation.outside_frame if each["service"] in services]
    outside.sort(key=lambda each: -each["answers"])
    keys = {service.pk for service in services.values()}
    return {
        "outside": [
            {"name": cell(each), "answers": each["answers"] if each["answers"] >= FEW else None}
            for each in outside[:LISTED]
        ],
        "outside_more": max(len(outside) - LISTED, 0),
        "cells": FrameCell.objects.filter(frame=wave.frame, service__code__in=services).count(),
        "uncovered": [
            {"name": cell(each), "encounters": each["encounters"]} for each in uncovered[:LISTED]
        ],
        "uncovered_more": max(len(uncovered) - LISTED, 0),
        "uncovered_encounters": sum(each["encounters"] for each in uncovered),
        "waiting": sum(service in keys for service, _channel in computation.waiting),
        "merges": [
            {"name": cell(each["cell"]), "into": cell(each["into"])} for each in merges[:LISTED]
        ],
        "merges_more": max(len(merges) - LISTED, 0),
    }
