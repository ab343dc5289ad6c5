"""What the registry and a wave's questionnaire know, by which columns are recognised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from surveys.add_ons import every_question
from surveys.models import Agency, Channel, Question, Service, ServicePoint, Wave

Codes = Mapping[str, tuple[str, str]]
"""Each code with its name in Thai and in English."""


@dataclass(frozen=True)
class Known:
    services: Codes
    channels: Codes
    agencies: Codes
    service_points: Codes
    questions: list[Question] = field(default_factory=list)
    supplied_design: bool = False
    """Whether the wave declares strata and sampling units that come with the answers."""

    @classmethod
    def to(cls, wave: Wave) -> Known:
        return cls(
            services=_codes(Service.objects.all()),
            channels=_codes(Channel.objects.all()),
            agencies=_codes(Agency.objects.without_tree_fields()),
            service_points=_codes(ServicePoint.objects.all()),
            questions=every_question(wave),
            supplied_design=wave.declared_method().clusters == "supplied",
        )

    def codes(self, target: str) -> Codes:
        """The codes that a column for this target may say."""
        return {
            "service": self.services,
            "channel": self.channels,
            "agency": self.agencies,
            "service_point": self.service_points,
        }.get(target, {})


def _codes(records: Iterable[Any]) -> Codes:
    return {record.code: (record.name_th, record.name_en) for record in records}


def choices_of(question: Question) -> Codes:
    return {c["code"]: (c.get("th", ""), c.get("en", "")) for c in question.choices}
