"""So many requests a minute for each key, and no limit for an address."""

from datetime import timedelta

import pytest

from surveys import clock


@pytest.fixture(autouse=True)
def limit(settings):
    settings.API_REQUESTS_PER_MINUTE = 2


def test_a_key_is_told_when_to_go_on(post):
    moment = clock.now().replace(second=50)
    with clock.at(moment):
        assert [post(key).status_code for key in "abc"] == [201, 201, 429]
        refused = post("d")
        assert refused.headers["Retry-After"] == "10"
        assert refused.headers["Content-Type"] == "application/problem+json"
    with clock.at(moment + timedelta(seconds=10)):
        assert post("c").status_code == 201


def test_another_key_from_the_same_address_goes_on(post, neighbour):
    with clock.at(clock.now()):
        assert [post(key).status_code for key in "abc"] == [201, 201, 429]
        sent = post("d", system=neighbour, item={"service": "DOPA-1"})
        assert sent.status_code == 201
