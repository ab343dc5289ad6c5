"""Which topics a comment is about: by the words of the dictionary, and by nothing else.

No words are cut out of Thai sentences, which have no spaces: a word is found wherever its letters
stand, so the dictionary holds words long enough to mean one thing. English words are found at the
beginning of a word: “wait” in “waiting”, not in “await”.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction

from responses.models import Comment, Topic
from surveys.thai_text import normalise

AT_ONCE = 2_000
About = Comment.topics.through


@dataclass(frozen=True)
class Matcher:
    """The words of one topic, ready to be looked for."""

    topic: int
    words: re.Pattern[str]
    except_for: re.Pattern[str] | None

    @classmethod
    def of(cls, topic: Topic) -> Matcher | None:
        words = _pattern(topic.words)
        return cls(topic.pk, words, _pattern(topic.except_for)) if words else None

    def finds(self, text: str) -> bool:
        if self.except_for:
            text = self.except_for.sub("\n", text)
        return self.words.search(text) is not None


def lines(text: str) -> list[str]:
    return [word for line in text.splitlines() if (word := normalise(line).casefold())]


def _pattern(text: str) -> re.Pattern[str] | None:
    """Longest first, so that what is taken out is taken out whole."""
    words = sorted(lines(text), key=len, reverse=True)
    return re.compile("|".join(map(_one, words))) if words else None


def _one(word: str) -> str:
    begins = r"(?<![a-z0-9])" if word[0].isascii() and word[0].isalnum() else ""
    return begins + re.escape(word)


def dictionary() -> list[Matcher]:
    return [matcher for topic in Topic.objects.all() if (matcher := Matcher.of(topic))]


def topics_in(text: str, matchers: Iterable[Matcher]) -> Iterator[int]:
    """Keys of the topics that a text is about."""
    folded = normalise(text).casefold()
    return (matcher.topic for matcher in matchers if matcher.finds(folded))


@transaction.atomic
def mark(comments: Iterable[Comment], matchers: list[Matcher]) -> None:
    """Note what these comments are about now."""
    comments = list(comments)
    About.objects.filter(comment__in=[comment.pk for comment in comments]).delete()
    About.objects.bulk_create(
        About(comment_id=comment.pk, topic_id=topic)
        for comment in comments
        for topic in topics_in(comment.text, matchers)
    )


def mark_all() -> None:
    """After the dictionary has changed. Memory does not grow with the comments."""
    matchers, last = dictionary(), 0
    while batch := list(Comment.objects.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        mark(batch, matchers)
        last = batch[-1].pk
