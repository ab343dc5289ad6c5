from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from responses.screening.bad_days import on_a_bad_day
from responses.screening.columns import Columns, groups_of, rows_by_group
from responses.screening.excess import SIDES, leaning
from responses.screening.rule import Evidence, Found, Given, Rule
from responses.screening.words import side_words


class SameDevice(Rule):
    """One device again and again. Citizens in one network can look like one device, so volume is
    a weak sign; it is a strong one where the answers also lean to one side. Kiosks are exempt:
    they are there for many people. Low ratings of a day when most answers of the place are low,
    from many `devices`, say nothing of this one."""

    name = "same_device"
    title = gettext_lazy("The same device again and again")
    reason = gettext_lazy(
        "One device sent more answers than one citizen has encounters. This sets answers aside only"
        " where they also lean to one side far more than all others."
    )

    mechanical = True

    def check(self, answers: Columns, given: Given) -> Found:
        usable = answers.open & ~answers.kiosk & (answers.device > 0) & (answers.overall > 0)
        rows = np.flatnonzero(usable)
        if not len(rows):
            return Found.nothing()
        number, devices = groups_of(answers.device[rows])
        size = np.bincount(number, minlength=devices)
        group = np.full(len(answers), -1, dtype=np.int64)
        group[rows] = number
        touched = np.zeros(len(answers), dtype=bool)
        touched[rows] = size[number] > given["allowed"]
        excused = on_a_bad_day(answers, given.get("devices", np.inf))
        leans_by = np.where(excused, -1, group)
        lean = leaning(leans_by, devices, answers.cell, answers.overall, touched)
        excess = lean.excess(np.bincount(leans_by[leans_by >= 0], minlength=devices))
        found = []
        allowed = int(given["allowed"])
        for each, at in rows_by_group(number, np.flatnonzero(size > allowed)):
            mine = rows[at]
            evidence: Evidence = {
                "answers": int(size[each]),
                "days": len(np.unique(answers.day[mine])),
                "allowed": allowed,
            }
            found.append(Found.alike(mine[allowed:], given["strength"], evidence))
            if lean.surprise[each] < given["surprise"]:
                continue
            side = SIDES[lean.side[each]]
            leaning_rows = mine[np.isin(answers.overall[mine], side) & ~excused[mine]]
            beyond = min(int(excess[each]), int(size[each]) - allowed)
            if beyond > 0:
                evidence = evidence | {"side": side, "on_side": int(lean.on_side[each])}
                found.append(Found.alike(leaning_rows[-beyond:], given["strong"], evidence))
        return Found.together(found)

    def words(self, evidence: Evidence) -> str:
        text = _("%(answers)d answers from one device on %(days)d days; %(allowed)d are usual.")
        said = text % {name: evidence[name] for name in ("answers", "days", "allowed")}
        return f"{said} {side_words(evidence)}".strip()
