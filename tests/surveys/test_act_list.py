"""What goes on record by itself, and the page that shows it."""

import csv
import io
from hashlib import sha256

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.test import Client
from django.urls import reverse

from surveys import act_chain, at_hand
from surveys.acts import record
from surveys.models import Act, User
from surveys.roles import place
from tests import signed_in

PAGE = "/en/people/acts/"


def acts(**about):
    found = Act.objects.filter(**about).order_by("pk")
    return [(act.who, act.what, act.about, act.detail) for act in found]


def test_signing_in_and_out(bob, client):
    client.post("/en/account/login/", {"login": "bob", "password": "pass-of-bob"})
    session = at_hand.mark_of(client.session.session_key)
    client.post("/en/account/logout/")
    assert [(act[0], act[1]) for act in acts(what__startswith="sign")] == [
        ("bob", "sign in"),
        ("bob", "sign out"),
    ]
    assert {act.session for act in Act.objects.filter(what__startswith="sign")} == {session}
    assert len(session) == 16


def test_a_wrong_password_is_not_kept(db, client):
    client.post("/en/account/login/", {"login": "my secret", "password": "x"})
    assert not Act.objects.exists()


def test_roles_given_and_taken_are_on_record_from_either_side(bob, alice):
    before = Act.objects.count()
    place(bob, "Agency viewer")
    viewers = Group.objects.get(name="Agency viewer")
    viewers.user_set.remove(bob)
    bob.groups.clear()
    told = [act[1:] for act in acts()[before:]]
    assert told == [
        ("grant", "bob", {"rights": ["Agency viewer"]}),
        ("revoke", "bob", {"rights": ["Agency viewer"]}),
        ("revoke", "bob", {"rights": ["Agency analyst"]}),
    ]


def test_what_the_office_changes_is_on_record_under_its_name(alice, bob, client):
    alice.is_superuser = True
    alice.save()
    client.force_login(alice)
    signed_in.again(client)
    client.post(
        reverse("admin:surveys_user_change", args=[bob.pk]),
        {"username": "bob", "email": "bob@example.org", "agency": ""},
    )
    assert ("alice", "change", "bob", {"fields": ["agency_id", "is_active"]}) in acts()
    agency = {"code": "X", "kind": "department", "name_th": "ก", "name_en": "X", "position": "0"}
    answer = client.post(reverse("admin:surveys_agency_add"), agency)
    assert answer.status_code == 302
    assert [act[:2] for act in acts(kind="agency")] == [("alice", "make")]


@pytest.fixture
def reader(alice, client) -> Client:
    client.force_login(alice)
    return client


def shown(client, **query):
    return client.get(PAGE, query).context["page"].paginator.count


def test_the_list_is_filtered(reader, bob):
    record(Act.What.EXPORT, ("wave", "W1"), bob, rows=3)
    record(Act.What.ORDER, ("report", "7"), bob, wave="W1")
    assert shown(reader, who="BOB", about="W1") == 2
    assert shown(reader, who="bob", what="export") == 1
    assert shown(reader, about="W2") == 0
    assert shown(reader, about="W1", since="2020-01-01", until="01/01/2570") == 2
    assert shown(reader, about="W1", until="2563-12-31") == 0
    assert shown(reader, about="W1", since="sometime") == 0
    assert "is not a date" in reader.get(PAGE, {"since": "sometime"}).content.decode()


def test_the_list_is_paged_and_asks_little(reader, bob, django_assert_max_num_queries):
    for number in range(120):
        record(Act.What.EXPORT, ("wave", f"W{number}"), bob)
    with django_assert_max_num_queries(20):
        page = reader.get(PAGE, {"page": 2})
    assert len(page.context["acts"]) == 50


def test_the_file_can_be_computed_again_and_is_on_record(reader, bob):
    record(Act.What.EXPORT, ("wave", "=W1"), bob, rows=3)
    answer = reader.get("/en/people/acts/acts.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert "'=W1" in text
    chain = sha256(b"").digest()
    for row in rows:
        chain = sha256(b"\1" + chain + bytes.fromhex(row["leaf"])).digest()
        assert row["chain"] == chain.hex()
    plain = next(row for row in rows if row["what"] == "make" and row["about"] == "bob")
    act = Act.objects.get(position=plain["position"])
    said = f'{{"about":"bob","at":"{plain["at"]}","detail":{plain["detail"]},"kind":"user"'
    said += ',"session":"","what":"make","who":""}'
    text = f"{act_chain.DOMAIN}\n{plain['salt']}\n{said}"
    assert sha256(b"\0" + text.encode()).hexdigest() == plain["leaf"]
    assert act.about == "bob"
    assert Act.objects.filter(kind="act", what="export", who="alice").exists()


@pytest.mark.parametrize("address", [PAGE, "/en/people/acts/acts.csv"])
def test_others_are_refused(bob, client, address):
    assert client.get(address).status_code == 302
    client.force_login(bob)
    assert client.get(address).status_code == 403
    auditor = User.objects.create_user("auditor")
    place(auditor, "Auditor")
    client.force_login(auditor)
    assert client.get(address).status_code == 200
    auditor.groups.clear()
    assert client.get(address).status_code == 403


def test_the_chain_is_verified_on_a_page(alice, bob, client):
    client.force_login(alice)
    address = reverse("people:acts_verify")
    assert "acts is as it was written" in client.post(address).content.decode()
    noted = str(act_chain.head())
    record(Act.What.MAKE, bob)
    assert "is as it was written" in client.post(address, {"root": noted}).content.decode()
    models.QuerySet(Act).filter(position=0).update(who="somebody else")
    page = client.post(address).content.decode()
    assert "is broken" in page
    assert "Act 0: was changed" in page
    elsewhere = noted[:-64] + "0" * 64
    assert "is not what was noted" in client.post(address, {"root": elsewhere}).content.decode()
    assert "This is not such a value" in client.post(address, {"root": "7:x"}).content.decode()
    client.force_login(bob)
    assert client.post(address).status_code == 403


def test_a_wrong_password_for_an_account_is_on_record(bob, client):
    for _attempt in range(3):
        client.post("/en/account/login/", {"login": "BOB", "password": "guess-7-of-9"})
    found = list(Act.objects.filter(what="failed"))
    assert [(act.who, act.about, act.detail) for act in found] == [("", "bob", {"attempts": 1})]
    assert "guess" not in act_chain.text_of(found[0])


def test_guessing_does_not_fill_the_record(bob):
    for k in range(30):
        sent = {"login": "bob", "password": f"guess-{k}"}
        Client().post("/en/account/login/", sent, REMOTE_ADDR=f"192.0.2.{k}")
    told = list(Act.objects.filter(what="failed").order_by("pk").values_list("detail", flat=True))
    assert told == [{"attempts": 1}, {"attempts": 10}]


def test_what_a_role_may_do_is_changed_on_record(alice, client):
    alice.is_superuser = True
    alice.save()
    client.force_login(alice)
    signed_in.again(client)
    role = Group.objects.get(name="Agency viewer")
    had = list(role.permissions.values_list("pk", flat=True))
    more = Permission.objects.get(codename="take_calls")
    address = reverse("admin:auth_group_change", args=[role.pk])
    client.post(address, {"name": role.name, "permissions": [*had, more.pk]})
    client.post(address, {"name": role.name, "permissions": had})
    told = acts(kind="group", what__in=["grant", "revoke"])
    assert told == [
        ("alice", "grant", "Agency viewer", {"rights": ["take_calls"]}),
        ("alice", "revoke", "Agency viewer", {"rights": ["take_calls"]}),
    ]
