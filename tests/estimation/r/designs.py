"""`svydesign`, replicate designs, and domains."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from analytics.estimation import replicates
from analytics.estimation.design import SurveyDesign
from tests.estimation.r.base import missing
from tests.estimation.r.core import Core
from tests.estimation.r.language import Argument, Formula, Frame, Scope
from tests.estimation.r.results import Design


class Designs(Core):
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
        if units and strata is not None and not nest:
            pairs = set(zip(units[0].tolist(), self.column(strata, data).tolist(), strict=True))
            if len(pairs) > len({psu for psu, _ in pairs}):
                raise ValueError("clusters not nested in strata")
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
