"""A nation made in numbers alone: registry, frame, a wave, and a tally with any number of answers
in it, as if they had been counted. No responses are stored."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
CHANNELS = 5
"""Service × channel makes the cells: 2,000 services have 10,000."""

SERVICES_PER_STATEMENT = 500


def make_nation(agencies: int, services: int, *, seed: int = 2570) -> Any:
    """An open wave over `services` of as many `agencies`, each served in five channels."""
    from django.db import transaction

    from surveys.models import Agency, Channel, Service

    rng = np.random.default_rng(seed)
    with transaction.atomic():
        root = Agency.objects.create(
            code="NATION", name_th="กระทรวง", name_en="Ministry", kind=Agency.Kind.MINISTRY
        )
        offices = [
            Agency.objects.create(
                code=f"A{k:03}", name_th=f"กรม {k}", name_en=f"D {k}", parent=root
            )
            for k in range(agencies)
        ]
        provided = Service.objects.bulk_create(
            Service(
                agency=offices[k % agencies],
                code=f"S{k:05}",
                name_th=f"บริการ {k}",
                name_en=f"S {k}",
            )
            for k in range(services)
        )
        channels = list(Channel.objects.all()[:CHANNELS])
        return make_wave(provided, channels, rng)


def make_wave(
    provided: Sequence[Any],
    channels: Sequence[Any],
    rng: np.random.Generator,
    *,
    code: str = "MADE",
    year: int = 2569,
) -> Any:
    """An open wave over a fiscal year, whose frame counts encounters of every service in every
    channel."""
    from surveys.models import Frame, FrameCell, Questionnaire, Wave
    from surveys.waves import open_wave

    frame = Frame.objects.create(code=code, source="made")
    first, last = date(year - 544, 10, 1), date(year - 543, 9, 30)
    encounters = rng.integers(2_000, 200_000, size=(len(provided), len(channels)))
    FrameCell.objects.bulk_create(
        (
            FrameCell(
                frame=frame,
                service=service,
                channel=channel,
                starts_on=first,
                ends_on=last,
                encounters=int(encounters[s, c]),
            )
            for s, service in enumerate(provided)
            for c, channel in enumerate(channels)
        ),
        batch_size=2_000,
    )
    wave = Wave.objects.create(
        code=code,
        title_th="ทำขึ้น",
        title_en="Made",
        fiscal_year=year,
        starts_on=first,
        ends_on=last,
        questionnaire=Questionnaire.objects.filter(code="CORE").latest("version"),
        frame=frame,
        simulated=True,
    )
    return open_wave(wave)


def make_tally(wave: Any, answers: int, *, seed: int = 2570) -> int:
    """Counts of `answers` complete answers, evenly over the cells, each cell at a share of its own.
    Returns how many rows of the tally they fill."""
    from django.db import transaction

    from analytics.counting.tally import CellKey
    from analytics.models import TallyCell
    from surveys.kinds import SCORED
    from surveys.rows import insert

    columns = ("wave_id", *CellKey._fields, "count", "stated")
    alike = "", "", "open", False, Decimal(1), 0
    rng = np.random.default_rng(seed)
    cells = list(wave.frame.cells.values_list("service_id", "channel_id"))
    questions = wave.questionnaire.questions.filter(kind__in=SCORED).prefetch_related("channels")
    share, extra = divmod(answers, len(cells))
    sizes = share + (np.arange(len(cells)) < extra)
    best = np.clip(rng.normal(0.9, 0.05, len(cells)), 0.5, 0.995)[:, None]
    chances = np.hstack([(1 - best) * [0.2, 0.3, 0.5], best * [0.4, 0.6]])
    rows = 0
    for question in questions:
        counts = rng.multinomial(sizes, chances)
        asked = {channel.pk for channel in question.channels.all()}
        made = [
            (wave.pk, question.code, *cells[k], *alike, value, count, count)
            for k, histogram in enumerate(counts.tolist())
            if not asked or cells[k][1] in asked
            for value, count in enumerate(histogram, 1)
            if count
        ]
        with transaction.atomic():
            insert(TallyCell._meta.db_table, columns, made)
        rows += len(made)
    return rows


def make_answers(wave: Any, answers: int, *, seed: int = 2571) -> int:
    """Send so many complete answers through the door, each to the next cell of the frame. Returns
    how many are stored."""
    from responses.intake.door import Door, Submission
    from responses.models import Response
    from surveys.kinds import SCORED
    from surveys.models import Channel, Service

    rng = np.random.default_rng(seed)
    door, services, channels = Door(wave), Service.objects.in_bulk(), Channel.objects.in_bulk()
    cells = list(wave.frame.cells.values_list("service_id", "channel_id"))
    checked = []
    for k in range(answers):
        service, channel = cells[k % len(cells)]
        place = services[service], channels[channel]
        asked = [question.code for question in door.asked(*place) if question.kind in SCORED]
        given = dict(zip(asked, rng.integers(3, 6, len(asked)).tolist(), strict=True))
        source = Response.Source.SIMULATION
        submission = Submission(
            key=f"made:{k}", service=place[0], channel=place[1], answers=given, source=source
        )
        checked.append(door.check(submission))
    return sum(door.receive_many(checked[k : k + 500]) for k in range(0, answers, 500))


def in_own_folder(module: str) -> int:
    """Run a benchmark once more with this one's arguments and `--inside`, in a process of its own
    whose data lie in a folder of their own. Returns its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", module, "--inside", *sys.argv[1:]]
        environment = os.environ | {"DATA_DIR": folder, "LOG_LEVEL": "ERROR"}
        return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode
