"""Comments whose words complain are read first: learnt from ratings, offered where it is any good,
counted nowhere."""

import random
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from analytics.counting import tally
from responses.comments import complaining
from responses.comments.searching import letters_of
from responses.intake.door import amend
from responses.models import Comment, ComplaintWords, Response
from responses.tasks import learn_complaints
from surveys import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("comments_due")]
BAD, GOOD = "รอนานมาก พูดไม่ดี", "ประทับใจ สุภาพรวดเร็ว"
OFFERED = 'name="first"'


@pytest.fixture
def few(monkeypatch):
    """A hundred comments are enough to learn from."""
    monkeypatch.setattr(complaining, "FEWEST", 100)
    monkeypatch.setattr(complaining, "FEWEST_OF_EACH", 20)


@pytest.fixture
def rated(wave, government):
    """`rated(pairs)`: comments as the fold leaves them, of a rating and a text each."""

    def made(pairs) -> list[Comment]:
        place, now = {"service": government.licence, "channel": government.counter}, clock.now()
        responses = Response.objects.bulk_create(
            Response(
                pk=1_000_000 + k,  # which tells who is kept apart, the same in every run
                wave=wave,
                **place,
                overall=rating,
                source="web",
                submission_key=f"made:{k}",
                answered_at=now,
                received_at=now,
            )
            for k, (rating, _text) in enumerate(pairs)
        )
        return Comment.objects.bulk_create(
            Comment(
                response=response,
                wave=wave,
                agency=government.dlt,
                **place,
                answered_on=clock.today(),
                overall=response.overall,
                text=text,
                letters=letters_of(text),
            )
            for response, (_rating, text) in zip(responses, pairs, strict=True)
        )

    return made


def fit(number: int = 150) -> list[tuple[int, str]]:
    return [(1, f"{BAD} {k}") if k % 3 else (5, f"{GOOD} {k}") for k in range(number)]


@pytest.fixture
def listed(send, government, wave):
    """Two comments and enough other answers to list them."""

    def sent() -> None:
        for rating, text in ((2, GOOD), (5, BAD), *[(4, "")] * 10):
            send(government.licence, government.counter, rating, **({"D7": text} if text else {}))
        tally.fold(wave)

    return sent


def url(wave, agency="DLT") -> str:
    return re.sub("^/th/", "/en/", reverse("analytics:comments", args=[wave.code, agency]))


def read(client, wave, query="", agency="DLT") -> str:
    return client.get(url(wave, agency) + query).content.decode()


def listing(page: str) -> str:
    return page.partition('<ul class="comments')[2]


def test_it_learns_and_says_how_well(few, rated, listed, client, bob, wave):
    client.force_login(bob)
    rated(fit())
    listed()
    assert OFFERED not in read(client, wave)
    learn_complaints()
    known = ComplaintWords.objects.get()
    assert known.comments + known.tested == 152
    assert 15 < known.tested < 50
    assert known.macro_f1 > 0.9
    page = read(client, wave)
    assert OFFERED in page
    assert f"macro-F1 {known.macro_f1:.2f} on {known.tested} comments kept apart" in page
    assert f"from {known.comments} comments" in page


def test_it_is_kept_apart_by_the_answer_alone(few, rated, monkeypatch):
    """The same comments are kept apart whenever it learns, and none of them is learnt from."""
    comments = rated(fit())
    learnt_from = []
    learn = complaining.learn
    monkeypatch.setattr(
        complaining, "learn", lambda said, low: learnt_from.append(set(said)) or learn(said, low)
    )
    first, second = complaining.learn_now(), complaining.learn_now()
    assert learnt_from[0] == learnt_from[1]
    assert (first.tested, first.weights) == (second.tested, second.weights)
    assert len(learnt_from[0]) == len(comments) - first.tested == first.comments


@pytest.mark.parametrize("number", [99, 100])
def test_too_few_are_not_learnt_from(few, rated, number):
    rated(fit(number))
    learn_complaints()
    assert ComplaintWords.objects.exists() == (number >= complaining.FEWEST)


def test_too_few_of_one_kind_are_not_learnt_from(few, rated):
    rated([(5, f"{GOOD} {k}") for k in range(181)] + [(1, f"{BAD} {k}") for k in range(19)])
    assert complaining.learn_now() is None


def test_what_is_no_better_than_chance_is_not_offered_and_what_was_is_forgotten(few, rated):
    rng, comments = random.Random(2570), rated(fit(300))
    complaining.keep(complaining.learn_now())
    assert ComplaintWords.objects.exists()
    for comment in comments:
        comment.overall = rng.choice((1, 5))
    Comment.objects.bulk_update(comments, ["overall"])
    found = complaining.learn_now()
    assert found.macro_f1 < complaining.GOOD
    complaining.keep(found)
    assert not ComplaintWords.objects.exists()


def test_a_rating_of_three_says_neither(few, rated):
    rated(fit(100) + [(3, "ที่จอดรถไม่พอ")] * 60)
    known = complaining.learn_now()
    assert known.comments + known.tested == 100
    assert not any("จอด" in run for run in known.weights)


def test_it_learns_once_a_week(few, rated, monkeypatch):
    rated(fit())
    learn_complaints()
    learnt = []
    monkeypatch.setattr(complaining, "learn_now", lambda: learnt.append(1))
    learn_complaints()
    assert not learnt
    later = clock.today() + complaining.LEARNT_AGAIN_AFTER
    monkeypatch.setattr(complaining.clock, "today", lambda: later)
    learn_complaints()
    assert learnt


def test_the_fold_marks_what_comes_and_what_changes(few, rated, listed, send, government, wave):
    rated(fit())
    learn_complaints()
    response = send(government.licence, government.counter, 5, D7=BAD)
    tally.fold(wave)
    assert Comment.objects.get(pk=response.pk).complains > 50
    amend(response, {"D7": GOOD}, reason="completed")
    tally.fold(wave)
    assert Comment.objects.get(pk=response.pk).complains < 50


def test_all_are_marked_a_portion_at_a_time_and_unchanged_ones_left(few, rated, monkeypatch):
    monkeypatch.setattr(complaining, "AT_ONCE", 7)
    rated(fit(120))
    learn_complaints()
    by = complaining.weights()
    for comment in Comment.objects.all():
        assert comment.complains == complaining.complaint_of(comment.letters, by) != 50
    written = []
    monkeypatch.setattr(complaining, "_write", lambda changed: written.append(dict(changed)))
    complaining.mark_all()
    assert len(written) == 18 + 1  # the last finds nothing
    assert not any(written)


def test_the_list_is_sorted_and_cut_by_it(few, rated, listed, client, bob, wave):
    rated(fit())
    learn_complaints()
    Comment.objects.all().delete()
    listed()
    client.force_login(bob)
    page = read(client, wave, "?first=complaining")
    assert 0 < listing(page).find(BAD) < listing(page).find(GOOD)
    assert ">2 comments" in page
    page = read(client, wave, "?first=content")
    assert BAD in listing(page)
    assert GOOD not in listing(page)
    assert BAD not in listing(read(client, wave, "?first=content&rating=low"))
    assert ">2 comments" in read(client, wave, "?first=nonsense")


def test_no_page_says_how_many_it_found(few, rated, client, bob, wave, send, government):
    rated([(rating, f"{text} {k}") for k in range(60) for rating, text in ((1, BAD), (5, GOOD))])
    learn_complaints()
    Comment.objects.all().delete()
    for k in range(30):
        send(government.licence, government.counter, 5, D7=f"{BAD} {k}")
    tally.fold(wave)
    client.force_login(bob)
    page = read(client, wave, "?first=content")
    assert listing(page).count("<li>") == 25
    assert not re.search(r"\b30\b(?! [a-z])", re.sub(r"<[^>]*>", " ", listing(page)).split(BAD)[0])
    for number in (">30 comments", "of 2", "format=csv", "download"):
        assert number not in page, number
    assert "Page 2" in read(client, wave, "?first=content&page=2")
    rows = b"".join(client.get(url(wave) + "?first=content&rating=low&format=csv"))
    assert rows.count(b"\r\n") == 1  # the file is of the ratings, whatever the words
    rows = b"".join(client.get(url(wave) + "?first=content&format=csv"))
    assert rows.count(b"\r\n") == 31


def test_small_cells_and_neighbours_see_as_little_as_before(
    few, rated, client, bob, charlie, alice, wave, send, government
):
    rated(fit())
    learn_complaints()
    Comment.objects.all().delete()
    for text in [BAD] + [""] * 8:
        send(government.licence, government.counter, 5, **({"D7": text} if text else {}))
    tally.fold(wave)
    client.force_login(bob)
    for query in ("?first=complaining", "?first=content"):
        assert BAD not in read(client, wave, query)
    send(government.licence, government.counter, 5)
    tally.fold(wave)
    for user, agency in ((bob, "DLT"), (alice, "DLT"), (alice, "MOT")):
        client.force_login(user)
        assert BAD in read(client, wave, "?first=content", agency)
    client.force_login(charlie)
    assert client.get(url(wave) + "?first=content").status_code == 404
    assert BAD not in read(client, wave, "?first=content", "DOPA")


READERS = {
    "analytics/dashboards/comment_views.py",  # marks anew what an officer blacks out
    "analytics/dashboards/comments.py",  # sorts the list
    "responses/comments/collecting.py",
    "responses/comments/complaining.py",
    "responses/comments/learning.py",
    "responses/models/comment.py",
}


def test_nothing_else_reads_it():
    """No score, tally, release, report or export: by name, in all that is imported or shown."""
    rooms = [
        Path(settings.BASE_DIR) / room for room in ("surveys", "responses", "analytics", "config")
    ]
    pages = (Path(settings.BASE_DIR) / "templates").rglob("*.*")
    files = [file for room in rooms for file in room.rglob("*.py")] + list(pages)
    found = {
        str(file.relative_to(settings.BASE_DIR))
        for file in files
        if "migrations" not in file.parts and re.search(r"\bcomplains\b", _code(file))
    }
    assert found == READERS


def _code(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.suffix in (".py", ".html", ".txt") else ""
