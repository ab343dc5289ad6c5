"""The screening that a wave declares: which rules, how strong, and from which sum on an answer is
set aside. It is part of the method, so it is sealed when the wave opens and cannot be tuned after.

What each rule does is in responses/screening/rules/, one file a rule, under the same name.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

RULES_VERSION = "2026.3"

Parameters = dict[str, float]
Rules = dict[str, Parameters]

# `strength` is what one flag of the rule adds; `strong` what it adds where the answers of a group
# also lean to one side far more than all others do. `surprise` is -log10 of a probability.
_FIRST: Rules = {
    "too_fast": {"strength": 0.5, "seconds": 2},
    "straight_lined": {"strength": 0.1, "items": 8},
    "opening_hours": {"strength": 0.3, "opens": 6, "closes": 20},
    "same_device": {"strength": 0.3, "strong": 1.0, "allowed": 3, "surprise": 4},
    "burst": {
        "strength": 0.2,
        "strong": 1.0,
        "days": 7,
        "answers": 8,
        "surprise": 5,
        "leaning": 2.5,
    },
    "same_pace": {"strength": 0.4, "strong": 1.0, "answers": 6, "surprise": 5, "leaning": 1.5},
    "near_copies": {"strength": 1.0, "items": 5, "copies": 5, "surprise": 6},
    "pasted_text": {"strength": 0.4, "characters": 30, "copies": 3},
    "target_time": {"strength": 0.5, "days": 14, "surprise": 3, "leaning": 3},
}

# Since the second version ratings under `lowest` are never doubted for coming at once, or in the
# last days: an outage brings many angry citizens within hours. Those under `alike_below` are
# copies only among others of the same rating, and have a program's pace only where more than
# `low_share` of the day's answers do. A device's low ratings count as everybody's on a day when
# most answers of the place, from so many `devices`, are low.
_PRAISE: Rules = {
    "burst": {"lowest": 4},
    "target_time": {"lowest": 4},
    "near_copies": {"alike_below": 4},
    "same_pace": {"low_share": 0.5},
    "same_device": {"devices": 8},
}
_SECOND: Rules = {name: given | _PRAISE.get(name, {}) for name, given in _FIRST.items()}

# Since the third version arrival counts too, for whoever sends by a program or a device says
# themselves when it was answered. `hours` is the limit of back-dating.
_ARRIVAL: Rules = {
    "late": {"strength": 1.0, "hours": 48},
    "at_once": {
        "strength": 0.2,
        "strong": 1.0,
        "days": 7,
        "answers": 20,
        "surprise": 4,
        "leaning": 2.5,
        "lowest": 4,
    },
    "kiosk_limit": {"strength": 1.0, "hour": 90, "day": 500, "lowest": 4},
    "way_share": {
        "strength": 0.1,
        "weeks": 4,
        "answers": 30,
        "surprise": 5,
        "leaning": 3,
        "lowest": 4,
    },
}
RULES: Rules = _SECOND | _ARRIVAL

VERSIONS: dict[str, Rules] = {"2026.1": _FIRST, "2026.2": _SECOND, RULES_VERSION: RULES}
"""The rules by version: a wave keeps the version that it declared."""


@dataclass(frozen=True)
class Screening:
    """`threshold`: an answer is set aside where the strengths of its flags add up to this."""

    version: str = RULES_VERSION
    threshold: float = 1.0
    rules: dict[str, Parameters] = field(default_factory=lambda: deepcopy(RULES))

    @classmethod
    def from_dict(cls, declared: Any) -> Screening:
        """Raise ValidationError, naming the entry, for anything that is not such a declaration."""
        if not isinstance(declared, dict) or set(declared) != set(cls.__dataclass_fields__):
            raise ValidationError(
                _("The method's “screening” names a version, a threshold and rules, or is null.")
            )
        version = declared["version"]
        known = VERSIONS.get(version) if isinstance(version, str) else None
        if known is None:
            raise ValidationError(
                _("Version %(version)s of the screening rules is not known; these are: %(known)s.")
                % {"version": declared["version"], "known": ", ".join(VERSIONS)}
            )
        if not _is_number(declared["threshold"]) or declared["threshold"] <= 0:
            raise ValidationError(_("The threshold of screening must be a number above 0."))
        if not isinstance(declared["rules"], dict):
            raise ValidationError(_("The rules of screening must be an object, one entry a rule."))
        for name, given in declared["rules"].items():
            _check_rule(known, name, given)
        return cls(declared["version"], declared["threshold"], deepcopy(declared["rules"]))


def _check_rule(known: Rules, name: str, given: Any) -> None:
    if name not in known:
        raise ValidationError(
            _("There is no screening rule “%(name)s”. There are: %(known)s.")
            % {"name": name, "known": ", ".join(known)}
        )
    if not isinstance(given, dict) or set(given) != set(known[name]):
        raise ValidationError(
            _("The screening rule “%(name)s” takes these numbers: %(parameters)s.")
            % {"name": name, "parameters": ", ".join(known[name])}
        )
    for parameter, value in given.items():
        if not _is_number(value) or value < 0:
            raise ValidationError(
                _("“%(parameter)s” of the screening rule “%(name)s” must be a number, 0 or more.")
                % {"parameter": parameter, "name": name}
            )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
