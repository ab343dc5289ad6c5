"""How a draw is made: what is written into the closed list, so that it is fixed before the seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Literal, get_args

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

Allocation = Literal["rate", "per_cell", "proportional", "neyman"]
Order = Literal["random", "time", "point_time"]
VERSION = 1
LONGEST = 180


@dataclass(frozen=True, kw_only=True)
class Design:
    """`rate`          the share drawn of each cell, as a decimal ("0.1")
    `per_cell`      this many from each cell
    `proportional`  `number` in all, in proportion to the encounters of each cell
    `neyman`        `number` in all, in proportion to encounters × standard deviation; `spread`
                    gives that by "service|channel", as decimals

    No cell gets fewer than `minimum`, nor more than can be reached. `order`: "random" draws a
    simple random sample of each cell; "time" takes every k-th along the days, "point_time" along
    service points and then days, both from a random start. Citizens have `answer_days` to answer.
    """

    allocation: Allocation
    rate: str = ""
    number: int = 0
    minimum: int = 1
    order: Order = "random"
    spread: Mapping[str, str] = field(default_factory=dict)
    answer_days: int = 30

    def __post_init__(self) -> None:
        """Raise ValidationError for what is no design."""
        if self.allocation not in get_args(Allocation) or self.order not in get_args(Order):
            raise ValidationError(_("Unknown allocation or order."))
        if self.allocation == "rate" and not 0 < _fraction(self.rate or "0") <= 1:
            raise ValidationError({"rate": _("The rate lies above 0 and at most at 1.")})
        if self.allocation != "rate" and self.number < 1:
            raise ValidationError({"number": _("Say how many are to be drawn: 1 or more.")})
        if self.minimum < 1:
            raise ValidationError(
                {"minimum": _("The minimum is 1 or more, so that every cell has a chance.")}
            )
        if not 1 <= self.answer_days <= LONGEST:
            raise ValidationError(
                {"answer_days": _("Between 1 and %(most)d days to answer.") % {"most": LONGEST}}
            )
        if any(_fraction(text) < 0 for text in self.spread.values()):
            raise ValidationError(_("A standard deviation is not below 0."))

    def exact_rate(self) -> Fraction:
        return _fraction(self.rate)

    def spread_of(self, service: str, channel: str) -> Fraction:
        """Raise ValidationError where none is given."""
        try:
            return _fraction(self.spread[f"{service}|{channel}"])
        except KeyError:
            raise ValidationError(
                _("No standard deviation is given for %(service)s × %(channel)s.")
                % {"service": service, "channel": channel}
            ) from None

    def to_dict(self) -> dict[str, Any]:
        return {"version": VERSION, **asdict(self), "spread": dict(self.spread)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Design:
        return cls(**{name: value for name, value in stored.items() if name != "version"})


def _fraction(text: str) -> Fraction:
    try:
        return Fraction(Decimal(text))
    except (InvalidOperation, ValueError, OverflowError):
        raise ValidationError(_("“%(text)s” is not a number.") % {"text": text}) from None
