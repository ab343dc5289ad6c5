"""What every function of the session needs: options, columns, the design of the moment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from analytics.estimation.design import SurveyDesign
from analytics.estimation.lonely import LonelyPSU
from tests.estimation.r.base import Factor, as_factor, missing, text
from tests.estimation.r.language import Formula, Frame, Scope, deparse
from tests.estimation.r.results import Design


class Core:
    """Options, and the evaluation of formulas in the columns of a frame."""

    scope: Scope

    def __init__(self, declared: dict[str, Any]) -> None:
        self.declared = declared
        self.options: dict[str, Any] = dict(declared)

    def run(self, line: str) -> Any:
        return self.scope.run(line)

    def dollar(self, holder: Any, name: str) -> Any:
        if isinstance(holder, Design):
            if name == "variables":
                return holder.variables
            return {"scale": holder.survey.scale, "rscales": holder.survey.rscales}[name]
        return holder[name]

    def dollar_assign(self, holder: Any, name: str, value: Any) -> Any:
        if isinstance(holder, Design):
            return replace(holder, variables=value)
        rows = holder.rows
        return Frame({**holder, name: np.broadcast_to(np.asarray(value), (rows,)).copy()})

    def within(self, frame: Frame) -> Scope:
        return self.scope.inside(frame)

    def columns(self, formula: Formula, frame: Frame) -> dict[str, np.ndarray]:
        scope = self.within(frame)
        return {deparse(t): np.asarray(scope.evaluate(t)) for t in formula.terms()}

    def column(self, formula: Formula, frame: Frame) -> np.ndarray:
        (value,) = self.columns(formula, frame).values()
        return np.broadcast_to(value, (frame.rows,))

    def current(self, design: Design) -> Any:
        """The design under the options of the moment."""
        if isinstance(design.survey, SurveyDesign):
            return replace(
                design.survey,
                lonely=LonelyPSU(self.options.get("survey.lonely.psu", "fail")),
                lonely_in_domain=bool(self.options.get("survey.adjust.domain.lonely", False)),
            )
        return design.survey

    def matrix(self, formula: Formula, design: Design) -> tuple[list[str], np.ndarray]:
        """Numbers as they are, categories as one indicator a level."""
        scope, names, parts = self.within(design.variables), [], []
        for term in formula.terms():
            value = scope.evaluate(term)
            shown = getattr(design.survey, "present", design.survey.inside)
            factor = value if isinstance(value, Factor) else as_factor(np.asarray(value), shown)
            if factor is None:
                names.append(deparse(term))
                parts.append(np.asarray(value, dtype=float))
                continue
            for level in factor.levels:
                member = (factor.values == level).astype(float)
                member[missing(factor.values)] = np.nan
                names.append(deparse(term) + text(level))
                parts.append(member)
        rows = design.variables.rows
        return names, np.column_stack([np.broadcast_to(p, (rows,)) for p in parts])
