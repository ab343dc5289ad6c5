"""All declared rules over one agency's answers: who is flagged, and who is set aside."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from responses.screening.columns import Columns, Flags, Ints
from responses.screening.rule import Found
from responses.screening.rules import RULES
from surveys.screening import Screening

ROUNDING = 1e-9
ALARMING = 10
"""So many answers set aside make somebody look."""


@dataclass(frozen=True, eq=False)
class Judged:
    """found     by rule, each row once, in order
    doubt     (n,) the strengths of its flags, added up
    set_aside (n,) where the doubt reaches the declared threshold
    disputed  (n,) of these, where it does not reach it by mechanical rules alone
    alarm     whether somebody should look at the agency: a group of answers looks made up, or
              answers jumped in the last days"""

    found: dict[str, Found]
    doubt: NDArray[np.float64]
    set_aside: Flags
    disputed: Flags

    @property
    def alarm(self) -> bool:
        jumped = any(len(self.found[name].rows) for name in self.found if RULES[name].alarming)
        return jumped or int(self.set_aside.sum()) >= ALARMING

    def overruled(self) -> Judged:
        """With what was found, and nothing set aside."""
        nothing = np.zeros_like(self.set_aside)
        return replace(self, set_aside=nothing, disputed=nothing)

    def counts(self) -> dict[str, dict[str, int]]:
        """Per rule: how many answers it flags, and how many of them are set aside."""
        return {
            name: {
                "flagged": len(found.rows),
                "set_aside": int(self.set_aside[found.rows].sum()),
            }
            for name, found in self.found.items()
        }


def judge(
    answers: Columns, declared: Screening, forgiven: AbstractSet[str] = frozenset()
) -> Judged:
    """The same answers and the same declaration give the same result, whenever it is asked for.
    What `forgiven` rules find stays found, and sets nothing aside."""
    found = _found(answers, declared)
    doubt, mechanical = np.zeros(len(answers)), np.zeros(len(answers))
    for name, each in found.items():
        if name in forgiven:
            continue
        doubt[each.rows] += each.strength
        if RULES[name].mechanical:
            mechanical[each.rows] += each.strength
    least = declared.threshold - ROUNDING
    set_aside = doubt >= least
    return Judged(found, doubt, set_aside, set_aside & (mechanical < least))


def _found(answers: Columns, declared: Screening) -> dict[str, Found]:
    """What the agency itself sent is no yardstick for others, or it could choose its own."""
    found = _check(answers, declared)
    if not answers.own.any():
        return found
    others = np.flatnonzero(~answers.own)
    of_others = _check(answers.take(others), declared)
    return {
        name: Found.together([_of(each, answers.own), _at(of_others[name], others)]).strongest()
        for name, each in found.items()
    }


def _check(answers: Columns, declared: Screening) -> dict[str, Found]:
    return {
        name: rule.check(answers, declared.rules[name]).strongest()
        for name, rule in RULES.items()
        if name in declared.rules
    }


def _of(found: Found, wanted: Flags) -> Found:
    kept = wanted[found.rows]
    return replace(
        found, rows=found.rows[kept], strength=found.strength[kept], case=found.case[kept]
    )


def _at(found: Found, rows: Ints) -> Found:
    return replace(found, rows=rows[found.rows])
