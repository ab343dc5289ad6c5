"""Days on which something went wrong, and many citizens said so."""

from __future__ import annotations

import numpy as np

from responses.screening.columns import Columns, Flags, groups_of

LOW = 3
"""The highest rating that is no praise."""


def on_a_bad_day(answers: Columns, devices: float) -> Flags:
    """The low ratings of a place and day whose answers are mostly low, from at least so many
    devices: an outage, told by those who met it. An answer without a device counts as one."""
    low = (answers.overall > 0) & (answers.overall <= LOW)
    day, days = groups_of(answers.place, answers.day)
    rated = np.bincount(day[answers.overall > 0], minlength=days)
    lows = np.bincount(day[low], minlength=days)
    device = np.where(answers.device > 0, answers.device, -1 - np.arange(len(answers)))
    pair, pairs = groups_of(day[low], device[low])
    of_pair = np.zeros(pairs, dtype=np.int64)
    of_pair[pair] = day[low]
    from_devices = np.bincount(of_pair, minlength=days)
    bad = (2 * lows > rated) & (from_devices >= devices)
    return np.asarray(low & bad[day], dtype=bool)
