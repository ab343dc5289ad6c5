"""Agencies compared at one channel mix.

Counters please more than call centres; an agency with many calls looks worse for its channels,
not for its service. Direct standardisation gives every agency the same mix
[Neyman 1923; Kitagawa 1955]: p̃ = Σ_c W_c p̂_c with the same W for all.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import sqrt

from .values import Estimate


@dataclass(frozen=True, slots=True)
class Standardised:
    """The estimate at the common mix; `covered` is the share of the mix in channels with data.
    Only agencies with equal cover compare like with like."""

    estimate: Estimate
    covered: float


def standardise(
    by_channel: Mapping[Hashable, Estimate], mix: Mapping[Hashable, float]
) -> Standardised:
    """Σ W_c p̂_c / Σ W_c over the channels with data, variance Σ W_c² V̂_c / (Σ W_c)².

    Channels are strata or unions of strata, so their estimates are independent. df by
    Satterthwaite; n_eff keeps the ratio of spread to variance.
    """
    total = sum(mix.values())
    known = {c: e for c, e in by_channel.items() if e.has_data and mix.get(c, 0) > 0}
    weight = sum(mix[c] for c in known)
    if not known or total <= 0:
        return Standardised(Estimate.without_data(), 0.0)
    W = {c: mix[c] / weight for c in known}
    value = sum(W[c] * (e.value or 0.0) for c, e in known.items())
    parts = {c: W[c] ** 2 * (e.variance or 0.0) for c, e in known.items()}
    variance = sum(parts.values())
    below = sum(v**2 / max(known[c].df, 1) for c, v in parts.items())
    # Within and between channels: the spread a single sample at this mix would have.
    spread = sum(
        W[c] * ((e.n_eff or 0.0) * (e.variance or 0.0) + ((e.value or 0.0) - value) ** 2)
        for c, e in known.items()
    )
    return Standardised(
        Estimate(
            value=value,
            variance=variance,
            se=sqrt(variance),
            n=sum(e.n for e in known.values()),
            n_kish=1 / sum(W[c] ** 2 / e.n_kish for c, e in known.items()),
            n_eff=spread / variance if variance > 0 else None,
            df=int(variance**2 / below + 1e-9) if below > 0 else sum(e.df for e in known.values()),
            weight=sum(e.weight for e in known.values()),
            psus=sum(e.n if e.psus is None else e.psus for e in known.values()),
        ),
        weight / total,
    )
