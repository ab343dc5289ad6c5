"""A wave opens, closes, is published; each step fixes more of what it rests on."""

import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from surveys import clock
from surveys.models import Channel, Frame, Questionnaire, Service, Wave

State = Wave.State
LATER_FIELDS = (
    "hint_th",
    "hint_en",
    "required",
    "may_not_apply",
    "group",
    "relevant",
    "constraint",
    "constraint_message_th",
    "constraint_message_en",
    "calculation",
)


def digest(content: Any) -> str:
    """SHA-256 of the content as canonical JSON."""
    text = json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()


def questionnaire_digest(questionnaire: Questionnaire) -> str:
    return digest(
        [
            {
                "code": question.code,
                "kind": question.kind,
                "overall": question.is_overall,
                "dimension": question.dimension.code if question.dimension else None,
                "th": question.text_th,
                "en": question.text_en,
                "choices": question.choices,
                "channels": sorted(channel.code for channel in question.channels.all()),
                # Only what is set, so that seals from before these fields stay as they are.
                **{name: value for name in LATER_FIELDS if (value := getattr(question, name))},
            }
            for question in questionnaire.questions.select_related("dimension")
            .prefetch_related("channels")
            .order_by("position", "code")
        ]
    )


def frame_digest(frame: Frame) -> str:
    cells = frame.cells.order_by("service__code", "channel__code", "starts_on")
    return digest(
        list(
            cells.values_list(
                "service__code", "channel__code", "starts_on", "ends_on", "encounters"
            )
        )
    )


def _move(wave: Wave, expected: State, to: State) -> Wave:
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if wave.state != expected:
        raise ValidationError(
            _("Wave %(wave)s is %(state)s; it must be %(expected)s for this step.")
            % {
                "wave": wave.code,
                "state": wave.get_state_display(),
                "expected": State(expected).label,
            }
        )
    wave.state = to
    return wave


@transaction.atomic
def open_wave(wave: Wave) -> Wave:
    """Begin to accept responses. The questionnaire and the method are fixed from here on.

    Raises ValidationError where the wave is not a draft or has no overall rating to judge by.
    """
    wave = _move(wave, State.DRAFT, State.OPEN)
    if not wave.questionnaire.questions.filter(is_overall=True, kind="rating").exists():
        raise ValidationError(_("The questionnaire has no overall rating."))
    Questionnaire.objects.filter(pk=wave.questionnaire_id, frozen_at=None).update(
        frozen_at=clock.now()
    )
    wave.opened_at = clock.now()
    wave.seal = {
        "questionnaire": questionnaire_digest(wave.questionnaire),
        "method": digest(wave.method),
    }
    wave.save()
    return wave


@transaction.atomic
def close_wave(wave: Wave) -> Wave:
    """Accept no more responses, and fix the frame."""
    wave = _move(wave, State.OPEN, State.CLOSED)
    Frame.objects.filter(pk=wave.frame_id, frozen_at=None).update(frozen_at=clock.now())
    wave.closed_at = clock.now()
    wave.seal |= {"frame": frame_digest(wave.frame)}
    wave.save()
    return wave


@transaction.atomic
def publish_wave(wave: Wave, *, results: Any) -> Wave:
    """Make the closed wave's figures public, under the digest of `results`."""
    wave = _move(wave, State.CLOSED, State.PUBLISHED)
    if broken := broken_seals(wave):
        raise ValidationError(
            _("Changed since the wave closed: %(parts)s") % {"parts": ", ".join(broken)}
        )
    wave.published_at = clock.now()
    wave.seal |= {"results": digest(results)}
    wave.save()
    return wave


def broken_seals(wave: Wave) -> list[str]:
    """The parts that no longer are what the wave sealed, whoever changed them."""
    current = {
        "questionnaire": questionnaire_digest(wave.questionnaire),
        "method": digest(wave.method),
        "frame": frame_digest(wave.frame),
    }
    return [part for part, now in current.items() if wave.seal.get(part) not in (None, now)]


def accepting_wave(service: Service, channel: Channel) -> Wave | None:
    """The open wave whose frame counts this service on this channel today."""
    today = clock.today()
    return (
        Wave.objects.filter(state=State.OPEN, starts_on__lte=today, ends_on__gte=today)
        .filter(
            models.Exists(
                Frame.objects.filter(
                    pk=models.OuterRef("frame_id"), cells__service=service, cells__channel=channel
                )
            )
        )
        .select_related("questionnaire")
        .order_by("-opened_at")
        .first()
    )
