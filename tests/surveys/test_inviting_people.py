"""An agency's manager invites people of her own agency and those below, and nobody else's."""

import re

import pytest
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from surveys.models import Act, Agency, User
from surveys.roles import place
from tests import signed_in

PAGE = "/en/people/"
NEW = "somying@dlt.example"


@pytest.fixture
def manager(government):
    user = User.objects.create_user("manager", "m@dlt.example", "x", agency=government.dlt)
    place(user, "Agency manager")
    return user


@pytest.fixture
def session(manager, client):
    client.force_login(manager)
    return signed_in.again(client)


@pytest.fixture
def sent():
    """Mails are sent within the request, as where transactions end."""
    mail.outbox.clear()
    return mail.outbox


def choose(link, password):
    client = Client()
    form = client.get(link, follow=True)
    if form.redirect_chain:
        chosen = {"password1": password, "password2": password}
        client.post(form.redirect_chain[-1][0], chosen)


def enter(password, name=NEW):
    client = Client()
    answer = client.post("/en/account/login/", {"login": name, "password": password})
    return client if answer.status_code == 302 else None


@pytest.mark.django_db(transaction=True)
def test_invited_by_mail_to_a_password_and_the_figures_of_the_role(session, settings, sent, wave):
    settings.PUBLIC_URL = "https://survey.example.go.th"
    told = {"email": "Somying@DLT.example", "name": "", "agency": "DLT", "role": "Agency viewer"}
    assert session.post(PAGE, told).status_code == 302
    [invitation] = sent
    assert invitation.to == [NEW]
    link = re.search(r"https://survey\.example\.go\.th(/\S+)", invitation.body)[1]
    assert enter("") is None
    choose(link, "password")
    assert enter("password") is None, "a password that everybody uses"
    choose(link, "counter-lamp-29")
    viewer = enter("counter-lamp-29")
    assert viewer.get(f"/en/agency/DLT/?wave={wave.code}").status_code == 200
    assert viewer.get(f"/en/waves/{wave.code}/agencies/DOPA/").status_code == 404
    assert viewer.get(PAGE).status_code == 403
    choose(link, "another-lamp-30")
    assert enter("another-lamp-30") is None, "the link works once"
    act = Act.objects.get(what="invite")
    assert (act.who, act.about) == ("manager", NEW)
    assert act.detail == {"agency": "DLT", "role": "Agency viewer"}


@pytest.mark.parametrize(
    ("agency", "role"),
    [
        ("DOPA", "Agency viewer"),
        ("MOT", "Agency viewer"),
        ("DLT", "Agency manager"),
        ("DLT", "Survey office"),
        ("DLT", "Auditor"),
    ],
)
def test_neither_for_others_nor_more_than_she_may(session, agency, role):
    told = {"email": NEW, "name": "", "agency": agency, "role": role}
    assert session.post(PAGE, told).status_code == 200
    assert not User.objects.filter(email=NEW).exists()


@pytest.mark.django_db(transaction=True)
def test_for_an_agency_below(session, government, sent):
    Agency.objects.create(code="DLT-N", parent=government.dlt, name_th="ก", name_en="North")
    told = {"email": NEW, "name": "", "agency": "DLT-N", "role": "Agency analyst"}
    assert session.post(PAGE, told).status_code == 302
    assert User.objects.get(email=NEW).agency.code == "DLT-N"


def test_an_address_has_one_account(session, bob):
    told = {"email": "BOB@example.org", "name": "", "agency": "DLT", "role": "Agency viewer"}
    assert "exists already" in session.post(PAGE, told).content.decode()


def test_an_old_session_does_not_do(manager, client):
    client.force_login(manager)
    assert "reauthenticate" in client.get(PAGE)["Location"]


def test_only_her_own_are_listed(session, bob, charlie, alice):
    page = session.get(PAGE).content.decode()
    assert "<h3>bob</h3>" in page
    assert not any(f"<h3>{name}</h3>" in page for name in ("charlie", "alice"))


def test_a_closed_account_ends_at_its_next_request(session, bob):
    theirs = Client()
    theirs.force_login(bob)
    assert theirs.get("/en/account/email/").status_code == 200
    assert session.post(f"{PAGE}{bob.pk}/close/").status_code == 302
    assert theirs.get("/en/account/email/").status_code == 302
    assert Act.objects.filter(what="change", who="manager", about="bob").exists()


@pytest.mark.parametrize("action", ["close", "again"])
@pytest.mark.parametrize("whose", ["charlie", "alice", "manager", "peer"])
def test_a_neighbours_account_and_her_equals_are_not_there(
    session, manager, charlie, alice, government, action, whose
):
    if whose == "peer":
        account = User.objects.create_user("peer", agency=government.dlt)
        place(account, "Agency manager")
    else:
        account = {"charlie": charlie, "alice": alice, "manager": manager}[whose]
    assert session.post(f"{PAGE}{account.pk}/{action}/").status_code == 404
    account.refresh_from_db()
    assert account.is_active


@pytest.mark.parametrize("role", ["Agency analyst", "Agency viewer", "Auditor"])
def test_other_roles_are_refused(government, client, role):
    user = User.objects.create_user("other", agency=government.dlt)
    place(user, role)
    client.force_login(user)
    assert signed_in.again(client).get(PAGE).status_code == 403


def test_a_manager_whose_right_is_taken_is_refused(session, manager):
    assert session.get(PAGE).status_code == 200
    manager.groups.clear()
    assert session.get(PAGE).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_list_asks_little(session, government, django_assert_max_num_queries):
    for number in range(60):
        user = User.objects.create(username=f"p{number:02}", agency=government.dlt)
        place(user, "Agency viewer")
    with django_assert_max_num_queries(20):
        session.get(PAGE)


def test_what_a_password_must_be_is_said_in_thai():
    with translation.override("th"):
        rules = password_validators_help_texts()
        for password in ("malee", "password", "19283746", "malee-2500"):
            with pytest.raises(ValidationError) as refused:
                validate_password(password, User(username="malee-250"))
            rules += refused.value.messages
    assert not [rule for rule in rules if re.search("[a-z]{3}", rule)]


@pytest.fixture
def superuser(government):
    return User.objects.create_superuser("first", "first@opdc.example", "x")


@pytest.mark.django_db(transaction=True)
def test_a_superuser_invites_the_people_of_opdc(client, superuser, sent, wave):
    client.force_login(superuser)
    session = signed_in.again(client)
    told = {"email": NEW, "name": "", "agency": "", "role": "Approver"}
    assert session.post(PAGE, told).status_code == 302
    assert [mail.to for mail in sent] == [[NEW]]
    account = User.objects.get(username=NEW)
    assert (account.agency, account.is_staff, account.is_superuser) == (None, True, False)
    assert [group.name for group in account.groups.all()] == ["Approver"]
    assert Act.objects.get(what="invite").detail == {"agency": "", "role": "Approver"}
    assert "Approver" in session.get(PAGE).content.decode()
    session.post(f"{PAGE}{account.pk}/close/")
    account.refresh_from_db()
    assert not account.is_active


def test_a_role_of_an_agency_needs_one(client, superuser, sent):
    client.force_login(superuser)
    session = signed_in.again(client)
    told = {"email": NEW, "name": "", "agency": "", "role": "Agency manager"}
    answer = session.post(PAGE, told)
    assert "This role is of an agency: choose which." in answer.content.decode()
    assert not sent
    assert not User.objects.filter(username=NEW).exists()


@pytest.mark.parametrize("role", ["Survey office", "Approver", "Auditor"])
def test_the_office_neither_makes_nor_closes_accounts_of_its_own(client, alice, sent, role):
    colleague = User.objects.create_user("colleague", "c@opdc.example", "x")
    place(colleague, role)
    client.force_login(alice)
    session = signed_in.again(client)
    told = {"email": NEW, "name": "", "agency": "DLT", "role": role}
    assert session.post(PAGE, told).status_code == 200
    assert not User.objects.filter(username=NEW).exists()
    assert "colleague" not in session.get(PAGE).content.decode()
    assert session.post(f"{PAGE}{colleague.pk}/close/").status_code == 404
