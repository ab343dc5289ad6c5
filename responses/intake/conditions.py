"""Which questions apply, given the other answers: the same as `static/js/relevance.js` shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from surveys import clock
from surveys.expressions import Scope, Tree, as_text, evaluate, holds, parse
from surveys.kinds import kind_of
from surveys.models import Question

# A question may look at one that looks at another; further than this nobody can follow.
PASSES = 10


def _tree(expression: str) -> Tree:
    return parse(expression) if expression else None


@dataclass(frozen=True)
class State:
    """Who is asked what, after these answers."""

    conditions: Conditions
    scope: Scope
    irrelevant: frozenset[str]

    def fits(self, code: str) -> bool:
        """Whether the answer fulfils its constraint; none needs no fulfilling."""
        own = self.scope.answers.get(code, "")
        if not own:
            return True
        scope = Scope(self.scope.answers, self.scope.today, own)
        return holds(self.conditions.constrained[code], scope)


class Conditions:
    """The expressions of a list of questions, read once."""

    def __init__(self, questions: Iterable[Question]) -> None:
        questions = list(questions)
        self.questions = [
            (q.code, q.group, kind_of(q).in_conditions, _tree(q.relevant)) for q in questions
        ]
        self.calculated = {q.code: parse(q.calculation) for q in questions if q.calculation}
        self.constrained = {
            q.code: parse(q.constraint)
            for q in questions
            if q.constraint and kind_of(q).answered  # nobody could mend those
        }

    def state(self, answers: Mapping[str, Any]) -> State:
        texts: dict[str, str] = {}
        scope = Scope(texts, clock.today())
        irrelevant: set[str] = set()
        for _pass in range(PASSES):
            before = dict(texts)
            irrelevant = set()
            for code, group, as_seen, relevant in self.questions:
                if group in irrelevant or (relevant is not None and not holds(relevant, scope)):
                    irrelevant.add(code)
                    texts[code] = ""
                elif code in self.calculated:
                    texts[code] = as_text(evaluate(self.calculated[code], scope))
                else:
                    texts[code] = as_seen(answers.get(code))
            if texts == before:
                break
        return State(self, scope, frozenset(irrelevant))
