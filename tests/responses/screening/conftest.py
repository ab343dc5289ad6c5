"""Answers as the rules see them: an honest office, and what is added to it."""

import sys
from datetime import date

import numpy as np
import pytest

from responses.screening.columns import UNKNOWN, Columns, only_written
from responses.screening.texts import SIGNATURE, signature
from surveys.screening import RULES

MONDAY = date(2026, 3, 2).toordinal()
UNIX = date(1970, 1, 1).toordinal()
SEED = 2570


def made(n: int, **given) -> Columns:
    """`n` answers of one counter, all unlike each other in device and pace but in nothing else."""
    texts = given.pop("texts", [""] * n)
    text, signatures = only_written(
        np.array([signature(text) for text in texts], dtype=np.uint32).reshape(n, SIGNATURE)
    )
    values = {
        "pk": np.arange(n) + 1,
        "channel": np.zeros(n, int),
        "cell": np.zeros(n, int),
        "place": np.zeros(n, int),
        "day": np.full(n, MONDAY),
        "minute": 540 + np.arange(n) % 400,
        "overall": np.full(n, 4),
        "items": np.zeros((n, 10)),
        "others": np.zeros((n, 2)),
        "device": np.arange(n) + 1,
        "seconds": 5 + np.arange(n),
        "length": np.array([len(text) for text in texts]),
        "text": text,
        "signatures": signatures,
        "in_person": np.ones(n, bool),
        "kiosk": np.zeros(n, bool),
        "drawn": np.zeros(n, bool),
        "screened": np.zeros(n, bool),
        "flagged": np.zeros(n, bool),
        "sender": np.zeros(n, int),
        "way": np.zeros(n, int),
        "own": np.zeros(n, bool),
    }
    for name, value in given.items():
        values[name] = value if np.ndim(value) else np.full(n, value)
    for name in ("overall", "items", "others"):
        values[name] = values[name].astype(np.int8)
    minute = np.where(values["minute"] == UNKNOWN, 0, values["minute"])
    values.setdefault("moment", (values["day"] - UNIX) * 86_400 + minute * 60 - 7 * 3600)
    values.setdefault("arrived", values["moment"])
    return Columns(**values)


def office(days: int = 60, a_day: float = 6, *, seed: int = SEED, places: int = 2) -> Columns:
    """Two counters of one service with mixed ratings, some of them in every question."""
    sys.stdout.write(f"seed {seed}\n")
    rng = np.random.default_rng(seed)
    counts = rng.poisson(a_day, places * days)
    day = np.repeat(np.tile(np.arange(days), places), counts) + MONDAY
    n = len(day)
    overall = rng.choice([1, 2, 3, 4, 5], n, p=[0.03, 0.05, 0.12, 0.4, 0.4])
    items = np.clip(overall[:, None] + rng.integers(-1, 2, (n, 10)), 1, 5)
    return made(
        n,
        day=day,
        place=np.repeat(np.repeat(np.arange(places), days), counts),
        minute=rng.integers(510, 990, n),
        overall=overall,
        items=items,
        others=rng.integers(1, 4, (n, 2)),
        seconds=np.maximum(np.exp(rng.normal(2.2, 0.6, n)).astype(int), 2),
    ).in_order()


def with_added(answers: Columns, added: Columns) -> tuple[Columns, np.ndarray]:
    """All in order, and which of them were added."""
    first = answers.pk.max() + 1
    n = len(added)
    added = added.take(np.arange(n))
    object.__setattr__(added, "pk", first + np.arange(n))
    if (added.device <= n).all() and n > 1 and len(np.unique(added.device)) == n:
        object.__setattr__(added, "device", added.device + 10**6)
    joined = Columns.joined([answers, added]).in_order()
    return joined, joined.pk >= first


@pytest.fixture
def check():
    """Run a rule with its declared parameters: which rows it flags how strongly, and its words."""

    def run(rule, answers, **parameters):
        found = rule.check(answers, RULES[rule.name] | parameters).strongest()
        strength = np.zeros(len(answers))
        strength[found.rows] = found.strength
        words = {rule.words(found.cases[case]) for case in found.case}
        return strength, words

    return run
