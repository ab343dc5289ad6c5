"""The six small pages of a new wave, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from surveys.models import Wave


@dataclass(frozen=True)
class Step:
    view: str
    name: Any


STEPS = [
    Step("setup:dates", _("Names and dates")),
    Step("files:frame", _("Frame")),
    Step("setup:questionnaire", _("Questionnaire")),
    Step("setup:method", _("Method")),
    Step("setup:links", _("Links")),
    Step("setup:opening", _("Summary")),
]


def context_of(wave: Wave, view: str) -> dict[str, Any]:
    """Where in the six pages one is, and the page behind this one."""
    number = next(k for k, step in enumerate(STEPS) if step.view == view)
    return {
        "wave": wave,
        "steps": STEPS,
        "step": STEPS[number],
        "step_number": number + 1,
        "after": address_after(wave, view),
    }


def address_after(wave: Wave, view: str) -> str:
    number = next(k for k, step in enumerate(STEPS) if step.view == view)
    following = STEPS[min(number + 1, len(STEPS) - 1)]
    return reverse(following.view, args=[wave.code])
