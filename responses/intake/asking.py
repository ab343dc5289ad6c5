"""What one wave asks of whom: the core of the channel, then what the agency has added to it."""

from __future__ import annotations

from functools import cached_property

from responses.intake.answers import Asked
from surveys.models import AddOnUse, Channel, Question, Service, Wave
from surveys.remembered import remembered
from surveys.waves import asked_add_ons


class Asking:
    """Looked up once, for many submissions."""

    def __init__(self, wave: Wave) -> None:
        self.wave = wave
        self._core: dict[int, Asked] = {}
        self._at: dict[tuple[int, int], Asked] = {}

    def of(self, service: Service, channel: Channel) -> Asked:
        place = service.id, channel.id  # `pk` takes ten times as long
        found = self._at.get(place)
        if found is None:
            found = self._at[place] = self._with_add_ons(service, channel)
        return found

    def _with_add_ons(self, service: Service, channel: Channel) -> Asked:
        if channel.pk not in self._core:
            self._core[channel.pk] = Asked(self.wave.questionnaire.asked_on(channel))
        core = self._core[channel.pk]
        uses = [use for use in self._uses if use.covers(service, channel)]
        asked: dict[str, Question] = {}
        retired: dict[str, Question] = {}
        for use in uses:
            questions = {question.code: question for question in use.add_on.asked_on(channel)}
            (asked if use.asked_until is None else retired).update(questions)
        if not uses:
            return core
        return Asked(
            [*core, *asked.values()],
            retired=[question for code, question in retired.items() if code not in asked],
        )

    @cached_property
    def _uses(self) -> list[AddOnUse]:
        return list(asked_add_ons(self.wave).select_related("add_on"))


def asked_in(wave_id: int, service: Service, channel: Channel) -> Asked:
    """What a wave asks about a service on a channel, whether it is open or not."""
    return _asking(wave_id).of(service, channel)


@remembered
def _asking(wave_id: int) -> Asking:
    return Asking(Wave.objects.select_related("questionnaire").get(pk=wave_id))
