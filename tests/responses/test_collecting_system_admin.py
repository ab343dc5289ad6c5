"""The survey office makes keys and takes them back; a key is shown once."""

import re

import pytest
from django.core.management import CommandError, call_command

from responses.models.collecting_system import CollectingSystem, sender_with

LIST = "/en/admin/responses/collectingsystem/"


@pytest.fixture
def office(client, alice):
    client.force_login(alice)
    return client


def key_on(page) -> str:
    (key,) = re.findall(r"<code>(cs\w{8}_[\w-]+)</code>", page.content.decode())
    return key


def make(office, government):
    return office.post(
        LIST + "add/",
        {
            "name": "kiosk",
            "agency": government.dlt.pk,
            "channels": [government.counter.pk],
            "active": "on",
        },
    )


def test_a_new_key_is_shown_once_and_opens(office, government):
    page = make(office, government)
    key = key_on(page)
    assert "no-store" in page.headers["Cache-Control"]
    assert sender_with(key).channels == {government.counter.pk}
    system = CollectingSystem.objects.get()
    for address in (LIST, f"{LIST}{system.pk}/change/"):
        html = office.get(address).content.decode()
        assert system.prefix in html
        assert key not in html


def test_a_system_names_its_channels(office, government):
    page = office.post(LIST + "add/", {"name": "kiosk", "agency": government.dlt.pk})
    assert not CollectingSystem.objects.exists()
    assert "channels" in page.context["adminform"].errors


def test_revoking_closes(office, government):
    key = key_on(make(office, government))
    chosen = {"_selected_action": CollectingSystem.objects.get().pk}
    assert office.post(LIST, {"action": "revoke", **chosen}).status_code == 302
    assert sender_with(key) is None


def test_a_new_key_takes_the_place_of_the_old(office, government):
    old = key_on(make(office, government))
    chosen = {"_selected_action": CollectingSystem.objects.get().pk}
    new = key_on(office.post(LIST, {"action": "replace_key", **chosen}))
    assert sender_with(old) is None
    assert sender_with(new)


def test_an_agency_makes_no_keys(client, bob):
    bob.is_staff = True
    bob.save()
    client.force_login(bob)
    assert client.get(LIST).status_code == 403


def test_the_command_makes_a_key(government, capsys):
    call_command("create_api_key", "desk", agency="DLT", channels="counter,e_service")
    sender = sender_with(capsys.readouterr().out.strip())
    assert sender.agencies == {government.dlt.pk}
    assert sender.channels == {government.counter.pk, government.online.pk}


@pytest.mark.parametrize(("agency", "channels"), [("XX", "counter"), ("DLT", "counter,fax")])
def test_the_command_names_unknown_codes(government, agency, channels):
    with pytest.raises(CommandError, match="is not in the registry"):
        call_command("create_api_key", "desk", agency=agency, channels=channels)
    assert not CollectingSystem.objects.exists()
