"""The functions that the reference cases call, each handed to `analytics.estimation`.

Only shapes and names are R's here; every number comes from the library.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy import stats

from analytics.estimation import (
    calibration,
    comparison,
    deff,
    estimates,
    intervals,
    quantiles,
    replicates,
    weighting,
)
from analytics.estimation.design import SurveyDesign
from analytics.estimation.estimates import Joint
from analytics.estimation.lonely import LonelyPSU
from tests.estimation.r_language import Argument, Formula, Frame, Node, Scope, deparse

TEXT = ("U", "O")


@dataclass(frozen=True)
class Vector:
    """A named vector, as `c(a = 1, b = 2)` makes it."""

    names: tuple[str, ...]
    values: np.ndarray

    def __truediv__(self, other: float) -> np.ndarray:
        return self.values / other


@dataclass(frozen=True)
class Factor:
    values: np.ndarray
    levels: tuple[Any, ...]


@dataclass(frozen=True)
class Design:
    """A design object of R: the variables and the design of the library."""

    variables: Frame
    survey: Any
    replicated: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Stat:
    """A statistic with covariance, the df of the design it came from, and design effects."""

    joint: Joint
    deff: tuple[float | None, ...] | None = None


@dataclass(frozen=True)
class RatioStat:
    stat: Stat
    separate: dict[Any, Stat] | None = None


@dataclass(frozen=True)
class Proportion:
    name: str
    estimate: Any
    interval: tuple[float, float]
    level: float
    df: int


@dataclass(frozen=True)
class Table:
    """What `svyby` returns: rows to compare, and the joint estimate for contrasts."""

    rows: list[dict[str, Any]]
    row_names: list[str]
    joint: Joint | None = None


def text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float | np.floating) else str(value)


class Session:
    """One R session: its options, variables and functions."""

    def __init__(self) -> None:
        self.options: dict[str, Any] = {}
        functions: dict[str, Callable[..., Any]] = {
            name.removeprefix("r_").replace("__", "."): getattr(self, name)
            for name in dir(self)
            if name.startswith("r_")
        }
        functions |= BASE
        functions |= {"$": self.dollar, "$<-": self.dollar_assign, "[": index, "[<-": index_assign}
        lazy = {"subset": self.subset, "with": self.with_, "quote": quote}
        lazy |= {"update": self.update, "transform": self.update}
        self.scope = Scope(functions, lazy)

    def run(self, line: str) -> Any:
        return self.scope.run(line)

    # --- Access -------------------------------------------------------------------------------

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

    # --- Designs ------------------------------------------------------------------------------

    def r_options(self, **given: Any) -> None:
        self.options |= given

    def r_svydesign(
        self,
        ids: Formula | None = None,
        probs: Any = None,
        strata: Formula | None = None,
        variables: Any = None,
        fpc: Formula | None = None,
        weights: Any = None,
        data: Frame | None = None,
        id: Formula | None = None,
        nest: bool = False,
    ) -> Design:
        assert data is not None
        ids = ids or id
        units = []
        if ids is not None and ids.right.kind != "number":
            units = list(self.columns(ids, data).values())
        if weights is None and probs is not None:
            weights = 1 / np.asarray(self.given(probs, data), dtype=float)
        survey = SurveyDesign.sample(
            data.rows,
            weights=None if weights is None else self.given(weights, data),
            strata=None if strata is None else self.column(strata, data),
            units=units,
            population=[] if fpc is None else list(self.columns(fpc, data).values()),
        )
        return Design(data, survey)

    def given(self, value: Any, data: Frame) -> np.ndarray:
        return self.column(value, data) if isinstance(value, Formula) else np.asarray(value)

    def r_svrepdesign(
        self,
        data: Frame | None = None,
        weights: Any = None,
        repweights: Any = None,
        type: str = "BRR",
        combined__weights: bool = True,
        scale: float | None = None,
        rscales: Any = 1.0,
        rho: float = 0.0,
        mse: bool = False,
        **dotted: Any,
    ) -> Design:
        assert data is not None
        table = np.asarray(repweights, dtype=float)
        R = table.shape[1]
        if type in ("BRR", "Fay"):
            scale = replicates.half_sample_scale(R, rho)
        elif type == "bootstrap" and scale is None:
            scale = 1 / (R - 1)
        elif type == "JK1" and scale is None:
            scale = (R - 1) / R
        elif type in ("ACS", "successive-difference"):
            scale = 4 / R
        survey = replicates.ReplicateDesign.supplied(
            np.ones(len(table)) if weights is None else self.given(weights, data),
            table,
            scale=1.0 if scale is None else float(scale),
            rscales=rscales,
            combined=bool(dotted.get("combined.weights", True)),
            mse=mse,
        )
        return Design(data, survey)

    def r_as__svrepdesign(
        self,
        design: Design,
        type: str = "auto",
        mse: bool = False,
        **dotted: Any,
    ) -> Design:
        survey = self.current(design)
        if type == "auto":
            type = "JKn" if len(np.unique(survey.stages[0].stratum)) > 1 else "JK1"
        make = {
            "JK1": replicates.jackknife_1,
            "JKn": replicates.jackknife_n,
            "BRR": replicates.balanced_half_samples,
        }
        if type == "Fay":
            fay = float(dotted["fay.rho"])
            return Design(
                design.variables, replicates.balanced_half_samples(survey, fay=fay, mse=mse)
            )
        return Design(design.variables, make[type](survey, mse=mse))

    def subset(self, scope: Scope, arguments: tuple[Argument, ...]) -> Any:
        holder = scope.evaluate(arguments[0].value)
        frame = holder.variables if isinstance(holder, Design) else holder
        chosen = np.asarray(scope.inside(frame).evaluate(arguments[1].value))
        keep = np.where(missing(chosen), False, chosen).astype(bool)
        if isinstance(holder, Frame):
            return holder.take(keep)
        return replace(holder, survey=holder.survey.within(keep))

    def update(self, scope: Scope, arguments: tuple[Argument, ...]) -> Any:
        holder = scope.evaluate(arguments[0].value)
        frame = Frame(holder.variables if isinstance(holder, Design) else holder)
        for argument in arguments[1:]:
            value = scope.inside(frame).evaluate(argument.value)
            frame[str(argument.name)] = np.broadcast_to(np.asarray(value), (frame.rows,))
        return replace(holder, variables=frame) if isinstance(holder, Design) else frame

    def with_(self, scope: Scope, arguments: tuple[Argument, ...]) -> Any:
        frame = scope.evaluate(arguments[0].value)
        return scope.inside(frame).evaluate(arguments[1].value)

    def r_weights(self, design: Design, *_: Any) -> np.ndarray:
        return np.asarray(design.survey.weights)

    def r_degf(self, design: Design) -> int:
        return int(design.survey.df)

    def r_nrow(self, holder: Any) -> int:
        return holder.rows if isinstance(holder, Frame) else int(holder.survey.rows)

    # --- Weighting ----------------------------------------------------------------------------

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
        sample__margins: list[Formula],
        population__margins: list[Frame],
        control: Any = None,
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

    # --- Statistics ---------------------------------------------------------------------------

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
            effect = globals()["deff"].ratio_design_effect(
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

    def r_svyciprop(
        self,
        formula: Formula,
        design: Design,
        method: str = "logit",
        level: float = 0.95,
        df: float | None = None,
        **_: Any,
    ) -> Proportion:
        survey = self.current(design)
        y = np.asarray(self.column(formula, design.variables), dtype=float)
        estimate = estimates.mean(survey, y)
        df = survey.df if df is None else df
        if method == "likelihood" and estimate.n_eff is not None:
            estimate = replace(estimate, n_eff=estimate.n_eff / self.dispersion(survey, y))
        if method == "logit" and estimate.n_eff is not None:
            odds = estimates.log_odds(survey, y)
            made = intervals.expit_interval(odds, level, df=df)
        elif method == "beta":
            made = intervals.korn_graubard_interval(estimate, level, df=survey.df, n=survey.rows)
        else:
            made = {
                "logit": intervals.logit_interval,  # p of 0 or 1
                "xlogit": intervals.logit_interval,
                "likelihood": intervals.likelihood_interval,
                "asin": intervals.arcsine_interval,
                "mean": intervals.wald_weighted_interval,
            }[method](estimate, level, df=df)
        return Proportion(deparse(formula.right), estimate, (made.low, made.high), level, survey.df)

    def dispersion(self, survey: Any, y: np.ndarray) -> float:
        """R divides the profile likelihood by the dispersion of the Pearson residuals, n/(n−1);
        where answers are missing also by the mean weight of the answers over that of all rows."""
        w = survey.weights[getattr(survey, "present", survey.inside)]
        known = survey.within(~np.isnan(y))
        answered = known.weights[getattr(known, "present", known.inside)]
        n = np.count_nonzero(known.weights)
        return float(n / (n - 1) * answered.mean() / w.mean())

    def r_neffci(
        self, formula: Formula, design: Design, level: float = 0.95, **_: Any
    ) -> dict[str, Any]:
        survey = self.current(design)
        y = np.asarray(self.column(formula, design.variables), dtype=float)
        estimate = estimates.mean(survey, y)
        p, n = estimate.value, estimate.n
        adjusted = intervals.df_adjusted_size(estimate, level)
        sizes = {
            "": estimate.n_eff,
            "_df": adjusted,
            "_cap_n": min(adjusted, n),
            "_cap_kish": min(adjusted, estimate.n_kish),
        }
        found: dict[str, Any] = {
            "p": p,
            "var": estimate.variance,
            "n": n,
            "df": estimate.df,
            "n_kish": estimate.n_kish,
            "n_eff": estimate.n_eff,
            "n_eff_df": adjusted,
            "n_eff_df_cap_n": sizes["_cap_n"],
            "n_eff_df_cap_kish": sizes["_cap_kish"],
        }
        forms = {
            "kg": intervals.clopper_pearson_interval,
            "wilson": intervals.wilson_interval,
            "jeffreys": intervals.jeffreys_interval,
            "agresti_coull": intervals.agresti_coull_interval,
        }
        for form, make in forms.items():
            for suffix, size in sizes.items():
                bounds = make(size * p, size, level)
                found[form + suffix] = [bounds.low, bounds.high]
        found["kg"] = found["kg_df"]
        return found

    def r_svyquantile(
        self,
        x: Formula,
        design: Design,
        quantiles: Any = None,
        qrule: str = "math",
        alpha: float = 0.05,
        **dotted: Any,
    ) -> dict[str, Any]:
        survey = self.current(design)
        kind, level = dotted.get("interval.type", "mean"), 1 - alpha
        low, high = (f"ci.{text(round(q, 2))}" for q in (100 * alpha / 2, 100 - 100 * alpha / 2))
        rule = RULES[qrule]
        share = {
            "mean": intervals.wald_weighted_interval,
            "beta": intervals.korn_graubard_interval,
            "xlogit": intervals.logit_interval,
            "asin": intervals.arcsine_interval,
        }
        found: dict[str, Any] = {}
        for name, y in self.columns(x, design.variables).items():
            found[name] = {}
            for p in np.atleast_1d(quantiles):
                if kind == "score":
                    q = QUANTILES.score_quantile(survey, y, p, rule=rule, level=level)
                else:
                    q = QUANTILES.quantile(
                        survey, y, p, rule=rule, share_interval=share[kind], level=level
                    )
                found[name][text(float(p))] = {
                    "quantile": q.value,
                    low: q.interval.low,
                    high: q.interval.high,
                    "se": q.se,
                    f"se.{high[3:]}": q.se,
                }
        return found

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

    def r_svycontrast(self, of: Any, contrast: Any) -> Stat:
        joint = of.joint
        if isinstance(contrast, Vector):
            coefficients = np.zeros(len(joint.names))
            for name, value in zip(contrast.names, contrast.values, strict=True):
                coefficients[list(joint.names).index(name)] = value
            return Stat(joint.contrast(coefficients))
        if contrast.value == Node("name", "/"):
            a, b = (list(joint.names).index(part.value.value) for part in contrast.parts)
            return Stat(replace(joint.quotient(a, b), names=("contrast",)))
        raise NotImplementedError(deparse(contrast))

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


QUANTILES = quantiles
RULES = {
    "math": quantiles.hf1,
    "school": quantiles.hf2,
    "shahvaish": quantiles.shah_vaish,
    **{f"hf{k}": getattr(quantiles, f"hf{k}") for k in range(1, 10)},
}


def joint_of(of: Any) -> Joint:
    found = of.stat.joint if isinstance(of, RatioStat) else of.joint
    assert found is not None
    return found


def table_entries(result: Any, vartypes: Any) -> dict[str, Any]:
    """One row of a `svyby` table under R's names."""
    if isinstance(result, Proportion):
        return {
            result.name: result.estimate.value,
            "ci_l": result.interval[0],
            "ci_u": result.interval[1],
            "se": result.estimate.se,
            "var": result.estimate.variance,
        }
    joint = joint_of(result)
    ratio = isinstance(result, RatioStat)
    row: dict[str, Any] = {}
    several = len(joint.names) > 1
    z = stats.norm.ppf(0.975)
    for k, name in enumerate(joint.names):
        value, se = joint.values[k], joint.se[k]
        suffix = f".{name}" if several or ratio else ""
        row |= {str(name): value, f"se{suffix}": se, f"var{suffix}": se**2}
        row |= {f"ci_l{suffix}": value - z * se, f"ci_u{suffix}": value + z * se}
        row |= {f"cv{suffix}": se / value if value else math.inf}
        effects = None if ratio else result.deff
        if effects is not None:
            row |= {f"DEff.{name}": effects[k], "DEff": effects[k]}
    return row


def as_factor(values: np.ndarray, shown: np.ndarray) -> Factor | None:
    """Text and truth values are categories; their levels are those shown, sorted."""
    if values.dtype.kind not in (*TEXT, "b"):
        return None
    if values.dtype.kind == "b":
        named = np.where(values, "TRUE", "FALSE")
        return Factor(named, ("FALSE", "TRUE"))
    seen = values[shown]
    return Factor(values, tuple(sorted(set(seen[~missing(seen)].tolist()))))


def factor(values: Any, levels: Any = None) -> Factor:
    column = np.asarray(values)
    known = column[~missing(column)]
    return Factor(column, tuple(sorted(set(known.tolist())) if levels is None else levels))


def missing(values: Any) -> np.ndarray:
    column = np.asarray(values)
    if column.dtype.kind == "f":
        return np.isnan(column)
    if column.dtype.kind in TEXT:
        return np.asarray(column == "")
    return np.zeros(column.shape, dtype=bool)


def joined(columns: list[np.ndarray]) -> list[str]:
    return [" : ".join(text(v) for v in row) for row in zip(*columns, strict=True)]


def quote(scope: Scope, arguments: tuple[Argument, ...]) -> Node:
    assert arguments[0].value is not None
    return arguments[0].value


def combine(*positional: Any, **named: Any) -> Any:
    if named:
        values = [float(np.atleast_1d(v)[0]) for v in named.values()]
        return Vector(tuple(named), np.array(values))
    parts = [np.atleast_1d(getattr(p, "values", p)) for p in positional]
    return np.concatenate(parts)


def index(holder: Any, *where: Any) -> Any:
    if isinstance(holder, Frame):
        rows, columns = (*where, None)[:2] if len(where) > 1 else (None, where[0])
        chosen = (
            holder if columns is None else Frame({c: holder[c] for c in names_at(holder, columns)})
        )
        return chosen if rows is None else chosen.take(position(rows))
    if isinstance(holder, list):
        return holder[int(where[0]) - 1]
    values = np.asarray(getattr(holder, "values", holder))
    if len(where) == 2:
        rows, columns = where
        values = values if rows is None else values[position(rows)]
        return values if columns is None else values[:, position(columns)]
    chosen = np.atleast_1d(values)[position(where[0])]
    return chosen[0] if np.ndim(where[0]) == 0 else chosen


def names_at(frame: Frame, columns: Any) -> list[str]:
    names = list(frame)
    wanted = np.atleast_1d(columns)
    return list(wanted) if wanted.dtype.kind in TEXT else [names[int(k) - 1] for k in wanted]


def position(where: Any) -> np.ndarray:
    """R counts from 1; truth values choose."""
    at = np.atleast_1d(where)
    return at if at.dtype.kind == "b" else at.astype(int) - 1


def index_assign(holder: Any, where: Any, value: Any) -> Any:
    changed = np.array(holder, dtype=object if isinstance(value, str) else None)
    changed[position(where)] = value
    return changed


def rename(frame: Frame, names: Any) -> Frame:
    return Frame(dict(zip([str(n) for n in names], frame.values(), strict=True)))


def grep(pattern: str, values: Any) -> np.ndarray:
    import re

    return np.array([k + 1 for k, v in enumerate(values) if re.search(pattern, str(v))])


def bind_columns(*columns: Any) -> np.ndarray:
    return np.column_stack([np.asarray(c, dtype=float) for c in columns])


def binomial_row(x: float, n: float, level: float) -> dict[str, float]:
    row = {"x": x, "n": n, "level": level, "p": x / n}
    forms = {
        "wald": intervals.wald_interval,
        "wilson": intervals.wilson_interval,
        "cp": intervals.clopper_pearson_interval,
        "agresti_coull": intervals.agresti_coull_interval,
        "jeffreys": intervals.jeffreys_interval,
    }
    for form, make in forms.items():
        bounds = make(x, n, level)
        row |= {f"{form}_lo": bounds.low, f"{form}_hi": bounds.high}
    return row


def proportion_test(x: float, n: float, conf__level: float = 0.95, **dotted: Any) -> dict[str, Any]:
    bounds = intervals.wilson_interval(x, n, float(dotted.get("conf.level", conf__level)))
    return {"conf.int": np.array([bounds.low, bounds.high])}


def binomial_test(x: float, n: float, **dotted: Any) -> dict[str, Any]:
    bounds = intervals.clopper_pearson_interval(x, n, float(dotted.get("conf.level", 0.95)))
    return {"conf.int": np.array([bounds.low, bounds.high])}


def group_average(x: Any, *groups: Any, FUN: Any = np.mean) -> np.ndarray:
    labels = np.array(joined([np.asarray(g) for g in groups]))
    result = np.array(x, dtype=float)
    for label in np.unique(labels):
        result[labels == label] = FUN(result[labels == label])
    return result


def cross_table(formula: Formula, data: Frame) -> Frame:
    """`xtabs(Freq ~ a, data)` of a table that has one row a level."""
    assert formula.left is not None
    names = [term.value for term in formula.terms()]
    return Frame({**{n: data[n] for n in names}, "Freq": data[formula.left.value]})


def text_or_number(values: Any) -> np.ndarray:
    return np.asarray(getattr(values, "values", values), dtype=float)


BASE: dict[str, Callable[..., Any]] = {
    "(": lambda x: x,
    "+": lambda a, b=None: a if b is None else a + b,
    "-": lambda a, b=None: -a if b is None else a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
    ":": lambda a, b: np.arange(int(a), int(b) + 1),
    "==": lambda a, b: np.equal(a, b),
    "!=": lambda a, b: np.not_equal(a, b),
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "&": np.logical_and,
    "|": np.logical_or,
    "&&": np.logical_and,
    "||": np.logical_or,
    "!": np.logical_not,
    "%in%": lambda a, b: np.isin(a, b),
    "c": combine,
    "list": lambda *p, **n: n if n else list(p),
    "I": lambda x: x,
    "identity": lambda x: x,
    "suppressWarnings": lambda x: x,
    "suppressMessages": lambda x: x,
    "as.numeric": text_or_number,
    "as.integer": text_or_number,
    "as.vector": text_or_number,
    "as.character": lambda x: np.array([text(v) for v in np.atleast_1d(x)]),
    "as.matrix": lambda x: np.column_stack(list(x.values())) if isinstance(x, Frame) else x,
    "cbind": bind_columns,
    "rep": lambda x, times: np.repeat(x, int(times)),
    "factor": factor,
    "ifelse": np.where,
    "is.na": missing,
    "sum": lambda *x, **_: float(sum(np.sum(v) for v in x)),
    "mean": lambda x, **_: float(np.mean(x)),
    "ave": group_average,
    "seq_len": lambda n: np.arange(1, int(n) + 1),
    "setNames": lambda x, names: Vector(tuple(names), np.asarray(x, dtype=float)),
    "which": lambda x: np.flatnonzero(x) + 1,
    "head": lambda x, n=6: x[: int(n)],
    "range": lambda x: np.array([np.min(x), np.max(x)]),
    "min": np.min,
    "max": np.max,
    "abs": np.abs,
    "sqrt": np.sqrt,
    "log": np.log,
    "exp": np.exp,
    "round": lambda x, digits=0: np.round(x, int(digits)),
    "unique": lambda x: np.array(list(dict.fromkeys(np.asarray(x).tolist()))),
    "sort": lambda x: np.sort(x),
    "length": lambda x: len(x),
    "paste": lambda *x, sep=" ", **_: np.array(
        [sep.join(map(text, r)) for r in zip(*x, strict=True)]
    ),
    "names": lambda x: list(getattr(x, "names", x)),
    "names<-": rename,
    "grep": grep,
    "data.frame": lambda **columns: Frame({k: np.asarray(v) for k, v in columns.items()}),
    "xtabs": cross_table,
    "qbeta": lambda p, a, b: float(stats.beta.ppf(p, a, b)),
    "prop.test": proportion_test,
    "binom.test": binomial_test,
    "bin": binomial_row,
    "Map": lambda f, *over: [f(*each) for each in zip(*over, strict=True)],
    "rbind": lambda *rows: {"rows": list(rows)},
    "do.call": lambda f, given: f(*given),
}
