"""What published figures give away: random agencies with small cells, attacked by a program.

python -m benchmarks.disclosure             1,000 agencies by editions 1 and 2 of the method
python -m benchmarks.disclosure --whole     200 agencies with 2,000 services at once, timed
python -m benchmarks.disclosure --points    10,000 cells of up to 12 service points each
"""

import argparse
import os
import time
from collections.abc import Iterator

import django
import numpy as np

SIZES = [0, 1, 2, 3, 5, 9, 15, 40, 100, 250]
CHANCES = [0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.15, 0.2, 0.2, 0.1]


def agency(random, number, services, channels) -> Iterator[tuple]:
    """Service, channel and how many were satisfied and not; shares of 0.85 to 0.97."""
    share = random.uniform(0.85, 0.97)
    for service in range(services):
        for channel in range(1, channels + 1):
            n = int(random.choice(SIZES, p=CHANCES))
            satisfied = random.binomial(n, share)
            if n:
                yield 1000 * number + service, channel, np.array([satisfied, n - satisfied])


def table(random, agencies, services, channels, *, whole):
    """The counts of every domain, and the agency above each; `whole`: up to the nation."""
    from analytics.domain import Domain, Level

    counts, parents = {}, {}
    for number in range(1, agencies + 1):
        above = 10_000 + number // 10
        parents |= {number: above if whole else None, above: None}
        for service, channel, kinds in agency(random, number, services, channels):
            domains = [
                Domain(Level.SERVICE_CHANNEL, number, service, channel),
                Domain(Level.SERVICE, number, service),
                Domain(Level.AGENCY_CHANNEL, number, channel=channel),
                Domain(Level.AGENCY, number),
            ]
            if whole:
                domains += [
                    Domain(Level.MINISTRY, above),
                    Domain(Level.MINISTRY_CHANNEL, above, channel=channel),
                    Domain(Level.CHANNEL, channel=channel),
                    Domain(Level.NATION),
                ]
            for domain in domains:
                counts[domain] = counts.get(domain, 0) + kinds
    return counts, parents


def protections():
    from analytics.domains.suppression import protect, suppress
    from analytics.estimation.official import Edition

    def first(counts, parents):
        sizes = {domain: int(kinds.sum()) for domain, kinds in counts.items()}
        return suppress(sizes, parents, edition=Edition.FIRST)

    return {"edition 1": first, "edition 2": protect}


def attacked(counts, parents, hidden) -> int:
    """How many breaches an attacker finds."""
    from analytics.domains.audit import audit
    from analytics.domains.sums import sums_of

    domains = list(counts)
    numbers = np.array([counts[domain] for domain in domains])
    rows = np.array([domain in hidden for domain in domains])
    return len(audit(numbers, sums_of(domains, numbers, parents), rows))


def answers_in_cells(counts, domains) -> int:
    return int(sum(counts[each].sum() for each in domains if each.service and each.channel))


def compare(agencies: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    tables = [
        table(random, 1, random.integers(3, 8), random.integers(2, 4), whole=False)
        for _agency in range(agencies)
    ]
    print(f"{agencies} agencies, seed {seed}")
    for name, protection in protections().items():
        began, given_away, kept, everything = time.process_time(), 0, 0, 0
        for counts, parents in tables:
            hidden = protection(counts, parents)
            given_away += bool(attacked(counts, parents, hidden))
            kept += answers_in_cells(counts, hidden)
            everything += answers_in_cells(counts, counts)
        print(
            f"{name}: {given_away} agencies with a breach, {kept / everything:.1%} of the answers"
            f" in suppressed cells, {time.process_time() - began:.0f} s"
        )


def whole(seed: int) -> None:
    counts, parents = table(np.random.default_rng(seed), 200, 10, 4, whole=True)
    for name, protection in protections().items():
        began = time.process_time()
        hidden = protection(counts, parents)
        protected = time.process_time()
        found = attacked(counts, parents, hidden)
        audited = time.process_time()
        print(
            f"{name}: {len(hidden)} of {len(counts)} domains suppressed in"
            f" {protected - began:.0f} s, {found} breaches found in {audited - protected:.0f} s"
        )


def points(cells: int, seed: int) -> None:
    """Each cell as it is shown, held against the audit by linear programming."""
    from analytics.domains.audit import audit
    from analytics.domains.points import hidden_points
    from analytics.domains.sums import Sum

    random, split, shown, answers, given_away = np.random.default_rng(seed), 0, 0, 0, 0
    protecting = 0.0
    for _cell in range(cells):
        share, number = random.uniform(0.85, 0.97), random.integers(1, 13)
        sizes = random.choice(SIZES[1:], size=number + 1)
        satisfied = random.binomial(sizes, share)
        counts = np.column_stack([satisfied, sizes - satisfied])
        counts, rest = counts[:-1], counts[-1] * random.integers(0, 2)
        total = counts.sum(axis=0) + rest
        began = time.process_time()
        hidden = hidden_points(counts, total) if total.sum() >= 10 else None
        protecting += time.process_time() - began
        answers += int(counts.sum())
        if hidden is None:
            continue
        split += 1
        shown += int(counts[~hidden].sum())
        whole = Sum(0, tuple(range(1, number + 1)), tuple(rest.tolist()), block=1)
        found = audit(np.vstack([total, counts]), [whole], np.append(False, hidden))
        given_away += bool(found)
    print(
        f"{cells} cells, seed {seed}: {split} shown by service point, with {shown / answers:.1%} of"
        f" the answers; {given_away} with a breach; {1000 * protecting / cells:.2f} ms a cell"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--points", action="store_true")
    parser.add_argument("--agencies", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=2570)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    if options.points:
        points(10_000, options.seed)
    elif options.whole:
        whole(options.seed)
    else:
        compare(options.agencies, options.seed)
