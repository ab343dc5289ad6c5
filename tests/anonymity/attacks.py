"""Somebody with the whole database, its system columns and the gateway's log tries to tell whose
answer is whose. Each attack returns its best guess as a number that chance alone would keep small.
"""

from __future__ import annotations

import base64
import hashlib
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
from django.db import connection
from scipy import stats

Row = dict[str, Any]
Dump = dict[str, list[Row]]


def dump() -> Dump:
    """Every table, with what the database itself notes of each row."""
    tables: Dump = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            hidden = (
                "ctid::text AS _ctid, xmin::text::bigint AS _xmin, xmax::text::bigint AS _xmax,"
                " cmin::text::bigint AS _cmin, "
                if connection.vendor == "postgresql"
                else "rowid AS _rowid, "
            )
            cursor.execute(f"SELECT {hidden}* FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            for position, row in enumerate(rows):
                row["_scan"] = position
                if "_ctid" in row:
                    page, item = row["_ctid"].strip("()").split(",")
                    row["_ctid"] = int(page) * 10_000 + int(item)
            tables[table] = rows
    return tables


@dataclass
class Truth:
    """`pairs`: by cell, who gave which response. `silent`: by cell, who received the invitation and
    has not answered. `told`: what a gateway's log says of each: address, token, link."""

    pairs: dict[int, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    silent: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    told: dict[str, list[str]] = field(default_factory=dict)


POINTS_AT = {
    "surveys_invitation": ("invitation_id",),
    "responses_response": ("response_id", "comment_id"),
}
"""A comment has the key of its response, and so what points at the one points at the other."""


def profiles(tables: Dump, keys: Iterable[Any], table: str) -> dict[Any, Row]:
    """What the tables say of each record: its own columns and those of rows that point at it."""
    wanted = {_bare(key): key for key in keys}
    found: dict[Any, Row] = {key: {} for key in wanted.values()}
    for name, rows in tables.items():
        for row in rows:
            columns = ("id",) if name == table else POINTS_AT[table]
            column = next((each for each in columns if each in row), "")
            if column and (key := wanted.get(_bare(row[column]))) is not None:
                found[key] |= {f"{name}.{each}": value for each, value in row.items()}
    return found


def _bare(key: Any) -> str:
    return str(key).replace("-", "")


@dataclass(frozen=True)
class Best:
    """The best guess of an attack: what it used, how far it got, and how likely chance alone would
    get so far, given how many guesses were tried."""

    how: str
    score: float
    chance: float

    def __str__(self) -> str:
        return f"{self.how}: {self.score:g}, by chance with probability {self.chance:.3g}"


class Attack:
    def __init__(self, tables: Dump, truth: Truth, rng: random.Random) -> None:
        self.rng = rng
        self.truth = truth
        answered = [pair for pairs in truth.pairs.values() for pair in pairs]
        silent = [key for keys in truth.silent.values() for key in keys]
        self.of_invitation = profiles(
            tables, [*(i for i, _r in answered), *silent], "surveys_invitation"
        )
        self.of_response = profiles(tables, [r for _i, r in answered], "responses_response")
        self.ballots = tables["surveys_ballot"]

    # 1. Something of the one stands, as it is or hashed, in the other.

    def by_equal_values(self) -> list[tuple[str, int]]:
        """Invitations and responses that share a value nobody else of the cell has."""
        found = []
        for pairs in self.truth.pairs.values():
            owner: dict[str, set[str]] = defaultdict(set)
            for invitation, _response in pairs:
                values = [*self.of_invitation[invitation].values(), invitation]
                for text in _texts([*values, *self.truth.told.get(invitation, [])]):
                    for form in _forms(text):
                        owner[form].add(invitation)
            for _invitation, response in pairs:
                texts = set(_texts(self.of_response[response].values()))
                forms = {form for text in texts for form in _forms(text)}
                whole = " ".join(texts)
                for form, owners in owner.items():
                    inside = len(form) >= 10 and form in whole
                    if len(owners) == 1 and (inside or form in forms):
                        found.append((next(iter(owners)), response))
        return found

    # 2. Both lie in the same order.

    def by_order(self) -> Best:
        """The k-th invitation by one column gave the k-th response by another."""
        left, right = _columns(self.of_invitation), _columns(self.of_response)
        best = Best("nothing", 0, 1.0)
        tried = len(left) * len(right) * 2
        cells = list(self.truth.pairs.values())
        groups = len(cells)
        ours = {
            name: [self._ranked(self.of_invitation, [i for i, _r in p], name) for p in cells]
            for name in left
        }
        theirs = {
            name: [self._ranked(self.of_response, [r for _i, r in p], name) for p in cells]
            for name in right
        }
        for mine, other in product(left, right):
            for step in (1, -1):
                hits = 0
                for pairs, a, b in zip(cells, ours[mine], theirs[other], strict=True):
                    guess = dict(zip(a, b[::step], strict=True))
                    hits += sum(guess[i] == r for i, r in pairs)
                chance = min(tried * float(stats.poisson.sf(hits - 1, groups)), 1.0)
                if hits > best.score:
                    best = Best(f"{mine} as {other}", hits, chance)
        return best

    def by_correlation(self) -> Best:
        """Spearman's correlation of any two columns over the true pairs of a cell, as a z."""
        left, right = _columns(self.of_invitation), _columns(self.of_response)
        best = Best("nothing", 0, 1.0)
        cells_of = list(self.truth.pairs.values())
        ours = {
            name: [_ranks([self.of_invitation[i].get(name) for i, _r in p]) for p in cells_of]
            for name in left
        }
        theirs = {
            name: [_ranks([self.of_response[r].get(name) for _i, r in p]) for p in cells_of]
            for name in right
        }
        for mine, other in product(left, right):
            total, cells = 0.0, 0
            for pairs, a, b in zip(cells_of, ours[mine], theirs[other], strict=True):
                if a.std() and b.std():
                    total += float(np.corrcoef(a, b)[0, 1]) * np.sqrt(len(pairs) - 1)
                    cells += 1
            z = abs(total) / np.sqrt(cells) if cells else 0.0
            chance = min(2 * len(left) * len(right) * float(stats.norm.sf(z)), 1.0)
            if z > best.score:
                best = Best(f"{mine} ~ {other}", z, chance)
        return best

    # 3. Who has answered at all.

    def who_answered(self) -> Best:
        """Mann and Whitney's z of any column between those who answered and those who did not."""
        columns = _columns(self.of_invitation)
        best = Best("nothing", 0, 1.0)
        for column in columns:
            total, cells = 0.0, 0
            for cell, pairs in self.truth.pairs.items():
                yes = [self.of_invitation[i].get(column) for i, _r in pairs]
                no = [self.of_invitation[i].get(column) for i in self.truth.silent[cell]]
                ranks = _ranks(yes + no)
                if yes and no and ranks.std():
                    expected = ranks.mean() * len(yes)
                    spread = ranks.std(ddof=1) * np.sqrt(len(yes) * len(no) / len(ranks))
                    total += (ranks[: len(yes)].sum() - expected) / spread
                    cells += 1
            z = abs(total) / np.sqrt(cells) if cells else 0.0
            chance = min(2 * len(columns) * float(stats.norm.sf(z)), 1.0)
            if z > best.score:
                best = Best(column, z, chance)
        return best

    def who_answered_by_gaps(self, tables: Dump) -> Best:
        """Ballots that are gone leave gaps: the k-th invitation has answered where the k-th place
        among the ballots is empty."""
        best = Best("nothing", 0, 1.0)
        columns = _columns(self.of_invitation)
        places = [name for name in ("_rowid", "_ctid") if self.ballots and name in self.ballots[0]]
        for place, column, backwards in product(places, columns, (False, True)):
            agree = total = 0
            for cell, pairs in self.truth.pairs.items():
                everybody = [i for i, _r in pairs] + self.truth.silent[cell]
                left = sorted(b[place] for b in self.ballots if b["cell_id"] == cell)
                if len(left) < 2:
                    continue
                ours = self._ranked(self.of_invitation, everybody, column)
                if backwards:
                    ours.reverse()
                span = len(ours) / (left[-1] - left[0] + 1)
                there = {min(int((each - left[0]) * span), len(ours) - 1) for each in left}
                answered = {i for i, _r in pairs}
                for position, invitation in enumerate(ours):
                    agree += (position not in there) == (invitation in answered)
                    total += 1
            z = abs(agree - total / 2) / np.sqrt(total / 4) if total else 0.0
            chance = min(4 * len(columns) * len(places) * float(stats.norm.sf(z)), 1.0)
            if z > best.score:
                best = Best(f"{column} at {place}", z, chance)
        return best

    def _ranked(self, profiles: dict[Any, Row], keys: list[Any], column: str) -> list[Any]:
        """The keys in the order of a column; equal ones by lot."""
        shuffled = self.rng.sample(keys, len(keys))
        values = _ranks([profiles[key].get(column) for key in shuffled])
        return [shuffled[k] for k in np.argsort(values, kind="stable")]


def _columns(profiles: dict[Any, Row]) -> list[str]:
    """The columns in which not all are alike."""
    names = {name for row in profiles.values() for name in row}
    return sorted(
        name for name in names if len({repr(row.get(name)) for row in profiles.values()}) > 1
    )


def _ranks(values: list[Any]) -> np.ndarray:
    """Middle ranks; what is missing comes first, numbers by size, the rest as text."""
    if all(isinstance(value, int | float) for value in values):
        return stats.rankdata(values)
    texts = sorted({_text(value) for value in values})
    position = {text: k for k, text in enumerate(texts)}
    return stats.rankdata([position[_text(value)] for value in values])


def _text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return "" if value is None else str(value)


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        text = _text(value)
        if len(text) >= 6:
            yield text


def _forms(text: str) -> Iterator[str]:
    """A value as it is, without dashes, and hashed in the usual ways and spellings."""
    yield text
    yield text.replace("-", "")
    for prefix in ("", "ballot:", "stop:"):
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, (prefix + text).encode(), usedforsecurity=False).digest()
            yield digest.hex()
            yield base64.urlsafe_b64encode(digest).decode().rstrip("=")
            yield base64.b32encode(digest).decode().rstrip("=")[:12]
