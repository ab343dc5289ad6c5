"""An agency adds its own questions behind the core, and takes them back."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from surveys import clock
from surveys.models import AddOnUse, Question, Questionnaire, Wave
from surveys.waves import asked_add_ons, begin_asking


@transaction.atomic
def add(use: AddOnUse) -> AddOnUse:
    """Store the use; asked at once where its wave is open. Nothing that is measured changes: the
    core is asked first, as before. Raise ValidationError for what an add-on may not do."""
    wave = Wave.objects.select_for_update().get(pk=use.wave_id)
    use.save()
    if wave.state == Wave.State.OPEN:
        begin_asking([use])
    return use


@transaction.atomic
def stop(use: AddOnUse) -> AddOnUse:
    """Ask it no longer. What was answered stays; what devices have shown before is still taken.
    Raise ValidationError where the wave is not open."""
    wave = Wave.objects.select_for_update().get(pk=use.wave_id)
    use = AddOnUse.objects.get(pk=use.pk)
    if wave.state != Wave.State.OPEN:
        raise ValidationError(_("The wave is not open: nothing is asked."))
    if use.asked_until is None:
        use.asked_until = clock.now()
        use.save()
    return use


def every_question(wave: Wave) -> list[Question]:
    """All that the wave asks or has asked somebody: the core, then add-ons as they came."""
    whole = [wave.questionnaire]
    whole += dict.fromkeys(use.add_on for use in asked_add_ons(wave).select_related("add_on"))
    return [
        question
        for questionnaire in whole
        for question in questionnaire.questions.order_by("position", "code")
    ]


def core_before(questionnaire: Questionnaire) -> list[Questionnaire]:
    """The core that is asked before an add-on: where it is used, or else in the newest wave."""
    if not questionnaire.is_add_on:
        return []
    waves = Wave.objects.select_related("questionnaire").order_by("-starts_on", "-pk")
    used = waves.filter(add_on_uses__add_on=questionnaire.pk).first()
    wave = used or waves.exclude(state=Wave.State.PUBLISHED).first()
    return [wave.questionnaire] if wave else []
