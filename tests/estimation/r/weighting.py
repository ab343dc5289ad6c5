"""`postStratify`, `rake`, `calibrate`, `trimWeights`."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from analytics.estimation import calibration, weighting
from tests.estimation.r.base import Vector, joined, text
from tests.estimation.r.core import Core
from tests.estimation.r.language import Formula, Frame, Node
from tests.estimation.r.results import Design


class Weighting(Core):
    def r_postStratify(
        self,
        design: Design,
        strata: Any,
        population: Frame,
        partial: bool = False,
        **_: Any,
    ) -> Design:
        label, totals = self.margin(design, strata, population)
        if partial:
            totals = {level: N for level, N in totals.items() if level in set(label.tolist())}
        return replace(design, survey=weighting.poststratify(design.survey, label, totals))

    def margin(
        self, design: Design, strata: Formula, population: Frame
    ) -> tuple[np.ndarray, dict[Any, float]]:
        columns = self.columns(strata, design.variables)
        (count,) = [name for name in population if name not in columns]
        totals: dict[Any, float] = {}
        for row in range(population.rows):
            key = " : ".join(text(population[name][row]) for name in columns)
            totals[key] = float(population[count][row])
        return np.array(joined(list(columns.values()))), totals

    def r_rake(
        self,
        design: Design,
        sample_margins: Any = None,
        population_margins: Any = None,
        control: Any = None,
        **dotted: Any,
    ) -> Design:
        sample_margins = sample_margins or dotted["sample.margins"]
        population_margins = population_margins or dotted["population.margins"]
        margins = [
            weighting.Margin(*self.margin(design, formula, population))
            for formula, population in zip(sample_margins, population_margins, strict=True)
        ]
        control = {"maxit": 10, "epsilon": 1, **(control or {})}
        raked, _ = weighting.rake(
            design.survey,
            margins,
            maximum_iterations=int(control["maxit"]),
            tolerance=control["epsilon"],
        )
        return replace(design, survey=raked)

    def r_calibrate(
        self,
        design: Design,
        formula: Any,
        population: Any,
        calfun: str = "linear",
        bounds: Any = None,
        trim: Any = None,
        epsilon: float = 1e-7,
        maxit: float = 50,
        **_: Any,
    ) -> Design:
        if isinstance(formula, list):
            X, totals = self.margin_totals(design, formula, population)
        else:
            names, X = self.model_matrix(formula, design)
            totals = np.asarray(getattr(population, "values", population), dtype=float)
            if isinstance(population, Vector) and set(names) == set(population.names):
                totals = totals[[population.names.index(name) for name in names]]
        settings: dict[str, Any] = {
            "tolerance": epsilon,
            "maximum_iterations": int(maxit),
            "trim": None if trim is None else tuple(trim),
        }
        if isinstance(bounds, dict):
            bounds = (bounds["lower"], bounds["upper"])
        limits = None if bounds is None or not np.isfinite(bounds).any() else tuple(bounds)
        if calfun == "raking":
            made = calibration.calibrate_raking(design.survey, X, totals, **settings)
        elif calfun == "logit":
            made = calibration.calibrate_logit(design.survey, X, totals, bounds=limits, **settings)
        else:
            if limits is None:  # R solves the unbounded case in one step
                settings["tolerance"] = 1e-12
            made = calibration.calibrate_linear(design.survey, X, totals, bounds=limits, **settings)
        return replace(design, survey=made[0])

    def model_matrix(self, formula: Formula, design: Design) -> tuple[list[str], np.ndarray]:
        """An intercept, numbers as they are, categories less their first level."""
        right, intercept = formula.right, True
        if right.kind == "call" and right.value == Node("name", "-"):
            right, intercept = right.parts[0].value, False
        names, parts = (
            (["(Intercept)"], [np.ones(design.variables.rows)]) if intercept else ([], [])
        )
        full = not intercept
        for term in Formula(None, right).terms():
            if term.kind == "number":
                continue
            columns, table = self.matrix(Formula(None, term), design)
            categorical = len(columns) > 1
            skip = 1 if categorical and not full else 0
            full = full and not categorical
            names += columns[skip:]
            parts += list(table.T[skip:])
        return names, np.column_stack(parts)

    def margin_totals(
        self, design: Design, formulas: list[Formula], populations: list[Frame]
    ) -> tuple[np.ndarray, np.ndarray]:
        parts, totals = [np.ones(design.variables.rows)], []
        for formula, population in zip(formulas, populations, strict=True):
            label, known = self.margin(design, formula, population)
            totals.append(sum(known.values()))
            parts += [(label == level).astype(float) for level in sorted(known)[1:]]
        values = [totals[0]]
        for formula, population in zip(formulas, populations, strict=True):
            known = self.margin(design, formula, population)[1]
            values += [known[level] for level in sorted(known)[1:]]
        return np.column_stack(parts), np.array(values)

    def r_trimWeights(
        self,
        design: Design,
        upper: float = math.inf,
        lower: float = -math.inf,
        strict: bool = False,
        **_: Any,
    ) -> Design:
        trimmed = weighting.trim(design.survey, lower=lower, upper=upper, strict=strict)
        return replace(design, survey=trimmed)
