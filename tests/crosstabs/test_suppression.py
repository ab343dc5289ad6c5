"""Nobody works a suppressed figure of a cross-tab out: of one table, or of two that differ by a
month, a condition or a wave."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from analytics.crosstabs.columns import Column
from analytics.crosstabs.differences import figures, giving_away
from analytics.crosstabs.order import Order
from analytics.crosstabs.table import ALL, Table, places_of
from analytics.models import CrossTab

A, B = "abcdefgh", "uvwxyz"


def table_of(cells) -> Table:
    counts = {}
    for (row, column), values in cells.items():
        for place in ((row, column), (row, ALL), (ALL, column), (ALL, ALL)):
            counts[place] = [x + y for x, y in zip(counts.get(place, [0, 0]), values, strict=False)]
    counts = {place: values for place, values in counts.items() if sum(values)}
    rows = sorted({row for row, _column in counts if row})
    columns = sorted({column for _row, column in counts if column})
    return Table(rows, columns, counts)


SMALL = st.one_of(st.integers(0, 12), st.integers(0, 200))
BLOCKS = st.builds(
    lambda rows, columns, draw: {
        place: draw[k] for k, place in enumerate(product(A[:rows], B[:columns]))
    },
    st.integers(1, 4),
    st.integers(1, 4),
    st.lists(SMALL, min_size=16, max_size=16),
)


def attacked(table: Table, data) -> list[tuple[float, float]]:
    """By linear programming, what each suppressed place may hold that agrees with all that is
    shown and with every margin being the sum of its parts."""
    places = list(table.counts)
    at = {place: k for k, place in enumerate(places)}
    shown = dict(places_of(data))
    rows, right = [], []
    for place, counts in shown.items():
        rows.append(np.eye(len(places))[at[place]])
        right.append(sum(counts))
    for row, column in places:
        if row is ALL or column is ALL:
            for parts in (
                [p for p in places if p[0] == row and p[1]] if column is ALL else [],
                [p for p in places if p[1] == column and p[0]] if row is ALL else [],
            ):
                if parts:
                    line = -np.eye(len(places))[at[row, column]]
                    line[[at[part] for part in parts]] = 1
                    rows.append(line)
                    right.append(0)
    found = []
    for place in places:
        if place not in shown:
            ends = []
            for sign in (1, -1):
                goal = sign * np.eye(len(places))[at[place]]
                best = optimize.linprog(goal, A_eq=np.array(rows), b_eq=right)
                ends.append(np.inf if best.status == 3 else sign * best.fun)
            found.append((ends[0], np.inf if ends[1] == np.inf else ends[1]))
    return found


@given(BLOCKS)
def test_no_suppressed_figure_lies_within_narrow_bounds(cells):
    table = table_of({place: [n] for place, n in cells.items() if n})
    if not table.counts:
        return
    data = table.as_data(table.hidden())
    for counts in dict(places_of(data)).values():
        assert sum(counts) >= 10
    for low, high in attacked(table, data):
        assert high - low >= 5 - 1e-6


@given(BLOCKS, st.data())
def test_nor_where_others_are_suppressed_besides(cells, data):
    """As where an earlier table stands beside it, whichever they are."""
    table = table_of({place: [n] for place, n in cells.items() if n})
    if not table.counts:
        return
    forced = data.draw(st.sets(st.sampled_from(list(table.counts)), max_size=3))
    hidden = table.hidden(forced)
    assert forced <= hidden
    for low, high in attacked(table, table.as_data(hidden)):
        assert high - low >= 5 - 1e-6


def test_that_everybody_was_satisfied_does_not_follow_of_a_suppressed_cell():
    cells = {("a", "u"): [9, 0], ("a", "v"): [50, 10], ("b", "u"): [40, 12], ("b", "v"): [70, 9]}
    table = table_of(cells)
    hidden = table.hidden()
    assert ("a", "u") in hidden
    for margin in (("a", ALL), (ALL, "u")):
        parts = [p for p in hidden if p[0] == margin[0] or p[1] == margin[1]]
        left = np.sum([cells[p] for p in parts if p in cells], axis=0)
        assert margin in hidden or (left >= 5).all()


# Two tables


@pytest.fixture
def cells(tabulate):
    """The figures of every place that a table shows."""

    def of(rows, columns="", **fields):
        return dict(places_of(tabulate(rows, columns, **fields).result))

    return of


def differences(one, other) -> set[int]:
    return {sum(one[place]) - sum(other[place]) for place in one if place in other} - {0}


def test_two_tables_that_differ_by_a_condition(cells, government):
    """29 answers about ID cards were given at two channels, four of them online."""
    everybody = cells("service")
    at_counters = cells("service", only=(("channel", str(government.counter.pk)),))
    id_card = (str(government.id_card.pk), None)
    assert sum(everybody[id_card]) == 29
    assert id_card not in at_counters, "29 less 25 are the four online"
    assert min(map(abs, differences(everybody, at_counters))) >= 10


def test_the_other_way_round_the_larger_one_is_suppressed(cells, government):
    at_counters = cells("service", only=(("channel", str(government.counter.pk)),))
    everybody = cells("service")
    id_card = (str(government.id_card.pk), None)
    assert sum(at_counters[id_card]) == 25
    assert id_card not in everybody


def test_two_tables_that_differ_by_a_month(cells):
    first = cells("service", "question OV")
    second = cells("service", "question OV", last="2026-02")
    third = cells("service", "question OV", first="2026-02")
    assert first
    for one, other in ((first, second), (first, third)):
        assert all(abs(each) >= 10 for each in differences(one, other))


def test_the_same_figure_by_another_way(cells, government):
    """The rows of one table are the condition of the other."""
    by_service = cells("service", "channel")
    one = (str(government.id_card.pk), str(government.counter.pk))
    assert one not in by_service
    alone = cells("channel", only=(("service", str(government.id_card.pk)),))
    assert (str(government.counter.pk), None) not in alone
    of_agency = cells("channel", only=(("agency", str(government.dopa.pk)),))
    assert (str(government.counter.pk), None) not in of_agency


def test_satisfaction_beside_the_ratings_that_it_is_made_of(cells):
    ratings = cells("question OV")
    satisfied = cells("channel", measure="satisfied")[None, None]
    four, five = (sum(ratings.get((rating, None), [0])) for rating in "45")
    assert satisfied[0] == four + five


def test_withdrawn_tables_suppress_nothing(cells, government):
    cells("service")
    CrossTab.objects.update(state="failed", error="changed", result={})
    assert (str(government.id_card.pk), None) in cells(
        "service", only=(("channel", str(government.counter.pk)),)
    )


# Pairs of any kind, without a database

COLUMNS = {
    "service": Column("service", "", "service", dict.fromkeys("123", "")),
    "agency": Column("agency", "", "service", {"9": "", "8": ""}, {"1": "9", "2": "9", "3": "8"}),
    "ministry": Column("ministry", "", "service", {"7": ""}, dict.fromkeys("123", "7")),
    "channel": Column("channel", "", "channel", dict.fromkeys("xy", "")),
    "month": Column("month", "", "month", dict.fromkeys(["2026-01", "2026-02", "2026-03"], "")),
    "question OV": Column("question OV", "", "question OV", dict.fromkeys("12345", "")),
}
PEOPLE = list(product("123", "xy", ["2026-01", "2026-02", "2026-03"], ["", *"12345"], [1, 2]))


def meets(person, order, waves) -> bool:
    service, channel, month, rating, wave = person
    has = {"service": service, "channel": channel, "question OV": rating}
    has |= {name: COLUMNS[name].value(service) for name in ("agency", "ministry")}
    return (
        wave in waves
        and order.holds(month)
        and all(has[name] == value for name, value in order.only)
    )


ORDERS = st.builds(
    lambda rows, columns, months, only, measure: Order(
        rows,
        "" if columns == rows else columns,
        measure,
        *sorted(months),
        only=tuple(only),
    ),
    st.sampled_from(list(COLUMNS)),
    st.sampled_from(["", *COLUMNS]),
    st.tuples(*[st.sampled_from(["2026-01", "2026-02", "2026-03"])] * 2),
    st.lists(
        st.sampled_from(
            [(name, value) for name in COLUMNS if name != "month" for value in COLUMNS[name].values]
        ),
        max_size=2,
    ),
    st.sampled_from(["answers", "satisfied"]),
)


def made_of(crowd, order, waves):
    """By place who is in it: people of the crowd by their number in it."""
    found: dict = {}
    for number, person in enumerate(crowd):
        if meets(person, order, waves) and (person[3] or order.measure == "answers"):
            stored = dict(
                zip(("service", "channel", "month", "question OV", "wave"), person, strict=True)
            )
            row = COLUMNS[order.rows].value(stored[COLUMNS[order.rows].stored])
            column = (
                COLUMNS[order.columns].value(stored[COLUMNS[order.columns].stored])
                if order.columns
                else ALL
            )
            for place in {(row, column), (row, ALL), (ALL, column), (ALL, ALL)}:
                found.setdefault(place, set()).add(number)
    return found


@given(
    st.lists(st.sampled_from(PEOPLE), min_size=20, max_size=120),
    ORDERS,
    ORDERS,
    st.sampled_from([(1,), (2,), (1, 2)]),
    st.sampled_from([(1,), (2,), (1, 2)]),
)
def test_no_place_is_shown_within_nine_answers_of_an_earlier_one_that_it_must_be_in(
    crowd, order, earlier, waves, before
):
    """The conditions say that everybody in the one is in the other, whoever answers."""
    tables = []
    for each, among in ((order, waves), (earlier, before)):
        people = made_of(crowd, each, among)
        satisfied = [person[3] in ("4", "5") for person in crowd]
        counts = {
            place: [len(who)]
            if each.measure == "answers"
            else [sum(satisfied[k] for k in who), sum(not satisfied[k] for k in who)]
            for place, who in people.items()
        }
        everybody = made_of(PEOPLE, each, among)
        found = list(figures(counts.items(), each, among, COLUMNS, "question OV"))
        tables.append((people, everybody, found))
    (new, new_possible, new_figures), (old, old_possible, old_figures) = tables
    close = giving_away(new_figures, old_figures)
    for place, who in new.items():
        for other, others in old.items():
            for inner, outer, inside, around in (
                (who, others, new_possible[place], old_possible[other]),
                (others, who, old_possible[other], new_possible[place]),
            ):
                if inside <= around and 0 < len(outer) - len(inner) < 10:
                    assert place in close
