"""Words are found inside Thai sentences, whatever the spaces; `python -m benchmarks.search` prints
which queries find too much."""

import pytest
from django.db import connection

from analytics.counting import tally
from responses.comments.searching import found_in, letters_of, searched
from responses.models import Comment
from tests.analytics.search import answers, cut, queries, text_of


def test_of_two_hundred_queries_nearly_nothing_is_missed_and_most_is_meant():
    texts = [text_of(line) for line in cut()]
    assert len(queries()) == 200
    known = {(q, k) for q, meant in queries() for k in answers(meant)}
    found = {(q, k) for q, _m in queries() for k, text in enumerate(texts) if found_in(text, q)}
    assert len(known & found) / len(known) >= 0.99
    assert len(known & found) / len(found) >= 0.85


@pytest.mark.django_db
def test_the_database_finds_the_same(send, government, wave):
    texts = [text_of(line) for line in cut()]
    for text in texts:
        send(government.licence, government.counter, 2, D7=text)
    tally.fold(wave)
    for query, _meant in queries():
        found = searched(Comment.objects.all(), query).values_list("text", flat=True)
        assert sorted(found) == sorted(t for t in texts if found_in(t, query)), query


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("เปิดแล้ว", "ปิด", False),
        ("รอแต่เช้า", "ช้า", False),
        ("ที่ จอดรถ", "ที่จอดรถ", True),
        ("Inform us", "form", False),
        ("ใช้ E-Service ได้", "e-service", True),
        ("ใช้eserviceได้", "ESERVICE ได้", True),
        ("๒ ชั่วโมง", "2ชั่วโมง", True),
        ("ดี", "%", False),
        ("ดี", "ดี %", False),
        ("ดี", "", True),
    ],
)
def test_what_counts_as_found(text, query, found):
    assert found_in(text, query) == found


def test_spaces_between_thai_words_make_no_difference():
    thai = [line for line in cut() if not any("a" <= letter.casefold() <= "z" for letter in line)]
    assert len(thai) > 50
    for line in thai:
        assert letters_of(line.replace("|", " ")) == letters_of(text_of(line)), line


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgresql_looks_into_the_index():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM unnest(show_trgm(%s))", ["ที่จอดรถ"])
        assert cursor.fetchone()[0] > 5  # the database knows Thai letters to be letters
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'comment_letters'")
        assert "gin_trgm_ops" in cursor.fetchone()[0]
