"""A release lists what is shown by service point, and shows where such a figure was changed."""

import csv
from io import StringIO
from random import Random

import pytest
from django.core.management import call_command

from analytics.models import Score
from analytics.releases.bundle import sums_of
from analytics.releases.reading import Release
from analytics.releases.recomputing.comparing import POINTS, SCORES
from analytics.releases.recomputing.figures import recompute
from analytics.releases.signature import SUMS
from analytics.scoring.publication import publish
from surveys.models import ServicePoint
from tests.closing import close_wave
from tests.releases import second_verifier
from tests.releases.test_release import (
    one_digit_changed,
    parts_of,
    places_of_differences,
    rows_of,
    with_rows,
)

SEED = 2570
CHANGES = 1_000


@pytest.fixture
def released(wave, answered, government, send, tmp_path):
    """Forty at Chatuchak, of whom few are satisfied; thirty at another; two at a third."""
    others = [
        ServicePoint.objects.create(agency=government.dlt, code=code, name_th=code, name_en=code)
        for code in ("bangna", "dindaeng")
    ]
    for point, number in ((government.chatuchak, 40), (others[0], 30), (others[1], 2)):
        for k in range(number):
            rating = 5 if k % 3 else 2
            send(government.licence, government.counter, rating, service_point=point)
    publish(close_wave(wave))
    path = tmp_path / "release.zip"
    call_command("release", "W1", path, stdout=StringIO())
    return path


def test_what_is_shown_by_service_point_is_in_the_release(released, capsys):
    rows = [row for row in rows_of(parts_of(released), POINTS) if row["measure"] == "top_two_box"]
    assert {row["service_point"]: (row["suppressed"], row["n"]) for row in rows} == {
        "chatuchak": ("false", "40"),
        "bangna": ("false", "30"),
        "dindaeng": ("true", ""),
    }
    [small] = [row for row in rows if row["suppressed"] == "true"]
    assert {name for name, value in small.items() if value} == {
        *("level", "agency", "service", "channel", "service_point"),
        *("name_th", "name_en", "question", "measure", "suppressed"),
    }
    call_command("verify_release", released)
    assert "No difference" in capsys.readouterr().out
    checked = recompute(Release.read(released))
    assert checked.figures == Score.objects.filter(withheld=False).count()


def test_the_other_table_ends_at_service_and_channel(released):
    scores = csv.DictReader(StringIO(parts_of(released)[SCORES].decode()))
    assert "service_point" not in {row["level"] for row in scores}


def test_without_service_points_there_is_no_such_file(wave, answered, tmp_path):
    publish(close_wave(wave))
    call_command("release", "W1", tmp_path / "release.zip", stdout=StringIO())
    assert POINTS not in parts_of(tmp_path / "release.zip")


def test_a_changed_digit_is_named(released, tmp_path):
    parts, random = parts_of(released), Random(SEED)
    rows = rows_of(parts, POINTS)
    for attempt in range(100):
        position = random.choice([k for k, row in enumerate(rows) if row["suppressed"] == "false"])
        name, row = one_digit_changed(rows[position], random)
        if float(row[name]) == float(rows[position][name]):
            continue
        found = places_of_differences(
            parts, [*rows[:position], row, *rows[position + 1 :]], POINTS, tmp_path
        )
        assert found, f"seed {SEED}, {attempt}: row {position + 1}, {name}"


def test_a_second_reader_names_each_changed_digit(released):
    """Also where whoever changed it has made the digests anew."""
    parts, random = parts_of(released), Random(SEED)
    rows = rows_of(parts, POINTS)
    shown = [k for k, row in enumerate(rows) if row["suppressed"] == "false"]
    assert list(second_verifier.faults(parts)) == []
    changed = 0
    while changed < CHANGES:
        position = random.choice(shown)
        name, row = one_digit_changed(rows[position], random)
        if float(row[name]) == float(rows[position][name]):
            continue
        changed += 1
        made = with_rows(parts, [*rows[:position], row, *rows[position + 1 :]], POINTS)
        found = list(second_verifier.faults(made | {SUMS: sums_of(made).encode()}))
        assert found, f"seed {SEED}, {changed}: row {position + 1}, {name}"
        assert all(fault.startswith("points, row ") for fault in found)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"channel": "e_service_2"}, "level"),
        ({"level": "service_channel"}, "level"),
        ({"official": "true"}, "official"),
        ({"evidence": "PROBABILITY"}, "evidence"),
        ({"outcome": "MET"}, "outcome"),
        ({"population": "9"}, "population"),
        ({"estimate": "1.5"}, "estimate"),
        ({"n": "4000"}, "n"),
    ],
)
def test_what_does_not_follow_is_named(released, tmp_path, change, field):
    parts = parts_of(released)
    rows = rows_of(parts, POINTS)
    [at] = [
        k
        for k, row in enumerate(rows)
        if (row["service_point"], row["measure"]) == ("bangna", "top_two_box")
    ]
    changed = [*rows[:at], rows[at] | change, *rows[at + 1 :]]
    assert (POINTS, field) in places_of_differences(parts, changed, POINTS, tmp_path)
    second = second_verifier.faults(with_rows(parts, changed, POINTS))
    assert any(fault.startswith(f"points, row {at + 1}, ") for fault in second)


def test_a_figure_stands_once(released, tmp_path):
    parts = parts_of(released)
    rows = rows_of(parts, POINTS)
    assert places_of_differences(parts, [*rows, rows[0]], POINTS, tmp_path) == {(POINTS, "level")}
    assert any(
        f"points, row {len(rows) + 1}, level" in fault
        for fault in second_verifier.faults(with_rows(parts, [*rows, rows[0]], POINTS))
    )
