"""A release holds what the public sees, follows from itself, and shows where it was changed."""

import csv
import json
import re
from io import StringIO
from random import Random
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command

from analytics.models import Computation, Score
from analytics.releases.bundle import Imprint, data_files, packed, sums_of
from analytics.releases.reading import Release, UnreadableError
from analytics.releases.recomputing.comparing import SCORES
from analytics.releases.recomputing.figures import recompute
from analytics.releases.signature import SUMS
from tests.releases import second_verifier

SEED = 2570


def parts_of(path) -> dict[str, bytes]:
    with ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def pack(parts, path, *, listed: bool):
    """A release of these parts; `listed`: whoever changed them has made their digests anew."""
    if listed:
        parts = parts | {SUMS: sums_of(parts).encode()}
    with ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return path


def rows_of(parts, table=SCORES) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(parts[table].decode())))


def one_digit_changed(row, random) -> tuple[str, dict[str, str]]:
    """In which field; an effective size of a mean follows from nothing else."""
    numbers = [k for k, v in row.items() if re.fullmatch(r"-?[\d.]+(e-?\d+)?", v)]
    if row["measure"] == "mean_percent":
        numbers = [name for name in numbers if name != "n_eff"]
    name = random.choice(numbers)
    at = random.choice([k for k, letter in enumerate(row[name]) if letter.isdigit()][:5])
    digit = random.choice([d for d in "0123456789" if d != row[name][at]])
    return name, row | {name: row[name][:at] + digit + row[name][at + 1 :]}


def with_rows(parts, rows, table=SCORES) -> dict[str, bytes]:
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return parts | {table: text.getvalue().encode()}


def places_of_differences(parts, rows, table, folder) -> set[tuple[str, str]]:
    """File and field of what is found where these are the rows of one table."""
    changed = with_rows(parts, rows, table)
    found = recompute(Release.read(pack(changed, folder / "changed.zip", listed=True)))
    return {(each.file, each.field) for each in found.differences}


def test_every_figure_follows_from_the_release_without_a_database(
    released, django_db_blocker, capsys
):
    with django_db_blocker.block():
        call_command("verify_release", released)
    assert "No difference" in capsys.readouterr().out
    checked = recompute(Release.read(released))
    assert checked.figures == Score.objects.filter(withheld=False).count()
    assert 0 < checked.estimates < checked.figures


def test_a_second_reader_agrees(released):
    assert list(second_verifier.faults(second_verifier.read(released))) == []


def test_a_wave_that_is_not_published_is_not_released(wave, answered, tmp_path):
    with pytest.raises(CommandError, match="not published"):
        call_command("release", wave.code, tmp_path / "release.zip")
    with pytest.raises(CommandError, match="no wave"):
        call_command("release", "NONE", tmp_path / "release.zip")
    assert not list(tmp_path.glob("*.zip"))


def test_of_a_suppressed_figure_only_its_place_is_given(released):
    rows = rows_of(parts_of(released))
    suppressed = [row for row in rows if row["suppressed"] == "true"]
    assert len(suppressed) == Score.objects.filter(withheld=True).count() > 0
    named = {"level", "agency", "service", "channel", "question", "measure", "suppressed"}
    assert all(not row[name] for row in suppressed for name in row.keys() - named)


def test_a_changed_digit_is_named(released, tmp_path):
    """Also where whoever changed it has made the digests anew. Only the digests find what nothing
    else in the release determines, as the effective size of a mean, or the error's last digits."""
    parts, random = parts_of(released), Random(SEED)
    rows = rows_of(parts)
    for attempt in range(150):
        position = random.choice([k for k, row in enumerate(rows) if row["suppressed"] == "false"])
        name, row = one_digit_changed(rows[position], random)
        if float(row[name]) == float(rows[position][name]):
            continue
        changed = with_rows(parts, [*rows[:position], row, *rows[position + 1 :]])
        what = f"seed {SEED}, {attempt}: row {position + 1}, {name}"
        unlisted = Release.read(pack(changed, tmp_path / "a.zip", listed=False))
        assert [each.file for each in unlisted.changed] == [SCORES], what
        listed = Release.read(pack(changed, tmp_path / "b.zip", listed=True))
        assert not listed.changed
        assert recompute(listed).differences, what


def test_an_added_row_is_named(released, tmp_path):
    """A figure twice, or of a domain that the frame does not know, would be believed beside the
    true one."""
    parts = parts_of(released)
    rows = rows_of(parts)
    agency = next(r for r in rows if r["level"] == "agency" and r["suppressed"] == "false")
    for added in (agency, agency | {"agency": "NONE"}, agency | {"level": "best"}):
        path = pack(with_rows(parts, [*rows, added]), tmp_path / "more.zip", listed=True)
        found = recompute(Release.read(path)).differences
        assert [(each.file, each.row) for each in found] == [(SCORES, len(rows) + 1)]


def test_the_command_says_where(released, tmp_path):
    parts = parts_of(released)
    rows = rows_of(parts)
    shares = [k for k, row in enumerate(rows) if row["measure"] == "top_two_box"]
    at = next(k for k in shares if rows[k]["suppressed"] == "false")
    rows[at]["low"] = "0.5"
    path = pack(with_rows(parts, rows), tmp_path / "changed.zip", listed=True)
    with pytest.raises(CommandError, match=rf"data/scores.csv, row {at + 1}, low: 0.5, but 0\.\d+"):
        call_command("verify_release", path)
    assert list(second_verifier.faults(second_verifier.read(path)))


@pytest.mark.parametrize("gone", ["wave.json", "datapackage.json", "data/frame.csv", SCORES])
def test_a_release_without_one_of_its_files_is_refused(released, tmp_path, gone):
    parts = {name: content for name, content in parts_of(released).items() if name != gone}
    with pytest.raises(CommandError):
        call_command("verify_release", pack(parts, tmp_path / "less.zip", listed=False))


def test_what_is_no_release_is_refused_in_words(released, tmp_path):
    path = tmp_path / "text.zip"
    path.write_text("no zip")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_release", path)
    with pytest.raises(CommandError, match="No such file"):
        call_command("verify_release", tmp_path / "none.zip")
    parts = parts_of(released)
    rows = rows_of(parts)
    rows[0]["n"] = "many"
    with pytest.raises(UnreadableError) as raised:
        Release.read(pack(with_rows(parts, rows), tmp_path / "bad.zip", listed=True))
    where = raised.value.difference
    assert (where.file, where.row, where.field, where.found) == (SCORES, 1, "n", "many")


def test_the_quality_report_is_in_it_no_more_exactly_than_its_page_shows(published, tmp_path):
    exact = {
        "coverage": {"coverage": 0.98765, "silent_cells": 3},
        "modes": [{"channel": "counter", "answers": 0.3333333}, {"channel": "x", "answers": None}],
    }
    Computation.objects.filter(wave=published).update(quality=exact)
    made = packed(published, data_files(published), Imprint(1, published.published_at))
    path = tmp_path / "release.zip"
    path.write_bytes(made)
    assert json.loads(parts_of(path)["quality.json"]) == {
        "coverage": {"coverage": 0.988, "silent_cells": 3},
        "modes": [{"channel": "counter", "answers": 0.333}, {"channel": "x", "answers": None}],
    }
    assert not Release.read(path).changed


def test_where_the_nation_is_suppressed_there_is_no_quality_report(published, released):
    assert published.computation.quality is None
    assert "quality.json" not in parts_of(released)


def test_the_description_says_what_each_column_holds(released):
    parts = parts_of(released)
    package = json.loads(parts["datapackage.json"])
    for resource in package["resources"]:
        header = parts[resource["path"]].decode().splitlines()[0].split(",")
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        assert resource["bytes"] == len(parts[resource["path"]])


def test_everybody_gets_the_release_of_a_published_wave(client, published, released):
    answer = client.get(f"/en/waves/{published.code}/release.zip")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == released.read_bytes()
    assert "release.zip" in client.get(f"/en/waves/{published.code}/").content.decode()


def test_nobody_gets_the_release_of_a_wave_that_runs(client, wave, answered, alice):
    client.force_login(alice)
    assert client.get(f"/en/waves/{wave.code}/release.zip").status_code == 404
