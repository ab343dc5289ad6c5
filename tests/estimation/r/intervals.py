"""`svyciprop` and the intervals from effective sample sizes; `svyquantile`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import stats

from analytics.estimation import estimates, intervals
from analytics.estimation import quantile_rules as rules
from analytics.estimation import quantiles as library
from tests.estimation.r.core import Core
from tests.estimation.r.language import Formula, deparse
from tests.estimation.r.results import Design, Proportion
from tests.estimation.r.values import Factor, text


def as_r(rule: rules.Rule) -> rules.Rule:
    """R looks for the last step at or below p; where there is none it still starts from the
    first, so that a probability below the first step gives the second value."""

    def adapted(x: np.ndarray, w: np.ndarray, p: float) -> float:
        if rule is rules.hf3:
            x, at = np.unique(x, return_inverse=True)
            w = np.bincount(at, weights=w).astype(float)
        if len(x) < 2 or w[0] <= p * w.sum():
            return rule(x, w, p)
        if rule is rules.hf4:
            return float(x[0] + (x[1] - x[0]) * (p * w.sum() - w[0]) / w[1])
        return float(x[1])

    return adapted


RULES = {
    "math": as_r(rules.hf1),
    "school": as_r(rules.hf2),
    "shahvaish": rules.shah_vaish,
    **{f"hf{k}": as_r(getattr(rules, f"hf{k}")) for k in range(1, 5)},
    **{f"hf{k}": getattr(rules, f"hf{k}") for k in range(5, 10)},
}


class Intervals(Core):
    def r_svyciprop(
        self,
        formula: Formula,
        design: Design,
        method: str = "logit",
        level: float = 0.95,
        df: float | None = None,
        **_: Any,
    ) -> Proportion:
        methods = ("logit", "likelihood", "asin", "beta", "mean", "xlogit")
        (method,) = [m for m in methods if m == method] or [
            m for m in methods if m.startswith(method)
        ]
        survey = self.current(design)
        y = self.binary(formula, design, method in ("logit", "likelihood"))
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
        low, high = made.low, made.high
        if method == "asin" and low == 0 and estimate.se:
            # R squares the sine of the negative angle.
            low = np.sin(np.arcsin(np.sqrt(estimate.value)) - self.reach(estimate, level, df)) ** 2
        if method == "asin" and high == 1 and estimate.se:
            high = np.sin(np.arcsin(np.sqrt(estimate.value)) + self.reach(estimate, level, df)) ** 2
        return Proportion(deparse(formula.right), estimate, (low, high), level, survey.df)

    def reach(self, estimate: Any, level: float, df: float) -> float:
        p = estimate.value
        quantile = stats.t.ppf((1 + level) / 2, df)
        return float(quantile * estimate.se / (2 * np.sqrt(p * (1 - p))))

    def binary(self, formula: Formula, design: Design, modelled: bool = False) -> np.ndarray:
        (value,) = self.columns(formula, design.variables).values()
        if isinstance(value, Factor):  # a logistic model reads two categories as 0 and 1
            return value.codes - 1 if modelled else value.codes
        return np.asarray(value, dtype=float)

    def dispersion(self, survey: Any, y: np.ndarray) -> float:
        """R divides the profile likelihood by the dispersion of the Pearson residuals, n/(n−1);
        where answers are missing also by the mean weight of the answers over that of all rows."""
        w = survey.weights[getattr(survey, "present", survey.inside)]
        known = survey.within(~np.isnan(y))
        answered = known.weights[getattr(known, "present", known.inside)]
        n = np.count_nonzero(known.weights)
        return float(n / (n - 1) * answered.mean() / w.mean())

    def r_neffci(
        self, f: Formula, design: Design, level: float = 0.95, n: float | None = None, **_: Any
    ) -> dict[str, Any]:
        survey = self.current(design)
        estimate = estimates.mean(survey, self.binary(f, design))
        p, n = estimate.value, estimate.n if n is None else n
        adjusted = intervals.df_adjusted_size(estimate, level, n=n)
        if adjusted is None:  # R has NaN; ours are intervals at Kish's size
            estimate = replace(estimate, n_eff=estimate.n_kish)
            adjusted = estimate.n_kish
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
        alpha: float = 0.05,
        interval__type: Any = None,
        na__rm: bool = False,
        ci: bool = True,
        se: bool = True,
        qrule: str = "math",
        df: float | None = None,
        **_: Any,
    ) -> dict[str, Any]:
        survey = self.current(design)
        kind, level = interval__type or "mean", 1 - alpha
        low, high = (f"ci.{text(round(q, 2))}" for q in (100 * alpha / 2, 100 - 100 * alpha / 2))
        given: list[float] = []
        chosen = RULES[qrule if qrule in RULES else f"hf{qrule}"]

        def rule(x: np.ndarray, w: np.ndarray, p: float) -> float:
            given.append(chosen(x, w, p))
            return given[-1]

        share = {
            "mean": intervals.wald_weighted_interval,
            "beta": intervals.korn_graubard_interval,
            "xlogit": intervals.logit_interval,
            "asin": intervals.arcsine_interval,
        }
        found: dict[str, Any] = {}
        quantiles = np.atleast_1d(np.asarray(quantiles, dtype=float))
        for name, values in self.columns(x, design.variables).items():
            y = np.asarray(values, dtype=float)
            found[name] = {}
            for p in quantiles:
                if kind == "quantile":
                    q = library.replicated_quantile(survey, y, p, rule=rule, level=level, df=df)
                elif kind == "score":
                    q = library.score_quantile(survey, y, p, rule=rule, level=level, df=df)
                else:
                    q = library.quantile(
                        survey, y, p, rule=rule, share_interval=share[kind], level=level, df=df
                    )
                bounds = (q.interval.low, q.interval.high)
                if qrule == "shahvaish" and kind != "quantile":
                    bounds = (given[-2], given[-1])  # R lets them pass the quantile
                found[name][text(float(p))] = {
                    "quantile": q.value,
                    low: bounds[0],
                    high: bounds[1],
                    "se": q.se,
                    f"se.{high[3:]}": q.se,
                }
        return found
