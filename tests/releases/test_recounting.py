"""Published counts follow from the log, and one count more or less is found."""

import gzip
import json
import stat
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from responses.intake.door import erase
from responses.models import Response
from surveys.models import Act
from tests.releases.test_release import pack, parts_of, rows_of, with_rows


@pytest.fixture
def opened(released, published, tmp_path):
    path = tmp_path / "log.jsonl.gz"
    call_command("open_log", published.code, path, stdout=StringIO(), stderr=StringIO())
    return path


def recount(log, release) -> str:
    told = StringIO()
    call_command("recount", log, release, stdout=told)
    return told.getvalue()


def refused(log, release) -> str:
    told = StringIO()
    with pytest.raises(CommandError):
        call_command("recount", log, release, stdout=told)
    return told.getvalue()


def lines_of(path) -> list[dict]:
    with gzip.open(path, "rt") as file:
        return [json.loads(line) for line in file]


def with_lines(path, lines):
    with gzip.open(path, "wt") as file:
        file.writelines(f"{json.dumps(line)}\n" for line in lines)
    return path


def a_shown_cell(rows) -> dict[str, str]:
    return next(
        row
        for row in rows
        if (row["level"], row["measure"], row["suppressed"])
        == ("service_channel", "top_two_box", "false")
    )


def test_the_counts_are_those_of_the_log_without_a_database(opened, released, django_db_blocker):
    with django_db_blocker.block():
        said = recount(opened, released)
    assert "The published counts are those of the log." in said
    assert f"{Response.objects.count()} opened, 0 that count and cannot" in said


def test_it_is_for_its_owner_and_on_record(opened, published):
    assert stat.S_IMODE(opened.stat().st_mode) == 0o600
    act = Act.objects.filter(what=Act.What.EXPORT).latest("pk")
    assert act.detail["leaves"] == published.seal["log"]["size"]
    with pytest.raises(CommandError, match="exists"):
        call_command("open_log", published.code, opened)


@pytest.mark.parametrize("name", ["n", "estimate", "rated_5"])
def test_one_count_that_is_another_is_found(opened, released, tmp_path, name):
    parts = parts_of(released)
    rows = rows_of(parts)
    cell = a_shown_cell(rows)
    n, value = int(cell["n"]), float(cell[name] or 99)
    changed = value - 1 / n if name == "estimate" else int(value) + 1
    cell[name] = str(changed)
    path = pack(with_rows(parts, rows), tmp_path / "moved.zip", listed=True)
    where = f"{cell['service']} {cell['channel']}: {name} is published as {changed}"
    assert where in refused(opened, path)


def test_a_changed_a_lost_and_a_repeated_leaf_are_found(opened, released, tmp_path):
    head, *leaves = lines_of(opened)
    changed = [dict(line) for line in leaves]
    changed[2]["opening"] = changed[2]["opening"].replace("service", "sarvice", 1)
    path = with_lines(tmp_path / "odd.gz", [head, *changed])
    assert "leaf 2: " in (said := refused(path, released))
    assert "commits to something else" in said
    path = with_lines(tmp_path / "odd.gz", [head, *leaves[1:]])
    assert "was sealed" in refused(path, released)
    path = with_lines(tmp_path / "odd.gz", [head, *leaves, leaves[0]])
    assert "stands there twice" in refused(path, released)


def test_an_answer_erased_since_is_said_to_be_closed(released, published, tmp_path):
    erase(Response.objects.order_by("pk").first())
    path = tmp_path / "log.gz"
    call_command("open_log", published.code, path, stdout=StringIO(), stderr=StringIO())
    assert "1 that count and cannot be opened any more" in refused(path, released)


def test_what_is_no_opened_log_or_not_published_is_refused(released, tmp_path, wave):
    path = with_lines(tmp_path / "none.gz", [{"format": "x"}])
    with pytest.raises(CommandError, match="is no opened log"):
        call_command("recount", path, released)
    wave.seal = {}
    type(wave).objects.filter(pk=wave.pk).update(seal={})
    with pytest.raises(CommandError, match="not published"):
        call_command("open_log", wave.code, tmp_path / "log.gz")
