"""From a filled-in form to a response at the one door."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from responses.api.reading import Item
from responses.api.sending import Reason, Refused, locate, not_open
from responses.api.single import receive_one
from responses.intake.asking import asked_in
from responses.intake.door import Received
from responses.intake.doors import wave_called
from responses.models import Response
from responses.models.collecting_system import Sender
from responses.openrosa.forms import codes_in
from responses.openrosa.instance import Instance
from responses.openrosa.questions import END, POINT, START, node_names
from responses.openrosa.refusals import Refusal
from surveys.kinds import kind_of
from surveys.models import Question
from surveys.moments import parse_moment

STATUS = {
    Reason.INVALID: 400,
    Reason.NOT_ALLOWED: 403,
    Reason.NOT_OPEN: 409,
    Reason.KEY_USED: 409,
}


def receive(sender: Sender, instance: Instance) -> Received:
    """Store it once, however often it is sent. Raise Refusal."""
    codes = codes_in(instance.form_id)
    if codes is None:
        message = _("There is no form “%(form)s” here. Download the forms again.")
        raise Refusal(400, message % {"form": instance.form_id[:200]})
    questions: Sequence[Question] = ()
    try:
        wave_code, service, channel = codes
        item = Item(service=service, channel=channel, wave=wave_code, answers={})
        place = locate(sender, item)
        wave = wave_called(wave_code)
        if wave is None:
            raise not_open(item)
        # With what is asked no longer: a device away from the network has an older form.
        questions = asked_in(wave.pk, place.service, place.channel).taken
        _fill(item, instance, questions)
        return receive_one(sender, item, instance.instance_id, Response.Source.OPENROSA)
    except Refused as refused:
        raise Refusal(STATUS[refused.reason], _in_words(refused, questions)) from refused


def _fill(item: Item, instance: Instance, questions: Sequence[Question]) -> None:
    """What was sent, by the codes of the questions. Raise Refused for what no form has."""
    names = node_names(questions)
    by_name = {names[q.code]: q for q in questions if kind_of(q).in_form}
    for name, text in instance.values.items():
        if name == END:
            item.answered_at = _time(text)
        elif name == POINT:
            item.service_point = text
        elif name in by_name:
            if kind_of(by_name[name]).answered:
                item.answers[by_name[name].code] = text
        elif name != START:
            message = _("The form has no such question. Download it again.")
            raise Refused(Reason.INVALID, name, message)


def _time(text: str) -> datetime:
    try:
        return parse_moment(text, with_offset=True)
    except ValueError:
        message = _("A time with its offset, such as 2027-01-31T09:30:00+07:00.")
        raise Refused(Reason.INVALID, END, message) from None


def _in_words(refused: Refused, questions: Sequence[Question]) -> str:
    """Where it is wrong, in the words of the form, and how to fix it."""
    ((field, message),) = refused.errors.items()
    if refused.reason == Reason.KEY_USED:
        return _("This form has been sent before with other answers. Fill in a new one.")
    if refused.reason == Reason.NOT_OPEN or field == "answers":
        return message
    if field in (END, "answered_at"):
        mend = _("Set the clock of the device, open the form, save it and send it again.")
        return f"{_('time of the answer')}: {message} {mend}"
    texts = {f"answers.{q.code[:60]}": f"“{q.text}” ({q.code})" for q in questions}
    places = {"service": _("service"), "channel": _("channel"), "service_point": _("service point")}
    return f"{(texts | places).get(field, field)}: {message}"
