"""A wave fixes what it rests on, step by step."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from surveys import clock, waves
from surveys.models import Frame, FrameCell, FrozenError, Questionnaire, Wave
from surveys.waves import accepting_wave, broken_seals, open_wave, publish_wave
from tests.closing import close_wave


def test_opening_freezes_the_questionnaire(wave):
    question = wave.questionnaire.questions.first()
    question.text_en = "Were you delighted?"
    with pytest.raises(FrozenError):
        question.save()
    with pytest.raises(FrozenError):
        Questionnaire.objects.get().delete()


def test_the_declared_method_cannot_change_after_opening(wave):
    wave.method = wave.method | {"target": 0.5}
    with pytest.raises(FrozenError, match="method"):
        wave.save()


def test_the_declared_end_stays(wave):
    wave.ends_on = wave.ends_on.replace(year=2098)
    with pytest.raises(FrozenError):
        wave.save()


def test_nobody_closes_a_wave_at_a_lucky_moment(wave):
    with pytest.raises(ValidationError, match="luck"):
        waves.close_wave(wave)
    Wave.objects.update(ends_on="2026-12-31")
    with clock.at(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)):  # midnight in Thailand
        assert waves.close_wave(wave).state == "closed"


def test_two_open_waves_do_not_ask_about_the_same(wave):
    second = Wave.objects.get(pk=wave.pk)
    second.pk, second.code, second.state = None, "W2", Wave.State.DRAFT
    second.save()
    with pytest.raises(ValidationError, match="W1"):
        open_wave(second)
    close_wave(wave)
    assert open_wave(second).state == "open"


def test_the_frame_grows_until_the_wave_closes(wave, government):
    cell = wave.frame.cells.first()
    cell.encounters += 1
    cell.save()
    close_wave(wave)
    cell.encounters += 1
    with pytest.raises(FrozenError):
        cell.save()


def test_steps_come_in_order(draft):
    with pytest.raises(ValidationError):
        close_wave(draft)
    opened = open_wave(draft)
    with pytest.raises(ValidationError):
        open_wave(opened)
    with pytest.raises(ValidationError):
        publish_wave(opened, results=[])


def test_a_wave_without_an_overall_rating_does_not_open(draft):
    draft.questionnaire.questions.get(is_overall=True).delete()
    with pytest.raises(ValidationError, match="overall"):
        open_wave(draft)


def test_a_change_behind_the_back_breaks_the_seal_and_stops_publication(wave):
    closed = close_wave(wave)
    assert broken_seals(closed) == []
    FrameCell.objects.filter(frame=closed.frame).update(encounters=1)
    assert broken_seals(closed) == ["frame"]
    with pytest.raises(ValidationError, match="frame"):
        publish_wave(closed, results=[])


def test_an_opened_wave_is_not_deleted(wave):
    with pytest.raises(FrozenError):
        wave.delete()


def test_the_accepting_wave_counts_this_service_on_this_channel(wave, government):
    assert accepting_wave(government.licence, government.counter) == wave
    assert accepting_wave(government.tax, government.counter) is None


def test_what_is_added_to_another_frame_later_takes_no_answers_away(wave, government):
    frame = Frame.objects.create(code="F2", source="test")
    days = {"starts_on": wave.starts_on, "ends_on": wave.ends_on}
    place = {"service": government.tax, "channel": government.counter, "encounters": 1}
    frame.cells.create(**place, **days)
    later = Wave.objects.create(
        code="W2",
        title_th="อื่น",
        fiscal_year=2570,
        questionnaire=wave.questionnaire,
        frame=frame,
        **days,
    )
    open_wave(later)
    frame.cells.create(**{**place, "service": government.licence}, **days)
    assert accepting_wave(government.licence, government.counter) == wave


def test_no_wave_accepts_after_its_last_day(wave, government):
    Wave.objects.update(ends_on="2026-12-31")
    with clock.at(datetime(2026, 12, 31, 16, 59, tzinfo=UTC)):  # 23:59 in Thailand
        assert accepting_wave(government.licence, government.counter) == wave
    with clock.at(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)):  # midnight in Thailand
        assert accepting_wave(government.licence, government.counter) is None


def test_the_method_names_what_is_wrong_with_it(draft):
    for bad in ({"target": 1.5}, {"weighting": "guess"}, {"colour": "blue"}, {"level": "high"}):
        draft.method = {**draft.method, **bad}
        with pytest.raises(ValidationError):
            draft.full_clean()
        draft.refresh_from_db()


def test_the_declared_method_is_what_the_wave_declares_now(wave):
    before = wave.declared_method()
    assert wave.declared_method() is before
    wave.method["target"] = 0.75
    assert wave.declared_method().target == 0.75
    wave.method = wave.method | {"target": 0.8}
    assert wave.declared_method().target == 0.8
    assert before.target == 0.9
    wave.refresh_from_db()
    assert wave.declared_method() == before
