"""Published counts held against the log: each leaf hashed, each answer that counts opened and
counted, without a database.

Of each cell of the overall question that is shown, the number of answers, how many gave each rating
(where that is published) and, where none of them was drawn and so all weigh alike, the share must
be those of its opened answers. Which kinds of answers count where an agency has drawn ones the
method decides by sizes; here all cells of an agency must agree with one and the same of its rules.
"""

from __future__ import annotations

import gzip
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from analytics.releases.reading import Release, Row
from analytics.releases.recomputing.comparing import CLOSE, SCORES
from responses.ledger.opened import FORMAT
from surveys.hash_tree import Growing, leaf_hash

KINDS = (("open", "drawn", "verified"), ("drawn", "verified"), ("drawn",))
"""What may count: all but an agency's own answers; without open ones; drawn ones alone."""
OPENED = 1 << 15
"""Set in what is kept of a receipt, beside its last revision."""

Cell = tuple[str, str]


@dataclass
class Recount:
    """What a file of an opened log gave: leaves, answers opened, those that count and nobody can
    open any more, cells compared, and everything that does not agree, in words of the log."""

    leaves: int = 0
    opened: int = 0
    closed: int = 0
    cells: int = 0
    faults: list[str] = field(default_factory=list)


def recount(path: Path, release: Release, seal: Mapping[str, Any]) -> Recount:
    """Hold the counts of a release against the opened log. `seal` has `size` and `root` as the
    release gives them. Raises ValueError for a file that is none, OSError where there is none."""
    found = Recount()
    counts = _count(path, release, seal, found)
    _compare(release, counts, found)
    return found


def _count(
    path: Path, release: Release, seal: Mapping[str, Any], found: Recount
) -> dict[str, Counter[tuple[Cell, int]]]:
    """By kind of selection: how many gave each rating in each cell."""
    [overall] = {r["question"] for r in release.tables[SCORES] if r["level"] == "service_channel"}
    doubted_count = release.method.screened == "count"
    counts: dict[str, Counter[tuple[Cell, int]]] = defaultdict(Counter)
    last: dict[str, int] = {}
    waiting: set[str] = set()
    tree = Growing()
    for line in _lines(path):
        text = line["leaf"]
        leaf = json.loads(text)
        tree.add([leaf_hash(text.encode())])
        receipt, before = leaf["receipt"], last.get(leaf["receipt"], 0)
        if before & OPENED or leaf["revision"] != before + 1:
            found.faults.append(f"leaf {found.leaves}: {receipt} stands there twice")
        last[receipt] = leaf["revision"]
        waiting.discard(receipt)
        found.leaves += 1
        if leaf["disposition"] not in ("counted", "screened"):
            continue
        if "opening" not in line:
            waiting.add(receipt)
            continue
        found.opened += 1
        last[receipt] |= OPENED
        opening = line["opening"]
        if sha256(opening.encode()).hexdigest() != leaf["commitment"]:
            found.faults.append(f"leaf {found.leaves - 1}: {receipt} commits to something else")
            continue
        said = json.loads(opening.split("\n", 2)[2])
        rating = said["answers"].get(overall)
        if rating and (leaf["disposition"] == "counted" or doubted_count):
            counts[said["selection"]][(said["service"], said["channel"]), rating] += 1
    found.closed = len(waiting)
    if (tree.size, tree.root().hex()) != (seal["size"], seal["root"]):
        found.faults.append(f"root {tree.size}:{tree.root().hex()}, but {seal['root']} was sealed")
    return counts


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        if json.loads(next(file, "{}")).get("format") != FORMAT:
            raise ValueError(f"{path.name} is no opened log")
        yield from map(json.loads, file)


def _compare(
    release: Release, counts: Mapping[str, Counter[tuple[Cell, int]]], found: Recount
) -> None:
    agencies: dict[str, list[Row]] = defaultdict(list)
    for row in release.tables[SCORES]:
        if row["level"] != "service_channel" or row["suppressed"]:
            continue
        if row["measure"] == "top_two_box":
            agencies[row["agency"]].append(row)
    rules = KINDS[-1:] if release.method.open_responses == "never" else KINDS
    for rows in agencies.values():
        found.cells += len(rows)
        fewest = min((list(_differing(rows, counts, kinds)) for kinds in rules), key=len)
        found.faults += fewest


def _differing(
    rows: list[Row], counts: Mapping[str, Counter[tuple[Cell, int]]], kinds: tuple[str, ...]
) -> Iterator[str]:
    for row in rows:
        cell = row["service"], row["channel"]
        histogram = [
            sum(counts[kind][cell, rating] for kind in kinds if kind in counts)
            for rating in range(1, 6)
        ]
        n = sum(histogram)
        logged: dict[str, float] = {
            "n": n,
            **{f"rated_{k}": count for k, count in enumerate(histogram, 1)},
        }
        if n and not any(counts["drawn"][cell, rating] for rating in range(1, 6)):
            logged["estimate"] = sum(histogram[3:]) / n
        for name, value in logged.items():
            published = row[name]
            if published is None and name.startswith("rated_"):
                continue
            if published is None or not math.isclose(published, value, rel_tol=CLOSE):
                yield (
                    f"{row['service']} {row['channel']}: {name} is published as {published},"
                    f" from the log follows {value}"
                )
