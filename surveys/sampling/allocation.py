"""How many are drawn from each cell, in whole numbers and exact fractions: repeated anywhere, the
same."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from surveys.sampling.design import Design


class Cell(NamedTuple):
    """Encounters of a service through a channel, and those of them that can be reached."""

    service: str
    channel: str
    encounters: int
    reachable: int


def allocate(design: Design, cells: Sequence[Cell]) -> list[int]:
    """How many to draw from each cell. Raise ValidationError where the number is too small."""
    least = [min(design.minimum, cell.reachable) for cell in cells]
    most = [cell.reachable for cell in cells]
    match design.allocation:
        case "rate":
            wanted = [_rounded(design.exact_rate() * cell.reachable) for cell in cells]
        case "per_cell":
            wanted = [design.number for _cell in cells]
        case _:
            return _divide(design.number, _sizes(design, cells), least, most)
    return [
        min(max(number, low), high) for number, low, high in zip(wanted, least, most, strict=True)
    ]


def _rounded(number: Fraction) -> int:
    """To the nearest whole number, halves up."""
    return int(number + Fraction(1, 2))


def _sizes(design: Design, cells: Sequence[Cell]) -> list[Fraction]:
    """What the numbers are in proportion to: N, or N × S [Neyman 1934]."""
    if design.allocation == "proportional":
        return [Fraction(cell.encounters) for cell in cells]
    return [
        cell.encounters * design.spread_of(cell.service, cell.channel)
        if cell.reachable
        else Fraction()
        for cell in cells
    ]


def _divide(
    number: int, sizes: Sequence[Fraction], least: Sequence[int], most: Sequence[int]
) -> list[int]:
    """`number` in proportion to `sizes` within the bounds, by largest remainders.

    Where shares lie outside their bounds, the side with the larger overshoot is fixed first and
    the rest divided again: what is fixed then stays right.
    """
    if number < sum(least):
        raise ValidationError(
            _("%(number)d are too few: the smallest number in every cell comes to %(least)d.")
            % {"number": number, "least": sum(least)}
        )
    if number >= sum(most):
        return list(most)
    fixed: dict[int, int] = {}
    while True:
        free = [index for index in range(len(sizes)) if index not in fixed]
        left = number - sum(fixed.values())
        total = sum((sizes[index] for index in free), Fraction())
        shares = {
            index: left * sizes[index] / total if total else Fraction(left, len(free))
            for index in free
        }
        under = {index: least[index] for index in free if shares[index] < least[index]}
        over = {index: most[index] for index in free if shares[index] > most[index]}
        if not under and not over:
            break
        too_low = sum((low - shares[index] for index, low in under.items()), Fraction())
        too_high = sum((shares[index] - high for index, high in over.items()), Fraction())
        if too_low >= too_high:
            fixed |= under
        if too_high >= too_low:
            fixed |= over
    whole = fixed | {index: int(share) for index, share in shares.items()}
    by_remainder = sorted(shares, key=lambda index: (whole[index] - shares[index], index))
    for index in by_remainder[: number - sum(whole.values())]:
        whole[index] += 1
    return [whole[index] for index in range(len(sizes))]
