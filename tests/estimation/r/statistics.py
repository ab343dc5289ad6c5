"""`svymean`, `svyciprop`, `svyby` and the other statistics."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import stats

from analytics.estimation import comparison, deff, estimates
from analytics.estimation.deff import ratio_design_effect
from analytics.estimation.estimates import Joint
from tests.estimation.r.base import TEXT, Vector, joined, missing, text
from tests.estimation.r.core import Core
from tests.estimation.r.language import Formula, Node
from tests.estimation.r.results import (
    Design,
    RatioStat,
    Stat,
    Table,
    joint_of,
    table_entries,
)


class Statistics(Core):
    def r_svymean(self, x: Formula, design: Design, deff: Any = False, **_: Any) -> Stat:
        names, y = self.matrix(x, design)
        survey = self.current(design)
        joint = replace(estimates.means(survey, y, names), df=survey.df)
        return Stat(joint, self.effects(survey, y, deff, "mean"))

    def r_svytotal(self, x: Formula, design: Design, deff: Any = False, **_: Any) -> Stat:
        names, y = self.matrix(x, design)
        survey = self.current(design)
        joint = replace(estimates.totals(survey, y, names), df=survey.df)
        return Stat(joint, self.effects(survey, y, deff, "total"))

    def effects(self, survey: Any, y: np.ndarray, wanted: Any, of: str) -> Any:
        if wanted is False:
            return None
        survey = survey.within(~np.isnan(y).any(axis=1))
        function = deff.mean_design_effect if of == "mean" else deff.total_design_effect
        return tuple(function(survey, c, with_replacement=wanted == "replace") for c in y.T)

    def r_svyvar(self, x: Formula, design: Design, **_: Any) -> Stat:
        names, y = self.matrix(x, design)
        return self.single(estimates.variance(self.current(design), y[:, 0]), names[0])

    def single(self, estimate: Any, name: str) -> Stat:
        joint = Joint(
            (name,), np.array([estimate.value]), np.array([[estimate.variance]]), estimate.df
        )
        return Stat(joint)

    def r_svyratio(
        self,
        numerator: Formula,
        denominator: Formula | None = None,
        design: Design | None = None,
        separate: bool = False,
        deff: Any = False,
        **_: Any,
    ) -> RatioStat:
        assert denominator is not None
        assert design is not None
        survey = self.current(design)
        y, x = (self.columns(f, design.variables) for f in (numerator, denominator))
        (top, top_values), (bottom, bottom_values) = *y.items(), *x.items()
        name = f"{top}/{bottom}"

        def one(part: Any) -> Stat:
            estimate = estimates.ratio(part, top_values, bottom_values)
            return self.single(replace(estimate, df=part.df), name)

        if separate:
            stratum = survey.stages[0].stratum
            labels = {int(h): one(survey.within(stratum == h)) for h in np.unique(stratum)}
            return RatioStat(one(survey), labels)
        effect = None
        if deff is not False:
            effect = ratio_design_effect(
                survey, top_values, bottom_values, with_replacement=deff == "replace"
            )
        return RatioStat(replace(one(survey), deff=None if effect is None else (effect,)))

    def r_predict(self, ratio: RatioStat, total: Any) -> dict[str, list[float]]:
        if ratio.separate is None:
            joint = ratio.stat.joint
            return {"total": [joint.values[0] * total], "se": [joint.se[0] * total]}
        parts = list(zip(ratio.separate.values(), total.values(), strict=True))
        value = sum(X * part.joint.values[0] for part, X in parts)
        variance = sum(X**2 * part.joint.covariance[0, 0] for part, X in parts)
        return {"total": [value], "se": [math.sqrt(variance)]}

    def r_deff(self, of: Any) -> Any:
        stat = of.stat if isinstance(of, RatioStat) else of
        return np.array(stat.deff)

    def r_svyby(
        self,
        formula: Formula,
        by: Formula | None = None,
        design: Design | None = None,
        FUN: Callable[..., Any] | None = None,
        vartype: Any = "se",
        covmat: bool = False,
        **given: Any,
    ) -> Table:
        assert by is not None
        assert design is not None
        assert FUN is not None
        columns = self.columns(by, design.variables)
        weighted = design.survey.weights > 0
        known = weighted & ~np.any([missing(c) for c in columns.values()], axis=0)
        combinations = sorted(
            {tuple(c[i] for c in columns.values()) for i in np.flatnonzero(known)},
            key=lambda levels: tuple(reversed(levels)),
        )
        rows, row_names, joints = [], [], []
        for levels in combinations:
            mask = np.all([c == v for c, v in zip(columns.values(), levels, strict=True)], axis=0)
            part = replace(design, survey=design.survey.within(mask))
            result = FUN(formula, design=part, **given)
            row: dict[str, Any] = dict(zip(columns, levels, strict=True))
            rows.append(row | table_entries(result, np.atleast_1d(vartype)))
            row_names.append(".".join(text(v) for v in levels))
            joints.append(result)
        joint = None
        if covmat:
            survey = self.current(design)
            y = np.asarray(self.column(formula, design.variables), dtype=float)
            joint = estimates.domain_means(survey, y, np.array(joined(list(columns.values()))))
            order = [list(joint.names).index(" : ".join(map(text, c))) for c in combinations]
            joint = replace(
                joint,
                names=tuple(row_names),
                values=joint.values[order],
                covariance=joint.covariance[np.ix_(order, order)],
                df=survey.df,
            )
        return Table(rows, row_names, joint)

    def r_svycontrast(self, of: Any, contrasts: Any) -> Stat:
        joint = of.joint
        names = [str(name) for name in joint.names]
        if isinstance(contrasts, Node):

            def function(values: np.ndarray) -> Any:
                return self.scope.inside(dict(zip(names, values, strict=True))).evaluate(contrasts)

            return Stat(replace(joint.transform(function), names=("contrast",)))
        several = contrasts if isinstance(contrasts, dict) else {"contrast": contrasts}
        table = np.zeros((len(several), len(names)))
        for row, contrast in zip(table, several.values(), strict=True):
            if isinstance(contrast, Vector):
                for name, value in zip(contrast.names, contrast.values, strict=True):
                    row[names.index(name)] = value
            else:
                row[:] = contrast
        return Stat(replace(joint.contrast(table), names=tuple(several)))

    def r_svyttest(self, formula: Formula, design: Design, **_: Any) -> dict[str, Any]:
        survey = self.current(design)
        y = np.asarray(self.within(design.variables).evaluate(formula.left), dtype=float)
        if formula.right.kind == "number":
            found = comparison.difference_from(survey, y, 0.0)
        else:
            group = self.column(Formula(None, formula.right), design.variables)
            found = comparison.difference_of_domains(survey, y, group)
        assert found is not None
        return {
            "statistic": found.t,
            "df": found.df,
            "p_value": found.p_value,
            "estimate": found.value,
            "ci": [found.interval.low, found.interval.high],
            "level": 0.95,
        }

    def r_svytable(self, formula: Formula, design: Design) -> list[Any]:
        columns = list(self.columns(formula, design.variables).values())
        w = design.survey.weights
        shape = [sorted(set(c.tolist())) for c in columns]

        def cells(mask: np.ndarray, depth: int) -> Any:
            if depth == len(columns):
                return float(w[mask].sum())
            return [cells(mask & (columns[depth] == v), depth + 1) for v in shape[depth]]

        return cells(np.ones(len(w), dtype=bool), 0)  # type: ignore[no-any-return]

    def r_vcov(self, of: Any) -> np.ndarray:
        return joint_of(of).covariance

    def r_SE(self, of: Any) -> np.ndarray:
        return joint_of(of).se

    def r_cv(self, of: Any) -> np.ndarray:
        joint = joint_of(of)
        return np.asarray(joint.se / joint.values)

    def r_coef(self, of: Any) -> np.ndarray:
        return joint_of(of).values

    def r_confint(self, of: Any, level: float = 0.95, df: float = math.inf) -> np.ndarray:
        joint = joint_of(of)
        half = stats.t.ppf((1 + level) / 2, df) * joint.se
        return np.column_stack([joint.values - half, joint.values + half])

    def r_sapply(self, over: Any, function: Callable[[Any], Any]) -> Any:
        values = np.array([function(value) for value in over])
        names = np.asarray(over)
        return Vector(tuple(names), values) if names.dtype.kind in TEXT else values
