"""Nobody who looks at the list of comments again and again learns who wrote one: neither by when it
comes, nor by its address."""

from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.counting import tally
from analytics.dashboards.comments import FEWEST, FEWEST_FOR_DAY
from responses.models.naming import key_of, name_of
from surveys import clock
from surveys.models import Wave

pytestmark = pytest.mark.django_db
SAID, MORE = "รอนานมาก", "ที่จอดรถไม่พอ"


@pytest.fixture
def written(send, government, wave):
    """A comment among as many answers as `number` says."""

    def among(number: int):
        sent = send(government.licence, government.counter, 2, D7=SAID)
        for _k in range(number - 1):
            send(government.licence, government.counter, 4)
        tally.fold(wave)
        return sent

    return among


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), timezone.get_default_timezone())


def next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def read(client, wave, day: date, more: str = "") -> str:
    address = reverse("analytics:comments", args=[wave.code, "DLT"]) + more
    with clock.at(noon(day)):
        response = client.get(address)
        return (response.getvalue() if response.streaming else response.content).decode()


def test_a_small_cell_is_read_when_its_month_is_over(client, bob, wave, written):
    written(FEWEST)
    client.force_login(bob)
    first = next_month(clock.today())
    for more in ("", "?rating=low", "?format=csv", "?state=new"):
        assert SAID not in read(client, wave, first - timedelta(days=1), more), more
    assert SAID in read(client, wave, first)
    assert SAID in read(client, wave, first, "?format=csv")


def test_a_large_cell_is_read_the_day_after(client, bob, wave, written):
    written(FEWEST_FOR_DAY)
    client.force_login(bob)
    today = clock.today()
    assert SAID not in read(client, wave, today)
    assert SAID in read(client, wave, today + timedelta(days=1))


def test_nor_can_it_be_opened_or_counted_before(client, bob, wave, written):
    sent = written(FEWEST)
    client.force_login(bob)
    address = reverse("analytics:comment", args=[wave.code, "DLT", name_of(sent.pk)])
    assert client.get(address).status_code == 404
    assert client.post(address, {"state": "read"}).status_code == 404
    assert "(100.0 %" not in read(client, wave, clock.today())
    with clock.at(noon(next_month(clock.today()))):
        assert client.get(address).status_code == 200
    assert "(100.0 %" in read(client, wave, next_month(clock.today()))


def test_the_office_reads_it_at_once_and_everybody_once_the_wave_is_over(
    client, alice, bob, wave, written
):
    written(FEWEST)
    client.force_login(alice)
    assert SAID in read(client, wave, clock.today())
    client.force_login(bob)
    assert SAID not in read(client, wave, clock.today())
    Wave.objects.filter(pk=wave.pk).update(state=Wave.State.CLOSED)
    assert SAID in read(client, wave, clock.today())


def test_addresses_tell_no_order(client, bob, wave, send, government, comments_due):
    sent = [
        send(government.licence, government.counter, 2, D7=f"{MORE} {number}")
        for number in range(2 * FEWEST)
    ]
    tally.fold(wave)
    client.force_login(bob)
    page = client.get(reverse("analytics:comments", args=[wave.code, "DLT"])).content.decode()
    names = [name_of(each.pk) for each in sent]
    assert all(f"/comments/{name}/" in page for name in names)
    assert not any(f"/{each.pk}/" in page or f'"{each.pk}"' in page for each in sent)
    assert sorted(names) != names
    assert [key_of(name) for name in names] == [each.pk for each in sent]


@pytest.mark.parametrize("name", ["1", "x", "a" * 26, "ก" * 26, "a" * 24, "0" * 26, "7" * 26])
def test_what_names_no_comment_is_not_there(client, bob, wave, name):
    client.force_login(bob)
    address = reverse("analytics:comment", args=[wave.code, "DLT", name])
    assert client.get(address).status_code == 404
