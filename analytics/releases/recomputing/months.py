"""Where an agency's month does not follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from analytics.estimation.official import Edition, Rule
from analytics.releases.reading import Difference, Row
from analytics.releases.recomputing.comparing import MONTHS, Values, same
from surveys.method import Method


def month_differences(
    months: list[Row], scores: Mapping[tuple[str, ...], Row], method: Method
) -> Iterator[Difference]:
    """Where an agency's month does not follow from its counts and the design of the agency's own
    figure, or the months do not add up to the answers that this rests on."""
    rule = Rule(Edition(method.edition), method.level)
    of_agency: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    for number, row in enumerate(months, start=1):
        of_agency[row["agency"]].append((number, row))
    for agency, rows in of_agency.items():
        last = rows[-1][0]
        score = scores.get(("agency", agency, "", "", rows[0][1]["question"], "top_two_box"))
        if score is None:
            yield Difference(MONTHS, last, "agency", agency, "–")
            continue
        size_of_one = min((score["size"] or score["n"]) / score["n"], 1.0)
        seen = set()
        for number, row in rows:
            if row["month"] in seen or row["question"] != score["question"]:
                yield Difference(MONTHS, number, "month", row["month"], "–")
            seen.add(row["month"])
            yield from _of_month(number, row, rule, size_of_one)
        for field, whole in _whole(score).items():
            found = sum(row[field] or 0 for _number, row in rows)
            if found != whole:
                yield Difference(MONTHS, last, field, found, whole)


def _of_month(number: int, row: Row, rule: Rule, size_of_one: float) -> Iterator[Difference]:
    """`satisfied` are some of `n`, and there is no estimate of nobody."""
    n, satisfied = row["n"] or 0, row["satisfied"] or 0
    expected: Values = dict.fromkeys(("estimate", "low", "high"))
    if not 0 <= satisfied <= n:
        yield Difference(MONTHS, number, "satisfied", row["satisfied"], f"0–{n}")
        return
    if n:
        found = rule.interval_at(satisfied / n, n * size_of_one)
        expected = {"estimate": satisfied / n, "low": found.low, "high": found.high}
    for name, value in expected.items():
        if not same(row[name], value):
            yield Difference(MONTHS, number, name, row[name], value)


def _whole(score: Row) -> Values:
    """What an agency's months add up to; how many were satisfied where its ratings are given."""
    ratings = [score[f"rated_{value}"] for value in range(1, 6)]
    return {"n": score["n"]} | ({} if None in ratings else {"satisfied": sum(ratings[3:])})
