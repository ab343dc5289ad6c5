"""A stratum with a single PSU shows no spread of its own; four declared treatments.

Names and definitions as in R `survey` (option `survey.lonely.psu`).
"""

from __future__ import annotations

from enum import StrEnum


class LonelyPSU(StrEnum):
    """What a stratum with one PSU adds to the variance.

    FAIL       nothing can be said: an error
    CERTAINTY  0: the PSU was taken for certain
    REMOVE     0: the stratum is left out of the variance
    ADJUST     the square of its linearised total, that is, centred at the grand mean
               (which is zero) in place of the stratum mean: conservative
    AVERAGE    as much as the other strata on average: their sum × strata / (strata with > 1 PSU)
    """

    FAIL = "fail"
    CERTAINTY = "certainty"
    REMOVE = "remove"
    ADJUST = "adjust"
    AVERAGE = "average"


class LonelyPSUError(ValueError):
    """A stratum has one PSU and the design declares that this must not be."""
