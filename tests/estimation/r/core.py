"""What every function of the session needs: options, columns, the design of the moment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from analytics.estimation.design import SurveyDesign
from analytics.estimation.lonely import LonelyPSU
from tests.estimation.r.language import Formula, Frame, Scope, deparse
from tests.estimation.r.results import Design
from tests.estimation.r.values import Factor, Truth, as_factor, joined, missing, text


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
            kept = {
                "scale": lambda: holder.survey.scale,
                "rscales": lambda: holder.survey.rscales,
                "pweights": lambda: holder.survey.weights,
                "repweights": lambda: holder.survey.replicates,
                "mse": lambda: holder.survey.mse,
                "prob": lambda: 1 / holder.survey.weights,
                "type": lambda: holder.kind,
            }
            return kept[name]()
        if isinstance(holder, dict) and name not in holder:
            return None
        return holder[name]

    def dollar_assign(self, holder: Any, name: str, value: Any) -> Any:
        if isinstance(holder, Design):
            return replace(holder, variables=value)
        changed = Frame(holder)
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = full_column(value, holder.rows)
        return changed

    def within(self, frame: Frame) -> Scope:
        return self.scope.inside(frame)

    def columns(self, formula: Formula, frame: Frame) -> dict[str, np.ndarray]:
        scope = self.within(frame)
        return {deparse(t): full_column(scope.evaluate(t), frame.rows) for t in formula.terms()}

    def column(self, formula: Formula, frame: Frame) -> np.ndarray:
        """The one variable of a formula, or the combinations of several."""
        if not formula.terms():
            return full_column(self.within(frame).evaluate(formula.right), frame.rows)
        values = list(self.columns(formula, frame).values())
        return np.asarray(values[0] if len(values) == 1 else joined(values))

    def frame(self, given: Any, frame: Frame) -> dict[str, Any]:
        """Columns named by a formula, or given as a frame, a list or a vector."""
        if isinstance(given, Formula):
            return self.columns(given, frame)
        return dict(given) if isinstance(given, dict) else {"by": given}

    def current(self, design: Design) -> Any:
        """The design under the options of the moment."""
        if isinstance(design.survey, SurveyDesign):
            first_only = bool(self.options.get("survey.ultimate.cluster", False))
            return replace(
                design.survey,
                stages=design.survey.stages[:1] if first_only else design.survey.stages,
                lonely=LonelyPSU(self.options.get("survey.lonely.psu", "fail")),
                lonely_in_domain=bool(self.options.get("survey.adjust.domain.lonely", False)),
            )
        return design.survey

    def matrix(self, formula: Formula, design: Design) -> tuple[list[str], np.ndarray]:
        """Numbers as they are, categories as one indicator a level."""
        names: list[str] = []
        parts: list[np.ndarray] = []
        shown = getattr(design.survey, "present", design.survey.inside)
        for label, value in self.columns(formula, design.variables).items():
            factor = as_factor(value, shown)
            if factor is None:
                names.append(label)
                parts.append(np.asarray(value, dtype=float))
                continue
            for level in factor.levels:
                member = (factor.values == level).astype(float)
                member[missing(factor.values)] = np.nan
                names.append(label + text(level))
                parts.append(member)
        return names, np.column_stack(parts)


def full_column(value: Any, rows: int) -> Any:
    if isinstance(value, Factor | Truth):
        return value
    return np.broadcast_to(np.asarray(value), (rows,)).copy()
