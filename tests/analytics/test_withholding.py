"""What the public must not see, and must not be able to work out: the first edition's rule."""

from itertools import product

import pytest

from analytics.models import Score
from analytics.scoring.scores import compute_scores
from tests.first_edition import first_edition


@pytest.fixture(autouse=True)
def as_declared_then():
    with first_edition():
        yield


def shown(**where) -> bool:
    scores = Score.objects.filter(measure="top_two_box", is_overall=True, **where)
    assert scores.exists()
    return not scores.filter(withheld=True).exists()


@pytest.fixture
def answers(wave, government, send):
    """Answers by service and channel, then the scores: `answers(tax_online=3)`."""

    def give(**counts: int) -> None:
        for name, count in counts.items():
            service, channel = name.rsplit("_", 1)
            for k in range(count):
                send(getattr(government, service), getattr(government, channel), 5 if k % 3 else 2)
        compute_scores(wave)

    return give


def test_nine_answers_are_withheld_and_ten_are_not(answers, government):
    answers(licence_counter=9, tax_online=9, id_card_counter=10)
    assert not shown(level="service", service=government.licence)
    assert shown(level="service", service=government.id_card)


def test_the_larger_of_two_parts_covers_the_smaller(answers, government):
    answers(licence_counter=30, tax_online=3)
    assert shown(level="agency", agency=government.dlt)
    assert not shown(level="service", service=government.tax)
    assert not shown(level="service", service=government.licence)


def test_the_only_part_of_a_withheld_total_is_withheld_too(answers, government):
    answers(licence_counter=30, tax_online=3)
    assert not shown(level="service_channel", service=government.licence)
    assert not shown(level="agency_channel", agency=government.dlt, channel=government.counter)


def test_large_domains_are_all_shown(answers):
    answers(licence_counter=30, licence_online=20, tax_online=40, id_card_counter=15)
    assert not Score.objects.filter(withheld=True).exists()


@pytest.mark.parametrize("sizes", list(product([3, 12, 40], repeat=3)))
def test_no_small_domain_follows_from_what_is_shown(answers, government, sizes):
    licence_counter, licence_online, tax_online = sizes
    answers(
        licence_counter=licence_counter,
        licence_online=licence_online,
        tax_online=tax_online,
        id_card_counter=50,
    )
    scores = Score.objects.filter(measure="top_two_box", is_overall=True)
    public = {
        (s.level, s.agency_id, s.service_id, s.channel_id): s.n for s in scores if not s.withheld
    }
    g = government
    cells = [(g.licence, g.counter), (g.licence, g.online), (g.tax, g.online)]
    contains = {
        ("service", g.dlt.pk, g.licence.pk, None): (1, 1, 0),
        ("service", g.dlt.pk, g.tax.pk, None): (0, 0, 1),
        ("agency", g.dlt.pk, None, None): (1, 1, 1),
        ("ministry", g.transport.pk, None, None): (1, 1, 1),
        ("agency_channel", g.dlt.pk, None, g.counter.pk): (1, 0, 0),
        ("agency_channel", g.dlt.pk, None, g.online.pk): (0, 1, 1),
        ("ministry_channel", g.transport.pk, None, g.counter.pk): (1, 0, 0),
        ("ministry_channel", g.transport.pk, None, g.online.pk): (0, 1, 1),
        **{
            ("service_channel", g.dlt.pk, s.pk, c.pk): tuple(int(k == j) for j in range(3))
            for k, (s, c) in enumerate(cells)
        },
    }
    known = {contains[place]: n for place, n in public.items() if place in contains}
    # Everything that adding and subtracting public counts can tell.
    for _round in range(4):
        for (a, n), (b, m) in product(list(known.items()), repeat=2):
            rest = tuple(x - y for x, y in zip(a, b, strict=True))
            if any(rest) and min(rest) >= 0:
                known[rest] = n - m
    assert all(n >= 10 for n in known.values()), known
