"""Months of an agency: which weeks they are made of, who sees them, and what does not follow."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import product
from random import Random
from types import SimpleNamespace
from unicodedata import normalize

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from analytics.counting import weeks
from analytics.counting.months import Month, month_of, months_of
from analytics.dashboards.months import as_months
from analytics.domains.partitions import Registry
from analytics.models import Computation, Score, WeekCount
from analytics.scoring.months import months_to_keep
from analytics.scoring.publication import publish, verify
from analytics.scoring.scores import compute_scores
from analytics.wording.months import months_chart
from surveys import clock
from surveys.models import Wave
from tests.agency_pages import agency_page
from tests.closing import close_wave

FIRST = date(2030, 1, 7)
"""A Monday."""
STARTS, ENDS = date(2030, 1, 1), date(2030, 12, 31)
OVER = SimpleNamespace(starts_on=STARTS, ends_on=ENDS, state="closed")


def rows(*came, skip=()):
    """A row for each week from FIRST on, of (rated, satisfied) that came in it."""
    found, rated, satisfied = [], 0, 0
    for number, (n, good) in enumerate(came):
        rated, satisfied = rated + n, satisfied + good
        if number not in skip:
            row = WeekCount(
                week=FIRST + timedelta(weeks=number),
                answers=rated,
                rated=rated,
                satisfied=satisfied,
                flagged=0,
            )
            row.__dict__["_state"].fields_cache["wave"] = OVER
            found.append(row)
    return found


def january(n, satisfied):
    return Month(date(2030, 1, 1), n, satisfied)


def test_a_month_is_the_weeks_that_have_most_days_in_it():
    found = months_of(rows((30, 28), (30, 27), (30, 26), (30, 25), (40, 39)))
    # The fourth week begins on Monday the 28th and has four days in January.
    assert found == [january(120, 106), Month(date(2030, 2, 1), 40, 39)]


@pytest.mark.parametrize(
    ("monday", "month"),
    [
        (date(2030, 4, 29), date(2030, 5, 1)),
        (date(2030, 1, 28), date(2030, 1, 1)),
        (date(2029, 12, 31), date(2030, 1, 1)),
        (date(2030, 12, 30), date(2030, 12, 1)),  # the wave ends on the Tuesday
    ],
)
def test_days_outside_the_wave_do_not_count(monday, month):
    assert month_of(monday, OVER) == month


def test_weeks_that_are_joined_stand_together_where_most_of_them_were_answered():
    # The 4th and 5th are one, of whom 18 came in February.
    found = months_of(rows((60, 50), (60, 50), (60, 50), (6, 6), (18, 9), (60, 50)))
    assert found == [january(180, 150), Month(date(2030, 2, 1), 84, 65)]


def test_where_too_many_would_stand_in_the_wrong_month_none_is_shown():
    # Eight of every two weeks: one of three hundred days is not what a month was.
    assert months_of(rows(*[(8, 7)] * 20)) == []
    assert months_of(rows((8, 7), (8, 7), (8, 7), (8, 7), (30, 20))) == []


def test_one_month_is_not_shown_by_month():
    assert months_of(rows((40, 30), (40, 30))) == []
    assert months_of([]) == []


def test_a_month_without_answers_is_told_from_one_with_too_few():
    full, nothing = (80, 70), (0, 0)
    silent = months_of(rows(*[full] * 4, *[nothing] * 4, *[full] * 4))
    assert silent[1] == Month(date(2030, 2, 1), 0, 0)
    few = months_of(rows(*[full] * 4, *[nothing] * 3, (4, 4), *[full] * 4))
    assert few[1] == Month(date(2030, 2, 1), None, None)
    assert few[2].rated == 324
    absent = months_of(rows(*[full] * 4, *[nothing] * 4, *[full] * 4, skip=range(4, 8)))
    assert absent == silent


def test_a_month_from_which_more_was_taken_than_it_had_is_not_shown():
    """As where screening sets aside what came weeks before."""
    assert months_of(rows((90, 80), (90, 80), (90, 80), (90, 80), (40, 30), (-50, 20))) == []


# What follows from them


@pytest.mark.parametrize("seed", range(200))
def test_no_month_ends_within_a_week_that_is_shown(seed):
    """Else the rest of the week would follow, which may be one answer. All are accounted for, so
    that nothing is left over from the agency's own figure either."""
    random = Random(seed)
    size = random.choice([5, 15, 40, 200])
    came = [(n := random.randint(0, size), random.randint(0, n)) for _week in range(30)]
    found = rows(*came, skip=[k for k in range(29) if random.random() < 0.1])
    months = months_of(found)
    shown = [(week.rated, week.satisfied) for week in weeks.weeks_of(found)]
    ends = {(sum(n for n, _s in shown[:k]), sum(s for _n, s in shown[:k])) for k in range(31)}
    rated = satisfied = 0
    for month in months:
        rated, satisfied = rated + (month.rated or 0), satisfied + (month.satisfied or 0)
        assert (rated, satisfied) in ends
        assert month.rated in (0, None) or month.rated >= 20
    assert not months or (rated, satisfied) == (found[-1].rated, found[-1].satisfied)


def test_a_weighted_month_would_tell_its_cells():
    """Why months are not weighted: of twelve answers in two cells, weighing 40 and 7 each, one
    share belongs to one way alone in which they were answered."""
    found = {}
    for n, good, other in product(range(13), repeat=3):
        if good <= n and other <= 12 - n:
            share = (40 * good + 7 * other) / (40 * n + 7 * (12 - n))
            found.setdefault(round(share, 12), set()).add((n, good, other))
    told = [ways for share, ways in found.items() if len(ways) == 1 and 0 < share < 1]
    assert len(told) > 200


# A wave that ran


def on(day: date):
    return clock.at(datetime(day.year, day.month, day.day, 5, tzinfo=UTC))


@pytest.fixture
def wave(wave) -> Wave:
    Wave.objects.filter(pk=wave.pk).update(starts_on=STARTS, ends_on=date(2030, 3, 31))
    wave.refresh_from_db()
    return wave


@pytest.fixture
def three_months(wave, government, send):
    """In three weeks of each 63 answers in January, 84 in February of whom half are satisfied, 66
    in March."""
    for first, satisfied, others in (((1, 7), 60, 3), ((2, 4), 42, 42), ((3, 4), 64, 2)):
        for k in range(satisfied + others):
            with on(date(2030, *first) + timedelta(days=k % 21)):
                send(government.licence, government.counter, 5 if k < satisfied else 2)
    return wave


def over():
    return on(date(2030, 4, 10))


@pytest.fixture
def published(three_months):
    with over():
        return publish(close_wave(three_months))


def kept(wave):
    return Computation.objects.get(wave=wave).months


def test_they_are_kept_once_the_wave_is_over_and_add_up_to_the_score(three_months):
    with over():
        compute_scores(three_months)
        assert kept(three_months) is None
        wave = publish(close_wave(three_months))
    months = kept(wave)["DLT"]
    assert months == [["2030-01-01", 63, 60], ["2030-02-01", 84, 42], ["2030-03-01", 66, 64]]
    score = Score.objects.get(level="agency", measure="top_two_box", is_overall=True)
    assert score.n == 63 + 84 + 66
    assert sum(score.distribution[3:]) == 60 + 42 + 64


def test_what_was_published_follows_again_and_a_change_is_found(published):
    with over():
        compute_scores(published)
    assert verify(published) == []
    months = kept(published)
    months["DLT"][0][2] -= 1
    Computation.objects.filter(wave=published).update(months=months)
    assert verify(published) == ["months"]


def test_a_watched_wave_is_no_different_and_its_last_week_takes_the_rest(wave, government, send):
    """What was seen while it ran and what the months say differ by steps of ten, to the end."""
    random, seen = Random(2570), []
    for number in range(90):
        with on(STARTS + timedelta(days=number)):
            for _k in range(random.randint(0, 5)):
                send(government.licence, government.counter, random.choice([2, 4, 5, 5]))
            compute_scores(wave)
            weeks.record(wave)
            stated = wave.scores.filter(level="agency", measure="top_two_box", is_overall=True)
            seen += stated.values_list("n", flat=True)
    with over():
        publish(close_wave(wave))
    months = kept(wave)["DLT"]
    total = Score.objects.get(level="agency", measure="top_two_box", is_overall=True).n
    assert sum(n for _first, n, _good in months) == total > max(seen)
    until = 0
    for _first, n, _good in months[:-1]:
        until += n
        assert until in seen
        assert all(abs(until - each) >= 10 or until == each for each in seen)


def test_where_other_answers_count_there_are_none(three_months):
    """As beside drawn answers that stand alone: then the open ones are noted and do not count."""
    with over():
        wave = close_wave(three_months)
        compute_scores(wave)
        assert kept(wave).keys() == {"DLT"}
        WeekCount.objects.filter(week__gte=date(2030, 3, 1)).update(rated=214)
        computed = list(wave.scores.all())
    assert months_to_keep(wave, computed, Registry()) == {}


def test_a_suppressed_agency_has_none(three_months, government, send):
    with on(date(2030, 2, 3)):
        send(government.id_card, government.counter, 5)
    with over():
        compute_scores(wave := close_wave(three_months))
    assert Score.objects.filter(agency=government.dopa, withheld=True).exists()
    assert "DOPA" not in kept(wave)


# Where they are shown


def section(html):
    found = html.split('data-figure="months"')
    return found[1].split("</section>")[0] if len(found) > 1 else ""


def rows_of(html):
    body = section(html).split("<tbody>")[1].split("</tbody>")[0].split("</tr>")
    plain = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body]
    return [normalize("NFKC", row) for row in plain if row]


def page_of(client, user=None):
    if user:
        client.force_login(user)
    return client.get(agency_page("W1", "DLT")).content.decode()


def test_the_page_draws_them_and_gives_the_same_as_a_table(client, published):
    html = page_of(client)
    table = rows_of(html)
    assert [row.split()[:2] for row in table] == [
        ["January", "2030"],
        ["February", "2030"],
        ["March", "2030"],
    ]
    shares = [round(100 * good / n, 1) for _first, n, good in kept(published)["DLT"]]
    assert [float(row.split()[2]) for row in table] == shares
    assert section(html).count("<circle") == 3
    assert "The months differ by more than chance explains" in section(html)
    assert f"{shares[1]}\xa0% (February 2030)" in section(html)
    assert "together 77.9" in normalize("NFKC", section(html))


def test_in_thai_they_have_thai_names_and_years(client, published):
    with translation.override("th"):
        html = client.get(agency_page("W1", "DLT")).content.decode()
    assert rows_of(html)[1].startswith("กุมภาพันธ์ 2573")
    assert "ม.ค.<b>2573</b>" in section(html)
    assert "<span>ก.พ.</span>" in section(html)


def test_the_data_behind_it(client, published):
    address = agency_page("W1", "DLT") + "&figure=months&as="
    lines = client.get(address + "csv").content.decode().splitlines()
    assert "February 2030" in "\n".join(lines)
    assert client.get(address + "svg").content.count(b"<circle") == 3


def test_before_publication_the_survey_office_alone_sees_them(client, three_months, alice, bob):
    with on(date(2030, 3, 30)):
        compute_scores(three_months)
        assert "Month by month" not in page_of(client, alice)
    with over():
        compute_scores(close_wave(three_months))
        assert 'data-figure="months"' in page_of(client, alice)
        assert "Month by month" not in page_of(Client(), bob)


def test_an_agency_that_cannot_be_shown_by_month_is_told_so(client, wave, government, send):
    for month, number in ((1, 30), (2, 4), (3, 12)):
        for k in range(number):
            with on(date(2030, month, 2 + k % 26)):
                send(government.licence, government.counter, 5 if k % 5 else 2)
    with over():
        publish(close_wave(wave))
    html = page_of(client)
    assert "Not shown by month" in html
    assert 'data-figure="months"' not in html


def test_nothing_is_said_of_a_wave_that_was_published_before(client, published):
    Computation.objects.update(months=None)
    assert "Month by month" not in page_of(client)
    assert "Not shown by month" not in page_of(client)


def chart(*months, n=200, size=200.0):
    score = SimpleNamespace(
        n=n,
        size=size,
        wave=SimpleNamespace(declared_method=lambda: SimpleNamespace(edition=2, level=0.95)),
    )
    named = [(f"2030-{k:02}-01", *each) for k, each in enumerate(months, start=1)]
    return months_chart(as_months(named, score), 0.9)


def test_months_are_said_to_differ_only_where_they_do():
    assert chart((100, 91), (100, 89)).verdict == "No evidence that the months differ."
    assert "from 70.0 % (February 2030) to 91.0 % (January" in chart((100, 91), (100, 70)).verdict
    assert "too much alike" in chart((100, 100), (100, 100)).verdict


def test_a_design_that_makes_answers_alike_widens_the_intervals():
    alone, clustered = chart((100, 90), (100, 80)), chart((100, 90), (100, 80), size=50.0)
    assert clustered.points[0].height > alone.points[0].height
    assert alone.points[0].month.interval.high < 0.95
    assert clustered.differ is False
    assert chart((100, 90), (100, 80), size=900.0).points[0].height == alone.points[0].height


def test_many_months_have_few_labels():
    found = chart(*[(100, 90)] * 12)
    assert [bool(point.label) for point in found.points] == [True, False, False] * 4
    assert [point.year for point in found.points if point.year] == ["2030"]
    assert len(found.shown) == 12
    assert "February 2030: 90.0 % (" in found.sentence


def test_a_month_that_is_not_shown_has_no_mark():
    found = chart((100, 90), (0, 0), (None, None), (100, 80))
    assert [point.month.first.month for point in found.shown] == [1, 4]
    assert found.together == 0.85


# Files and programs


def test_files_have_them_beside_the_figures(client, published):
    address = reverse("analytics:agency_file", args=["DLT", "json"])
    rows = client.get(address, {"wave": "W1"}).json()["figures"]
    found = [row for row in rows if row["level"] == "month"]
    assert [(row["month"], row["n"]) for row in found] == [
        ("2030-01", 63),
        ("2030-02", 84),
        ("2030-03", 66),
    ]
    assert found[1]["estimate"] == 0.5
    assert found[1]["low"] < 0.5 < found[1]["high"]
    assert {(row["verdict"], row["official"], row["suppressed"]) for row in found} == {
        ("", False, False)
    }
    assert {row["month"] for row in rows if row["level"] != "month"} == {""}
    lines = client.get(address.replace("json", "csv"), {"wave": "W1"}).content.decode()
    assert lines.count(",month,DLT,") == 3


def test_a_month_that_is_not_shown_has_no_number_in_files_and_programs(client, published):
    months = [["2030-01-01", 63, 60], ["2030-02-01", None, None], ["2030-03-01", 0, 0]]
    Computation.objects.update(months={"DLT": months})
    address = reverse("analytics:agency_file", args=["DLT", "json"])
    rows = client.get(address, {"wave": "W1"}).json()["figures"]
    told = [(r["n"], r["estimate"], r["suppressed"]) for r in rows if r["level"] == "month"]
    assert told[1:] == [("", "", True), (0, "", False)]
    rows = client.get("/api/v1/waves/W1/months/").json()["results"]
    assert [(row["n"], row["satisfied"], row["estimate"]) for row in rows[1:]] == [
        (None, None, None),
        (0, 0, None),
    ]


def test_programs_ask_for_all_agencies(client, published, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        rows = client.get("/api/v1/waves/W1/months/").json()["results"]
    assert [(row["agency"], row["month"], row["n"], row["satisfied"]) for row in rows] == [
        ("DLT", "2030-01", 63, 60),
        ("DLT", "2030-02", 84, 42),
        ("DLT", "2030-03", 66, 64),
    ]
    assert rows[1]["estimate"] == 0.5
    assert rows[1]["low"] < 0.5 < rows[1]["high"]


def test_before_publication_programs_of_an_agency_get_none(client, three_months, alice, bob):
    with over():
        compute_scores(close_wave(three_months))
        for user, number in ((alice, 3), (bob, 0)):
            client.force_login(user)
            assert len(client.get("/api/v1/waves/W1/months/").json()["results"]) == number
