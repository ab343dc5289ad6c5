"""The weekly mail: numbers without a word of a citizen, once a week, to nobody who said no."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from analytics.counting import tally
from analytics.dashboards.comments import FEWEST, FEWEST_FOR_DAY
from analytics.dashboards.digest import due_since
from analytics.tasks import send_digests
from responses.models import Comment, Digest
from surveys import clock
from surveys.models import User
from tests.invitations.conftest import BANGKOK
from tests.office.conftest import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("comments_due")]
SAID = "ไฟรั่วหน้าเคาน์เตอร์ นานมากแล้ว"


@pytest.fixture
def write(send, government, wave):
    def several(number: int, text: str = SAID, service=None, channel=None):
        place = service or government.licence, channel or government.counter
        for _k in range(number):
            send(*place, 2, **({"D7": text} if text else {}))
        tally.fold(wave)

    return several


@pytest.fixture
def monday(wave) -> datetime:
    """The next Monday at eight."""
    now = clock.now().astimezone(BANGKOK)
    day = now + timedelta(days=7 - now.weekday())
    return day.replace(hour=8, minute=0, second=0, microsecond=0)


def sent_at(moment: datetime) -> list:
    mail.outbox.clear()
    with clock.at(moment):
        send_digests()
    return list(mail.outbox)


def test_one_mail_a_week_from_monday_at_eight(bob, write, monday):
    write(FEWEST)
    assert len(sent_at(monday - timedelta(minutes=1))) == 1  # of the week before
    assert sent_at(monday - timedelta(minutes=1)) == []
    assert [message.to for message in sent_at(monday)] == [[bob.email]]
    for later in (timedelta(), timedelta(hours=1), timedelta(days=6, hours=23, minutes=59)):
        assert sent_at(monday + later) == []
    assert len(sent_at(monday + timedelta(days=7))) == 1


def test_the_week_begins_on_monday_at_eight_in_thailand():
    for day, hour, begun in ((2, 7, 26), (2, 8, 2), (8, 23, 2), (9, 7, 2), (9, 8, 9)):
        month = 10 if begun == 26 else 11
        moment = datetime(2026, 11, day, hour, tzinfo=BANGKOK)
        assert due_since(moment) == datetime(2026, month, begun, tzinfo=BANGKOK).date()


def test_it_holds_numbers_and_no_words(bob, write, monday):
    write(FEWEST)
    write(2, "ดีมาก")
    Comment.objects.filter(pk=Comment.objects.latest("pk").pk).update(state="read", reply="ขอบคุณ")
    body = sent_at(monday)[0].body
    numbers = [line.rpartition(": ")[2] for line in body.splitlines() if line.startswith("- ")]
    assert numbers == [str(FEWEST + 1), str(FEWEST), str(FEWEST + 1)]  # unread, danger, awaiting
    for word in ("ไฟรั่ว", "เคาน์เตอร์", "ดีมาก", "ขอบคุณ", "นานมาก"):
        assert word not in body
    assert "ใบอนุญาตขับรถ" in body
    assert "/th/mine/digest/" in body


def test_the_week_is_told_of_cells_that_tell_the_day(bob, write, monday):
    write(FEWEST)
    write(FEWEST_FOR_DAY - FEWEST - 1, "")
    with_week = "ใหม่ในสัปดาห์นี้"
    assert with_week not in sent_at(monday)[0].body
    write(1, "")
    Digest.objects.all().delete()
    assert f"{with_week}: {FEWEST}" in sent_at(monday)[0].body


def test_of_small_cells_there_is_nothing(bob, write, monday):
    write(FEWEST - 1)
    assert sent_at(monday) == []


def test_not_to_who_said_no_may_not_answer_or_belongs_elsewhere(
    client, bob, charlie, write, monday, government
):
    write(FEWEST)
    viewer = person("wanna", "Agency viewer")
    User.objects.filter(pk=viewer.pk).update(agency=government.dlt)
    client.force_login(bob)
    page = reverse("analytics:digest")
    assert "checked" in client.get(page).content.decode()
    client.post(page, {})
    assert "checked" not in client.get(page).content.decode()
    assert sent_at(monday) == []  # charlie's agency has no comments
    client.post(page, {"wanted": "on"})
    assert [message.to for message in sent_at(monday)] == [[bob.email]]


def test_what_could_not_be_sent_goes_the_next_time(bob, write, monday, settings):
    write(FEWEST)
    settings.EMAIL_BACKEND = "tests.analytics.test_topics.Broken"
    with pytest.raises(OSError, match="no mail"):
        sent_at(monday)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert len(sent_at(monday)) == 1


def test_the_page_is_for_those_who_answer(client):
    assert "/account/login/" in client.get(reverse("analytics:digest"))["Location"]
    client.force_login(person("anong", "Auditor"))
    assert client.post(reverse("analytics:digest"), {}).status_code == 403
