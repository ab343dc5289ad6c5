"""Screening overruled for an agency: two people agree that its answers count, and say why.

Flags stay, so that everybody sees what was doubted; the method stays as it was sealed.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from responses.models import AgencyScreening, Overruling
from responses.screening.columns import Columns
from responses.screening.judging import Judged, judge
from responses.screening.rules.late import Late
from surveys import clock
from surveys.acts import record
from surveys.models import Act, Agency, User, Wave
from surveys.screening import Screening

LATE = Late.name


@transaction.atomic
def propose(
    wave: Wave,
    agency: Agency,
    reason_th: str,
    reason_en: str,
    actor: User,
    *,
    late_only: bool = False,
) -> Overruling:
    """All that was set aside of the agency; with `late_only` what was handed in late, as far as
    nothing else speaks against it. Raise ValidationError where it is proposed already, or the wave
    is published."""
    wave = _lock(wave)
    if Overruling.objects.filter(wave=wave, agency=agency).exists():
        raise ValidationError(_("It is proposed already."))
    of = {"rule": LATE} if late_only else {}
    record(Act.What.OVERRULE, wave, actor, agency=agency.code, reason=reason_th, **of)
    return Overruling.objects.create(
        wave=wave,
        agency=agency,
        late_only=late_only,
        reason_th=reason_th,
        reason_en=reason_en,
        proposed_by=actor,
        proposed_at=clock.now(),
    )


@transaction.atomic
def agree(overruling: Overruling, actor: User) -> None:
    """Put it in force: the next screening counts what was set aside. Raise ValidationError for
    whoever proposed it."""
    wave = _lock(overruling.wave)
    overruling = Overruling.objects.select_for_update(of=("self",)).get(pk=overruling.pk)
    if overruling.agreed_by_id:
        raise ValidationError(_("It is in force already."))
    if overruling.proposed_by_id == actor.pk:
        raise ValidationError(
            _("You have proposed it yourself. Somebody else agrees: ask a colleague.")
        )
    overruling.agreed_by, overruling.agreed_at = actor, clock.now()
    overruling.save()
    _screen_again(overruling)
    record(Act.What.OVERRULE, wave, actor, agency=overruling.agency.code, agreed=True)


@transaction.atomic
def withdraw(overruling: Overruling, actor: User) -> None:
    """Let screening stand again."""
    wave = _lock(overruling.wave)
    record(Act.What.OVERRULE, wave, actor, agency=overruling.agency.code, withdrawn=True)
    _screen_again(overruling)
    overruling.delete()


def in_force(wave: Wave, agency: int) -> Overruling | None:
    return Overruling.objects.filter(wave=wave, agency=agency, agreed_by__isnull=False).first()


def judge_but(overruling: Overruling | None, answers: Columns, declared: Screening) -> Judged:
    """What the rules set aside, but for what two people overruled."""
    if overruling is None:
        return judge(answers, declared)
    if overruling.late_only:
        return judge(answers, declared, forgiven=frozenset({LATE}))
    return judge(answers, declared).overruled()


def _screen_again(overruling: Overruling) -> None:
    AgencyScreening.objects.filter(wave=overruling.wave_id, agency=overruling.agency_id).update(
        final=False, answers=0, screened_at=None
    )


def _lock(wave: Wave) -> Wave:
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    if wave.state not in (Wave.State.OPEN, Wave.State.CLOSED):
        raise ValidationError(_("Screening is overruled before a wave is published, or never."))
    return wave
