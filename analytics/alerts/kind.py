"""What a kind of alert is: one file in kinds/."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analytics.alerts.series import Series
from surveys.models import Agency, Wave

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Look:
    """A running wave as it stands today, with every agency's weeks."""

    wave: Wave
    series: Sequence[Series]


@dataclass(frozen=True)
class Found:
    """Something to tell of an agency; `subject` tells apart what may stand side by side."""

    agency: Agency
    facts: Facts
    subject: str = ""


@dataclass(frozen=True)
class Kind:
    """code      as it is stored
    icon      beside the name, never alone
    name      in a word or two
    when      the rule, and how often it speaks up where nothing has happened
    find      what stands today; what it finds no more is over
    sentence  an alert's facts in words
    """

    code: str
    icon: str
    name: Any
    when: Any
    find: Callable[[Look], Iterator[Found]] = field(repr=False)
    sentence: Callable[[Facts], str] = field(repr=False)
