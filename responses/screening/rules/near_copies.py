from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

from responses.screening.columns import Columns, Ints, groups_of, rows_by_group
from responses.screening.excess import closest_together, surprise_of_count
from responses.screening.rule import Evidence, Found, Given, Rule
from responses.screening.words import usual_words

WINDOWS = (1, 7)  # days
ENOUGH = 100
MARGIN = 2
"""A pattern of answers may be this much more common at one place than elsewhere."""


class NearCopies(Rule):
    """The same answers to all questions but at most one, personal ones included, more often at one
    place within a day or a week than the pattern's own frequency elsewhere predicts. On a bad day
    many rate everything low alike, so ratings below `alike_below` are held against others with
    the same overall rating."""

    name = "near_copies"
    title = gettext_lazy("Near copies of each other")
    reason = gettext_lazy(
        "Many answers of one place agree in every question but at most one, far more often than"
        " answers elsewhere do. The excess is set aside."
    )

    def check(self, answers: Columns, given: Given) -> Found:
        rated = (answers.items > 0).sum(axis=1)
        rows = np.flatnonzero(answers.open & (rated >= given["items"]))
        overall = answers.overall[rows]
        low = np.where(overall < given.get("alike_below", 0), overall, 9)
        # What is compared is of one channel, low ones of one rating: each is looked at alone.
        number, groups = groups_of(answers.channel[rows], low)
        return Found.together(
            [_among(answers, rows[at], given) for _each, at in rows_by_group(number, range(groups))]
        )

    def words(self, evidence: Evidence) -> str:
        values = {"copies": evidence["copies"], "usual": usual_words(evidence["usual"])}
        if evidence["days"] == 1:
            text = _("%(copies)d nearly equal answers in one day, where %(usual)s are usual.")
        else:
            text = _("%(copies)d nearly equal answers in one week, where %(usual)s are usual.")
        return text % values


def _among(answers: Columns, rows: Ints, given: Given) -> Found:
    """Of these rows those that are copies of each other."""
    place, places = groups_of(answers.place[rows])
    of_place = np.bincount(place, minlength=places)[place]
    alone = len(rows) - of_place < ENOUGH
    windows = []
    for days in WINDOWS:
        window = groups_of(place, answers.day[rows] // days)[0]
        in_window = np.bincount(window)[window]
        if in_window.max(initial=0) >= given["copies"]:
            windows.append((days, window, in_window))
    best = np.zeros((len(windows), len(rows)))
    found = []
    for pattern in _but_one(answers, rows) if windows else ():
        common, kinds = groups_of(pattern)
        everywhere = np.bincount(common, minlength=kinds)[common]
        at_place, pairs = groups_of(place, common)
        here = np.bincount(at_place, minlength=pairs)[at_place]
        for k, (days, window, in_window) in enumerate(windows):
            number, groups = groups_of(window, common)
            size = np.bincount(number, minlength=groups)[number]
            # At other places of the channel; at this one's other times where there are none.
            elsewhere = np.where(alone, len(rows) - in_window, len(rows) - of_place)
            like_it = np.where(alone, everywhere - size, everywhere - here)
            share = np.minimum((like_it + 0.5) / (elsewhere + 1), 1)
            usual = in_window * share
            many = size >= given["copies"]
            surprise = np.zeros(len(rows))
            surprise[many] = surprise_of_count(size[many], MARGIN * usual[many])
            many = (surprise >= given["surprise"]) & (surprise > best[k])
            best[k] = np.maximum(best[k], surprise)
            for _each, at in rows_by_group(number, np.unique(number[many])):
                mine, beyond = rows[at], int(size[at[0]] - np.floor(usual[at[0]]))
                evidence = {
                    "copies": int(size[at[0]]),
                    "days": days,
                    "usual": float(usual[at[0]]),
                }
                doubted = closest_together(mine, answers.moment, beyond)
                found.append(Found.alike(doubted, given["strength"], evidence))
    return Found.together(found)


def _but_one(answers: Columns, rows: Ints) -> Iterator[NDArray[np.uint64]]:
    """For each question a number for the answers to all the others: rows that differ in that one
    alone have the same."""
    values = np.concatenate([answers.items[rows], answers.others[rows]], axis=1)
    rng = np.random.default_rng(20260101)
    table = rng.integers(0, 2**64, (values.shape[1], 128), dtype=np.uint64)
    total = np.zeros(len(rows), dtype=np.uint64)
    for j, terms in enumerate(table):
        total ^= terms[values[:, j]]
    for j, terms in enumerate(table):
        yield total ^ terms[values[:, j]]
