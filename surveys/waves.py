"""A wave opens, closes, is published; each step fixes more of what it rests on."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from surveys import clock
from surveys.acts import record
from surveys.groups import check_groups
from surveys.kinds import SCORED
from surveys.method import default_method
from surveys.models import (
    Act,
    AddOnUse,
    Channel,
    Frame,
    FrameCell,
    Questionnaire,
    Service,
    User,
    Wave,
)
from surveys.recordings import sealed
from surveys.sampling.audit import end_sampling
from surveys.sampling.counting import keep_opening_counts
from surveys.sampling.ending import end_invitations
from surveys.sampling.planning import plan_draw
from surveys.verified.issuing import end_tokens, make_token_key, token_key_digest

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
    "translations",
)


def digest(content: Any) -> str:
    """SHA-256 of the content as canonical JSON."""
    text = json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()


def questionnaire_digest(questionnaire: Questionnaire) -> str:
    recordings = sealed(questionnaire)
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
                **({"recordings": recordings} if recordings and question.is_overall else {}),
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


def add_ons_digest(wave: Wave) -> str:
    """Which add-ons the wave asked, what they said, where and when."""
    uses = asked_add_ons(wave).select_related("agency", "add_on", "service", "channel")
    return digest(
        [
            {
                "agency": use.agency.code,
                "add_on": str(use.add_on),
                "questions": questionnaire_digest(use.add_on),
                "service": use.service.code if use.service else None,
                "channel": use.channel.code if use.channel else None,
                "since": use.asked_since,
                "until": use.asked_until,
            }
            for use in uses
        ]
    )


def asked_add_ons(wave: Wave) -> models.QuerySet[AddOnUse]:
    """The add-ons that the wave asks or has asked, in the order in which they came."""
    return AddOnUse.objects.filter(wave=wave.pk, asked_since__isnull=False).order_by("pk")


def begin_asking(uses: Iterable[AddOnUse]) -> None:
    """Freeze the add-ons and note what they say, as the opening does with the core. Raise
    ValidationError where one no longer keeps the rules."""
    for use in uses:
        Questionnaire.objects.filter(pk=use.add_on_id, frozen_at=None).update(frozen_at=clock.now())
        use.asked_since = clock.now()
        use.digest = questionnaire_digest(use.add_on)
        use.save()


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
def open_wave(wave: Wave, *, actor: User | None = None) -> Wave:
    """Begin to accept responses. The questionnaire and the method are fixed from here on, and the
    secret of the first draw is chosen before any encounter is known.

    Raises ValidationError where the wave is not a draft or has no overall rating to judge by.
    """
    wave = _move(wave, State.DRAFT, State.OPEN)
    if not wave.questionnaire.questions.filter(is_overall=True, kind__in=SCORED).exists():
        raise ValidationError(_("The questionnaire has no overall rating."))
    if wave.questionnaire.is_add_on:
        raise ValidationError(_("An add-on cannot be the core of a wave."))
    declared = wave.declared_method()
    check_groups(declared.groups, declared.margins, wave.questionnaire)
    Questionnaire.objects.filter(pk=wave.questionnaire_id, frozen_at=None).update(
        frozen_at=clock.now()
    )
    _refuse_second_claim(wave)
    wave.opened_at = clock.now()
    wave.method = default_method() | wave.method  # what a draft leaves out is declared too
    wave.seal = {
        "questionnaire": questionnaire_digest(wave.questionnaire),
        "method": digest(wave.method),
    }
    if wave.declared_method().tokens == "offered":
        wave.seal["tokens"] = make_token_key(wave)
    wave.save()
    begin_asking(wave.add_on_uses.order_by("pk"))
    plan_draw(wave)
    keep_opening_counts(wave)
    record(Act.What.OPEN, wave, actor)
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
def close_wave(wave: Wave, *, actor: User | None = None) -> Wave:
    """Accept no more responses, fix the frame, tell the secrets of the draws. Raise ValidationError
    before the declared last day is over: who may choose the moment may choose a lucky one."""
    wave = _move(wave, State.OPEN, State.CLOSED)
    if clock.today() <= wave.ends_on:
        raise ValidationError(
            _(
                "Wave %(wave)s runs until %(day)s, as declared when it opened. Closing it earlier "
                "would let luck choose the moment."
            )
            % {"wave": wave.code, "day": wave.ends_on.isoformat()}
        )
    end_sampling(wave)
    Frame.objects.filter(pk=wave.frame_id, frozen_at=None).update(frozen_at=clock.now())
    wave.closed_at = clock.now()
    wave.seal |= {"frame": frame_digest(wave.frame), "add-ons": add_ons_digest(wave)}
    wave.save()
    end_invitations(wave)
    end_tokens(wave)
    record(Act.What.CLOSE, wave, actor)
    return wave


@transaction.atomic
def publish_wave(
    wave: Wave,
    *,
    results: Any,
    log: Any = None,
    months: Any = None,
    actor: User | None = None,
) -> Wave:
    """Make the closed wave's figures public, under the digests of `results` and of what came in
    each month, and the root of the log of its responses."""
    wave = _move(wave, State.CLOSED, State.PUBLISHED)
    if broken := broken_seals(wave):
        raise ValidationError(
            _("Changed since the wave closed: %(parts)s") % {"parts": ", ".join(broken)}
        )
    wave.published_at = clock.now()
    wave.seal |= {"results": digest(results)} | ({"log": log} if log else {})
    wave.seal |= {"months": digest(months)} if months else {}
    wave.save()
    record(Act.What.PUBLISH, wave, actor, results=wave.seal["results"])
    return wave


def broken_seals(wave: Wave) -> list[str]:
    """The parts that no longer are what the wave sealed, whoever changed them."""
    current = {
        "questionnaire": questionnaire_digest(wave.questionnaire),
        "method": digest(wave.method),
        "frame": frame_digest(wave.frame),
        "add-ons": add_ons_digest(wave),
        "tokens": token_key_digest(wave),
    }
    broken = [part for part, now in current.items() if wave.seal.get(part) not in (None, now)]
    if "add-ons" not in broken and any(
        use.digest != questionnaire_digest(use.add_on) for use in asked_add_ons(wave)
    ):
        broken.append("add-ons")
    return broken


def accepting_wave(service: Service, channel: Channel, code: str = "") -> Wave | None:
    """The open wave whose frame counts this service on this channel: the one of today, or the one
    named, which may still take what was answered before its last day. Of two the one that opened
    first, a simulated one last: whoever adds to the frame of another takes no answers away."""
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
        .order_by("simulated", "opened_at")
        .first()
    )
