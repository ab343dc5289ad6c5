"""A collecting system sends for its own agency and channels, with a key that is valid."""

import pytest

from responses.models import Response
from responses.models.collecting_system import CollectingSystem
from surveys import remembered
from surveys.models import Agency, Service


def test_a_neighbours_service_is_refused(post, neighbour):
    sent = post(system=neighbour)
    assert sent.status_code == 403
    assert sent.json()["errors"] == {"service": "This key may not send for “DLT-1”."}
    assert not Response.objects.exists()


def test_another_channel_is_refused(post, neighbour):
    sent = post(system=neighbour, item={"service": "DOPA-1", "channel": "e_service"})
    assert sent.status_code == 403
    assert set(sent.json()["errors"]) == {"channel"}
    assert post(system=neighbour, item={"service": "DOPA-1"}).status_code == 201


def test_an_agency_may_send_for_those_below_it(post, kiosk, government):
    kiosk.system.agency = government.transport
    kiosk.system.save()
    assert post().status_code == 201


def test_a_service_point_of_a_neighbour_does_not_exist(post, neighbour):
    item = {"service": "DOPA-1", "service_point": "chatuchak"}
    assert post(system=neighbour, item=item).status_code == 400


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Bearer",
        "Bearer x",
        "Basic eDp5",
        "Bearer {prefix}_wrong",
        "Bearer {prefix}",
        "Bearer a\x00b_c",
        "Bearer {key}x",
    ],
)
def test_without_a_valid_key_nothing_opens(client, wave, kiosk, authorization):
    headers = {"idempotency-key": "k"}
    if authorization:
        headers["authorization"] = authorization.format(prefix=kiosk.system.prefix, key=kiosk.key)
    sent = client.post("/api/v1/responses/", {}, content_type="application/json", headers=headers)
    assert sent.status_code == 401
    assert sent.headers["WWW-Authenticate"] == "Bearer"


def test_unknown_wrong_and_revoked_keys_are_told_alike(client, post, kiosk, neighbour):
    neighbour.system.active = False
    neighbour.system.save()
    told = set()
    for key in ("cs00000000_x", f"{kiosk.system.prefix}_x", neighbour.key):
        kiosk.headers["authorization"] = f"Bearer {key}"
        told.add(post().content)
    assert len(told) == 1


def test_a_revoked_key_opens_nothing_at_once(post, kiosk):
    assert post("k1").status_code == 201
    kiosk.system.active = False
    kiosk.system.save()
    assert post("k2").status_code == 401


def test_a_session_opens_nothing_here(client, alice, kiosk, post):
    client.force_login(alice)
    kiosk.headers.pop("authorization")
    assert post().status_code == 401


def test_the_key_is_kept_as_a_hash_alone(kiosk):
    kept = [str(value) for value in CollectingSystem.objects.values_list().get()]
    assert not any(kiosk.key in value or kiosk.key.partition("_")[2] in value for value in kept)


def test_its_last_use_is_noted_once_a_minute(post, kiosk, django_assert_num_queries):
    assert post("k1").status_code == 201
    used = CollectingSystem.objects.get().last_used_at
    assert used
    assert post("k2").status_code == 201
    assert CollectingSystem.objects.get().last_used_at == used


def test_a_service_that_moves_takes_the_right_along(post, government):
    assert post("k1").status_code == 201
    dopa = Agency.objects.get(code="DOPA")
    Service.objects.filter(code="DLT-1").update(agency=dopa)  # once no wave asks about it
    remembered.forget()
    assert post("k2").status_code == 403
