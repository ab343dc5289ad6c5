"""Anybody can repeat a draw from its record, and notices whatever was changed."""

import copy
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from surveys.models import Encounter
from surveys.sampling.audit import is_public, record_of
from surveys.sampling.design import Design
from surveys.sampling.draws import close_list, make_draw
from tests.closing import close_wave
from tests.surveys.sampling import auditor
from tests.surveys.sampling.conftest import DAY

DESIGNS = [
    Design(allocation="rate", rate="0.1"),
    Design(allocation="per_cell", number=7, order="time"),
    Design(allocation="proportional", number=40, minimum=3, order="point_time"),
]


@pytest.fixture(params=DESIGNS, ids=lambda design: design.allocation)
def record(request, report, wave) -> dict:
    """The record of a draw by each design, of 200 encounters, some without a contact."""
    for day in range(10):
        report(10, time=DAY - timedelta(days=day), service_point="chatuchak" if day % 2 else "")
        report(8, time=DAY - timedelta(days=day), channel="e_service", begins=100)
    report(*({"encounter": f"none{k}", "service": "DOPA-1"} for k in range(5)))
    report(15, service="DOPA-1")
    make_draw(wave, request.param)
    closed = close_wave(wave)
    return json.loads("".join(record_of(closed.draws.get(number=1))))


def test_an_auditor_repeats_the_draw(record, wave):
    assert len(record["list"]) == 200
    assert auditor.faults(record, wave.draws.get(number=1).commitment) == []


def test_the_auditor_runs_alone(record, tmp_path):
    """With nothing but Python, outside the product."""
    (tmp_path / "record.json").write_text(json.dumps(record))
    program = [sys.executable, "-I", auditor.__file__]
    ran = subprocess.run(
        [*program, "record.json", record["commitment"]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stdout) == (0, "The draw is the one that was promised.\n")


def test_every_change_is_noticed(record):
    def changed(**changes):
        return auditor.faults(copy.deepcopy(record) | changes)

    rows = record["list"]
    swapped = copy.deepcopy(rows)
    first = next(row for row in swapped if row[5])
    other = next(row for row in swapped if row[3] and not row[5] and row[:2] == first[:2])
    first[5], other[5] = 0, 1
    assert changed(secret="00" * 32)
    assert changed(commitment="00" * 32)
    assert changed(list=swapped) == [f"{tuple(first[:2])}: others were drawn than the seed says"]
    assert changed(list=rows[1:])
    assert changed(list=[*rows, [*rows[0][:2], "x" * 43, 1, "", 0]])
    assert changed(design=record["design"] | {"minimum": 2})
    assert changed(public_value="123456")
    assert changed(draw=2)
    assert auditor.faults(record, "00" * 32)


def test_the_public_number_is_part_of_the_seed(report, wave):
    report(100)
    close_list(wave, DESIGNS[0], public_source="สลากกินแบ่งรัฐบาล รางวัลที่หนึ่ง")
    make_draw(wave, public_value="ก 820866")
    record = json.loads("".join(record_of(close_wave(wave).draws.get(number=1))))
    assert auditor.faults(record) == []
    assert auditor.faults(record | {"public_value": "820867"})


def test_the_record_names_no_number_and_no_address(record):
    text = json.dumps(record)
    assert "mail.example" not in text
    assert "none1" not in text


def test_nobody_gets_the_record_before_the_secret_is_told(report, wave):
    report(100)
    draw = make_draw(wave, DESIGNS[0])
    assert not is_public(draw)
    with pytest.raises(ValidationError, match="has not been revealed"):
        record_of(draw)


def test_a_record_with_days_is_for_the_auditor_alone(report, wave):
    report(100)
    make_draw(wave, DESIGNS[0])
    report(100, begins=500)
    make_draw(wave, DESIGNS[1])
    closed = close_wave(wave)
    assert [is_public(draw) for draw in closed.draws.all()] == [True, False, False]


def test_what_was_drawn_is_what_is_recorded(record):
    drawn = {row[2] for row in record["list"] if row[5]}
    assert drawn == set(Encounter.objects.filter(selected=True).values_list("key", flat=True))


def test_the_auditor_shares_no_code_with_the_product():
    source = Path(auditor.__file__).read_text()
    assert "surveys" not in source.replace("tests/surveys", "")
    imported = {
        line.split()[1] for line in source.splitlines() if line.startswith(("import", "from"))
    }
    assert imported <= sys.stdlib_module_names
