"""An agency's own questions: behind the core, few, and nothing measured changes."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from surveys import clock
from surveys.add_ons import add, every_question, stop
from surveys.models import AddOnUse, FrozenError, Question, Questionnaire, Wave
from surveys.models.add_on import ADDED_QUESTIONS_LIMIT
from surveys.versions import new_version
from surveys.waves import broken_seals, open_wave, questionnaire_digest
from tests.closing import close_wave

pytestmark = pytest.mark.django_db


def refused(use: AddOnUse) -> str:
    before = AddOnUse.objects.count()
    with pytest.raises(ValidationError) as caught:
        add(use)
    assert AddOnUse.objects.count() == before
    return " ".join(caught.value.messages)


@pytest.fixture
def queue(make_add_on, government) -> Questionnaire:
    return make_add_on("QUEUE", government.dlt, "QUEUE_1", "QUEUE_2")


def of(wave, agency, add_on, **where) -> AddOnUse:
    return AddOnUse(wave=wave, agency=agency, add_on=add_on, **where)


def test_it_is_frozen_and_sealed_once_it_is_asked(draft, government, queue):
    use = add(of(draft, government.dlt, queue))
    assert use.asked_since is None
    assert queue.questions.create(code="QUEUE_3", text_th="ก", position=9)
    wave = open_wave(draft)
    use.refresh_from_db()
    assert use.asked_since
    assert use.digest == questionnaire_digest(queue)
    with pytest.raises(FrozenError):
        queue.questions.first().save()
    with pytest.raises(FrozenError):
        queue.save()
    assert broken_seals(wave) == []
    Question.objects.filter(code="QUEUE_1").update(text_th="อื่น")
    assert broken_seals(wave) == ["add-ons"]


def test_added_to_an_open_wave_it_is_frozen_at_once(wave, government, queue):
    sealed = dict(wave.seal)
    use = add(of(wave, government.dlt, queue))
    queue.refresh_from_db()
    assert queue.frozen_at
    assert use.asked_since
    wave.refresh_from_db()
    assert wave.seal == sealed  # what is measured is what it was


def test_the_closed_wave_keeps_what_was_asked(wave, government, queue):
    use = add(of(wave, government.dlt, queue))
    closed = close_wave(wave)
    assert set(closed.seal) == {"questionnaire", "method", "frame", "add-ons"}
    assert broken_seals(closed) == []
    AddOnUse.objects.filter(pk=use.pk).update(asked_until=clock.now())
    assert broken_seals(closed) == ["add-ons"]
    AddOnUse.objects.all().delete()
    assert broken_seals(closed) == ["add-ons"]


def test_seals_from_before_add_ons_hold(wave):
    closed = close_wave(wave)
    Wave.objects.update(seal={k: v for k, v in closed.seal.items() if k != "add-ons"})
    assert broken_seals(Wave.objects.get()) == []


def test_it_ends_and_does_not_change(wave, government, queue):
    use = add(of(wave, government.dlt, queue))
    use.channel = government.online
    with pytest.raises(FrozenError, match="can be ended"):
        use.save()
    with pytest.raises(FrozenError, match="stop asking"):
        AddOnUse.objects.get().delete()
    ended = stop(use)
    assert ended.asked_until
    assert stop(use).asked_until == ended.asked_until
    ended.asked_until += timedelta(days=1)
    with pytest.raises(FrozenError):
        ended.save()
    again = add(of(wave, government.dlt, queue, channel=government.counter))
    assert again.asked_until is None
    assert [q.code for q in every_question(wave)][-2:] == ["QUEUE_1", "QUEUE_2"]


def test_a_closed_wave_takes_none_and_ends_none(wave, government, queue):
    use = add(of(wave, government.dlt, queue, channel=government.counter))
    closed = close_wave(wave)
    with pytest.raises(ValidationError, match="has closed"):
        add(of(closed, government.dlt, queue, channel=government.online))
    with pytest.raises(ValidationError, match="not open"):
        stop(use)


def test_the_overall_rating_stands_in_the_core_alone(wave, government, make_add_on):
    add_on = make_add_on("X", government.dlt, "X_1")
    question = add_on.questions.get()
    question.is_overall = True
    with pytest.raises(ValidationError, match="core alone"):
        question.full_clean()
    question.save()  # behind the forms' backs
    assert "core alone" in refused(of(wave, government.dlt, add_on))


def test_codes_are_the_add_ons_own(wave, government, make_add_on):
    add_on = make_add_on("X", government.dlt, "Y_1")
    with pytest.raises(ValidationError, match="begins with X_"):
        add_on.questions.get().full_clean()
    assert "begins with X_, unlike: Y_1" in refused(of(wave, government.dlt, add_on))


def test_no_code_of_the_core_is_used_again(draft, government, make_add_on):
    draft.questionnaire.questions.create(code="X_1", text_th="ก", position=20)
    add_on = make_add_on("X", government.dlt, "X_1")
    assert "The core has a question with this code already: X_1" in refused(
        of(draft, government.dlt, add_on)
    )


def test_no_code_of_another_add_on_is_used_again(wave, government, make_add_on):
    add(of(wave, government.dlt, make_add_on("X", government.dlt, "X_Y_1")))
    other = make_add_on("X_Y", government.dopa, "X_Y_1")
    said = refused(of(wave, government.dopa, other))
    assert "X v1 has a question with this code already: X_Y_1" in said


def test_one_version_in_a_wave(wave, government, queue):
    stop(add(of(wave, government.dlt, queue)))
    later = new_version(queue)
    assert (later.is_add_on, later.owner) == (True, government.dlt)
    assert "QUEUE v1 is used in this wave already" in refused(of(wave, government.dlt, later))


def test_a_code_belongs_to_one_owner(government, queue):
    for taken in (
        Questionnaire(code="QUEUE", version=2, title_th="ก", is_add_on=True, owner=government.dopa),
        Questionnaire(code="QUEUE", version=2, title_th="ก", is_add_on=True),
        Questionnaire(code="QUEUE", version=2, title_th="ก"),
    ):
        with pytest.raises(ValidationError, match="in use"):
            taken.full_clean()
    Questionnaire(
        code="QUEUE", version=2, title_th="ก", is_add_on=True, owner=government.dlt
    ).full_clean()


def test_the_core_changed_meanwhile_is_looked_at_when_the_wave_opens(draft, government, queue):
    add(of(draft, government.dlt, queue))
    draft.questionnaire.questions.create(code="QUEUE_1", text_th="ก", position=20)
    with pytest.raises(ValidationError, match="already: QUEUE_1"):
        open_wave(draft)
    assert Wave.objects.get().state == "draft"


def test_conditions_look_at_the_core_and_never_back(draft, government, make_add_on):
    seen = make_add_on("X", government.dlt, "X_1", "X_2", relevant="${OV} <= 2 and ${X_1} > 1")
    add(of(draft, government.dlt, seen))
    other = make_add_on("Z", government.dlt, "Z_1", relevant="${X_1} = 1")
    assert "neither the core nor this add-on asks: X_1" in refused(of(draft, government.dlt, other))
    draft.questionnaire.questions.filter(code="P1").update(relevant="${X_1} = 1")
    with pytest.raises(ValidationError, match="No condition of the core may look at an add-on"):
        open_wave(draft)


def test_no_group_of_the_core_is_joined(draft, government, make_add_on):
    draft.questionnaire.questions.create(code="G", kind="group", position=20)
    add_on = make_add_on("X", government.dlt, "X_1", group="G")
    assert "This group is not in the add-on: G" in refused(of(draft, government.dlt, add_on))


def test_a_minute_is_short(wave, government, make_add_on):
    assert ADDED_QUESTIONS_LIMIT == 5
    six = make_add_on("X", government.dlt, *[f"X_{k}" for k in range(6)])
    assert "asks 6 questions; at most 5" in refused(of(wave, government.dlt, six))
    three = make_add_on("Y", government.dlt, *[f"Y_{k}" for k in range(3)])
    notes = make_add_on("N", government.dlt, "N_1", "N_2")
    notes.questions.create(code="N_note", kind="note", text_th="ก", position=9)
    add(of(wave, government.dlt, three, service=government.licence))
    add(of(wave, government.dlt, notes))
    more = make_add_on("Z", government.dlt, "Z_1")
    said = refused(of(wave, government.dlt, more))
    assert "With these 6 questions would be added" in said
    assert "Driving licence" in said
    add(of(wave, government.dlt, more, service=government.tax))
    # Asked on one channel alone, it is only there in the way.
    only = make_add_on("O", government.dlt, "O_1")
    only.questions.get().channels.add(government.online)
    assert "Agency e-service" in refused(of(wave, government.dlt, only))
    add(of(wave, government.dlt, only, channel=government.counter))
    # What the neighbour adds counts at the neighbour's.
    add(of(wave, government.dopa, make_add_on("D", government.dopa, *[f"D_{k}" for k in range(5)])))


def test_the_same_is_not_asked_twice(wave, government, queue):
    add(of(wave, government.dlt, queue, channel=government.counter))
    assert "asked already" in refused(of(wave, government.dlt, queue, service=government.licence))
    add(of(wave, government.dlt, queue, channel=government.online))


def test_a_neighbours_add_on_and_service_are_refused(wave, government, queue, make_add_on):
    assert "belongs to another agency" in refused(of(wave, government.dopa, queue))
    said = refused(of(wave, government.dlt, queue, service=government.id_card))
    assert "belongs to another agency" in said
    assert "no add-on" in refused(of(wave, government.dlt, wave.questionnaire))
    add(of(wave, government.dopa, make_add_on("ALL", None, "ALL_1")))
    add(of(wave, government.dlt, make_add_on("MINISTRY", government.transport, "MINISTRY_1")))
    assert "asks nothing" in refused(of(wave, government.dlt, make_add_on("NONE", government.dlt)))


def test_an_add_on_is_no_core(draft, government, queue):
    draft.questionnaire = queue
    with pytest.raises(ValidationError, match="cannot be the core"):
        draft.full_clean()
    queue.questions.update(is_overall=False)
    Question.objects.filter(code="QUEUE_1").update(is_overall=True)
    draft.save()
    with pytest.raises(ValidationError, match="cannot be the core"):
        open_wave(draft)
