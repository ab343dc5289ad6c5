"""Whoever wants no more messages says so once, by a link that scanners cannot trip."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from surveys import clock
from surveys.models import Ballot, Contact, Invitation, OptOut
from surveys.sampling.ballots import stop_code_of
from surveys.sampling.invitations import send_due
from surveys.sampling.opt_out import address_hash, forget_old_opt_outs, is_opted_out
from tests.invitations.drawn import invite, new_draw

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(citizen, started, morning):
    send_due()
    return citizen


def stop_path(message) -> str:
    return re.search(r"<https?://[^/]+(/stop/[^>]+)>", message.extra_headers["List-Unsubscribe"])[1]


def test_opening_the_link_changes_nothing(client, sent):
    page = client.get(stop_path(mail.outbox[0]) + "?lang=en").content.decode()
    assert "Send me nothing more" in page
    assert Contact.objects.exists()
    assert not OptOut.objects.exists()


def test_confirming_forgets_the_address_and_keeps_a_hash(client, sent):
    page = client.post(stop_path(mail.outbox[0]) + "?lang=en").content.decode()
    assert "You will not be asked again" in page
    assert Invitation.objects.get().state == Invitation.State.REFUSED
    assert not Contact.objects.exists()
    assert is_opted_out("email", sent.address)
    assert sent.address not in OptOut.objects.get().address
    with clock.at(clock.now() + timedelta(days=7)):
        assert not send_due()


def test_a_mailbox_does_it_with_one_click_and_no_cookie(sent):
    """RFC 8058: a POST with this body, from a machine that has seen no page."""
    machine = Client(enforce_csrf_checks=True)
    done = machine.post(stop_path(mail.outbox[0]), {"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert "csrftoken" not in machine.cookies
    assert is_opted_out("email", sent.address)


def test_the_link_still_works_when_the_address_is_long_gone(client, sent):
    path = stop_path(mail.outbox[0])
    Contact.objects.all().delete()
    client.post(path)
    assert is_opted_out("email", sent.address)


def test_from_the_page_of_the_invitation(client, sent):
    page = client.get(sent.url).content.decode()
    path = re.search(r'href="(/stop/[^"]+)"', page)[1]
    assert sent.token not in path
    client.post(path)
    assert is_opted_out("email", sent.address)
    assert Ballot.objects.exists()  # whoever thinks better of it may still answer


def test_a_short_link_whose_address_is_gone_says_so(client, sent):
    Contact.objects.all().delete()
    page = client.post(f"/stop/{stop_code_of(sent.token)}/?lang=en").content.decode()
    assert "no longer have your address" in page
    assert not OptOut.objects.exists()


@pytest.mark.parametrize("forged", ["x", "A" * 43, "A" * 43 + ":" + "B" * 43])
def test_nobody_can_opt_others_out_by_guessing(client, sent, forged):
    page = client.post(f"/stop/{'x' * 22}/{forged}/?lang=en").content.decode()
    assert "no longer have your address" in page
    assert not OptOut.objects.exists()
    assert Contact.objects.exists()


def test_the_next_draw_leaves_them_alone(client, sent, government, wave, started):
    client.post(stop_path(mail.outbox[0]))
    again = new_draw(wave)
    from surveys.sampling.invitations import start_mailing

    start_mailing(again, None)
    invite(again, government.tax, government.online, 1, address=sent.address)
    mail.outbox.clear()
    assert send_due() == {"opted out": 1}
    assert not mail.outbox


def test_the_hash_is_keyed_and_forgotten_in_five_years(sent, client, settings):
    client.post(stop_path(mail.outbox[0]))
    before = address_hash("email", sent.address)
    with clock.at(clock.now() + timedelta(days=5 * 365)):
        forget_old_opt_outs()
        assert OptOut.objects.exists()
    with clock.at(clock.now() + timedelta(days=5 * 365 + 1)):
        forget_old_opt_outs()
        assert not OptOut.objects.exists()
    settings.OPT_OUT_KEY = "another"
    assert address_hash("email", sent.address) != before
