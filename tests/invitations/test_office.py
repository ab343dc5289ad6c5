"""The survey office lets invitations go out, and nobody else."""

import pytest
from django.contrib.auth.models import Permission
from django.core import mail

from surveys.models import Invitation, Mailing, Wave
from surveys.sampling.invitations import send_due
from tests.invitations.drawn import invite, new_draw

pytestmark = pytest.mark.django_db
PAGE = "/en/invitations/"


@pytest.fixture
def queued(monkeypatch) -> list[bool]:
    from surveys.tasks import send_invitations

    asked: list[bool] = []
    monkeypatch.setattr(send_invitations, "delay", lambda: asked.append(True))
    return asked


def test_start_pause_and_go_on(
    client, alice, citizen, draw, queued, django_capture_on_commit_callbacks
):
    client.force_login(alice)
    assert "not started" in client.get(PAGE).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{PAGE}{draw.pk}/start/")
    assert Mailing.objects.get().started_by == alice
    assert queued == [True]
    assert "on their way" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}{draw.pk}/pause/")
    send_due()
    assert not mail.outbox
    assert "paused" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}{draw.pk}/resume/")
    send_due()
    assert len(mail.outbox) == 1
    assert ">sent<" in client.get(PAGE).content.decode()


def test_starting_twice_is_starting_once(client, alice, citizen, draw, queued):
    client.force_login(alice)
    for _click in range(2):
        client.post(f"{PAGE}{draw.pk}/start/")
    assert Mailing.objects.count() == 1


def test_it_never_shows_whom(client, alice, citizen, draw):
    client.force_login(alice)
    page = client.get(PAGE).content.decode()
    for secret in (citizen.address, citizen.token, str(citizen.invitation.pk)):
        assert secret not in page


def test_neither_an_agency_nor_half_an_office_may(client, bob, alice, citizen, draw):
    addresses = [f"{PAGE}{draw.pk}/{step}/" for step in ("start", "pause", "resume")]
    client.force_login(bob)
    assert client.get(PAGE).status_code == 403
    assert {client.post(address).status_code for address in addresses} == {403}
    alice.user_permissions.remove(Permission.objects.get(codename="add_mailing"))
    client.force_login(alice)
    assert client.get(PAGE).status_code == 403
    client.logout()
    assert client.get(PAGE).status_code == 302
    assert not Mailing.objects.exists()


def test_get_starts_nothing_and_forgery_is_refused(client, alice, citizen, draw):
    client.force_login(alice)
    assert client.get(f"{PAGE}{draw.pk}/start/").status_code == 405
    client.handler.enforce_csrf_checks = True
    assert client.post(f"{PAGE}{draw.pk}/start/").status_code == 403
    assert not Mailing.objects.exists()


def test_a_draw_not_yet_made_or_of_a_closed_wave_cannot_be_sent(client, alice, draw, wave):
    client.force_login(alice)
    type(draw).objects.update(drawn_at=None)
    assert client.post(f"{PAGE}{draw.pk}/start/").status_code == 404
    type(draw).objects.update(drawn_at=draw.drawn_at)
    Wave.objects.update(state=Wave.State.CLOSED)
    assert client.post(f"{PAGE}{draw.pk}/start/").status_code == 404


def test_many_draws_are_paged_with_few_queries(
    client, alice, government, wave, django_assert_max_num_queries
):
    for _draw in range(21):
        invite(new_draw(wave), government.licence, government.counter, 1)
    Invitation.objects.update(state=Invitation.State.SENT)
    client.force_login(alice)
    with django_assert_max_num_queries(10):
        page = client.get(PAGE).content.decode()
    assert page.count("<section>") == 20
    assert page.count("?page=2") >= 1
