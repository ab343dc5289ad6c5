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
from analytics.estimation.design import SurveyDesign
from analytics.estimation.estimates import Joint
from tests.estimation.r.core import Core
from tests.estimation.r.language import Formula, Node, call_as_r
from tests.estimation.r.results import (
    Design,
    Proportion,
    RatioStat,
    Stat,
    Table,
    joint_of,
    table_entries,
)
from tests.estimation.r.values import Vector, levels_of, missing, text


class Statistics(Core):
    def r_svymean(
        self, x: Formula, design: Design, na__rm: bool = False, deff: Any = False, **_: Any
    ) -> Stat:
        names, y = self.matrix(x, design)
        survey = self.current(design)
        joint = replace(estimates.means(survey, y, names), df=survey.df)
        return Stat(joint, self.effects(survey, y, deff, "mean"))

    def r_svytotal(
        self, x: Formula, design: Design, na__rm: bool = False, deff: Any = False, **_: Any
    ) -> Stat:
        names, y = self.matrix(x, design)
        survey = self.current(design)
        joint = replace(estimates.totals(survey, y, names), df=survey.df)
        return Stat(joint, self.effects(survey, y, deff, "total"))

    def effects(self, survey: Any, y: np.ndarray, wanted: Any, of: str) -> Any:
        if wanted is False or wanted is None:
            return None
        survey = survey.within(~np.isnan(y).any(axis=1))
        function = deff.mean_design_effect if of == "mean" else deff.total_design_effect
        return tuple(function(survey, c, with_replacement=wanted == "replace") for c in y.T)

    def r_svyvar(self, x: Formula, design: Design, **_: Any) -> Stat:
        names, y = self.matrix(x, design)
        survey = self.current(design)
        # R's n/(n−1) counts the rows without an answer too, save in replicate designs.
        rows = np.count_nonzero(survey.weights)
        if not isinstance(survey, SurveyDesign):
            rows = np.count_nonzero(survey.weights[~np.isnan(y).any(axis=1)])
        n = np.count_nonzero(survey.weights[~np.isnan(y).any(axis=1)])
        scale = np.eye(len(names) ** 2) * (rows / (rows - 1) * (n - 1) / n)
        joint = estimates.covariances(survey, y).contrast(scale)
        if len(names) == 1:
            return Stat(replace(joint, names=(names[0],)))
        pairs = [f"{a}:{b}" for a in names for b in names]
        return Stat(replace(joint, names=tuple(pairs)))

    def r_unwtd__count(self, x: Formula, design: Design, **_: Any) -> Stat:
        known = ~np.any([missing(c) for c in self.columns(x, design.variables).values()], axis=0)
        survey = self.current(design).within(known)
        n = float(np.count_nonzero(survey.weights))
        return Stat(Joint(("counts",), np.array([n]), np.zeros((1, 1)), design.survey.df))

    def single(self, estimate: Any, name: str) -> Stat:
        joint = Joint(
            (name,), np.array([estimate.value]), np.array([[estimate.variance]]), estimate.df
        )
        return Stat(joint)

    def r_svyratio(
        self,
        numerator: Formula,
        denominator: Formula,
        design: Design,
        separate: bool = False,
        na__rm: bool = False,
        deff: Any = False,
        **_: Any,
    ) -> RatioStat:
        survey = self.current(design)
        (tops, y), (bottoms, x) = (self.numbers(f, design) for f in (numerator, denominator))
        pairs = [(i, j) for j in range(len(bottoms)) for i in range(len(tops))]
        names = tuple(f"{tops[i]}/{bottoms[j]}" for i, j in pairs)

        def one(part: Any) -> Stat:
            joint = estimates.ratios(
                part, y[:, [i for i, _ in pairs]], x[:, [j for _, j in pairs]], names
            )
            return Stat(replace(joint, df=part.df))

        if separate:
            stratum = survey.stages[0].stratum
            labels = {int(h): one(survey.within(stratum == h)) for h in np.unique(stratum)}
            return RatioStat(one(survey), labels)
        effects = None
        if deff is not False:
            effects = tuple(
                ratio_design_effect(survey, y[:, i], x[:, j], with_replacement=deff == "replace")
                for i, j in pairs
            )
        return RatioStat(replace(one(survey), deff=effects))

    def numbers(self, formula: Formula, design: Design) -> tuple[list[str], np.ndarray]:
        found = self.columns(formula, design.variables)
        return list(found), np.column_stack([np.asarray(c, dtype=float) for c in found.values()])

    def r_predict(
        self, object: RatioStat, total: Any, se: bool = True, **_: Any
    ) -> dict[str, Any] | np.ndarray:
        if object.separate is None:
            joint = object.stat.joint
            X = np.atleast_1d(np.asarray(total, dtype=float))
            values, errors = joint.values[0] * X, joint.se[0] * X
        else:
            given = list(total.values() if isinstance(total, dict) else np.asarray(total))
            parts = list(zip(object.separate.values(), given, strict=True))
            values = np.array([sum(X * part.joint.values[0] for part, X in parts)])
            variance = sum(X**2 * part.joint.covariance[0, 0] for part, X in parts)
            errors = np.array([math.sqrt(variance)])
        return {"total": values.tolist(), "se": errors.tolist()} if se else values

    def r_deff(self, object: Any, **_: Any) -> Any:
        if isinstance(object, Table):
            kept = [
                [v for k, v in row.items() if k == "DEff"]
                or [v for k, v in row.items() if k.startswith("DEff.")]
                for row in object.rows
            ]
            return np.array(kept).T.ravel()
        stat = object.stat if isinstance(object, RatioStat) else object
        return Vector(tuple(map(str, stat.joint.names)), np.array(stat.deff))

    def r_svyby(
        self,
        formula: Formula,
        by: Any,
        design: Design,
        FUN: Callable[..., Any],
        deff: Any = None,
        keep__var: bool = True,
        keep__names: bool = True,
        vartype: Any = "se",
        drop__empty__groups: bool = True,
        na__rm__by: bool = False,
        na__rm__all: bool = False,
        covmat: bool = False,
        **given: Any,
    ) -> Table:
        columns = self.frame(by, design.variables)
        if not isinstance(by, Formula) and set(columns) == {"0"}:
            columns = {"by": columns["0"]}
        shown = design.survey.weights > 0
        plain = {name: np.asarray(c) for name, c in columns.items()}
        ranks = [{v: k for k, v in enumerate(levels_of(c, shown))} for c in columns.values()]
        known = shown & ~np.any([missing(c) for c in plain.values()], axis=0)
        if na__rm__all:
            answers = self.columns(formula, design.variables).values()
            known &= ~np.any([missing(c) for c in answers], axis=0)
        present = zip(*(c[known].tolist() for c in plain.values()), strict=True)
        combinations = sorted(
            set(present),
            key=lambda levels: [r[v] for r, v in zip(ranks[::-1], levels[::-1], strict=True)],
        )
        if deff is not None:
            given["deff"] = deff
        rows, row_names, parts = [], [], []
        for levels in combinations:
            mask = np.all([c == v for c, v in zip(plain.values(), levels, strict=True)], axis=0)
            part = replace(design, survey=design.survey.within(mask))
            result = call_as_r(FUN, [formula], {"design": part, **given})
            entries = table_entries(result, np.atleast_1d(vartype))
            if not keep__var:
                entries |= {"statistic": next(iter(entries.values()))}
            rows.append(dict(zip(columns, levels, strict=True)) | entries)
            row_names.append(".".join(text(v) for v in levels))
            parts.append((mask, result))
        if not keep__names:
            row_names = [str(k + 1) for k in range(len(rows))]

        def covariance() -> Joint:
            total = getattr(FUN, "__name__", "") == "r_svytotal"
            ratio = getattr(FUN, "__name__", "") == "r_svymean"
            joints = [joint_of(result) for _, result in parts]
            several = len(joints[0].names) > 1
            order = [(k, j) for j in range(len(joints[0].names)) for k in range(len(joints))]
            names = tuple(
                f"{row_names[k]}:{joints[k].names[j]}" if several else row_names[k]
                for k, j in order
            )
            values = np.array([joints[k].values[j] for k, j in order])
            survey = self.current(design)
            if covmat and (total or ratio):
                _, y = self.matrix(formula, design)
                joint = estimates.domain_estimates(
                    survey, y, [mask for mask, _ in parts], total=total
                )
                return replace(joint, names=names, df=survey.df)
            spread = np.diag([joints[k].covariance[j, j] for k, j in order])
            return Joint(names, values, spread, survey.df)

        return Table(rows, row_names, covariance)

    def r_svycontrast(self, stat: Any, contrasts: Any, add: bool = False, **_: Any) -> Stat:
        joint = joint_of(stat)
        names = [str(name) for name in joint.names]
        several = contrasts if isinstance(contrasts, dict) else {"contrast": contrasts}
        if isinstance(contrasts, list):
            several = {f"contrast.{k}" if k else "contrast": c for k, c in enumerate(contrasts)}
        if all(isinstance(contrast, Node) for contrast in several.values()):
            changed = [
                lambda values, node=node: self.scope.inside(
                    dict(zip(names, values, strict=True))
                ).evaluate(node)
                for node in several.values()
            ]
            return Stat(replace(joint.transform(*changed), names=tuple(several)))
        table = np.zeros((len(several), len(names)))
        for row, contrast in zip(table, several.values(), strict=True):
            if isinstance(contrast, Vector) and set(contrast.names) != {""}:
                for name, value in zip(contrast.names, contrast.values, strict=True):
                    row[names.index(name)] = value
            else:
                row[:] = np.asarray(contrast)
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
            "parameter": found.df,
            "p_value": found.p_value,
            "p.value": found.p_value,
            "estimate": found.value,
            "se": found.se,
            "ci": [found.interval.low, found.interval.high],
            "conf.int": np.array([found.interval.low, found.interval.high]),
            "level": 0.95,
        }

    def r_svytable(self, formula: Formula, design: Design, **_: Any) -> Any:
        columns = list(self.columns(formula, design.variables).values())
        survey = design.survey
        w = survey.weights
        shape = [levels_of(c) for c in columns]
        plain = [np.asarray(c) for c in columns]

        def cells(mask: np.ndarray, depth: int) -> Any:
            if depth == len(plain):
                return float(w[mask].sum())
            return [cells(mask & (plain[depth] == v), depth + 1) for v in shape[depth]]

        found = np.array(cells(np.ones(len(w), dtype=bool), 0))
        return found if found.ndim > 1 else Vector(tuple(map(text, shape[0])), found)

    def r_vcov(self, object: Any, **_: Any) -> np.ndarray:
        return joint_of(object).covariance

    def labelled(self, object: Any, values: np.ndarray) -> Any:
        if isinstance(object, Table) and "se" not in object.rows[0]:
            return values
        return Vector(tuple(map(str, joint_of(object).names)), values)

    def r_SE(self, object: Any, **_: Any) -> Any:
        if isinstance(object, dict):
            return self.of_quantiles(object, "se")
        if isinstance(object, Table):
            keep = [k for k in object.rows[0] if k == "se" or k.startswith("se.")]
            if "se" not in keep:
                return {
                    "rows": [{k: r[k] for k in keep} for r in object.rows],
                    "row_names": object.row_names,
                }
        return self.labelled(object, joint_of(object).se)

    def r_cv(self, object: Any, **_: Any) -> Any:
        joint = joint_of(object)
        return self.labelled(object, joint.se / joint.values)

    def r_coef(self, object: Any, **_: Any) -> Any:
        if isinstance(object, dict):
            return self.of_quantiles(object, "quantile")
        return self.labelled(object, joint_of(object).values)

    def of_quantiles(self, object: dict[str, Any], entry: str) -> Vector:
        found = {
            f"{variable}.{p}": e[entry] for variable, by in object.items() for p, e in by.items()
        }
        return Vector(tuple(found), np.array(list(found.values())))

    def r_confint(
        self, object: Any, parm: Any = None, level: float = 0.95, df: float = math.inf, **_: Any
    ) -> Any:
        if isinstance(object, Proportion):
            return np.array([object.interval])
        if isinstance(object, dict):
            return self.confidence_of(object, level)
        joint = joint_of(object)
        half = stats.t.ppf((1 + level) / 2, df) * joint.se
        table = np.column_stack([joint.values - half, joint.values + half])
        if parm is None:
            return table
        names = [str(name) for name in joint.names]
        wanted = np.atleast_1d(parm).tolist()
        return table[[names.index(p) if isinstance(p, str) else int(p) - 1 for p in wanted]]

    def confidence_of(self, object: dict[str, Any], level: float) -> np.ndarray:
        if "conf.int" in object:
            half = stats.t.ppf((1 + level) / 2, object["df"]) * object["se"]
            return np.array([[object["estimate"] - half, object["estimate"] + half]])
        bounds = [
            [v for k, v in e.items() if k.startswith("ci.")]
            for by in object.values()
            for e in by.values()
        ]
        return np.array(bounds)

    def r_attr(self, x: Any, which: str, **_: Any) -> Any:
        if isinstance(x, Proportion):
            return {"ci": np.array(x.interval), "var": np.array(x.estimate.variance)}[which]
        if which == "deff":
            return self.r_deff(x)
        return {"var": lambda: joint_of(x).covariance}[which]()
