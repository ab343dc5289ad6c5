"""Whom a reply did not help asks OPDC, which answers too; the agency learns nothing of it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from analytics.counting import tally
from analytics.dashboards.comments import FEWEST
from responses.models import Comment, Response
from responses.models.naming import name_of
from responses.receipts.private_code import private_code
from surveys import clock
from surveys.models import Act
from tests.office.conftest import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("comments_due")]
REPLY, SECOND = "เพิ่มช่องบริการแล้ว", "ขอให้หน่วยงานเปิดเพิ่มอีกสองช่อง"


@pytest.fixture
def officer(db):
    return person("somchai", "Survey office")


@pytest.fixture
def written(send, government, wave) -> Response:
    """One of ten comments at the counter."""
    sent = [send(government.licence, government.counter, 2, D7="รอนาน") for _k in range(FEWEST)]
    tally.fold(wave)
    return sent[0]


@pytest.fixture
def comment_page(wave, written):
    return reverse("analytics:comment", args=[wave.code, "DLT", name_of(written.pk)])


@pytest.fixture
def replied(client, bob, comment_page):
    client.force_login(bob)
    client.post(comment_page, {"state": "read", "note": "", "reply": REPLY})


def citizen(response: Response):
    """The page of one's own answer, opened with the private code: the client and its address."""
    client = Client()
    sent = {"private_code": private_code(response.receipt)}
    return client, client.post(f"/receipt/{response.receipt}/own/", sent)["Location"]


@translation.override("th")
def appeal(response: Response) -> str:
    client, own = citizen(response)
    return client.post(f"{own}appeal/", follow=True).content.decode()


def test_both_replies_stand_on_the_citizens_page(
    client, officer, comment_page, written, replied, wave
):
    assert "สำนักงาน ก.พ.ร. พิจารณา" in citizen_reads(written)
    assert "ท่านได้ขอให้" in appeal(written)
    assert Comment.objects.get(pk=written.pk).appealed_on == clock.today()
    client.force_login(officer)
    desk = client.get(reverse("desk:wave", args=[wave.code])).content.decode()
    assert comment_page in desk
    assert "asks OPDC to look" in client.get(comment_page).content.decode()
    client.post(f"{comment_page}second/", {"second_reply": SECOND})
    html = citizen_reads(written)
    assert REPLY in html
    assert SECOND in html
    desk = client.get(reverse("desk:wave", args=[wave.code])).content.decode()
    assert comment_page not in desk
    assert SECOND not in str(list(Act.objects.values_list("detail", flat=True)))


@translation.override("th")
def citizen_reads(response: Response) -> str:
    client, own = citizen(response)
    return client.get(own).content.decode()


def test_the_agency_sees_the_same_page_before_and_after(
    client, bob, comment_page, replied, written
):
    def shown() -> tuple[str, str]:
        page = client.get(comment_page).content.decode()
        listed = client.get(comment_page.rsplit("/", 2)[0] + "/").content.decode()
        return page.split("<main")[1].split("csrf")[0], listed.split("<main")[1]

    client.force_login(bob)
    shown()  # and the note that the reply was kept goes
    before = shown()
    appeal(written)
    assert shown() == before
    assert client.post(f"{comment_page}second/", {"second_reply": SECOND}).status_code == 403


def test_without_a_reply_there_is_nothing_to_appeal_against(written):
    appeal(written)
    assert Comment.objects.get(pk=written.pk).appealed_on is None


def test_only_the_owner_appeals(written, replied):
    answer = Client().post(f"/receipt/{written.receipt}/own/wrong-token/appeal/")
    assert answer["Location"].endswith(f"/receipt/{written.receipt}/own/")
    assert Comment.objects.get(pk=written.pk).appealed_on is None


def test_opdc_answers_only_where_it_was_asked(client, officer, comment_page, replied, written):
    client.force_login(officer)
    assert client.post(f"{comment_page}second/", {"second_reply": SECOND}).status_code == 404
    appeal(written)
    client.post(f"{comment_page}second/", {"second_reply": " "})
    assert Comment.objects.get(pk=written.pk).second_reply == ""
