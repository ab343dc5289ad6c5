"""The indicators of the strategy. Each module of this package has an `INDICATOR`."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from analytics.scorecard.indicator import Indicator

__all__ = ["INDICATORS"]


def _found() -> dict[str, Indicator]:
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    indicators: list[Indicator] = [module.INDICATOR for module in modules]
    return {each.code: each for each in sorted(indicators, key=lambda each: each.position)}


INDICATORS = _found()
