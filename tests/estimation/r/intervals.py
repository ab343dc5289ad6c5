"""`svyciprop` and the intervals from effective sample sizes; `svyquantile`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from analytics.estimation import estimates, intervals
from analytics.estimation import quantiles as library
from tests.estimation.r.base import text
from tests.estimation.r.core import Core
from tests.estimation.r.language import Formula, deparse
from tests.estimation.r.results import Design, Proportion

RULES = {
    "math": library.hf1,
    "school": library.hf2,
    "shahvaish": library.shah_vaish,
    **{f"hf{k}": getattr(library, f"hf{k}") for k in range(1, 10)},
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
                if kind == "quantile":
                    q = library.replicated_quantile(survey, y, p, rule=rule, level=level)
                elif kind == "score":
                    q = library.score_quantile(survey, y, p, rule=rule, level=level)
                else:
                    q = library.quantile(
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
