"""Invitations go out once; what fails is told apart; a crash sends at most one message twice."""

import re
from datetime import date, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from surveys import clock
from surveys.models import Ballot, Contact, Invitation, OptOut
from surveys.sampling import gateways, invitations
from surveys.sampling.ballots import digest_of
from surveys.sampling.ending import forget_contacts
from surveys.sampling.gateways import retry_after
from surveys.sampling.invitations import pause_mailing, send_due
from surveys.sampling.messages import parts_by_language, short_text, sms_parts
from surveys.sampling.opt_out import address_hash
from tests.invitations.conftest import BANGKOK
from tests.invitations.drawn import invite
from tests.invitations.servers import gateway, mail_server

pytestmark = pytest.mark.django_db
State = Invitation.State


@pytest.fixture
def mails(settings):
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def hook(settings):
    with gateway() as server:
        settings.INVITATION_HOOK_URL = server.url
        settings.INVITATION_HOOK_SECRET = "whsec_" + "c2VjcmV0" * 5
        server.webhook = Webhook(settings.INVITATION_HOOK_SECRET)
        yield server


@pytest.fixture
def telephone(government, draw, started, morning):
    return invite(draw, government.tax, government.online, 1, kind="telephone")[0]


def state_of(citizen) -> str:
    return Invitation.objects.get(pk=citizen.invitation.pk).state


def in_days(days: int, hours: int = 0):
    return clock.at(clock.now() + timedelta(days=days, hours=hours))


def test_nothing_goes_out_before_the_office_says_so(mails, citizen, morning):
    assert not send_due()
    assert not mails.mails
    assert state_of(citizen) == State.WAITING


def test_a_mail_says_who_asks_what_for_and_how_to_stop(mails, citizen, started, morning):
    send_due()
    (mail,) = mails.mails
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert mail["To"] == citizen.address
    assert "Driving licence" in mail["Subject"]
    for part in (text, html):
        assert f"http://localhost:8000/i/{citizen.token}/?lang=en" in part
        assert "Department of Land Transport" in part
        assert "voluntary" in part
        assert "/stop/" in part
        assert "/privacy/?lang=en" in part
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    stop = mail["List-Unsubscribe"].strip(" <>")
    assert stop in text
    assert citizen.token not in stop
    assert citizen.token not in mail["Message-ID"]


def test_a_mail_is_thai_for_thai_readers(mails, government, draw, started, morning):
    thai = invite(draw, government.licence, government.counter, 1)[0]
    send_due()
    (mail,) = mails.to(thai.address)
    assert "ใบอนุญาตขับรถ" in mail["Subject"]
    text = mail.get_body(("plain",)).get_content()
    assert f"http://localhost:8000/i/{thai.token}/" in text.split()
    assert not re.search(r"[A-Za-z]{4,}", re.sub(r"https?://\S+|OPDC", "", text))


def test_sent_once_and_recorded(mails, citizen, started, morning):
    assert send_due() == {"sent": 1}
    assert not send_due()
    assert len(mails.mails) == 1
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.sent_on) == (State.SENT, clock.today())


def test_many_go_through_one_connection(mails, government, draw, started, morning):
    invite(draw, government.licence, government.counter, 120)
    assert send_due() == {"sent": 120}
    assert mails.connections == 1
    assert len({mail["To"] for mail in mails.mails}) == len(mails.mails) == 120


def test_a_paused_mailing_waits(mails, citizen, started, morning):
    pause_mailing(started, paused=True)
    assert not send_due()
    pause_mailing(started, paused=False)
    assert send_due() == {"sent": 1}


def test_an_address_that_does_not_exist_is_failed_and_forgotten(mails, citizen, started, morning):
    mails.refuse[citizen.address] = "550 no such user"
    assert send_due() == {"undeliverable": 1}
    assert state_of(citizen) == State.FAILED
    assert not Contact.objects.exists()
    assert Ballot.objects.exists()  # so that ballots left still count who has not answered


def test_a_full_mailbox_is_tried_again_and_given_up_at_last(mails, citizen, started, morning):
    mails.refuse[citizen.address] = "452 mailbox full"
    now, tries = clock.now(), 0
    for minute in range(0, 60 * 48, 5):
        with clock.at(now + timedelta(minutes=minute)):
            tries += sum(send_due().values())
    assert tries == invitations.ATTEMPTS
    assert state_of(citizen) == State.FAILED
    assert not mails.mails


def test_one_that_recovers_is_sent(mails, citizen, started, morning):
    mails.refuse[citizen.address] = "452 mailbox full"
    assert send_due() == {"put off": 1}
    mails.refuse.clear()
    assert not send_due()
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert send_due() == {"sent": 1}


def test_a_dead_mail_server_costs_nobody_an_attempt(settings, citizen, started, morning):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for minute in range(30):
        with clock.at(clock.now() + timedelta(minutes=2 * minute)):
            send_due()
    contact = Contact.objects.get()
    assert (contact.attempts, state_of(citizen)) == (0, State.WAITING)


def test_killed_after_the_mail_left_and_before_it_was_recorded(
    mails, government, draw, started, morning, monkeypatch
):
    """The worst moment: one message, and no more, is sent again, under the same id."""

    class KilledError(BaseException):
        pass

    def die(_contact):
        if len(mails.mails) == 7:
            raise KilledError
        return record(_contact)

    invite(draw, government.licence, government.counter, 20)
    record = invitations._sent
    monkeypatch.setattr(invitations, "_sent", die)
    with pytest.raises(KilledError):
        send_due()
    monkeypatch.undo()
    assert send_due() == {"sent": 13}
    assert len(mails.mails) == 20
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert send_due() == {"sent": 1}
    assert not send_due()
    ids = [mail["Message-ID"] for mail in mails.mails]
    assert (len(ids), len(set(ids))) == (21, 20)
    assert Invitation.objects.filter(state=State.SENT).count() == 20


def test_two_workers_at_once_send_each_once(mails, government, draw, started, morning):
    """Whoever looks up the same waiting contacts gets those that are not claimed yet."""
    invite(draw, government.licence, government.counter, 10)
    seen = invitations._waiting()
    claimed = [invitations._claim(contact) for contact in seen]
    again = [invitations._claim(contact) for contact in seen]
    assert claimed == [True] * 10
    assert invitations._waiting() == []
    assert again == [False] * 10


def test_a_worker_that_looked_long_ago_sends_nothing_again(
    mails, government, draw, started, morning
):
    invite(draw, government.licence, government.counter, 10)
    seen = invitations._waiting()
    send_due()
    assert not any(invitations._claim(contact) for contact in seen)


# Reminders


def test_two_reminders_and_then_the_address_is_forgotten(mails, citizen, started, morning):
    send_due()
    with in_days(6):
        send_due()
        assert len(mails.mails) == 1
    with in_days(7):
        send_due()
        send_due()
        assert len(mails.mails) == 2
        assert "reminder" in mails.mails[1]["Subject"]
        assert Contact.objects.exists()
    with in_days(14):
        send_due()
        send_due()
        assert len(mails.mails) == 3
        assert not Contact.objects.exists()
    ids = {mail["Message-ID"] for mail in mails.mails}
    assert len(ids) == 3
    assert state_of(citizen) == State.SENT


def test_whoever_has_answered_is_not_reminded_and_nothing_tells(
    mails, government, draw, started, morning, client
):
    citizens = invite(draw, government.licence, government.counter, 30)
    send_due()
    for citizen in citizens[:10]:
        page = client.get(citizen.url).content.decode()
        token = re.search(r'name="form_token" value="([^"]+)"', page)[1]
        client.post(citizen.url, {"form_token": token, "overall": "5"})
    mails.mails.clear()
    with in_days(7):
        assert send_due() == {"due for a reminder": 30}
    assert {mail["To"] for mail in mails.mails} == {c.address for c in citizens[10:]}
    stored = set(Contact.objects.values_list("reminders", "due_at", "claimed_at", "attempts"))
    assert len(stored) == 1
    assert set(Invitation.objects.values_list("state", "sent_on")) == {("sent", clock.today())}


def test_a_reminder_that_cannot_be_delivered_leaves_no_trace(mails, citizen, started, morning):
    """Only those who have not answered are written to: a trace would tell them apart."""
    send_due()
    before = Invitation.objects.values().get()
    mails.refuse[citizen.address] = "550 gone"
    with in_days(7):
        send_due()
    assert Invitation.objects.values().get() == before
    assert Contact.objects.get().reminders == 1


def test_without_reminders_the_address_is_forgotten_when_it_is_sent(
    mails, citizen, started, morning, settings
):
    settings.INVITATION_REMINDER_DAYS = []
    send_due()
    assert not Contact.objects.exists()


def test_after_a_long_pause_reminders_keep_their_distance(mails, citizen, started, morning):
    send_due()
    with in_days(20):
        send_due()
        assert len(mails.mails) == 2
    with in_days(26):
        send_due()
        assert len(mails.mails) == 2
    with in_days(27):
        send_due()
        assert len(mails.mails) == 3


def test_no_reminder_after_the_last_day(mails, citizen, started, morning):
    Ballot.objects.update(expires_on=clock.today() + timedelta(days=5))
    send_due()
    with in_days(7):
        send_due()
    assert len(mails.mails) == 1


# When nothing may go any more


def test_addresses_are_forgotten_once_no_ballot_can_be_used(citizen, started, morning):
    assert forget_contacts() == 0
    with in_days(31):
        assert forget_contacts() == 1
    assert state_of(citizen) == State.WAITING


def test_too_late_is_never_sent(mails, citizen, started, morning):
    with in_days(31):
        assert send_due() == {"too late": 1}
    assert not mails.mails
    assert state_of(citizen) == State.WAITING
    assert not Contact.objects.exists()


def test_whoever_opted_out_before_is_not_written_to(mails, citizen, started, morning):
    OptOut.objects.create(
        address=address_hash("email", citizen.address.upper()), until=date(2099, 1, 1)
    )
    assert send_due() == {"opted out": 1}
    assert state_of(citizen) == State.REFUSED
    assert not mails.mails
    assert not Contact.objects.exists()


def test_a_contact_sealed_with_a_lost_key_waits_for_it(
    mails, citizen, started, morning, settings, caplog
):
    kept = settings.CONTACT_KEYS
    settings.CONTACT_KEYS = ["k" * 43 + "="]
    assert send_due() == {"put off": 1}
    assert "CONTACT_KEYS" in caplog.text
    settings.CONTACT_KEYS = [*settings.CONTACT_KEYS, *kept]
    with in_days(0, hours=7):
        assert send_due() == {"sent": 1}


# SMS and LINE


def test_the_gateway_gets_a_signed_message(hook, telephone):
    assert send_due() == {"sent": 1}
    ((headers, body),) = hook.requests
    assert hook.webhook.verify(body, headers) == {
        "id": headers["webhook-id"],
        "kind": "telephone",
        "address": telephone.address,
        "language": "th",
        "text": hook.bodies()[0]["text"],
        "link": f"http://localhost:8000/i/{telephone.token}/",
    }
    assert hook.bodies()[0]["link"] in hook.bodies()[0]["text"]
    assert telephone.token not in headers["webhook-id"]


def test_a_changed_message_does_not_verify(hook, telephone):
    send_due()
    ((headers, body),) = hook.requests
    with pytest.raises(Exception, match="signature"):
        hook.webhook.verify(body.replace(b"+66", b"+67"), headers)


def test_line_goes_the_same_way(hook, government, draw, started, morning):
    invite(draw, government.licence, government.online, 1, kind="line", language="en")
    send_due()
    assert hook.bodies()[0]["kind"] == "line"
    assert hook.bodies()[0]["link"].endswith("/?lang=en")


@pytest.mark.parametrize(
    ("status", "attempts", "state"),
    [
        (202, 0, State.SENT),
        (204, 0, State.SENT),
        (301, 0, State.WAITING),
        (400, 1, State.WAITING),
        (401, 0, State.WAITING),
        (410, None, State.FAILED),
        (422, None, State.FAILED),
        (429, 0, State.WAITING),
        (500, 1, State.WAITING),
        (503, 0, State.WAITING),
    ],
)
def test_what_each_answer_of_the_gateway_means(hook, telephone, status, attempts, state):
    hook.replies = [(status, {"Location": hook.url} if status == 301 else {})]
    send_due()
    assert len(hook.requests) == 1  # a redirect is not followed
    assert state_of(telephone) == state
    contact = Contact.objects.filter(pk=telephone.invitation.pk).first()
    assert (contact and contact.attempts) == attempts


def test_the_gateway_says_when_to_come_again(hook, telephone):
    hook.replies = [(503, {"Retry-After": "1800"})]
    send_due()
    with clock.at(clock.now() + timedelta(minutes=29)):
        assert not send_due()
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert send_due() == {"sent": 1}
    ids = {headers["webhook-id"] for headers, _body in hook.requests}
    assert len(ids) == 1


def test_a_gateway_that_is_down_is_asked_once_a_run(hook, government, draw, started, morning):
    invite(draw, government.tax, government.online, 5, kind="telephone")
    hook.replies = [(503, {})] * 5
    assert send_due() == {"put off": 5}
    assert len(hook.requests) == 1


def test_without_a_gateway_telephones_wait_and_mail_goes(mails, telephone, citizen):
    assert send_due() == {"put off": 1, "sent": 1}
    assert state_of(telephone) == State.WAITING


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!", "ไทย"])
def test_an_unusable_secret_sends_nothing(hook, telephone, settings, secret):
    settings.INVITATION_HOOK_SECRET = secret
    assert send_due() == {"put off": 1}
    assert not hook.requests


def test_a_gateway_that_nobody_runs_is_down(hooked, telephone):
    assert send_due() == {"put off": 1}
    assert Contact.objects.get().attempts == 0


@pytest.mark.parametrize(("hour", "sent_at"), [(3, 9), (8, 9), (21, 33)])
def test_no_telephone_rings_at_night(hook, telephone, hour, sent_at):
    night = datetime(2026, 11, 3, hour, 30, tzinfo=BANGKOK)
    with clock.at(night):
        assert send_due() == {"put off": 1}
    midnight = night.replace(hour=0, minute=0)
    with clock.at(midnight + timedelta(hours=sent_at, minutes=1)):
        assert send_due() == {"sent": 1}


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("", None),
        ("soon", None),
        ("-5", None),
        ("120", timedelta(seconds=120)),
        ("999999999999999999999", timedelta(days=1)),
        ("Mon, 02 Nov 2026 03:10:00 GMT", timedelta(minutes=10)),
        ("Mon, 02 Nov 2026 02:00:00 GMT", timedelta()),
    ],
)
def test_retry_after_is_seconds_or_a_date(morning, text, wait):
    assert retry_after(text) == wait


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 158 + "€", 1),
        ("a" * 159 + "€", 2),
        ("ก" * 70, 1),
        ("ก" * 71, 2),
        ("ก" * 134, 2),
        ("ก" * 135, 3),
        ("a" * 69 + "ก", 1),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_how_many_parts_an_sms_takes(text, parts):
    """By 3GPP TS 23.038: 160 or 70 in one, 153 or 67 in each of several."""
    assert sms_parts(text) == parts


def test_a_thai_sms_takes_two_parts_and_an_english_one_one(settings):
    settings.PUBLIC_URL = "https://survey.opdc.go.th"
    assert parts_by_language() == {"th": 2, "en": 1}
    assert sms_parts(short_text("31 Dec 2026", "https://x/", reminder=True)) == 1


def test_errors_name_no_citizen(mails, citizen, started, morning, caplog, monkeypatch):
    mails.refuse[citizen.address] = "550 no such user"
    with caplog.at_level("DEBUG"):
        send_due()
    assert citizen.address not in caplog.text
    assert citizen.token not in caplog.text
    assert digest_of(citizen.token) not in caplog.text
    with pytest.raises(gateways.Undeliverable) as error:
        gateways._raise_for(550)
    assert str(error.value) == "550"
