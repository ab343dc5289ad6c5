"""A small wave, from its opening to its publication, gives the figures that it always gave.

KEEP_FIGURES=1 writes them anew, for a change that is meant to change them.
"""

import json
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from analytics.counting import tally
from analytics.scoring.publication import publish
from responses.intake.door import Door, Submission, amend, count_again, erase, set_aside
from responses.ledger import checkpoints
from responses.models import Leaf, Response
from surveys import clock
from surveys.add_ons import add
from surveys.method import Method
from surveys.models import AddOnUse, Wave
from surveys.waves import open_wave
from tests.closing import close_wave
from tests.figures import differences, figures_of, seeded
from tests.first_edition import first_edition

KEPT = Path(__file__).with_name("golden") / "figures.json"
OPENED = datetime(2026, 10, 1, 1, 30, tzinfo=UTC)
ANSWERS = 700


def ask_an_add_on(wave, government, make_add_on):
    queue = make_add_on("QUEUE", government.dlt, "QUEUE_1")
    add(AddOnUse(wave=wave, agency=government.dlt, add_on=queue, channel=government.counter))


def answer(wave, government, choose: random.Random, number: int) -> Submission:
    """One of 700 answers: most about licences, few enough about taxes to be withheld."""
    service, channel = choose.choices(
        [
            (government.licence, government.counter),
            (government.licence, government.online),
            (government.tax, government.online),
            (government.id_card, government.counter),
        ],
        [60, 20, 1, 19],
    )[0]
    answers = {"OV": choose.choices(range(1, 6), [2, 2, 4, 40, 52])[0]}
    if choose.random() < 0.7:
        answers["P1"] = choose.choices(range(6), [1, 1, 2, 6, 40, 50])[0]
    if channel == government.counter and choose.random() < 0.5:
        answers["S1"] = choose.randint(3, 5)
    if (service, channel) == (government.licence, government.counter):
        answers["QUEUE_1"] = choose.randint(1, 5)
    if choose.random() < 0.2:
        answers |= {"D2": choose.choice("fm"), "D7": f"ความเห็นที่ {number}"}
    drawn = service == government.id_card and choose.random() < 0.5
    return Submission(
        key=f"figures-{number}",
        service=service,
        channel=channel,
        service_point=government.chatuchak if channel == government.counter else None,
        answers=answers,
        source=Response.Source.WEB,
        answered_at=OPENED + timedelta(minutes=choose.randrange(1, 50_000)),
        base_weight=Decimal(choose.choice(["1", "2.5"])) if drawn else Decimal(1),
        selection=Response.Selection.DRAWN if drawn else Response.Selection.OPEN,
        device="d" * 22 if number % 40 == 0 else "",
        seconds=choose.randrange(5, 200),
        language="th",
    )


def change_some(wave, choose: random.Random) -> None:
    responses = list(Response.objects.filter(wave=wave).order_by("submission_key"))
    picked = choose.sample(responses, 40)
    for response in picked[:12]:
        amend(response, {"P1": 3}, reason="completed")
    set_aside(wave, [response.pk for response in picked[8:30]], reason="screening")
    count_again(wave, [response.pk for response in picked[25:30]], reason="looked at")
    tally.fold(wave)
    for response in picked[28:36]:
        erase(response)


@pytest.fixture
def published(draft, government, make_add_on) -> Iterator[Wave]:
    with first_edition():
        yield publish_one(draft, government, make_add_on)


def publish_one(draft, government, make_add_on) -> Wave:
    choose = random.Random(2570)
    Wave.objects.filter(pk=draft.pk).update(method=Method(clusters="service_point_week").to_dict())
    with seeded("2570"):
        with clock.at(OPENED):
            wave = open_wave(Wave.objects.get(pk=draft.pk))
            ask_an_add_on(wave, government, make_add_on)
        with clock.at(OPENED + timedelta(days=40)):
            door = Door(wave)
            door.receive_many(
                [door.check(answer(wave, government, choose, k)) for k in range(ANSWERS)]
            )
            tally.fold(wave)
            checkpoints.keep(wave)
            change_some(wave, choose)
        with clock.at(OPENED + timedelta(days=400)):
            return publish(close_wave(wave))


def rounded(value):
    """Floats to ten digits: the last bits are those of a machine's own arithmetic."""
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return float(f"{value:.10g}") if isinstance(value, float) else value


def test_figures_stay(published):
    found = rounded(figures_of(published))
    # The digest of unrounded floats is held against themselves.
    assert found["seal"].pop("results") == found.pop("results")
    if os.environ.get("KEEP_FIGURES"):
        KEPT.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    assert list(differences(kept, found)) == []


def test_the_small_wave_has_what_may_go_wrong(published):
    """Otherwise the figures would stay whatever became of it."""
    found = figures_of(published)
    scores = found["scores"]
    assert {True, False} == {score["withheld"] for score in scores}
    assert len({score["verdict"] for score in scores}) > 1
    assert any(score.get("beside") for score in scores)
    assert found["add-ons"]
    logged = Leaf.objects.filter(wave=published)
    assert set(logged.values_list("disposition", flat=True)) == {"counted", "screened", "erased"}
    assert found["broken"] == []
    assert found["log"]["size"] > ANSWERS
