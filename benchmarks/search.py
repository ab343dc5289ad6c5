"""Whether what citizens wrote is found, and how fast among a million comments.

    python -m benchmarks.search [--comments 1000000]

First precision and recall of 200 queries with known answers (tests/analytics/search), with each
query that finds too much or too little. Then, with `--comments`, milliseconds of a search and of
the list's pages as an agency sees them, and what reading all of them adds to memory. With
DATABASE_URL it uses that (empty) database, else SQLite in a folder of its own; `--postgres` starts
a throw-away PostgreSQL.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import time
from datetime import date, timedelta
from typing import Any

from benchmarks.nation import in_own_folder
from benchmarks.servers import product_on_postgres
from tests.analytics.search import answers, cut, queries, text_of

AGENCIES, SERVICES = 200, 2_000
AT_ONCE = 5_000
LOOKS = 100


def quality() -> None:
    """On a plain list of texts, by the same letters as in the database."""
    from responses.comments.searching import found_in

    texts = [text_of(line) for line in cut()]
    right = found_too = missed = 0
    for query, meant in queries():
        known = answers(meant)
        found = {number for number, text in enumerate(texts) if found_in(text, query)}
        right += len(known & found)
        found_too += len(found - known)
        missed += len(known - found)
        for word, numbers in (("too", found - known), ("missed", known - found)):
            if numbers:
                print(f"{query}: {word}: {' / '.join(texts[k] for k in sorted(numbers)[:3])}")
    print(
        f"{len(queries())} queries over {len(texts)} comments:"
        f" precision {right / (right + found_too):.3f}, recall {right / (right + missed):.3f}"
    )


def prepare(comments: int) -> Any:
    from django.conf import settings
    from django.core.management import call_command

    from benchmarks.nation import make_nation, make_tally

    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES["staticfiles"]["BACKEND"] = plain
    call_command("migrate", verbosity=0)
    call_command("load_registry", verbosity=0, stdout=sys.stderr)
    wave = make_nation(AGENCIES, SERVICES)
    make_tally(wave, 200 * wave.frame.cells.count())
    fill(wave, comments)
    return wave


def fill(wave: Any, comments: int) -> None:
    """Answers with a comment each, of two or three of the hand-made sentences."""
    from django.db import connection

    from responses.comments.searching import letters_of
    from responses.comments.topics import dictionary, topics_in
    from responses.models import Comment, Response
    from surveys import clock

    rng, now = random.Random(2570), clock.now()
    sentences, matchers = [text_of(line) for line in cut()], dictionary()
    about = {sentence: set(topics_in(sentence, matchers)) for sentence in sentences}
    mark_of = Comment.topics.through
    cells = list(wave.frame.cells.values_list("service", "service__agency", "channel"))
    for start in range(0, comments, AT_ONCE):
        places = rng.choices(cells, k=min(AT_ONCE, comments - start))
        sent = Response.objects.bulk_create(
            Response(
                wave=wave,
                service_id=service,
                channel_id=channel,
                overall=2,
                source="web",
                submission_key=f"made:{start + k}",
                answered_at=now,
                received_at=now,
            )
            for k, (service, _agency, channel) in enumerate(places)
        )
        rows, marks = [], []
        for response, (service, agency, channel) in zip(sent, places, strict=True):
            said = rng.sample(sentences, rng.choice((1, 2, 3)))
            text, topics = " ".join(said), set().union(*(about[each] for each in said))
            marks += [mark_of(comment_id=response.pk, topic_id=topic) for topic in topics]
            day = date(2026, 9, 30) - timedelta(days=rng.randrange(365))
            rows.append(
                Comment(
                    response=response,
                    wave=wave,
                    agency_id=agency,
                    service_id=service,
                    channel_id=channel,
                    answered_on=day,
                    overall=rng.randint(1, 5),
                    text=text,
                    letters=letters_of(text),
                    complains=rng.randint(0, 60),
                )
            )
        Comment.objects.bulk_create(rows)
        mark_of.objects.bulk_create(marks)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def speed(comments: int) -> None:
    visitor = Visitor(prepare(comments))
    offer()
    rng = random.Random(2571)
    words = [query for query, meant in queries() if answers(meant)]

    def search() -> tuple[str, str]:
        return f"A{rng.randrange(AGENCIES):03}", f"?words={rng.choice(words)}"

    def page() -> tuple[str, str]:
        return f"A{rng.randrange(AGENCIES):03}", f"?page={rng.randrange(1, 40)}"

    def sorted_page() -> tuple[str, str]:
        return f"A{rng.randrange(AGENCIES):03}", f"?first=complaining&page={rng.randrange(1, 40)}"

    def cut_page() -> tuple[str, str]:
        return f"A{rng.randrange(AGENCIES):03}", "?first=content"

    print(f"{comments:,} comments of {AGENCIES} agencies")
    for name, look in (
        ("search", search),
        ("list page", page),
        ("complaining first", sorted_page),
        ("content, complaining", cut_page),
    ):
        told(name, [visitor.clocked(*look()) for _k in range(LOOKS)])
    for name, look in (
        ("search of all agencies", search),
        ("list page of all", page),
        ("complaining first of all", sorted_page),
        ("content of all", cut_page),
    ):
        told(name, [visitor.clocked("NATION", look()[1]) for _k in range(10)])
    learning()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count = visitor.download()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"a file of {count:,} comments: {grown / 1024:.0f} MiB more at the peak")


def offer() -> None:
    """The order by words: what was learnt is beside the point here."""
    from responses.models import ComplaintWords
    from surveys import clock

    ComplaintWords.objects.create(
        pk=1, learnt_on=clock.today(), comments=1, tested=1, macro_f1=1, weights={"รอ": 1.0}
    )


def learning() -> None:
    from responses.comments.complaining import learn_now

    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    found = learn_now()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    took = time.perf_counter() - begun
    if found:
        print(
            f"learning from {found.comments:,}: {took:.0f} s, {grown / 1024:.0f} MiB more at the"
            f" peak; ratings drawn by lot: macro-F1 {found.macro_f1:.2f}"
        )


def told(name: str, took: list[float]) -> None:
    took.sort()
    p95 = took[min(int(len(took) * 0.95), len(took) - 1)]
    middle = took[len(took) // 2]
    print(f"{name:24} median {middle:7.0f} ms   p95 {p95:7.0f} ms   most {took[-1]:7.0f} ms")


class Visitor:
    """Somebody of the survey office, signed in once."""

    def __init__(self, wave: Any) -> None:
        from django.contrib.auth import get_user_model
        from django.test import Client

        from surveys.roles import place

        user = get_user_model().objects.create(username="office")
        place(user, "Survey office")
        self.client = Client(HTTP_HOST="localhost")
        self.client.force_login(user)
        self.wave = wave

    def get(self, agency: str, query: str) -> Any:
        address = f"/en/waves/{self.wave.code}/agencies/{agency}/comments/{query}"
        answer = self.client.get(address)
        if answer.status_code != 200:
            sys.exit(f"{address}: {answer.status_code}")
        return answer

    def clocked(self, agency: str, query: str) -> float:
        """Milliseconds of the whole page."""
        begun = time.perf_counter()
        self.get(agency, query)
        return (time.perf_counter() - begun) * 1000

    def download(self) -> int:
        file = self.get("NATION", "?format=csv").streaming_content
        return sum(part.count(b"\r\n") for part in file) - 1


def measure(comments: int) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    quality()
    if comments:
        speed(comments)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, default=0)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options.comments)
    elif options.postgres:
        with product_on_postgres():
            measure(options.comments)
    else:
        sys.exit(in_own_folder("benchmarks.search"))


if __name__ == "__main__":
    main()
