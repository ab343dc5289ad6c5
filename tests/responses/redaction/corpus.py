"""Sentences in which what is personal is marked by hand, and how much of it is found."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from responses.redaction import find

HERE = Path(__file__).parent
SETS = ("first", "second", "third", "fourth", "fifth")
_MARKED = re.compile(r"⟦(\w+):(.*?)⟧")

Span = tuple[int, int]


@dataclass(frozen=True)
class Sentence:
    text: str
    personal: list[tuple[Span, str]]


def sentences(name: str) -> Iterator[Sentence]:
    for line in (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and line != "---" and not line.startswith("# "):
            yield _read(line)


def _read(line: str) -> Sentence:
    text, personal, end = "", [], 0
    for marked in _MARKED.finditer(line):
        text += line[end : marked.start()]
        personal.append(((len(text), len(text) + len(marked[2])), marked[1]))
        text += marked[2]
        end = marked.end()
    return Sentence(text + line[end:], personal)


@dataclass
class Outcome:
    """By kind of what was marked: pieces found whole, in part, missed; and what was taken although
    it is not personal."""

    whole: Counter[str] = field(default_factory=Counter)
    part: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    sentences: int = 0
    personal: int = 0
    clean_touched: int = 0
    remarks: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        return self.whole.total() + self.part.total()

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed.total())

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.false.total())


def measure(name: str) -> Outcome:
    outcome = Outcome()
    for sentence in sentences(name):
        outcome.sentences += 1
        outcome.personal += bool(sentence.personal)
        taken = find(sentence.text)
        hit = set()
        for (start, stop), kind in sentence.personal:
            over = [span for span, _kind in taken if span[0] < stop and start < span[1]]
            hit |= set(over)
            covered = sum(min(stop, b) - max(start, a) for a, b in over)
            fate = outcome.whole if covered == stop - start else outcome.part
            (fate if covered else outcome.missed)[kind] += 1
            if covered < stop - start:
                outcome.remarks.append(f"{'part' if covered else 'missed'} {kind}: {sentence.text}")
        for span, found_kind in taken:
            if span not in hit:
                outcome.false[found_kind.name.lower()] += 1
                outcome.remarks.append(f"false {found_kind.name}: {sentence.text}")
        outcome.clean_touched += bool(taken) and not sentence.personal
    return outcome


if __name__ == "__main__":
    for name in SETS:
        if not (HERE / f"{name}.txt").exists():
            continue
        result = measure(name)
        print(
            f"{name}: {result.sentences} sentences, {result.personal} with personal data; "
            f"precision {result.precision:.3f}, recall {result.recall:.3f} "
            f"({result.whole.total()} whole, {result.part.total()} in part, "
            f"{result.missed.total()} missed), {result.clean_touched} clean sentences changed"
        )
        if "-v" in sys.argv:
            print("\n".join(result.remarks))
