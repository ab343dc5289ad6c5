"""Shares as people read them."""

from __future__ import annotations


def percent(share: float, target: float | None = None) -> str:
    """A share of one in per cent with one decimal: 0.874 is "87.4".

    More decimals where one would round the share onto the other side of `target`: an upper bound
    of 0.8996 must not read 90.0 beside the verdict that the target is not met.
    """
    for decimals in (1, 2, 3):
        text = f"{100 * share:.{decimals}f}"
        if target is None or (float(text) >= 100 * target) == (share >= target):
            return text
    return text


def unbroken(text: str) -> str:
    """A sentence in which no line ends between a number and its %."""
    return text.replace(" %", "\u00a0%")
