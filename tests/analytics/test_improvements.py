"""“You said, we did”: written by the agency's staff, read by everybody, hidden by OPDC with a
reason; no citizen's words in it, and no number below ten."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from analytics.counting import tally
from analytics.dashboards.comments import FEWEST
from analytics.scoring.publication import publish
from responses.comments.improvements import RUN, copies_a_comment
from responses.models import Improvement, Topic
from responses.receipts.private_code import private_code
from surveys import clock
from surveys.models import Act
from tests.closing import close_wave
from tests.office.conftest import person

pytestmark = pytest.mark.django_db
DID = "เปิดช่องบริการเพิ่มสองช่องในช่วงพักกลางวัน"
SAID = "รอนานมากเพราะเปิดเคาน์เตอร์ช่องเดียวตลอดทั้งวัน"


@pytest.fixture
def officer(db):
    return person("somchai", "Survey office")


@pytest.fixture
def written(send, government, wave):
    sent = [send(government.licence, government.counter, 2, D7=SAID) for _k in range(25)]
    tally.fold(wave)
    return sent


def form(**changed) -> dict:
    topic = Topic.objects.get(code="waiting").pk
    filled = {"text_th": DID, "text_en": "Two more counters over midday", "topics": [topic]}
    return filled | {"done_on": clock.today().isoformat()} | changed


def new(wave, agency="DLT") -> str:
    return reverse("analytics:improvement_new", args=[agency, wave.code])


def page(client, wave, agency="DLT") -> str:
    address = reverse("analytics:agency_improvements", args=[agency])
    return client.get(f"{address}?wave={wave.code}").content.decode()


def test_it_is_public_with_a_number_in_tens_once_published(client, bob, written, wave):
    client.force_login(bob)
    assert client.post(new(wave), form()).status_code == 302
    assert "at least" not in page(client, wave)  # not while people may still write
    wave = publish(close_wave(wave))
    with translation.override("en"):
        for visitor in (client, Client()):
            html = page(visitor, wave)
            assert "Two more counters over midday" in html
            assert "at least 20 comments" in html
            assert SAID not in html
    with translation.override("th"):
        assert DID in page(Client(), wave)
    act = Act.objects.get(kind="improvement")
    assert (act.what, act.who, act.detail) == (Act.What.MAKE, bob.username, {"agency": "DLT"})


def test_few_comments_have_no_number(client, bob, send, government, wave):
    for number in range(FEWEST + 5):
        text = {"D7": SAID} if number < FEWEST - 1 else {}
        send(government.licence, government.counter, 2, **text)
    tally.fold(wave)
    client.force_login(bob)
    client.post(new(wave), form())
    html = page(Client(), publish(close_wave(wave)))
    assert "Two more counters" in html
    assert "at least" not in html


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text_th": f"เราแก้แล้วเรื่อง {SAID}"}, "say it in your own"),
        ({"text_en": " ".join(SAID)}, "say it in your own"),
        ({"text_th": "นายสมชาย ใจดี แก้ไขแล้ว"}, "leave it out"),
        ({"text_en": "Call 081-234-5678"}, "leave it out"),
        ({"topics": []}, "required"),
        ({"text_th": ""}, "required"),
        ({"done_on": "2999-01-01"}, "still to come"),
    ],
)
def test_what_is_refused(client, bob, written, wave, changed, said):
    client.force_login(bob)
    assert said in client.post(new(wave), form(**changed)).content.decode()
    assert not Improvement.objects.exists()


def test_a_run_of_letters_counts_and_common_words_do_not(written, government):
    agencies = [government.dlt.pk]
    assert copies_a_comment(f"x{SAID[5 : 5 + RUN]}x", agencies)
    assert copies_a_comment("-".join(SAID[5 : 5 + RUN]), agencies)
    assert not copies_a_comment(f"x{SAID[5 : 4 + RUN]}x", agencies)
    assert not copies_a_comment(SAID, [government.dopa.pk])


def test_who_answered_sees_it_beside_their_answer(client, bob, written, wave):
    client.force_login(bob)
    client.post(new(wave), form())
    sent = {"private_code": private_code(written[0].receipt)}
    own = Client().post(f"/receipt/{written[0].receipt}/own/", sent, follow=True)
    assert DID in own.content.decode()


def test_the_neighbour_the_viewer_and_the_public_do_not_write(client, bob, charlie, wave, written):
    client.force_login(bob)
    client.post(new(wave), form())
    pk = Improvement.objects.get().pk
    change = reverse("analytics:improvement", args=["DLT", pk])
    hide = reverse("analytics:improvement_hide", args=["DLT", pk])
    assert client.post(hide, {"because": "x"}).status_code == 403
    client.force_login(charlie)
    stolen = reverse("analytics:improvement", args=["DOPA", pk])
    for address in (new(wave), change, stolen):
        for sent in (form(), {"delete": "1"}):
            assert client.post(address, sent).status_code == 404, address
    assert client.post(hide, {"because": "x"}).status_code == 403
    client.logout()
    for address in (new(wave), change, hide):
        assert "/account/login/" in client.post(address, form())["Location"]
    viewer = person("wanna", "Agency viewer")
    viewer.agency = bob.agency
    viewer.save()
    client.force_login(viewer)
    assert client.post(new(wave), form()).status_code == 403
    assert Improvement.objects.get().text_th == DID


def test_opdc_hides_it_with_a_reason_and_writes_none(client, bob, officer, wave, written):
    client.force_login(bob)
    client.post(new(wave), form())
    pk = Improvement.objects.get().pk
    hide = reverse("analytics:improvement_hide", args=["DLT", pk])
    client.force_login(officer)
    assert client.post(new(wave), form()).status_code == 403
    client.post(hide, {"because": " "})
    assert "Two more" in page(client, wave)
    client.post(hide, {"because": "ไม่เกี่ยวกับบริการ"})
    public = publish(close_wave(wave))
    assert "Two more" not in page(Client(), public)
    sent = {"private_code": private_code(written[0].receipt)}
    own = Client().post(f"/receipt/{written[0].receipt}/own/", sent, follow=True)
    assert DID not in own.content.decode()
    client.force_login(bob)
    assert "ไม่เกี่ยวกับบริการ" in page(client, public)
    client.force_login(officer)
    client.post(hide, {"show": "1"})
    assert "Two more" in page(Client(), public)
    hidden = Act.objects.filter(kind="improvement", who=officer.username).order_by("pk")
    assert [act.detail["hidden"] for act in hidden] == ["ไม่เกี่ยวกับบริการ", ""]


def test_it_is_changed_and_taken_back_on_record(client, bob, wave, written):
    client.force_login(bob)
    client.post(new(wave), form())
    change = reverse("analytics:improvement", args=["DLT", Improvement.objects.get().pk])
    client.post(change, form(text_en="Three more counters"))
    assert "Three more counters" in page(client, wave)
    client.post(change, {"delete": "1"})
    assert not Improvement.objects.exists()
    acts = Act.objects.filter(kind="improvement").order_by("pk").values_list("what", flat=True)
    assert list(acts) == [Act.What.MAKE, Act.What.CHANGE, Act.What.DELETE]
