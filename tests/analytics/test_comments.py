"""What citizens wrote: who reads it, what a small cell hides, and that it follows the answer."""

import csv
import re

import pytest
from django.urls import reverse

from analytics.counting import tally
from analytics.dashboards.comments import FEWEST, FEWEST_FOR_DAY
from responses.intake.door import amend, erase, set_aside
from responses.models import Comment, Response
from responses.models.naming import name_of
from responses.receipts.private_code import private_code
from surveys import clock
from surveys.models import Act, Wave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("comments_due")]
SLOW = "รอนานมาก คนเยอะ"


@pytest.fixture
def write(send, government, wave):
    """`write(texts)` at the counter, one answer each; counted."""

    def all_of(texts, service=None, channel=None, rating=2) -> list[Response]:
        place = service or government.licence, channel or government.counter
        stored = [send(*place, rating, **({"D7": text} if text else {})) for text in texts]
        tally.fold(wave)
        return stored

    return all_of


def url(wave: Wave, agency: str = "DLT", pk: int | None = None) -> str:
    name, more = ("comment", [name_of(pk)]) if pk else ("comments", [])
    with_prefix = reverse(f"analytics:{name}", args=[wave.code, agency, *more])
    return re.sub("^/th/", "/en/", with_prefix)


def read(client, wave, query="", agency="DLT") -> str:
    return client.get(url(wave, agency) + query).content.decode()


def test_nothing_is_listed_where_few_answered(client, bob, wave, write):
    client.force_login(bob)
    write([SLOW] + [""] * (FEWEST - 2))
    assert SLOW not in read(client, wave)
    write([""])
    assert SLOW in read(client, wave)


def test_a_small_cell_tells_the_month_and_a_large_one_the_day(client, bob, wave, write):
    client.force_login(bob)
    write([SLOW] + [""] * (FEWEST_FOR_DAY - 2))
    today = clock.today()
    day = f"{today.day} {today:%B %Y}"
    assert day not in read(client, wave).split('<ul class="comments')[1]
    assert f"{today:%B %Y}" in read(client, wave)
    assert today.isoformat() not in b"".join(_csv(client, wave)).decode()
    write([""])
    assert day in read(client, wave).split('<ul class="comments')[1]


def _csv(client, wave):
    return client.get(url(wave) + "?format=csv").streaming_content


def test_a_neighbour_reads_nothing_and_the_public_nothing(client, charlie, wave, write):
    pk = write([SLOW] * FEWEST)[0].pk
    for address in (url(wave), url(wave, pk=pk)):
        assert "/account/login/" in client.get(address)["Location"]
    client.force_login(charlie)
    for address in (url(wave), url(wave, pk=pk), url(wave, "DOPA", pk)):
        assert client.get(address).status_code == 404
    assert SLOW not in read(client, wave, agency="DOPA")
    assert client.post(url(wave, pk=pk), {"state": "read"}).status_code == 404


def test_words_are_found_inside_thai_sentences(client, bob, wave, write):
    client.force_login(bob)
    write([SLOW, "เจ้าหน้าที่สุภาพ ที่จอดรถไม่พอ", "Parking is full"] + [""] * FEWEST)
    for words, found in (
        ("จอดรถ", 1),
        ("รอนาน", 1),
        ("สุภาพ จอดรถ", 1),
        ("parking", 1),
        ("เจ้าหน้าที", 1),  # a mark that is missing at the end is part of the word
        ("รอ จอดรถ", 0),
        ("%", 0),
        ("<script>", 0),
    ):
        assert f">{found} comment" in read(client, wave, f"?words={words}"), words


def test_filters_and_pages(client, bob, wave, write, government):
    client.force_login(bob)
    write([f"ต่ำ {k}" for k in range(30)])
    write(["สูง"] * FEWEST, government.licence, government.online, rating=5)
    assert ">40 comments" in read(client, wave)
    assert ">30 comments" in read(client, wave, "?rating=low")
    assert ">10 comments" in read(client, wave, f"?channel={government.online.code}")
    assert ">40 comments" in read(client, wave, "?rating=nonsense&service=nowhere")
    pages = [read(client, wave, f"?rating=low&page={k}") for k in (1, 2)]
    assert sorted({f"ต่ำ {k}" for k in range(30)}) == sorted(
        {m for page in pages for m in re.findall(r"ต่ำ \d+", page)}
    )


def test_the_list_follows_the_answer(client, bob, wave, write):
    client.force_login(bob)
    stored = write([SLOW, "สอง", "สาม"] + [""] * FEWEST)
    amend(stored[0], {"D7": "เปลี่ยนแล้ว"}, reason="completed")
    amend(stored[1], {"D7": ""}, reason="completed")
    set_aside(wave, [stored[2].pk], reason="burst")
    tally.fold(wave)
    assert [each.text for each in Comment.objects.all()] == ["เปลี่ยนแล้ว"]
    erase(stored[0])  # gone at once, before anybody counts
    assert not Comment.objects.exists()
    tally.fold(wave)
    assert not Comment.objects.exists()


def test_the_order_of_a_day_is_not_the_order_of_coming(wave, write):
    keys = [each.pk for each in write([SLOW] * 40)]
    listed = list(Comment.objects.order_by("-answered_on", "place").values_list("pk", flat=True))
    assert sorted(listed) == keys
    assert listed not in (keys, keys[::-1])


def test_an_agency_notes_and_answers_and_the_citizen_reads_it(client, bob, wave, write):
    response = write([SLOW] * FEWEST)[0]
    client.force_login(bob)
    address = url(wave, pk=response.pk)
    sent = {"state": "acted", "note": "แจ้งสาขา", "reply": "เพิ่มช่องบริการแล้ว"}
    assert client.post(address, sent).status_code == 302
    client.logout()
    code = private_code(response.receipt)
    opened = client.post(f"/receipt/{response.receipt}/own/", {"private_code": code}, follow=True)
    html = opened.content.decode()
    assert "เพิ่มช่องบริการแล้ว" in html
    assert "แจ้งสาขา" not in html
    client.force_login(bob)
    refused = client.post(address, {"state": "acted", "note": "", "reply": ""})
    assert "change it instead" in refused.content.decode()
    act = Act.objects.filter(what=Act.What.CHANGE, kind="agency").latest("pk")
    assert (act.who, "เพิ่ม" in str(act.detail)) == (bob.username, False)


def test_who_may_only_look_can_not_answer_nor_take_the_file(client, bob, wave, write):
    bob.groups.clear()
    bob.user_permissions.clear()
    from surveys.roles import place

    place(bob, "Agency viewer")
    response = write([SLOW] * FEWEST)[0]
    client.force_login(bob)
    assert SLOW in read(client, wave)
    assert "<textarea" not in client.get(url(wave, pk=response.pk)).content.decode()
    assert client.post(url(wave, pk=response.pk), {"state": "read"}).status_code == 403
    assert client.get(url(wave) + "?format=csv").status_code == 403


def test_an_officer_blacks_out_what_names_a_person(client, alice, bob, wave, write):
    response = write(["สมชายพูดไม่ดี"] * FEWEST)[0]
    address = url(wave, pk=response.pk)
    client.force_login(bob)
    assert client.post(address, {"words": "สมชาย"}).status_code == 403
    client.force_login(alice)
    assert "not in the comment" in client.post(address, {"words": "สมหญิง"}).content.decode()
    client.post(address, {"words": "สมชาย"})
    assert Comment.objects.get(pk=response.pk).text == "▇▇▇พูดไม่ดี"
    amend(response, {"D7": "สมชายอีกแล้ว"}, reason="completed")
    tally.fold(wave)
    assert Comment.objects.get(pk=response.pk).text == "▇▇▇อีกแล้ว"
    assert "สมชาย" not in str(list(Act.objects.values_list("detail", flat=True)))


def test_the_file_holds_what_is_listed_and_no_formula(client, bob, wave, write):
    client.force_login(bob)
    write(["=1+1"] + [SLOW] * FEWEST)
    lines = b"".join(_csv(client, wave)).decode("utf-8-sig").splitlines()
    texts = [row["text"] for row in csv.DictReader(lines)]
    assert sorted(texts) == sorted(["'=1+1"] + [SLOW] * FEWEST)
    assert Act.objects.filter(what=Act.What.EXPORT, about="DLT").exists()


def test_a_rebuild_keeps_what_came_of_them(wave, write, send, government):
    Comment.objects.filter(pk=write([SLOW])[0].pk).update(state="acted", note="แจ้งแล้ว")
    send(government.licence, government.counter, 1, D7="ใหม่")
    tally.rebuild(wave)
    assert set(Comment.objects.values_list("text", "note")) == {(SLOW, "แจ้งแล้ว"), ("ใหม่", "")}
