"""A release lists agencies by month, and shows where such a figure was changed."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from random import Random

import pytest
from django.core.management import call_command

from analytics.releases.bundle import sums_of
from analytics.releases.recomputing.comparing import MONTHS
from analytics.releases.signature import SUMS
from analytics.scoring.publication import publish
from surveys import clock
from surveys.models import Wave
from tests.closing import close_wave
from tests.releases import second_verifier
from tests.releases.test_release import (
    one_digit_changed,
    parts_of,
    places_of_differences,
    rows_of,
    with_rows,
)

SEED, CHANGES = 2570, 300


def on(day: date):
    return clock.at(datetime(day.year, day.month, day.day, 5, tzinfo=UTC))


@pytest.fixture
def released(wave, government, send, tmp_path):
    """Sixty-three answers in January and 42 in March, on two channels."""
    Wave.objects.filter(pk=wave.pk).update(starts_on=date(2030, 1, 1), ends_on=date(2030, 3, 31))
    wave.refresh_from_db()
    for first, number in (((1, 7), 63), ((3, 4), 42)):
        for k in range(number):
            with on(date(2030, *first) + timedelta(days=k % 14)):
                channel = government.counter if k % 2 else government.online
                send(government.licence, channel, 5 if k % 5 else 2)
    with on(date(2030, 4, 10)):
        publish(close_wave(wave))
        path = tmp_path / "release.zip"
        call_command("release", "W1", path, stdout=StringIO())
    return path


def test_what_is_shown_by_month_is_in_the_release_and_follows(released, capsys):
    rows = rows_of(parts_of(released), MONTHS)
    assert [(row["agency"], row["month"], row["n"], row["satisfied"]) for row in rows] == [
        ("DLT", "2030-01", "63", "50"),
        ("DLT", "2030-02", "0", "0"),
        ("DLT", "2030-03", "42", "33"),
    ]
    assert rows[1]["estimate"] == ""
    call_command("verify_release", released)
    assert "No difference" in capsys.readouterr().out


def test_where_none_can_be_shown_there_is_no_such_file(wave, answered, tmp_path):
    publish(close_wave(wave))
    call_command("release", "W1", tmp_path / "release.zip", stdout=StringIO())
    assert MONTHS not in parts_of(tmp_path / "release.zip")


def test_a_changed_digit_is_named(released, tmp_path):
    parts, random = parts_of(released), Random(SEED)
    rows = rows_of(parts, MONTHS)
    for attempt in range(60):
        position = random.choice([0, 2])
        name, row = one_digit_changed(rows[position] | {"measure": "top_two_box"}, random)
        del row["measure"]
        if float(row[name]) == float(rows[position][name]):
            continue
        found = places_of_differences(
            parts, [*rows[:position], row, *rows[position + 1 :]], MONTHS, tmp_path
        )
        assert found, f"seed {SEED}, {attempt}: row {position + 1}, {name}"


def test_a_second_reader_names_each_changed_digit(released):
    """Also where whoever changed it has made the digests anew."""
    parts, random = parts_of(released), Random(SEED)
    rows = rows_of(parts, MONTHS)
    assert list(second_verifier.faults(parts)) == []
    changed = 0
    while changed < CHANGES:
        position = random.choice([0, 2])
        name, row = one_digit_changed(rows[position] | {"measure": "top_two_box"}, random)
        del row["measure"]
        if float(row[name]) == float(rows[position][name]):
            continue
        changed += 1
        made = with_rows(parts, [*rows[:position], row, *rows[position + 1 :]], MONTHS)
        found = list(second_verifier.faults(made | {SUMS: sums_of(made).encode()}))
        assert found, f"seed {SEED}, {changed}: row {position + 1}, {name}"
        assert all(fault.startswith("months, row ") for fault in found)


@pytest.mark.parametrize(
    ("at", "change", "field"),
    [
        (0, {"agency": "DOPA"}, "agency"),
        (0, {"month": "2030-03"}, "month"),
        (0, {"question": "P1"}, "agency"),
        (2, {"question": "P1"}, "month"),
        (0, {"n": "64"}, "n"),
        (0, {"satisfied": "51"}, "satisfied"),
        (0, {"satisfied": "64"}, "satisfied"),
        (0, {"estimate": "0.9"}, "estimate"),
        (1, {"estimate": "0.9"}, "estimate"),
        (2, {"low": "0.5"}, "low"),
    ],
)
def test_what_does_not_follow_is_named(released, tmp_path, at, change, field):
    parts = parts_of(released)
    rows = rows_of(parts, MONTHS)
    rows[at] |= change
    assert (MONTHS, field) in places_of_differences(parts, rows, MONTHS, tmp_path)
    second = second_verifier.faults(with_rows(parts, rows, MONTHS))
    assert any(fault.startswith("months, row ") for fault in second)


def test_a_month_stands_once(released, tmp_path):
    parts = parts_of(released)
    rows = rows_of(parts, MONTHS)
    assert (MONTHS, "month") in places_of_differences(parts, [*rows, rows[0]], MONTHS, tmp_path)
