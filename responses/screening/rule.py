"""What a rule is, and what it finds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from django.utils.functional import Promise
from numpy.typing import NDArray

from responses.screening.columns import Columns, Ints

Given = Mapping[str, float]
Evidence = dict[str, Any]
"""Numbers and days alone: nothing that a person wrote, no device, no receipt."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a rule found: `rows[k]` of the columns is flagged with `strength[k]` for the reason
    `cases[case[k]]`. A row may be found more than once; its strongest finding counts."""

    rows: Ints
    strength: NDArray[np.float64]
    case: Ints
    cases: Sequence[Evidence]

    @classmethod
    def nothing(cls) -> Found:
        return cls.alike(np.zeros(0, dtype=np.int64), 0.0, {})

    @classmethod
    def alike(cls, rows: Ints, strength: float, evidence: Evidence) -> Found:
        """Every row for the same reason."""
        n = len(rows)
        return cls(rows, np.full(n, strength), np.zeros(n, dtype=np.int64), [evidence])

    @classmethod
    def together(cls, parts: Sequence[Found]) -> Found:
        if not parts:
            return cls.nothing()
        cases: list[Evidence] = []
        case = []
        for part in parts:
            case.append(part.case + len(cases))
            cases.extend(part.cases)
        return cls(
            np.concatenate([part.rows for part in parts]),
            np.concatenate([part.strength for part in parts]),
            np.concatenate(case),
            cases,
        )

    def strongest(self) -> Found:
        """Each row once, in order."""
        order = np.lexsort((-self.strength, self.rows))
        first = np.ones(len(order), dtype=bool)
        first[1:] = self.rows[order][1:] != self.rows[order][:-1]
        kept = order[first]
        return Found(self.rows[kept], self.strength[kept], self.case[kept], self.cases)


class Rule(ABC):
    """One sign of a made-up answer. `name` is its entry in the wave's declared screening."""

    name: ClassVar[str]
    title: ClassVar[str | Promise]
    reason: ClassVar[str | Promise]
    """One sentence for everybody: what is doubted, and why."""
    mechanical: ClassVar[bool] = False
    """It finds what one sender or device did again and again: nobody disputes that these answers
    do not count, as one may of others that are improbably many or good."""
    alarming: ClassVar[bool] = False
    """Somebody should look where it finds anything."""

    @abstractmethod
    def check(self, answers: Columns, given: Given) -> Found:
        """The answers to doubt, under the parameters that the wave declared."""

    @abstractmethod
    def words(self, evidence: Evidence) -> str:
        """The evidence of one flag in the active language."""
