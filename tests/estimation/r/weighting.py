"""`postStratify`, `rake`, `calibrate`, `trimWeights`."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from analytics.estimation import calibration, weighting
from tests.estimation.r.core import Core
from tests.estimation.r.language import Formula, Frame, deparse
from tests.estimation.r.results import Design
from tests.estimation.r.values import Vector, as_factor, joined, levels_of, text


class Weighting(Core):
    def r_postStratify(
        self,
        design: Design,
        strata: Any,
        population: Any,
        partial: bool = False,
        **_: Any,
    ) -> Design:
        label, totals = self.margin(design, strata, population)
        if partial:
            totals = {level: N for level, N in totals.items() if level in set(label.tolist())}
        return replace(design, survey=weighting.poststratify(design.survey, label, totals))

    def margin(
        self, design: Design, strata: Any, population: Any
    ) -> tuple[np.ndarray, dict[Any, float]]:
        """The label of each row, and the population count of each label."""
        columns = self.frame(strata, design.variables)
        if isinstance(population, Vector):  # a table of one variable
            named = dict(zip(population.names, population.values.tolist(), strict=True))
            (column,) = columns.values()
            return np.array([text(v) for v in np.asarray(column).tolist()]), named
        (count,) = [name for name in population if name not in columns]
        totals: dict[Any, float] = {}
        for row in range(population.rows):
            key = " : ".join(text(population[name][row]) for name in columns)
            totals[key] = float(population[count][row])
        return np.array(joined([np.asarray(c) for c in columns.values()])), totals

    def r_rake(
        self,
        design: Design,
        sample__margins: Any,
        population__margins: Any,
        control: Any = None,
        **_: Any,
    ) -> Design:
        margins = [
            weighting.Margin(*self.margin(design, formula, population))
            for formula, population in zip(sample__margins, population__margins, strict=True)
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
        aggregate__stage: Any = None,
        stage: Any = 0,
        variance: Any = None,
        bounds: Any = None,
        calfun: Any = "linear",
        maxit: float = 50,
        epsilon: Any = 1e-7,
        verbose: bool = False,
        force: bool = False,
        trim: Any = None,
        bounds__const: bool = False,
        **_: Any,
    ) -> Design:
        if isinstance(formula, list):
            X, totals = self.margin_totals(design, formula, population)
        else:
            names, X = self.model_matrix(formula, design.variables)
            totals = np.atleast_1d(np.asarray(population, dtype=float))
            if isinstance(population, Vector) and set(names) == set(population.names):
                totals = totals[[population.names.index(name) for name in names]]
            if len(totals) != X.shape[1]:
                raise ValueError("Population and sample totals are not the same length.")
        empty = (totals == 0) & (X == 0).all(axis=0)
        X, totals = X[:, ~empty], totals[~empty]
        settings: dict[str, Any] = {
            "tolerance": float(np.min(epsilon)),
            "maximum_iterations": int(maxit),
            "trim": None if trim is None else tuple(trim),
        }
        lower, upper = (
            bounds.values()
            if isinstance(bounds, dict)
            else ((-math.inf, math.inf) if bounds is None else bounds)
        )
        if bounds__const:
            w = design.survey.base_weights
            lower, upper = lower / w, upper / w
        unbounded = not np.any(np.isfinite([lower, upper]))
        limits: Any = None if unbounded else (lower, upper)
        if variance is not None and np.size(variance) == X.shape[1]:
            variance = X @ np.atleast_1d(np.asarray(variance, dtype=float))
        settings["heteroscedasticity"] = variance
        if aggregate__stage is not None:
            settings["cluster"] = design.survey.stages[int(aggregate__stage) - 1].unit
        if calfun == "raking":
            made = calibration.calibrate_raking(design.survey, X, totals, bounds=limits, **settings)
        elif "logit".startswith(calfun):
            made = calibration.calibrate_logit(design.survey, X, totals, bounds=limits, **settings)
        else:
            if unbounded:  # R solves the unbounded case in one step
                settings |= {"tolerance": 1e-12, "trim": None}  # and does not trim
            made = calibration.calibrate_linear(design.survey, X, totals, bounds=limits, **settings)
        return replace(design, survey=made[0])

    def model_matrix(self, formula: Formula, frame: Frame) -> tuple[list[str], np.ndarray]:
        """An intercept, numbers as they are, categories less their first level where what they
        would span is there already, and the products of interactions."""
        products, intercept = formula.products()
        rows, scope = frame.rows, self.within(frame)
        values = {v: scope.evaluate(v) for product in products for v in product}
        there = {frozenset[Any]()} if intercept else set()
        names, parts = (["(Intercept)"], [np.ones(rows)]) if intercept else ([], [])
        for product in products:
            columns: list[tuple[str, np.ndarray]] = [("", np.ones(rows))]
            for variable in product:
                others = frozenset(v for v in product if v != variable)
                made = self.indicators(deparse(variable), values[variable], others in there, rows)
                columns = [(f"{a}:{b}" if a else b, x * z) for b, z in made for a, x in columns]
            there.add(frozenset(product))
            if all(as_factor(values[v]) is not None for v in product):
                there |= {frozenset(v for v in product if v != one) for one in product}
            names += [name for name, _ in columns]
            parts += [column for _, column in columns]
        return names, np.column_stack(parts)

    def indicators(
        self, label: str, value: Any, contrasted: bool, rows: int
    ) -> list[tuple[str, np.ndarray]]:
        factor = as_factor(value)
        if factor is None:
            return [(label, np.broadcast_to(np.asarray(value, dtype=float), (rows,)))]
        shown = factor.levels[1:] if contrasted else factor.levels
        return [
            (label + text(level), np.asarray(factor.values == level, dtype=float))
            for level in shown
        ]

    def r_model__matrix(self, object: Formula, data: Any = None, **_: Any) -> np.ndarray:
        frame = data.variables if isinstance(data, Design) else data
        return self.model_matrix(object, frame)[1]

    def margin_totals(
        self, design: Design, formulas: list[Formula], populations: list[Any]
    ) -> tuple[np.ndarray, np.ndarray]:
        """The saturated model of each margin, without the columns that repeat."""
        names: list[str] = []
        parts, totals = [], []
        for formula, population in zip(formulas, populations, strict=True):
            label, known = self.margin(design, formula, population)
            columns = [np.asarray(c) for c in self.columns(formula, design.variables).values()]
            cells = [levels_of(c) for c in columns]
            wanted, X = self.saturated(formula, design.variables)
            first = {key: np.flatnonzero(label == key) for key in known}
            absent = [key for key, rows in first.items() if not len(rows) and known[key]]
            if absent:
                raise ValueError(f"population without responses: {absent}, levels {cells}")
            for name, column in zip(wanted, X.T, strict=True):
                if name in names:
                    continue
                names.append(name)
                parts.append(column)
                totals.append(
                    sum(N * column[first[key][0]] for key, N in known.items() if len(first[key]))
                )
        return np.column_stack(parts), np.array(totals)

    def saturated(self, formula: Formula, frame: Frame) -> tuple[list[str], np.ndarray]:
        variables = formula.terms()
        crossed = self.scope.run("~" + "*".join(deparse(v) for v in variables))
        return self.model_matrix(crossed, frame)

    def r_trimWeights(
        self,
        design: Design,
        upper: Any = math.inf,
        lower: Any = -math.inf,
        strict: bool = False,
        **_: Any,
    ) -> Design:
        upper, lower = (float(np.asarray(limit).item()) for limit in (upper, lower))
        trimmed = weighting.trim(design.survey, lower=lower, upper=upper, strict=strict)
        return replace(design, survey=trimmed)
