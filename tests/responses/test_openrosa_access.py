"""The key of a collecting system opens the OpenRosa addresses: as a password, or in a trial without
HTTPS in the address."""

from datetime import timedelta

import pytest

from responses.models import Response
from surveys import clock
from tests.responses.collect import Collect, basic, message
from tests.responses.test_openrosa_submission import form_xml

ADDRESSES = ["formList", "forms/W1:DLT-1:counter.xml", "submission"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Basic",
        "Basic !",
        "Basic " + "=" * 10,
        "Basic ÿÿ",
        "Basic /w==",
        basic("wrong"),
        basic("cs00000000_wrong"),
        basic("\x00_x"),
        "Bearer {key}",
        "Digest username=x",
    ],
)
def test_without_a_valid_key_nothing_opens(client, wave, kiosk, address, authorization):
    headers = {"authorization": authorization.format(key=kiosk.key)} if authorization else {}
    method = client.post if address == "submission" else client.get
    refused = method(f"/openrosa/{address}", headers=headers)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith('Basic realm="')
    assert refused.headers["X-OpenRosa-Version"] == "1.0"
    assert message(refused)


def test_asking_the_way_needs_the_key_too(client, wave):
    assert client.head("/openrosa/submission").status_code == 401


def test_the_key_is_the_password_whatever_the_name(collect, kiosk):
    for name in (kiosk.system.prefix, "", "somebody"):
        collect.headers["authorization"] = basic(kiosk.key, name)
        assert collect.forms()


def test_a_revoked_key_opens_nothing_at_once(collect, kiosk):
    assert collect.forms()
    kiosk.system.active = False
    kiosk.system.save()
    assert collect.get("/openrosa/formList").status_code == 401


def test_a_session_opens_nothing_here(client, alice, wave):
    client.force_login(alice)
    assert client.get("/openrosa/formList").status_code == 401


def test_the_key_in_the_address_leads_to_addresses_with_it(wave, kiosk):
    base = f"/openrosa/key/{kiosk.key}"
    collect = Collect("", base=base)
    assert {f["downloadUrl"].startswith(f"http://testserver{base}/") for f in collect.forms()} == {
        True
    }
    asked = collect.client.head(f"{base}/submission")
    assert asked.headers["Location"] == f"http://testserver{base}/submission"
    assert collect.send(collect.blank("W1:DLT-1:counter").filled(OV="5")).status_code == 201
    assert Collect("", base=base + "x").get(f"{base}x/formList").status_code == 401


def test_over_https_no_key_stands_in_an_address(client, wave, kiosk, settings):
    settings.HTTPS = True
    address = f"/openrosa/key/{kiosk.key}/formList"
    refused = client.get(address, secure=True, headers={"accept-language": "en"})
    assert refused.status_code == 403
    assert "Give the key as the password" in message(refused)


def test_a_key_is_told_when_to_go_on(collect, neighbour, settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    moment = clock.now().replace(second=50)
    with clock.at(moment):
        statuses = [collect.get("/openrosa/formList").status_code for _k in range(3)]
        assert statuses == [200, 200, 429]
        refused = collect.send(form_xml("<OV>5</OV>"))
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "10")
        assert message(refused) == "Too many requests. Go on in 10 seconds."
        assert Collect(neighbour.key).forms()
    with clock.at(moment + timedelta(seconds=10)):
        assert collect.forms()
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("put", "submission", "HEAD, POST"),
        ("get", "submission", "HEAD, POST"),
        ("post", "formList", "GET, HEAD"),
        ("delete", "forms/a.xml", "GET, HEAD"),
    ],
)
def test_other_methods_are_refused(collect, method, address, allowed):
    refused = getattr(collect.client, method)(f"/openrosa/{address}", headers=collect.headers)
    assert refused.status_code == 405
    assert refused.headers["Allow"] == allowed


def test_another_address_is_answered_in_words(client, db):
    for address in ("", "formlist", "key/x/", "forms/"):
        refused = client.post(f"/openrosa/{address}", headers={"accept-language": "en"})
        assert refused.status_code == 404
        assert "Forms are at formList" in message(refused)
