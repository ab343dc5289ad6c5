"""All declared rules over one agency's answers: who is flagged, and who is set aside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from responses.screening.columns import Columns, Flags
from responses.screening.rule import Found
from responses.screening.rules import RULES
from surveys.screening import Screening

ROUNDING = 1e-9
ALARMING = 10
"""So many answers set aside make somebody look."""


@dataclass(frozen=True, eq=False)
class Judged:
    """found     by rule, each row once
    doubt     (n,) the strengths of its flags, added up
    set_aside (n,) where the doubt reaches the declared threshold
    alarm     whether somebody should look at the agency: a group of answers looks made up, or
              answers jumped in the last days"""

    found: dict[str, Found]
    doubt: NDArray[np.float64]
    set_aside: Flags

    @property
    def alarm(self) -> bool:
        jumped = "target_time" in self.found and len(self.found["target_time"].rows) > 0
        return jumped or int(self.set_aside.sum()) >= ALARMING

    def counts(self) -> dict[str, dict[str, int]]:
        """Per rule: how many answers it flags, and how many of them are set aside."""
        return {
            name: {
                "flagged": len(found.rows),
                "set_aside": int(self.set_aside[found.rows].sum()),
            }
            for name, found in self.found.items()
        }


def judge(answers: Columns, declared: Screening) -> Judged:
    """The same answers and the same declaration give the same result, whenever it is asked for."""
    doubt = np.zeros(len(answers))
    found = {}
    for name, rule in RULES.items():
        if (given := declared.rules.get(name)) is None:
            continue
        found[name] = rule.check(answers, given).strongest()
        doubt[found[name].rows] += found[name].strength
    return Judged(found, doubt, doubt >= declared.threshold - ROUNDING)
