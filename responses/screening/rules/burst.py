from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from responses.screening.columns import UNKNOWN, Columns, Ints, groups_of, rows_by_group
from responses.screening.excess import closest_together, leaning, sides_from, surprise_of_count
from responses.screening.history import SPREAD_WITHIN_DAY, History
from responses.screening.rule import Evidence, Found, Given, Rule
from responses.screening.words import side_words, usual_words

WIDTHS = (10, 60, 1440)  # minutes


class Burst(Rule):
    """Far more answers at one place than its own history leads to expect. Offices have busy hours,
    so volume is a weak sign. Where the answers lean to one side as well, it is a strong one, and
    the excess on that side is doubted: as many as the other answers of the burst and the place's
    usual number do not explain, those closest together in time. Small bursts of one place are also
    looked at together: a dozen fives may be luck, a dozen each evening is not. Ratings below
    `lowest` are never doubted: an outage brings many angry citizens at once, honestly."""

    name = "burst"
    title = gettext_lazy("Many answers at once")
    reason = gettext_lazy(
        "Far more answers came at one place than its own history leads to expect. This sets aside"
        " only the excess, and only where the answers also lean to one side far more than all"
        " others."
    )

    def check(self, answers: Columns, given: Given) -> Found:
        if not len(answers):
            return Found.nothing()
        history = History.of(answers)
        if history.days < given["days"]:
            return Found.nothing()
        return Found.together([_within(answers, history, width, given) for width in WIDTHS])

    def words(self, evidence: Evidence) -> str:
        values = {
            "answers": evidence["answers"],
            "usual": usual_words(evidence["usual"]),
            "minutes": evidence["minutes"],
        }
        if evidence["minutes"] == 1440:
            said = _("%(answers)d answers in one day, where %(usual)s are usual.") % values
        else:
            said = _("%(answers)d answers within %(minutes)d minutes, where %(usual)s are usual.")
            said = said % values
        return f"{said} {side_words(evidence)}".strip()


def _within(answers: Columns, history: History, width: int, given: Given) -> Found:
    timed = (answers.minute != UNKNOWN) | (width == 1440)
    rows = np.flatnonzero(timed & answers.open & (answers.overall > 0))
    slot = np.maximum(answers.minute[rows], 0) // width
    number, windows = groups_of(answers.place[rows], answers.day[rows], slot)
    size = np.bincount(number, minlength=windows)
    first = _first_rows(number, rows, windows)
    usual = history.usual(
        answers.place[first],
        answers.day[first],
        answers.minute[first],
        (~answers.in_person[first]).astype(np.int64),
        width,
    )
    surprise = surprise_of_count(size, usual, history.spread + SPREAD_WITHIN_DAY[width])
    many = (size >= given["answers"]) & (surprise >= given["surprise"])
    if not many.any():
        return Found.nothing()
    lowest = given.get("lowest", 1)
    sides = sides_from(lowest)
    touched = np.zeros(len(answers), dtype=bool)
    touched[rows] = many[number]
    group = np.full(len(answers), -1, dtype=np.int64)
    group[rows] = number
    lean = leaning(group, windows, answers.cell, answers.overall, touched, sides)
    excess = lean.excess(size, usual)
    at_place = np.where(touched, answers.place, -1)
    places = int(answers.place.max()) + 1
    together = leaning(at_place, places, answers.cell, answers.overall, touched, sides)
    same_side = together.side[answers.place[first]] == lean.side
    pooled = np.where(same_side, together.surprise[answers.place[first]], 0)
    leans = np.maximum(lean.surprise, pooled) >= given["leaning"]
    found = []
    for each, at in rows_by_group(number, np.flatnonzero(many)):
        mine = rows[at]
        beyond = int(size[each] - np.ceil(usual[each]))
        doubtful = mine[answers.overall[mine] >= lowest]
        evidence = {"answers": int(size[each]), "minutes": width, "usual": float(usual[each])}
        found.append(
            Found.alike(
                closest_together(doubtful, answers.moment, beyond), given["strength"], evidence
            )
        )
        if leans[each] and excess[each] > 0:
            side = sides[lean.side[each]]
            on_side = mine[np.isin(answers.overall[mine], side)]
            found.append(
                Found.alike(
                    closest_together(on_side, answers.moment, int(excess[each])),
                    given["strong"],
                    evidence | {"side": side, "on_side": len(on_side)},
                )
            )
    return Found.together(found)


def _first_rows(number: Ints, rows: Ints, groups: int) -> Ints:
    first = np.zeros(groups, dtype=np.int64)
    first[number[::-1]] = rows[::-1]
    return first
