"""Response rates by the standard definitions [AAPOR 2023, Standard Definitions, 10th edition]."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields


@dataclass(frozen=True, slots=True)
class Dispositions:
    """What became of the sampled cases: how many, or Σ 1/π of them where chances were unequal, for
    weighted rates (`weighted`). `not_eligible` cases leave every rate."""

    complete: float = 0
    partial: float = 0
    refused: float = 0
    not_reached: float = 0
    other: float = 0
    unknown_whether_reached: float = 0
    unknown_other: float = 0
    not_eligible: float = 0

    @classmethod
    def weighted(cls, parts: Iterable[tuple[Dispositions, float]]) -> Dispositions:
        """Σ 1/π of each disposition, from parts of the sample that each had one chance 1/weight."""
        totals = [0.0] * len(fields(cls))
        for part, weight in parts:
            for k, cases in enumerate(astuple(part)):
                totals[k] += weight * cases
        return cls(*totals)

    @property
    def _eligible(self) -> float:
        return self.complete + self.partial + self.refused + self.not_reached + self.other

    @property
    def _contacted(self) -> float:
        return self.complete + self.partial + self.refused + self.other

    @property
    def _unknown(self) -> float:
        return self.unknown_whether_reached + self.unknown_other

    @property
    def estimated_eligibility(self) -> float:
        """e: the share eligible among the cases whose eligibility is known."""
        known = self._eligible + self.not_eligible
        return self._eligible / known if known else 1.0


def rr1(d: Dispositions) -> float | None:
    """Complete over all who are or may be eligible: the minimum response rate."""
    return _rate(d.complete, d._eligible + d._unknown)


def rr2(d: Dispositions) -> float | None:
    """As RR1, with partial interviews counted as responses."""
    return _rate(d.complete + d.partial, d._eligible + d._unknown)


def rr3(d: Dispositions, eligibility: float | None = None) -> float | None:
    """As RR1, with only the share e of the unknown cases counted as eligible."""
    e = d.estimated_eligibility if eligibility is None else eligibility
    return _rate(d.complete, d._eligible + e * d._unknown)


def rr4(d: Dispositions, eligibility: float | None = None) -> float | None:
    """As RR3, with partial interviews counted as responses."""
    e = d.estimated_eligibility if eligibility is None else eligibility
    return _rate(d.complete + d.partial, d._eligible + e * d._unknown)


def coop1(d: Dispositions) -> float | None:
    """Complete over all who were contacted, those unable to take part included: COOP1."""
    return _rate(d.complete, d._contacted)


def coop2(d: Dispositions) -> float | None:
    """As COOP1, with partial interviews counted as responses."""
    return _rate(d.complete + d.partial, d._contacted)


def coop3(d: Dispositions) -> float | None:
    """Complete over all who were contacted and able to take part: COOP3."""
    return _rate(d.complete, d.complete + d.partial + d.refused)


def coop4(d: Dispositions) -> float | None:
    """As COOP3, with partial interviews counted as responses."""
    return _rate(d.complete + d.partial, d.complete + d.partial + d.refused)


def ref1(d: Dispositions) -> float | None:
    """Refusals over all who are or may be eligible: REF1."""
    return _rate(d.refused, d._eligible + d._unknown)


def ref2(d: Dispositions, eligibility: float | None = None) -> float | None:
    """As REF1, with only the share e of the unknown cases counted as eligible."""
    e = d.estimated_eligibility if eligibility is None else eligibility
    return _rate(d.refused, d._eligible + e * d._unknown)


def ref3(d: Dispositions) -> float | None:
    """Refusals over the cases known to be eligible: REF3."""
    return _rate(d.refused, d._eligible)


def con1(d: Dispositions) -> float | None:
    """All who were contacted over all who are or may be eligible: CON1."""
    return _rate(d._contacted, d._eligible + d._unknown)


def con2(d: Dispositions, eligibility: float | None = None) -> float | None:
    """As CON1, with only the share e of the unknown cases counted as eligible."""
    e = d.estimated_eligibility if eligibility is None else eligibility
    return _rate(d._contacted, d._eligible + e * d._unknown)


def con3(d: Dispositions) -> float | None:
    """All who were contacted over the cases known to be eligible: CON3."""
    return _rate(d._contacted, d._eligible)


def _rate(responses: float, cases: float) -> float | None:
    return responses / cases if cases > 0 else None
