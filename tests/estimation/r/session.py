"""One R session: reads lines of R and hands every number to `analytics.estimation`.

Only shapes and names are R's here; there is no statistics of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.estimation.r.base import FUNCTIONS, quote
from tests.estimation.r.designs import Designs
from tests.estimation.r.intervals import Intervals
from tests.estimation.r.language import Scope
from tests.estimation.r.results import Design
from tests.estimation.r.statistics import Statistics
from tests.estimation.r.values import element, index, index_assign
from tests.estimation.r.weighting import Weighting


class Session(Designs, Weighting, Statistics, Intervals):
    """Functions of R are the methods `r_…`, with `__` for a dot."""

    def __init__(self, options: dict[str, Any] | None = None) -> None:
        super().__init__(options or {})
        functions: dict[str, Callable[..., Any]] = {
            name.removeprefix("r_").replace("__", "."): getattr(self, name)
            for name in dir(self)
            if name.startswith("r_")
        }
        functions = {**FUNCTIONS, **functions}
        functions |= {"$": self.dollar, "$<-": self.dollar_assign, "[[": element}
        functions |= {"[": self.index, "[<-": index_assign, "[[<-": self.dollar_assign}
        lazy = {"subset": self.subset, "with": self.with_, "quote": quote}
        lazy |= {"bquote": quote}
        lazy |= {"update": self.update, "transform": self.update}
        self.scope = Scope(functions, lazy)
        self.scope.variables |= {f"cal.{name}": name for name in ("linear", "raking", "logit")}

    def index(self, holder: Any, *where: Any, drop: bool = True) -> Any:
        """`holder[where]`; of a design, a domain."""
        if not isinstance(holder, Design):
            return index(holder, *where, drop=drop)
        rows = np.asarray(where[0])
        if rows.dtype.kind != "b":
            rows = np.isin(np.arange(1, holder.variables.rows + 1), rows)
        return self.domain(holder, rows)
