"""The daily look at every running wave: alerts begin, stand and end."""

from __future__ import annotations

from django.db import transaction

from analytics.alerts.kind import Found, Kind, Look
from analytics.alerts.kinds import KINDS
from analytics.alerts.series import comparable, series_of
from analytics.counting import weeks
from analytics.models import Alert
from surveys import clock
from surveys.models import Wave


def look_at_all() -> None:
    """Every running wave; what stands of waves that have closed is over."""
    for wave in Wave.objects.filter(state=Wave.State.OPEN).select_related("questionnaire"):
        if wave.declared_method().edition > 1:
            look_at(wave)
    over = Alert.objects.filter(ended_on=None).exclude(wave__state=Wave.State.OPEN)
    over.update(ended_on=clock.today())


def look_at(wave: Wave) -> None:
    weeks.record(wave)
    for earlier in comparable(wave)[:-1]:
        weeks.read_back(earlier)
    look = Look(wave, list(series_of(wave)))
    for kind in KINDS.values():
        _settle(wave, kind, list(kind.find(look)))


@transaction.atomic
def _settle(wave: Wave, kind: Kind, found: list[Found]) -> None:
    """What is found and does not stand begins; what stands and is not found is over. What stands
    keeps the facts that it began with: those are what people were told."""
    Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    standing = Alert.objects.filter(wave=wave, kind=kind.code, ended_on=None)
    stands = {(alert.agency_id, alert.subject): alert.pk for alert in standing}
    now = {(each.agency.pk, each.subject): each for each in found}
    over = [pk for key, pk in stands.items() if key not in now]
    Alert.objects.filter(pk__in=over).update(ended_on=clock.today())
    Alert.objects.bulk_create(
        Alert(
            kind=kind.code,
            agency=each.agency,
            wave=wave,
            subject=each.subject,
            facts=dict(each.facts),
            began_on=clock.today(),
        )
        for key, each in now.items()
        if key not in stands
    )
