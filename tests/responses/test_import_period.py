"""A shipped mapping takes the period of its wave from the file, or as it is told."""

import pytest
from django.core.management import CommandError, call_command

from responses.models import Response
from surveys.models import Agency, Frame, Questionnaire, Wave

HEADER = (
    "row_id,created_date,closed_date,hours_open,district_code,district_th,district_en,intake,"
    "primary_type,types,has_after,reopen,star"
)
ROW = "T{k},{day},,,1046,เขตคลองสามวา,Khlong Sam Wa,กรุงเทพมหานคร,น้ำท่วม,น้ำท่วม,1,0,{star}"


@pytest.fixture
def bring(db, tmp_path, english):
    def run(*days, star=5, **options):
        path = tmp_path / "tickets.csv"
        rows = [ROW.format(k=k, day=day, star=star) for k, day in enumerate(days)]
        path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
        call_command(
            "import_responses",
            path,
            mapping="traffy",
            create=True,
            rejected=tmp_path / "r",
            **options,
        )

    return run


def test_the_next_years_file_makes_the_next_years_wave(bring):
    bring("2022-09-13", "2022-12-02")
    bring("2023-02-13", "2023-04-02")
    first, second = Wave.objects.order_by("starts_on")
    assert (first.code, second.code) == ("TRAFFY-2022", "TRAFFY-2023")
    assert first.title_th.endswith("กันยายน–ธันวาคม 2565")
    assert second.title_en.endswith("February to April 2023")
    assert [f"{day}" for day in (second.starts_on, second.ends_on)] == ["2023-02-01", "2023-04-30"]
    assert Response.objects.count() == 4


@pytest.mark.parametrize(
    ("days", "title"),
    [
        (("2023-02-13", "2023-02-14"), "กุมภาพันธ์ 2566"),
        (("2022-12-13", "2023-02-14"), "ธันวาคม 2565–กุมภาพันธ์ 2566"),
    ],
)
def test_a_title_names_the_months(bring, days, title):
    bring(*days)
    assert Wave.objects.get().title_th.endswith(title)


def test_the_period_and_the_title_can_be_said(bring):
    options = {"first": "1/10/2565", "last": "2023-09-30", "title": "ปี 2566", "wave": "BKK"}
    bring("2023-02-13", **options)
    wave = Wave.objects.get()
    assert (wave.code, wave.title_th, f"{wave.starts_on}") == ("BKK", "ปี 2566", "2022-10-01")
    with pytest.raises(CommandError, match="both ends"):
        bring("2023-02-13", first="2023-01-01")
    with pytest.raises(CommandError, match="is not a date"):
        bring("2023-02-13", first="soon")


def test_an_import_that_takes_no_row_makes_nothing(bring, tmp_path):
    with pytest.raises(CommandError, match="No row was accepted"):
        bring("2023-02-13", "2023-02-14", star=7)
    with pytest.raises(CommandError, match="No row was accepted"):
        bring("2019-02-13", first="2023-01-01", last="2023-12-31")
    for made in (Wave, Agency, Frame, Questionnaire):
        assert not made.objects.exists()
    assert "lies outside" in (tmp_path / "r").read_text(encoding="utf-8-sig")
