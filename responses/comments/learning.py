"""Learning from comments with a rating which letters complain: numbers and no database.

Logistic regression with an L2 penalty on the runs of two to four letters that a comment holds, each
run once, long comments no louder than short ones. Those with a rating of 1 or 2 and those with
4 or 5 weigh the same in all, however few complain.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from math import exp, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit

LENGTHS = (2, 3, 4)
FEWEST_COMMENTS = 10
"""In which a run of letters stands before it is kept: rarer ones may be somebody's own."""
MOST_RUNS = 20_000
READ = 300
"""Letters of a comment that are read."""
PENALTY = 1.0

Weights = Mapping[str, float]
Low = NDArray[np.bool_]


def runs_of(letters: str) -> set[str]:
    read = letters[:READ]
    return {read[at : at + n] for n in LENGTHS for at in range(len(read) - n + 1)}


def known_runs(comments: Sequence[str]) -> list[str]:
    """Those that stand in enough comments, the most frequent, in the order of the alphabet."""
    counts = Counter(run for letters in comments for run in runs_of(letters))
    enough = [(n, run) for run, n in counts.items() if n >= FEWEST_COMMENTS]
    return sorted(run for _n, run in sorted(enough, reverse=True)[:MOST_RUNS])


def learn(comments: Sequence[str], low: Low) -> dict[str, float]:
    """The weight of each run of letters: above zero where it comes with low ratings."""
    runs = known_runs(comments)
    x = _matrix(comments, {run: column for column, run in enumerate(runs)})
    y = np.where(low, 1.0, -1.0)
    importance = np.where(low, 0.5 / low.sum(), 0.5 / (~low).sum()) * len(low)

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = y * (x @ w)
        value = importance @ np.logaddexp(0, -margin) + PENALTY / 2 * (w @ w)
        return value, PENALTY * w - x.T @ (importance * y * expit(-margin))

    found = minimize(loss, np.zeros(len(runs)), jac=True, method="L-BFGS-B").x
    return {run: round(float(w), 3) for run, w in zip(runs, found, strict=True) if abs(w) >= 0.001}


def _matrix(comments: Sequence[str], columns: Mapping[str, int]) -> csr_matrix:
    places, sizes = array("i"), []
    for letters in comments:
        found = [columns[run] for run in runs_of(letters) if run in columns]
        places.extend(found)
        sizes.append(len(found))
    values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes)
    ends = np.concatenate([[0], np.cumsum(sizes)])
    return csr_matrix((values, np.asarray(places), ends), shape=(len(comments), len(columns)))


def complains(letters: str, weights: Weights) -> int:
    """From 0 to 100: above 50, the letters are more like those of low ratings."""
    found = [weights[run] for run in runs_of(letters) if run in weights]
    return round(100 / (1 + exp(-sum(found) / sqrt(len(found) or 1))))


def macro_f1(low: Low, predicted: Low) -> float:
    """The mean of the F1 of both classes; guessing gives a half at most."""
    return float(np.mean([_f1(low, predicted), _f1(~low, ~predicted)]))


def _f1(true: Low, predicted: Low) -> float:
    marked = true.sum() + predicted.sum()
    return float(2 * (true & predicted).sum() / marked) if marked else 0.0
