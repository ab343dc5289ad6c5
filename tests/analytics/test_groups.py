"""The national share by what citizens said of themselves, and raked to declared margins."""

from itertools import count, cycle
from random import Random

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from analytics.estimation.calibration import calibrate_raking
from analytics.estimation.design import SurveyDesign
from analytics.estimation.estimates import mean
from analytics.estimation.official import Edition, Rule
from analytics.models import Computation
from analytics.scoring.publication import publish
from analytics.scoring.scores import compute_scores
from responses.models import Response
from surveys import clock
from surveys.margins import read_margins
from surveys.models import Question, Wave
from surveys.waves import open_wave
from tests.closing import close_wave

SEED = 20261128
AGES = [
    {"code": "young", "th": "ต่ำกว่า 30", "en": "under 30"},
    {"code": "middle", "th": "30–59", "en": "30 to 59"},
    {"code": "old", "th": "60 ขึ้นไป", "en": "60 and over"},
]
MARGINS = {"AGE": {"young": 0.5, "middle": 0.25, "old": 0.25}}


@pytest.fixture
def grouped(draft):
    """The draft with a question on age and margins, before it opens."""
    Question.objects.create(
        questionnaire=draft.questionnaire,
        code="AGE",
        kind="single",
        text_th="อายุ",
        text_en="Age",
        choices=AGES,
        position=90,
    )
    Wave.objects.filter(pk=draft.pk).update(
        method=draft.method | {"groups": ["AGE"], "margins": MARGINS}
    )
    draft.refresh_from_db()
    return draft


@pytest.fixture
def people(government):
    """(service, channel, rating, age): the old are more satisfied than others; some say nothing."""
    random = Random(SEED)
    places = cycle(
        [(government.licence, government.counter)] * 2 + [(government.id_card, government.counter)]
    )
    liking = {"young": 0.6, "middle": 0.8, "old": 0.95, "": 0.8}
    ages = ["young"] * 40 + ["middle"] * 60 + ["old"] * 80 + [""] * 20
    return [(*next(places), 5 if random.random() < liking[age] else 2, age) for age in ages]


def answer(send, people):
    for service, channel, rating, age in people:
        send(service, channel, rating, **({"AGE": age} if age else {}))


def figures(wave) -> dict:
    return Computation.objects.get(wave=wave).groups


def by_answer(wave) -> dict:
    return {row["answer"]: row for row in figures(wave)["questions"][0]["rows"]}


def test_each_group_has_the_share_of_its_weighted_answers(grouped, people, send, government):
    answer(send, people)
    wave = Wave.objects.get()
    compute_scores(wave)
    assert figures(wave) is None  # open: ratings do not arrive one by one, here neither
    compute_scores(close_wave(wave))
    # Frame: 4,000 and 1,000 + 3,000 elsewhere unanswered, 2,000 for ID cards.
    met = {s: sum(1 for p in people if p[0] == s) for s in (government.licence, government.id_card)}
    weight = {
        government.licence: 4000 / met[government.licence],
        government.id_card: 2000 / met[government.id_card],
    }
    (age,) = figures(wave)["questions"]
    assert age["question"] == "AGE"
    assert not [row for row in age["rows"] if row["suppressed"]], age
    for row in age["rows"]:
        own = [(weight[s], rating >= 4) for s, _c, rating, said in people if said == row["answer"]]
        share = sum(w * ok for w, ok in own) / sum(w for w, _ok in own)
        assert row["estimate"] == pytest.approx(share)
        assert row["n"] == len(own)
        assert row["low"] < share < row["high"]


def test_with_supplied_weights_the_raked_share_is_that_of_iterative_fitting(grouped, people, send):
    Wave.objects.update(method=grouped.method | {"weighting": "supplied", "clusters": "supplied"})
    units = count()
    random = Random(SEED)
    rows = []
    for service, channel, rating, age in people:
        number, weight = next(units), random.choice([1, 2, 5])
        rows.append((weight, number % 4, number % 20, rating >= 4, age))
        send(
            service, channel, rating, base_weight=weight,
            sampling_unit=f"{number % 4}\x1f{number % 20}", **({"AGE": age} if age else {}),
        )  # fmt: skip
    wave = Wave.objects.get()
    compute_scores(close_wave(wave))
    weight, stratum, psu, satisfied, age = map(np.array, zip(*rows, strict=True))
    raked = weight.astype(float)
    whole = weight[age != ""].sum()
    for code, share in MARGINS["AGE"].items():  # one margin: one step fits it
        raked[age == code] *= share * whole / weight[age == code].sum()
    found = figures(wave)["raked"]
    assert found["estimate"] == pytest.approx((raked * satisfied).sum() / raked.sum(), abs=1e-9)
    design = SurveyDesign.sample(len(raked), weights=weight, strata=stratum, units=[psu])
    member = np.column_stack([age == code for code in MARGINS["AGE"]]).astype(float)
    fitted, _ratios = calibrate_raking(design, member, whole * np.array([*MARGINS["AGE"].values()]))
    assert found["se"] == pytest.approx(mean(fitted, satisfied).se, abs=1e-9)
    assert Computation.objects.get().groups["questions"][0]["rows"][0]["n"] == 40


def test_small_groups_are_suppressed_with_what_gives_them_away(grouped, send, government):
    for age, number in (("young", 4), ("middle", 12), ("old", 60)):
        for k in range(number):
            send(government.licence, government.counter, 5 if k % 3 else 2, AGE=age)
    wave = Wave.objects.get()
    compute_scores(close_wave(wave))
    rows = by_answer(wave)
    assert rows["young"] == {"answer": "young", "suppressed": True}
    assert rows["middle"] == {"answer": "middle", "suppressed": True}
    assert rows["old"]["n"] == 60


def test_a_few_who_said_nothing_are_not_told_by_subtraction(grouped, send, government):
    for k in range(64):
        said = {"AGE": "old"} if k % 16 else {}
        send(government.licence, government.counter, 5 if k % 3 else 2, **said)
    wave = Wave.objects.get()
    compute_scores(close_wave(wave))
    assert [row["suppressed"] for row in by_answer(wave).values()] == [False, False, True, True]


def test_a_single_group_beside_a_small_one_is_suppressed_with_it(grouped, send, government):
    for k in range(60):
        send(government.licence, government.counter, 5 if k % 3 else 2, AGE="old")
    for _k in range(4):
        send(government.licence, government.counter, 5, AGE="young")
    wave = Wave.objects.get()
    compute_scores(close_wave(wave))
    rows = by_answer(wave)
    assert rows["young"]["suppressed"]
    assert rows["old"]["suppressed"]
    assert rows["middle"] == {"answer": "middle", "suppressed": False, "n": 0}


def test_margins_of_a_group_that_nobody_is_in_give_no_raked_share(grouped, send, government):
    for k in range(40):
        send(government.licence, government.counter, 5, AGE=("old", "young")[k % 2])
    compute_scores(close_wave(Wave.objects.get()))
    assert Computation.objects.get().groups["raked"] is None


def test_the_page_shows_them_in_both_languages_and_keeps_them(
    grouped, people, send, client, capsys
):
    answer(send, people)
    closed = close_wave(Wave.objects.get())
    compute_scores(closed)
    call_command("compute_scores", "W1")
    assert "AGE old: " in capsys.readouterr().out
    published = publish(closed)
    before = figures(published)
    page = client.get("/en/waves/W1/").content.decode()
    assert "By what citizens said of themselves" in page
    assert "60 and over" in page
    assert "raked to the declared margins" in page
    assert "60 ขึ้นไป" in client.get("/th/waves/W1/").content.decode()
    Response.objects.all().update(answers={})
    Wave.objects.update(answers_deleted_at=clock.now())
    compute_scores(Wave.objects.get())
    assert figures(published) == before


def test_a_wave_without_groups_has_none(wave, answered, client):
    compute_scores(close_wave(wave))
    assert figures(wave) is None
    assert "groups" not in wave.method


@pytest.mark.parametrize(
    ("groups", "margins", "says"),
    [
        (["OV"], {}, "no question of one choice"),
        (["NOT"], {}, "no question of one choice"),
        (["AGE"], {"AGE": {"young": 0.5, "old": 0.5}}, "differ: middle"),
        (["AGE"], {"AGE": {"young": 0.5, "middle": 0.2, "old": 0.2}}, "add up to 0.9"),
        (["AGE"], {"AGE": {"young": -1, "middle": 1, "old": 1}}, "0 or more"),
        ([], MARGINS, "no question that figures are shown by"),
        (["AGE"], {"AGE": [1]}, "each answer of a question its share"),
    ],
)
def test_what_cannot_be_is_refused_before_the_wave_opens(grouped, groups, margins, says):
    Wave.objects.update(method=grouped.method | {"groups": groups, "margins": margins})
    with pytest.raises(ValidationError, match=says):
        open_wave(grouped)


def test_a_file_of_margins_is_read_in_shares_or_in_people():
    text = 'question,answer,share\nAGE,young,"20,000"\nAGE,old,60000\n'
    assert read_margins(text.encode("utf-8-sig")) == {"AGE": {"young": 0.25, "old": 0.75}}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"question,answer\nAGE,young\n", "lacks the column: share"),
        (b"question,answer,share\nAGE,young,many\nAGE,old,1\n", "row 2"),
        (b"question,answer,share\nAGE,young,1\nAGE,young,1\n", "row 3: young is given twice"),
        (b"question,answer,share\n,young,1\n", "row 2"),
        (b"\xff\xfe\x00", "not a CSV file"),
        (b"x" * 100_001, "larger than"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_with_the_row(content, says):
    with pytest.raises(ValidationError, match=says):
        read_margins(content)


def test_the_interval_is_the_official_one(grouped, send, government):
    for k in range(50):
        send(government.licence, government.counter, 2 if k % 10 == 0 else 5, AGE="old")
    compute_scores(close_wave(Wave.objects.get()))
    (row,) = (r for r in Computation.objects.get().groups["questions"][0]["rows"] if r.get("n"))
    interval = Rule(Edition.SECOND).interval_at(0.9, 50)
    # In one cell n/(n − 1) and Student's factor make it a little wider than 50 answers would.
    assert 0 < interval.low - row["low"] < 0.02
