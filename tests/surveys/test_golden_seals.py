"""The seals of a wave, held against those that another program made from docs/seals.md."""

import json
from datetime import date, datetime
from hashlib import sha256

import pytest

from surveys.models import (
    AddOnUse,
    Agency,
    Channel,
    Dimension,
    Frame,
    Questionnaire,
    Recording,
    Service,
    Wave,
)
from surveys.recordings import keep_recording
from surveys.waves import (
    add_ons_digest,
    begin_asking,
    broken_seals,
    digest,
    frame_digest,
    open_wave,
    publish_wave,
    questionnaire_digest,
)
from tests.closing import close_wave
from tests.first_edition import first_edition
from tests.golden import seals

GOLDEN = json.loads(seals.KEPT.read_text(encoding="utf-8"))
GIVEN, DIGESTS = GOLDEN["given"], GOLDEN["digests"]


@pytest.fixture(autouse=True)
def as_declared_then():
    """The second edition added entries to the method; the document seals one without."""
    with first_edition():
        yield


def test_the_other_program_still_makes_what_is_kept():
    assert seals.written() == seals.KEPT.read_text(encoding="utf-8")


def ask(questionnaire: Questionnaire, questions: list[dict]) -> Questionnaire:
    for question in questions:
        dimension = question["dimension"]
        made = questionnaire.questions.create(
            code=question["code"],
            kind=question["kind"],
            is_overall=question["overall"],
            position=question["position"],
            dimension=Dimension.objects.get_or_create(code=dimension)[0] if dimension else None,
            text_th=question["th"],
            text_en=question["en"],
            choices=question["choices"],
            **question.get("later", {}),
        )
        made.channels.set(Channel.objects.filter(code__in=question["channels"]))
    return questionnaire


@pytest.fixture
def core(government) -> Questionnaire:
    return ask(Questionnaire.objects.create(code="G", title_th="ก"), GIVEN["questions"])


@pytest.fixture
def frame(government) -> Frame:
    frame = Frame.objects.create(code="G", source="test")
    for service, channel, first, last, encounters in GIVEN["frame"]:
        frame.cells.create(
            service=Service.objects.get(code=service),
            channel=Channel.objects.get(code=channel),
            starts_on=date.fromisoformat(first),
            ends_on=date.fromisoformat(last),
            encounters=encounters,
        )
    return frame


@pytest.fixture
def sealed(core, frame) -> Wave:
    """An open wave over them that has asked the add-ons."""
    wave = open_wave(
        Wave.objects.create(
            code="G1",
            title_th="ก",
            fiscal_year=2570,
            starts_on=date(2026, 10, 1),
            ends_on=date(2099, 9, 30),
            questionnaire=core,
            frame=frame,
            method=GIVEN["method"],
        )
    )
    added = Questionnaire.objects.create(code="Q", title_th="ค", is_add_on=True)
    ask(added, GIVEN["added"])
    for use in GIVEN["uses"]:
        made = AddOnUse.objects.create(
            wave=wave,
            agency=Agency.objects.get(code=use["agency"]),
            add_on=added,
            service=Service.objects.filter(code=use["service"]).first(),
            channel=Channel.objects.filter(code=use["channel"]).first(),
        )
        begin_asking([made])
        assert made.digest == DIGESTS["added"]
        moments = {
            f"asked_{name}": datetime.fromisoformat(use[name])
            for name in ("since", "until")
            if use[name]
        }
        AddOnUse.objects.filter(pk=made.pk).update(**moments)
    return wave


def test_a_questionnaire(core):
    assert questionnaire_digest(core) == DIGESTS["questionnaire"]


def test_a_questionnaire_that_can_be_heard(core):
    sound = b"OggS and what follows"
    keep_recording(Recording(questionnaire=core, language="th"), sound)
    recordings = {"recordings": {"th": sha256(sound).hexdigest()}}
    heard = [
        question | {"later": question.get("later", {}) | recordings}
        if question["overall"]
        else question
        for question in GIVEN["questions"]
    ]
    assert questionnaire_digest(core) == seals.digest(seals.questionnaire(heard))


def test_a_frame(frame):
    assert frame_digest(frame) == DIGESTS["frame"]


def test_plain_content():
    assert digest(GIVEN["method"]) == DIGESTS["method"]
    assert digest(GIVEN["results"]) == DIGESTS["results"]


def test_the_add_ons_of_a_wave(sealed):
    assert add_ons_digest(sealed) == DIGESTS["add-ons"]


def test_a_wave_without_add_ons(wave):
    assert add_ons_digest(wave) == DIGESTS["no add-ons"]


def test_each_step_seals_its_parts(sealed):
    opened = {part: DIGESTS[part] for part in ("questionnaire", "method")}
    assert sealed.seal == opened
    closed = close_wave(sealed)
    assert closed.seal == opened | {part: DIGESTS[part] for part in ("frame", "add-ons")}
    log = {"size": 0, "root": "00", "at": "2026-10-01T00:00:00+00:00"}
    published = publish_wave(closed, results=GIVEN["results"], log=log)
    assert published.seal == closed.seal | {"results": DIGESTS["results"], "log": log}


@pytest.mark.parametrize("part", ["questionnaire", "method", "frame", "add-ons", "tokens"])
def test_each_part_that_no_longer_is_what_was_sealed_is_named(sealed, part):
    closed = close_wave(sealed)
    assert broken_seals(closed) == []
    closed.seal = closed.seal | {part: DIGESTS["results"]}
    assert broken_seals(closed) == [part]


def test_an_add_on_that_was_changed_while_it_was_asked_breaks_the_seal(sealed):
    AddOnUse.objects.filter(wave=sealed).order_by("pk").last().add_on.questions.update(text_th="อื่น")
    assert "add-ons" not in sealed.seal
    assert broken_seals(sealed) == ["add-ons"]
    assert broken_seals(close_wave(sealed)) == ["add-ons"]


def test_add_ons_that_break_the_seal_in_two_ways_are_named_once(sealed):
    closed = close_wave(sealed)
    closed.seal = closed.seal | {"add-ons": DIGESTS["results"]}
    AddOnUse.objects.filter(wave=sealed).update(digest=DIGESTS["results"])
    assert broken_seals(closed) == ["add-ons"]


def test_words_in_further_languages_are_sealed_where_there_are_any(core):
    before = questionnaire_digest(core)
    first = core.questions.order_by("position").first()
    core.questions.filter(pk=first.pk).update(translations={"ms": {"text": "Langkah"}})
    assert questionnaire_digest(core) != before
