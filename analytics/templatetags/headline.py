"""The sentences of a score, for templates."""

from __future__ import annotations

from collections.abc import Callable

from django import template

from analytics.models import Score
from analytics.wording import alternatives as beside
from analytics.wording import behind, verdict
from analytics.wording.percent import unbroken

register = template.Library()
register.filter("unbroken", unbroken)


def _one(name: str, say: Callable[[Score], str]) -> None:
    register.filter(name, lambda score: unbroken(say(score)))


def _several(name: str, say: Callable[[Score], list[str]]) -> None:
    register.filter(name, lambda score: [unbroken(each) for each in say(score)])


_one("sentence", verdict.sentence)
_one("needed_sentence", verdict.needed_sentence)
_several("behind_sentences", behind.behind_sentences)
_several("beside_sentences", beside.beside_sentences)
