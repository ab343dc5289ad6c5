"""What comments are about follows from a dictionary alone; what names a danger is told at once,
with nothing of what was written."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from analytics.counting import tally
from analytics.dashboards.comments import FEWEST, Pages
from analytics.estimation.comparison import newcombe_interval
from responses.comments import danger
from responses.comments.first_topics import TOPICS
from responses.comments.topics import dictionary, topics_in
from responses.intake.door import amend, erase
from responses.models import Comment, Topic
from responses.tasks import sort_comments, tell_of_danger
from surveys.models import Act
from tests.office.conftest import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("comments_due")]
DANGER = "สายไฟรั่วหน้าห้องน้ำ คนเกือบโดนไฟดูด"


@pytest.fixture
def officer(db):
    return person("somchai", "Survey office")


@pytest.fixture
def auditor(db):
    return person("anong", "Auditor")


@pytest.fixture
def write(send, government, wave):
    def all_of(texts, service=None):
        place = service or government.licence, government.counter
        stored = [send(*place, 2, **({"D7": text} if text else {})) for text in texts]
        tally.fold(wave)
        return stored

    return all_of


def about(text: str) -> set[str]:
    return set(
        Topic.objects.filter(pk__in=topics_in(text, dictionary())).values_list("code", flat=True)
    )


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("รอนานมาก เจ้าหน้าที่พูดจาไม่ดี", {"waiting", "staff"}),
        ("ห้องรอบแรกสะอาดดี", set()),
        ("Waited two hours", {"waiting"}),
        ("The result that we awaited", set()),
        ("THEY THREATENED ME", {"danger"}),
        ("พื้นเปียกแต่ไม่อันตราย", set()),
        ("ไม่อันตรายแต่มีคนบาดเจ็บ", {"danger"}),
        ("I was informed", set()),
        ("Too many forms", {"documents"}),
        ("ร\u200bอนาน", {"waiting"}),
        ("", set()),
    ],
)
def test_the_words_of_the_dictionary_decide(text, topics):
    assert about(text) == topics


def test_no_word_of_the_first_dictionary_is_taken_away_by_its_own_exceptions(db):
    for topic in TOPICS:
        for word in topic["words"].splitlines():
            assert topic["code"] in about(word), word


def test_comments_are_sorted_as_they_come_change_and_go(write, government):
    answer = write(["รอนาน"])[0]
    assert [topic.code for topic in answer.comment.topics.all()] == ["waiting"]
    amend(answer, {"OV": 2, "D7": "ไม่มีที่จอดรถ"}, reason="changed")
    tally.fold(answer.wave)
    assert [topic.code for topic in Comment.objects.get().topics.all()] == ["place"]
    erase(answer)
    assert not Comment.topics.through.objects.exists()


def test_the_page_is_filtered_by_topic_and_compares_with_the_others(
    client, bob, wave, write, government
):
    write(["รอนาน"] * 30 + ["ดีมาก"] * 10)
    write(["ดี"] * 36 + ["รอนาน"] * 4, government.id_card)
    client.force_login(bob)
    address = reverse("analytics:comments", args=[wave.code, "DLT"])
    page = client.get(address).content.decode()
    assert "(75.0 %; elsewhere 10.0 %" in page
    assert "more than elsewhere" in page
    shown = client.get(f"{address}?topic=waiting").content.decode()
    assert "30 comments" in shown
    assert "ดีมาก" not in shown.split('<ul class="comments"')[1]


def test_those_above_see_their_agencies_together(client, alice, wave, write, government):
    """Nothing of a cell with few answers is counted, there as here."""
    write(["รอนาน"] * 12 + ["ดีมาก"] * 8)
    write(["รอนาน"] * 9, government.tax)
    ministry = government.dlt.parent
    client.force_login(alice)
    for code in ("DLT", ministry.code):
        page = client.get(reverse("analytics:comments", args=[wave.code, code])).content.decode()
        assert "12 <span" in page, code
        assert "(60.0 %" in page, code
        assert "20 comments" in page, code


def test_of_very_many_the_newest_are_listed(client, bob, wave, write, monkeypatch):
    write(["รอนาน"] * 30)
    client.force_login(bob)
    address = reverse("analytics:comments", args=[wave.code, "DLT"])
    monkeypatch.setattr(Pages, "MOST", 30)
    first = client.get(address).content.decode()
    assert "30 comments" in first
    assert "What they are about" in first
    monkeypatch.setattr(Pages, "MOST", 26)
    page = client.get(f"{address}?page=9").content.decode()
    assert "What they are about" not in page
    assert "More than 26 comments; the first 26 are listed here." in page
    assert page.count("Open the comment") == 1  # of two pages the last


def test_few_comments_are_not_compared(client, bob, wave, write):
    write(["รอนาน"] * FEWEST)
    client.force_login(bob)
    page = client.get(reverse("analytics:comments", args=[wave.code, "DLT"])).content.decode()
    assert "(100.0 %" in page
    assert "elsewhere" not in page


def test_the_interval_is_the_published_one():
    """Newcombe 1998, table II, example a: 56/70 − 48/80."""
    interval = newcombe_interval(56, 70, 48, 80)
    assert (interval.low, interval.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_a_danger_is_told_once_with_nothing_of_the_text(officer, auditor, bob, write, government):
    write([DANGER, "ดีมาก"])
    tell_of_danger()
    tell_of_danger()
    sent = [(message.to, message.subject, message.body) for message in mail.outbox]
    assert [to for to, *_rest in sent] == [[officer.email]]
    told = " ".join([sent[0][1], sent[0][2]])
    assert "กรมการขนส่งทางบก" in told
    for secret in ("ไฟ", "ห้องน้ำ", "ใบอนุญาตขับรถ", "เคาน์เตอร์"):
        assert secret not in told


def test_what_could_not_be_sent_is_told_later(officer, write, monkeypatch, settings):
    write([DANGER])
    settings.EMAIL_BACKEND = "tests.analytics.test_topics.Broken"
    with pytest.raises(OSError, match="no mail"):
        tell_of_danger()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tell_of_danger()
    assert len(mail.outbox) == 1


def test_between_two_looks_through_all_only_what_was_marked_since_is_looked_at(
    officer, write, monkeypatch
):
    monkeypatch.setattr(danger, "UNDER_WAY", 0)
    write([DANGER])
    tell_of_danger()
    Comment.objects.update(told=False)
    tell_of_danger()
    assert len(mail.outbox) == 1
    write([DANGER])
    tell_of_danger()
    assert len(mail.outbox) == 2
    assert Comment.objects.filter(told=True).count() == 1
    cache.delete(danger.LOOKED_THROUGH)  # an hour later
    tell_of_danger()
    assert len(mail.outbox) == 3


def test_a_topic_that_comes_to_name_a_danger_is_told_of_at_once(officer, write, monkeypatch):
    monkeypatch.setattr(danger, "UNDER_WAY", 0)
    write(["รอนาน"])
    tell_of_danger()
    assert mail.outbox == []
    Topic.objects.filter(code="waiting").update(names_danger=True)
    sort_comments()  # as the worker does once a topic is saved
    tell_of_danger()
    assert len(mail.outbox) == 1


class Broken:
    def __init__(self, **_options):
        pass

    def send_messages(self, _messages):
        raise OSError("no mail")


def test_a_change_that_names_a_danger_is_told_too(officer, write):
    answer = write(["ดีมาก"])[0]
    tell_of_danger()
    assert mail.outbox == []
    amend(answer, {"OV": 2, "D7": DANGER}, reason="changed")
    tally.fold(answer.wave)
    tell_of_danger()
    assert len(mail.outbox) == 1


def test_the_desk_counts_what_nobody_has_read(client, officer, wave, write):
    answer = write([DANGER] + ["ดี"] * FEWEST)[0]
    client.force_login(officer)
    desk = reverse("desk:wave", args=[wave.code])
    page = client.get(desk).content.decode()
    assert "1 not read yet" in page
    assert "ไฟดูด" not in page
    Comment.objects.filter(pk=answer.pk).update(state="read")
    assert "not read yet" not in client.get(desk).content.decode()


def test_the_office_writes_the_dictionary_and_comments_are_sorted_anew(
    client, officer, write, django_capture_on_commit_callbacks
):
    answer = write(["ข้าวแกงในโรงอาหารอร่อย"])[0]
    client.force_login(officer)
    said = {"code": "food", "name_th": "อาหาร", "words": "โรงอาหาร\nCanteen\n\nโรงอาหาร"}
    with django_capture_on_commit_callbacks():
        client.post(reverse("answers:topic_new"), said)
    assert Topic.objects.get(code="food").words == "โรงอาหาร\ncanteen"
    sort_comments()  # as the worker does
    assert [topic.code for topic in answer.comment.topics.all()] == ["food"]
    assert Act.objects.filter(kind="topic", about="food").exists()
    page = client.post(reverse("answers:topic", args=["food"]), said | {"words": "ก"})
    assert "is too short" in page.content.decode()
    client.post(reverse("answers:topic", args=["food"]), {"delete": "1"})
    assert not Topic.objects.filter(code="food").exists()


def test_others_do_not_write_it(client, bob, auditor):
    for user in (bob, auditor):
        client.force_login(user)
        for name, args in (("topics", []), ("topic_new", []), ("topic", ["danger"])):
            assert client.post(reverse(f"answers:{name}", args=args)).status_code == 403
