"""The national share by what citizens said of themselves, with the words for it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from analytics.models import Score
from analytics.wording.charts import computation_of
from surveys.kinds import kind_of
from surveys.models import Wave

Facts = dict[str, Any]


def groups_of(wave: Wave, nation: Score | None) -> Facts | None:
    """As they were computed last, to whoever sees the nation's figure; None where there are none.

    Each question with its text, and its rows with theirs; `raked` as scoring/groups.py gives it.
    """
    if nation is None or nation.withheld or not wave.method.get("groups"):
        return None
    computation = computation_of(wave)
    found: Facts | None = computation.groups if computation else None
    if not found:
        return None
    known = {question.code: question for question in wave.questionnaire.questions.all()}
    return found | {
        "questions": [
            each
            | {
                "text": known[each["question"]].text,
                "rows": [
                    row
                    | {
                        "text": kind_of(q).in_words(q, row["answer"])
                        if row["answer"]
                        else _("did not say")
                    }
                    for row in each["rows"]
                ],
            }
            for each in found["questions"]
            for q in [known[each["question"]]]
        ],
        "margins": [known[code].text for code in wave.method.get("margins", {})],
    }
