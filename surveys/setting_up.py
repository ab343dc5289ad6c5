"""A wave before it opens: made, given its questionnaire, its method declared. Each is on record."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from surveys.acts import record
from surveys.method import validate_method
from surveys.models import Act, Agency, CountedFromLog, Frame, Questionnaire, User, Wave
from surveys.sampling.counting import count_from_log
from surveys.sampling.planning import plan_draw


def newest_questionnaire() -> Questionnaire | None:
    """The core questionnaire that a new wave begins with."""
    return Questionnaire.objects.filter(is_add_on=False).order_by("-pk").first()


@transaction.atomic
def make_wave(wave: Wave) -> Wave:
    """Keep a new wave as a draft with a frame of its own, still empty. Raise ValidationError."""
    questionnaire = newest_questionnaire()
    if questionnaire is None:
        raise ValidationError(_("There is no questionnaire yet. Bring one in first."))
    wave.frame = Frame.objects.create(code=_free_code(wave.code))
    wave.questionnaire = questionnaire
    wave.full_clean()
    wave.save()
    return wave


def _free_code(code: str) -> str:
    """The wave's code for its frame, or that with a number where there is such a frame."""
    number, free = 1, code
    while Frame.objects.filter(code=free).exists():
        number += 1
        free = f"{code[:36]}-{number}"
    return free


@transaction.atomic
def choose_questionnaire(wave: Wave, questionnaire: Questionnaire, actor: User | None) -> None:
    """Raise ValidationError for a wave that has opened."""
    wave = draft(wave)
    wave.questionnaire = questionnaire
    wave.full_clean()
    wave.save()
    record(Act.What.QUESTIONS, wave, actor, questionnaire=str(questionnaire))


@transaction.atomic
def declare_method(wave: Wave, method: dict[str, Any], actor: User | None) -> None:
    """Raise ValidationError for what is no method, or a wave that has opened."""
    wave = draft(wave)
    validate_method(method)
    wave.method = method
    wave.save()
    record(Act.What.DECLARE, wave, actor)


def draft(wave: Wave) -> Wave:
    """The wave, locked. Raise ValidationError unless it is a draft."""
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if wave.state != Wave.State.DRAFT:
        raise ValidationError(
            _("Wave %(wave)s has opened: what it declared can no longer change.")
            % {"wave": wave.code}
        )
    return wave


@transaction.atomic
def count_what_agencies_report(wave: Wave, actor: User | None) -> int:
    """Count every agency of which the frame holds nothing from what it reports. A draw is planned
    with it, so that its secret is older than the reports. Returns how many agencies are counted so.
    """
    wave = draft(wave)
    plan_draw(wave)
    brought_in = wave.frame.cells.values("service__agency")
    serving = Agency.objects.filter(services__retired_on=None, services__isnull=False)
    without = serving.exclude(pk__in=brought_in).distinct()
    for agency in without:
        count_from_log(wave, agency)
    counted = CountedFromLog.objects.filter(wave=wave).count()
    record(Act.What.FRAME, wave, actor, counted=counted)
    return counted


@transaction.atomic
def empty_frame(wave: Wave, actor: User | None) -> None:
    """Forget all cells of a draft's frame, to bring them in anew."""
    wave = draft(wave)
    wave.frame.check_not_frozen()
    if Wave.objects.filter(frame=wave.frame_id).exclude(pk=wave.pk).exists():
        raise ValidationError(
            _("Frame %(frame)s serves another wave too. Give this wave a frame of its own.")
            % {"frame": wave.frame.code}
        )
    counted = CountedFromLog.objects.filter(wave=wave).values("agency")
    wave.frame.cells.exclude(service__agency__in=counted).delete()
    record(Act.What.FRAME, wave, actor, emptied=True)
