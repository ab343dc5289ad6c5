"""Edition 2 of the method: what is left of any published sum is nobody or at least ten, and linear
programming over everything published finds no suppressed domain within narrow bounds."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import optimize

from analytics.domain import Domain, Level
from analytics.domains import least
from analytics.domains.audit import PROTECTION, audit, breaches
from analytics.domains.sums import sums_of
from analytics.domains.suppression import mark_suppressed, protect, suppress
from analytics.estimation.official import Edition
from analytics.models import Score
from benchmarks.disclosure import table as agencies

AGENCY, PARENTS = 1, {1: None}
WHOLE = Domain(Level.AGENCY, AGENCY)


def table(cells):
    """Every domain of one agency from {(service, channel): (satisfied, others)}."""
    found = {}
    for (service, channel), kinds in cells.items():
        for domain in (
            Domain(Level.SERVICE_CHANNEL, AGENCY, service, channel),
            Domain(Level.SERVICE, AGENCY, service),
            Domain(Level.AGENCY_CHANNEL, AGENCY, channel=channel),
            WHOLE,
        ):
            found[domain] = found.get(domain, np.zeros(2, dtype=int)) + kinds
    return found


def random_agency(random):
    share = random.uniform(0.85, 0.97)
    sizes = random.choice([0, 1, 3, 9, 15, 40, 100, 250], size=(5, 3))
    cells = {}
    for (service, channel), n in np.ndenumerate(sizes):
        if n:
            satisfied = random.binomial(n, share)
            cells[service + 1, channel + 1] = (satisfied, n - satisfied)
    return table(cells)


def rows(kinds, hidden):
    domains = list(kinds)
    counts = np.array([kinds[domain] for domain in domains])
    return domains, counts, np.array([domain in hidden for domain in domains])


def attack(kinds, hidden, about, objective):
    """An attacker of our own, who writes every sum down cell by cell: the range of what
    `objective` says of the domain `about`."""
    cells = [d for d in kinds if d.level == Level.SERVICE_CHANNEL]

    def inside(domain):
        return [
            float(domain.service in (None, c.service) and domain.channel in (None, c.channel))
            for c in cells
        ]

    known = [d for d in kinds if d not in hidden]
    equal = np.array([inside(d) for d in known] or [[0.0] * len(cells)])
    ends = []
    for sign in (1, -1):
        ends.append(0.0)
        for kind in objective:
            right = np.array([kinds[d][kind] for d in known] or [0.0])
            found = optimize.linprog(
                sign * np.array(inside(about)), A_eq=equal, b_eq=right, bounds=(0, 1e5)
            )
            ends[-1] += sign * found.fun
    return ends


def test_two_single_answers_do_not_cover_each_other():
    sizes = {WHOLE: 502} | {
        Domain(Level.SERVICE, AGENCY, k): n for k, n in enumerate([1, 1, 200, 300], 1)
    }
    first = suppress(sizes, PARENTS, edition=Edition.FIRST)
    second = suppress(sizes, PARENTS, edition=Edition.SECOND)
    assert sum(sizes[each] for each in first) == 2
    assert second == first | {Domain(Level.SERVICE, AGENCY, 3)}


def test_where_nobody_answered_nothing_is_suppressed():
    sizes = {WHOLE: 50, Domain(Level.SERVICE, AGENCY, 1): 50, Domain(Level.SERVICE, AGENCY, 2): 0}
    assert suppress(sizes, PARENTS, edition=Edition.SECOND) == set()
    assert suppress({}, PARENTS, edition=Edition.SECOND) == set()


def test_that_everybody_is_satisfied_does_not_follow():
    kinds = {
        WHOLE: [150, 30],
        Domain(Level.SERVICE, AGENCY, 1): [4, 0],
        Domain(Level.SERVICE, AGENCY, 2): [46, 0],
        Domain(Level.SERVICE, AGENCY, 3): [100, 30],
    }
    sizes = {domain: sum(each) for domain, each in kinds.items()}
    by_size = suppress(sizes, PARENTS, edition=Edition.SECOND)
    domains, counts, hidden = rows(kinds, by_size)
    sums = sums_of(domains, counts, PARENTS)
    assert {(b.kind, b.low, b.high) for b in audit(counts, sums, hidden)} == {(1, 0.0, 0.0)}
    assert protect(kinds, PARENTS) == {
        Domain(Level.SERVICE, AGENCY, 1),
        Domain(Level.SERVICE, AGENCY, 3),
    }


@pytest.mark.parametrize("seed", range(4))
def test_no_agency_is_given_away(seed):
    kinds = random_agency(np.random.default_rng(seed))
    hidden = protect(kinds, PARENTS)
    small = {domain for domain, each in kinds.items() if sum(each) < 10}
    assert small
    assert small <= hidden <= set(kinds)
    for about in hidden:
        for objective in ([0], [1], [0, 1]):
            low, high = attack(kinds, hidden, about, objective)
            assert high - low >= PROTECTION - 1e-6, (about, objective)


@pytest.mark.parametrize("seed", range(6))
def test_what_was_found_possible_before_changes_nothing(seed, monkeypatch):
    """The same rows as by a search that begins anew whenever more is suppressed."""
    kinds, parents = agencies(np.random.default_rng(seed), 3, 4, 3, whole=True)
    found = protect(kinds, parents)

    def forgetful(part, counts, hidden, _known, block_of):
        return breaches(part, counts, hidden, None, block_of)

    monkeypatch.setattr(least, "breaches", forgetful)
    assert protect(kinds, parents) == found


def test_where_the_search_ends_without_a_set_one_is_found_without_it(monkeypatch):
    kinds = random_agency(np.random.default_rng(1))
    nothing = SimpleNamespace(milp=lambda *_given, **_options: SimpleNamespace(x=None))
    nothing.Bounds, nothing.LinearConstraint = optimize.Bounds, optimize.LinearConstraint
    monkeypatch.setattr(least, "optimize", nothing)
    found = protect(kinds, PARENTS)
    domains, counts, hidden = rows(kinds, found)
    assert audit(counts, sums_of(domains, counts, PARENTS), hidden) == []
    assert {domain for domain, each in kinds.items() if sum(each) < 10} <= found


def test_the_audit_finds_what_the_first_edition_gave_away():
    given_away = 0
    for seed in range(10):
        kinds = random_agency(np.random.default_rng(seed))
        sizes = {domain: int(sum(each)) for domain, each in kinds.items()}
        domains, counts, hidden = rows(kinds, suppress(sizes, PARENTS, edition=Edition.FIRST))
        given_away += bool(audit(counts, sums_of(domains, counts, PARENTS), hidden))
    assert given_away >= 5


def scores_of(kinds):
    return [
        Score(
            level=domain.level,
            agency_id=domain.agency,
            service_id=domain.service,
            channel_id=domain.channel,
            question="OV",
            measure=measure,
            n=int(sum(each)),
            distribution=[int(each[1]), 0, 0, 0, int(each[0])],
        )
        for domain, each in kinds.items()
        for measure in Score.Measure.values
    ]


def test_crossings_and_what_stands_beside_suppressed_parts_have_no_distribution():
    kinds = table({(1, 1): (90, 30), (1, 2): (80, 20), (2, 1): (70, 30), (2, 2): (60, 40)})
    scores = scores_of(kinds)
    mark_suppressed(scores, PARENTS, edition=Edition.SECOND)
    assert not any(score.withheld for score in scores)
    assert {score.domain for score in scores if score.distribution} == {
        domain for domain in kinds if domain.channel is None
    }
    kinds = {
        WHOLE: (200, 60),
        Domain(Level.SERVICE, AGENCY, 1): (3, 1),
        Domain(Level.SERVICE, AGENCY, 2): (97, 29),
        Domain(Level.SERVICE, AGENCY, 3): (100, 30),
    }
    scores = scores_of(kinds)
    mark_suppressed(scores, PARENTS, edition=Edition.SECOND)
    assert not [score.domain for score in scores if score.distribution and not score.withheld]


def test_the_first_edition_keeps_distributions():
    scores = scores_of(table({(1, 1): (5, 1), (1, 2): (80, 20)}))
    mark_suppressed(scores, PARENTS, edition=Edition.FIRST)
    assert all(score.distribution for score in scores)
