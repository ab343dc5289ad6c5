"""A wave opens, closes, is published; each step fixes more of what it rests on."""

import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from surveys import clock
from surveys.models import Channel, Frame, FrameCell, Questionnaire, Service, Wave
from surveys.sampling.ending import end_invitations

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
    _refuse_second_claim(wave)
    wave.opened_at = clock.now()
    wave.seal = {
        "questionnaire": questionnaire_digest(wave.questionnaire),
        "method": digest(wave.method),
    }
    wave.save()
    return wave


def _refuse_second_claim(wave: Wave) -> None:
    """One answer belongs to one wave: no two open waves ask about the same service on the same
    channel at the same time."""
    others = Wave.objects.filter(
        state=State.OPEN, starts_on__lte=wave.ends_on, ends_on__gte=wave.starts_on
    ).exclude(pk=wave.pk)
    for other in others.select_related("frame"):
        shared = FrameCell.objects.filter(frame=other.frame_id).filter(
            models.Exists(
                FrameCell.objects.filter(
                    frame=wave.frame_id,
                    service=models.OuterRef("service"),
                    channel=models.OuterRef("channel"),
                )
            )
        )
        if cell := shared.select_related("service", "channel").first():
            raise ValidationError(
                _("Wave %(other)s is open and already asks about %(service)s on %(channel)s.")
                % {"other": other.code, "service": cell.service, "channel": cell.channel}
            )


@transaction.atomic
def close_wave(wave: Wave) -> Wave:
    """Accept no more responses, and fix the frame. Raise ValidationError before the declared last
    day is over: who may choose the moment may choose a lucky one."""
    wave = _move(wave, State.OPEN, State.CLOSED)
    if clock.today() <= wave.ends_on:
        raise ValidationError(
            _(
                "Wave %(wave)s runs until %(day)s, as declared when it opened. Closing it earlier "
                "would let luck choose the moment."
            )
            % {"wave": wave.code, "day": wave.ends_on.isoformat()}
        )
    Frame.objects.filter(pk=wave.frame_id, frozen_at=None).update(frozen_at=clock.now())
    wave.closed_at = clock.now()
    wave.seal |= {"frame": frame_digest(wave.frame)}
    wave.save()
    end_invitations(wave)
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


def accepting_wave(service: Service, channel: Channel, code: str = "") -> Wave | None:
    """The open wave whose frame counts this service on this channel: the one of today, or the one
    named, which may still take what was answered before its last day."""
    today = clock.today()
    named = {"code": code} if code else {"starts_on__lte": today, "ends_on__gte": today}
    return (
        Wave.objects.filter(state=State.OPEN, **named)
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
