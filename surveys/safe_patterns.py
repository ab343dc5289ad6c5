"""Regular expressions of questionnaires: a subset that reads alike here and in a browser.

The cost of a pattern is how many ways of matching a search may have to try. It is computed from the
pattern, and one that could cost too much is refused, so that no answer can keep a server busy.
"""

import re
from functools import lru_cache

from django.utils.translation import gettext as _

PATTERN_LIMIT = 200
TEXT_LIMIT = 200
COST_LIMIT = 8_000_000
DEPTH_LIMIT = 8

_QUANTIFIER = re.compile(r"([*+?])|\{(\d{1,3})(?:(,)(\d{0,3}))?\}", re.ASCII)
_ESCAPE = re.compile(r"\\(?:[dDwWsS]|[^A-Za-z0-9\s])", re.ASCII)
_CLASS = re.compile(r"\[\^?(?:\\[dDwWsS]|\\[^A-Za-z0-9\s]|[^\]\\\[])+\]", re.ASCII)
_LITERAL = re.compile(r"[^\\\[\](){}*+?|^$]")


class PatternError(ValueError):
    """A pattern that is not taken; the message says why."""


@lru_cache(maxsize=500)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern for a whole text. Raise PatternError where it is outside the subset."""
    if len(pattern) > PATTERN_LIMIT:
        raise PatternError(_("The pattern is longer than %d characters.") % PATTERN_LIMIT)
    reader = _Reader(pattern)
    cost, _fixed = reader.alternatives(0)
    if reader.at < len(pattern):
        raise PatternError(_("“%s” closes nothing in the pattern.") % pattern[reader.at])
    if cost > COST_LIMIT:
        raise PatternError(_("The pattern has too many repetitions that can overlap."))
    try:
        return re.compile(f"(?:{pattern})", re.ASCII)
    except (re.error, OverflowError) as error:
        raise PatternError(_("The pattern cannot be read: %s") % error) from error


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text fits; a very long text does not."""
    return len(text) <= TEXT_LIMIT and compiled(pattern).fullmatch(text) is not None


class _Reader:
    """Reads a pattern; each part gives its cost and whether it always takes the same length."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def alternatives(self, depth: int) -> tuple[int, bool]:
        if depth > DEPTH_LIMIT:
            raise PatternError(_("The pattern has too many brackets in brackets."))
        cost, fixed = self._sequence(depth)
        while self._next("|"):
            more, _fixed = self._sequence(depth)
            cost, fixed = cost + more, False
        return cost, fixed

    def _sequence(self, depth: int) -> tuple[int, bool]:
        cost, fixed = 1, True
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            part, part_fixed = self._repeated(depth)
            cost, fixed = min(cost * part, COST_LIMIT + 1), fixed and part_fixed
        return cost, fixed

    def _repeated(self, depth: int) -> tuple[int, bool]:
        cost, fixed = self._atom(depth)
        found = _QUANTIFIER.match(self.pattern, self.at)
        if not found:
            return cost, fixed
        self.at = found.end()
        low, high = _bounds(found)
        if high is None:
            if cost > 1 or not fixed:
                raise PatternError(
                    _("Do not repeat without end what itself repeats or has alternatives.")
                )
            return TEXT_LIMIT, False
        if high < low:
            raise PatternError(_("The pattern repeats from more to less."))
        total = 0
        for times in range(low, high + 1):
            total = min(total + cost ** min(times, 30), COST_LIMIT + 1)
        return total, fixed and low == high

    def _atom(self, depth: int) -> tuple[int, bool]:
        if self._next("("):
            self._next("?:")
            found = self.alternatives(depth + 1)
            if not self._next(")"):
                raise PatternError(_("A bracket of the pattern is not closed."))
            return found
        if self.pattern[self.at] in "^$":
            return self._anchor()
        for part in (_CLASS, _ESCAPE, _LITERAL):
            if match := part.match(self.pattern, self.at):
                self.at = match.end()
                return 1, True
        raise PatternError(_("“%s” is not understood in a pattern.") % self.pattern[self.at :][:10])

    def _anchor(self) -> tuple[int, bool]:
        self.at += 1
        if _QUANTIFIER.match(self.pattern, self.at):
            raise PatternError(_("“^” and “$” cannot repeat."))
        return 1, True

    def _next(self, text: str) -> bool:
        if self.pattern.startswith(text, self.at):
            self.at += len(text)
            return True
        return False


def _bounds(found: re.Match[str]) -> tuple[int, int | None]:
    if found[1]:
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[found[1]]
    low = int(found[2])
    if not found[3]:
        return low, low
    return low, int(found[4]) if found[4] else None
