"""`svydesign`, replicate designs, and domains."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from analytics.estimation import replicates
from analytics.estimation.design import SurveyDesign
from tests.estimation.r.core import Core, full_column
from tests.estimation.r.language import Argument, Formula, Frame, Scope
from tests.estimation.r.results import Design
from tests.estimation.r.values import Vector, missing


class Designs(Core):
    def r_options(self, *restored: Any, **given: Any) -> dict[str, Any]:
        """Sets options, as names or as the list that an earlier call returned."""
        for options in restored:
            given |= options or {}
        before = {name: self.options.get(name) for name in given}
        self.options = {k: v for k, v in {**self.options, **given}.items() if v is not None}
        return before

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
        check__strata: bool = True,
        **_: Any,
    ) -> Design:
        data = variables if data is None else data
        assert isinstance(data, Frame)
        ids = ids or id
        units = []
        if isinstance(ids, Formula) and ids.terms():
            units = [np.asarray(c) for c in self.columns(ids, data).values()]
        elif ids is not None and not isinstance(ids, Formula):
            units = [np.asarray(c) for c in (ids.values() if isinstance(ids, dict) else [ids])]
        # Several strata are those of the stages; the first stage's are used.
        stratum = None
        if isinstance(strata, Formula):
            stratum = np.asarray(next(iter(self.columns(strata, data).values())))
        elif strata is not None:
            stratum = self.given(strata, data)
        sizes: list[np.ndarray] = []
        if isinstance(fpc, Formula):
            sizes = [np.asarray(c, dtype=float) for c in self.columns(fpc, data).values()]
        elif fpc is not None:
            sizes = [np.asarray(c, dtype=float) for c in ([fpc] if np.ndim(fpc) == 1 else fpc)]
        if units and stratum is not None and not nest and check__strata:
            pairs = set(zip(units[0].tolist(), stratum.tolist(), strict=True))
            if len(pairs) > len({psu for psu, _ in pairs}):
                raise ValueError("clusters not nested in strata")
        if weights is None and probs is not None:
            weights = 1 / np.asarray(self.given(probs, data), dtype=float)
        survey = SurveyDesign.sample(
            data.rows,
            weights=None if weights is None else self.given(weights, data),
            strata=stratum,
            units=units,
            population=sizes,
        )
        return Design(data, survey)

    def given(self, value: Any, data: Frame) -> np.ndarray:
        """A formula in the columns of the data, a column, or a number for all."""
        if isinstance(value, Formula):
            return self.column(value, data)
        return np.broadcast_to(np.asarray(value), (data.rows,))

    def r_svrepdesign(
        self,
        variables: Any = None,
        repweights: Any = None,
        weights: Any = None,
        data: Frame | None = None,
        type: str = "BRR",
        combined__weights: bool = True,
        rho: float | None = None,
        bootstrap__average: float | None = None,
        scale: float | None = None,
        rscales: Any = 1.0,
        fpc: Any = None,
        fpctype: str = "fraction",
        mse: bool | None = None,
        **_: Any,
    ) -> Design:
        if data is None:
            assert isinstance(variables, Frame)
            data = variables
        if isinstance(repweights, str):
            repweights = [c for name, c in data.items() if re.search(repweights, name)]
        elif isinstance(repweights, Formula):
            repweights = list(self.columns(repweights, data).values())
        elif isinstance(repweights, Frame):
            repweights = list(repweights.values())
        table = np.column_stack(repweights) if isinstance(repweights, list) else repweights
        table = np.asarray(table, dtype=float)
        R = table.shape[1]
        if type in ("BRR", "Fay"):
            scale = replicates.half_sample_scale(R, rho or 0.0)
        elif type == "bootstrap" and scale is None:
            scale = (bootstrap__average or 1.0) / (R - 1)
        elif type == "JK1" and scale is None:
            scale = (R - 1) / R
        elif type in ("ACS", "successive-difference"):
            scale = 4 / R
        survey = replicates.ReplicateDesign.supplied(
            np.ones(len(table)) if weights is None else self.given(weights, data),
            table,
            scale=1.0 if scale is None else float(scale),
            rscales=rscales,
            combined=combined__weights,
            mse=self.centred_at_estimate(mse),
        )
        return Design(data, survey, type)

    def centred_at_estimate(self, mse: bool | None) -> bool:
        return bool(self.options.get("survey.replicates.mse", False) if mse is None else mse)

    def r_as__svrepdesign(
        self,
        design: Design,
        type: str = "auto",
        fay__rho: float = 0.0,
        fpc: Any = None,
        mse: bool | None = None,
        **_: Any,
    ) -> Design:
        survey = self.current(design)
        if type == "auto":
            type = "JKn" if len(np.unique(survey.stages[0].stratum)) > 1 else "JK1"
        centred = self.centred_at_estimate(mse)
        if type in ("BRR", "Fay"):
            made = replicates.balanced_half_samples(survey, fay=fay__rho, mse=centred)
        else:
            make = {"JK1": replicates.jackknife_1, "JKn": replicates.jackknife_n}[type]
            made = make(survey, mse=centred)
        return Design(design.variables, made, type)

    def subset(self, scope: Scope, arguments: tuple[Argument, ...]) -> Any:
        holder = scope.evaluate(arguments[0].value)
        frame = holder.variables if isinstance(holder, Design) else holder
        chosen = np.asarray(scope.inside(frame).evaluate(arguments[1].value))
        keep = np.where(missing(chosen), False, chosen).astype(bool)
        keep = np.broadcast_to(keep, (frame.rows,))
        return holder.take(keep) if isinstance(holder, Frame) else self.domain(holder, keep)

    def domain(self, design: Design, keep: np.ndarray) -> Design:
        return replace(design, survey=design.survey.within(keep))

    def update(self, scope: Scope, arguments: tuple[Argument, ...]) -> Any:
        holder = scope.evaluate(arguments[0].value)
        frame = Frame(holder.variables if isinstance(holder, Design) else holder)
        for argument in arguments[1:]:
            value = scope.inside(frame).evaluate(argument.value)
            frame[str(argument.name)] = full_column(value, frame.rows)
        return replace(holder, variables=frame) if isinstance(holder, Design) else frame

    def with_(self, scope: Scope, arguments: tuple[Argument, ...]) -> Any:
        holder = scope.evaluate(arguments[0].value)
        frame = holder.variables if isinstance(holder, Design) else holder
        return scope.inside(frame).evaluate(arguments[1].value)

    def r_weights(self, object: Design, type: str | None = None, **_: Any) -> Any:
        """Of replicates, the table of factors unless the `type` says otherwise."""
        survey = object.survey
        if isinstance(survey, replicates.ReplicateDesign) and type != "sampling":
            table = survey.replicates[survey.inside]
            if type == "analysis" or object.kind == "bootstrap":
                return table
            return table / survey.base_weights[survey.inside][:, None]
        w = survey.weights[getattr(survey, "present", survey.inside)]
        return Vector(tuple(str(k + 1) for k in range(len(w))), w)

    def r_degf(self, design: Design, **_: Any) -> int:
        return int(design.survey.df)

    def r_nrow(self, x: Any) -> int:
        if isinstance(x, Design):
            return int(x.survey.rows)
        return x.rows if isinstance(x, Frame) else len(x)

    def r_NROW(self, x: Any) -> int:
        return self.r_nrow(x)

    def r_ncol(self, x: Any) -> int:
        return len(x) if isinstance(x, Frame) else np.asarray(x).shape[1]

    def r_dim(self, x: Any) -> np.ndarray:
        if isinstance(x, Frame | Design):
            frame = x.variables if isinstance(x, Design) else x
            return np.array([self.r_nrow(x), len(frame)])
        return np.array(np.asarray(x).shape)
