"""Which forms a sender is offered: one for each open wave, service and channel of its key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from responses.models.collecting_system import Sender
from responses.openrosa.questions import clean
from surveys import clock
from surveys.models import Channel, Service, Wave
from surveys.remembered import remembered

_CODE = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}"
TITLE_LIMIT = 200
"""Bytes. ODK Collect calls its files by the title and a time, and Android ends names at 255."""
_FORM_ID = re.compile(f"({_CODE}):({_CODE}):({_CODE})", re.ASCII)


@dataclass(frozen=True)
class Form:
    """What is asked about one service on one channel in one wave."""

    wave: Wave
    service: Service
    channel: Channel

    @property
    def form_id(self) -> str:
        return f"{self.wave.code}:{self.service.code}:{self.channel.code}"

    @cached_property
    def title(self) -> str:
        """In both languages: a device may have either, and shows one title for all."""
        places = (self.service, self.channel)
        thai = [clean(place.name_th) for place in places]
        english = [clean(place.name_en or place.name_th) for place in places]
        names = _shortened(thai if english == thai else [*thai, *english])
        return " / ".join(" – ".join(names[k : k + 2]) for k in range(0, len(names), 2))


def _shortened(names: list[str]) -> list[str]:
    """The names, the longest cut until all together leave room for what joins them."""
    while sum(_bytes(name) for name in names) > TITLE_LIMIT - 16:
        longest = max(range(len(names)), key=lambda k: _bytes(names[k]))
        names[longest] = names[longest].removesuffix("…")[:-1].rstrip() + "…"
    return names


def _bytes(text: str) -> int:
    return len(text.encode())


def codes_in(form_id: str) -> tuple[str, str, str] | None:
    """The codes of the wave, the service and the channel; None for what is no id of ours."""
    found = _FORM_ID.fullmatch(form_id)
    return (found[1], found[2], found[3]) if found else None


def forms_for(sender: Sender) -> Sequence[Form]:
    """The forms that the sender may fill in today."""
    return _forms(sender.agencies, sender.channels, clock.today())


def form_called(form_id: str, sender: Sender) -> Form | None:
    return next((form for form in forms_for(sender) if form.form_id == form_id), None)


@remembered
def _forms(agencies: frozenset[int], channels: frozenset[int], today: date) -> Sequence[Form]:
    waves = Wave.objects.filter(state=Wave.State.OPEN, starts_on__lte=today, ends_on__gte=today)
    return [
        form
        for wave in waves.select_related("questionnaire", "frame").order_by("code")
        for form in _forms_of(wave, agencies, channels)
    ]


def _forms_of(wave: Wave, agencies: frozenset[int], channels: frozenset[int]) -> list[Form]:
    cells = wave.frame.cells.filter(service__agency__in=agencies, channel__in=channels)
    places = list(
        cells.order_by("service__code", "channel__position", "channel__code")
        .values_list("service", "channel")
        .distinct()
    )
    services = Service.objects.in_bulk({service for service, _channel in places})
    known = Channel.objects.in_bulk(channels)
    return [Form(wave, services[service], known[channel]) for service, channel in places]
