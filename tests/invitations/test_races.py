"""Several at once with one link: PostgreSQL lets them, SQLite has one writer."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test import Client

from responses.models import JournalEntry, Response
from surveys.models import Ballot, Contact, Wave
from surveys.sampling import ballots, invitations
from surveys.sampling.invitations import send_due, start_mailing
from surveys.sampling.opt_out import refuse
from surveys.tasks import forget_contacts
from tests.closing import close_wave
from tests.invitations.drawn import invite, new_draw
from tests.invitations.servers import mail_server
from tests.postgres.conftest import Elsewhere

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
AT_ONCE = 6


def all_at_once(work, arguments) -> list:
    start = Barrier(len(arguments))

    def one(argument):
        try:
            start.wait()
            return work(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(arguments)) as pool:
        # Each thread has the time that the test has set.
        started = [pool.submit(copy_context().run, one, argument) for argument in arguments]
        return [each.result() for each in started]


def form_token(citizen) -> str:
    page = Client().get(citizen.url).content.decode()
    return re.search(r'name="form_token" value="([^"]+)"', page)[1]


def tap(citizen):
    def send(token: str) -> str:
        page = Client().post(citizen.url + "?lang=en", {"form_token": token, "overall": "5"})
        return page.get("Location", "") or page.content.decode()

    return send


def test_one_link_in_many_hands_stores_one_answer(citizen):
    for _round in range(5):
        again = invite(
            new_draw(citizen.cell.draw.wave), citizen.cell.service, citizen.cell.channel, 1
        )[0]
        before = Response.objects.count()
        tokens = [form_token(again) for _hand in range(AT_ONCE)]
        pages = all_at_once(tap(again), tokens)
        assert Response.objects.count() == before + 1
        assert sum(page.startswith("/i/more/") for page in pages) == 1
        assert sum("has been used" in page for page in pages) == AT_ONCE - 1
    assert JournalEntry.objects.count() == Response.objects.count()


def test_a_nervous_finger_finds_one_receipt(citizen):
    token = form_token(citizen)
    pages = all_at_once(tap(citizen), [token] * AT_ONCE)
    assert all(page.startswith("/i/more/") for page in pages)
    thanks = {
        re.search(
            r'class="receipt" aria-hidden="true">([^<]+)',
            Client().get(page.replace("/more/", "/thanks/")).content.decode(),
        )[1]
        for page in pages
    }
    assert thanks == {Response.objects.get().receipt}
    assert not Ballot.objects.exists()


def test_answers_that_meet_the_closing_are_counted_or_refused_never_both(government, wave):
    citizens = invite(new_draw(wave), government.licence, government.counter, 12)
    work = [(tap(citizen), form_token(citizen)) for citizen in citizens]

    def do(item):
        if item is None:
            return close_wave(Wave.objects.get(pk=wave.pk))
        send, token = item
        return send(token)

    all_at_once(do, [*work[:6], None, *work[6:]])
    citizens[0].cell.refresh_from_db()
    assert citizens[0].cell.answered == Response.objects.count()
    assert not Ballot.objects.exists()
    assert not Contact.objects.exists()


def test_workers_at_once_send_each_invitation_once(government, draw, settings):
    invite(draw, government.licence, government.counter, 60)
    start_mailing(draw, None)
    with mail_server() as mails:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mails.port
        all_at_once(lambda _worker: send_due(), [None] * 4)
        assert len(mails.mails) == len({mail["To"] for mail in mails.mails}) == 60


def test_what_lies_in_the_pages_of_the_database(citizen, government, draw):
    """A used ballot is dead, not gone, until its table is vacuumed: pageinspect shows its digest
    with the number of the transaction that stored the answer. The daily clean-up removes it."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pageinspect")

    def dead() -> list[tuple[int, bytes]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT t_xmax::text::bigint, t_data FROM"
                " heap_page_items(get_raw_page('surveys_ballot', 0))"
                " WHERE t_data IS NOT NULL AND t_xmax::text <> '0'"
            )
            return cursor.fetchall()

    invite(draw, government.tax, government.online, 1)  # whose ballot keeps the page in use
    digest = ballots.digest_of(citizen.token).encode()
    tap(citizen)(form_token(citizen))
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text::bigint FROM responses_response")
        (stored_by,) = cursor.fetchone()
    assert [(xmax, digest in bytes(data)) for xmax, data in dead()] == [(stored_by, True)]
    forget_contacts()
    assert dead() == []


@pytest.mark.parametrize("record", [invitations._sent, invitations._failed])
def test_opting_out_while_the_sending_is_recorded(government, wave, record):
    """Neither waits for the other in a ring, and the refusal stays."""
    (citizen,) = invite(new_draw(wave), government.licence, government.counter, 1)
    with transaction.atomic():
        contact = Contact.objects.select_for_update().get()
        recording = Elsewhere(lambda: record(Contact(pk=citizen.invitation.pk)))
        assert recording.waits()
        refuse(contact)
    recording.result()
    citizen.invitation.refresh_from_db()
    assert citizen.invitation.state == "refused"
    assert not Contact.objects.exists()
