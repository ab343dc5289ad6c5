"""Groups hold what their roles may do; accounts come to them from the office."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from analytics.management.demo_accounts import ACCOUNTS, demo_accounts
from surveys.access import may_act_for
from surveys.models import Agency, User
from surveys.roles import BY_NAME, make_groups, place
from tests import signed_in
from tests.agency_pages import agency_page


def roles(user: User) -> set[str]:
    return set(User.objects.get(pk=user.pk).groups.values_list("name", flat=True))


def test_making_the_groups_again_adds_nothing_and_takes_nothing_away(db):
    auditor = Group.objects.get(name="Auditor")
    given = Permission.objects.get(codename="take_calls")
    auditor.permissions.add(given)
    before = set(auditor.permissions.all())
    make_groups()
    assert Group.objects.count() == len(BY_NAME)
    assert set(auditor.permissions.all()) == before


def test_a_new_permission_reaches_the_groups_with_the_next_migration(db):
    office, auditor = (Group.objects.get(name=name) for name in ("Survey office", "Auditor"))
    for codename in ("view_novelty", "change_novelty"):
        wave = ContentType.objects.get(app_label="surveys", model="wave")
        Permission.objects.create(content_type=wave, codename=codename, name=codename)
    call_command("migrate", verbosity=0)
    assert office.permissions.filter(codename__endswith="novelty").count() == 2
    assert auditor.permissions.get(codename__endswith="novelty").codename == "view_novelty"


def test_a_group_that_lost_a_permission_gets_it_again(db):
    group = Group.objects.get(name="Agency viewer")
    group.permissions.clear()
    make_groups()
    assert [p.codename for p in group.permissions.all()] == ["view_own_agency"]


def test_the_demonstration_has_an_account_for_every_role(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    for code in ("DLT", "DOPA"):
        Agency.objects.create(code=code, name_th=code)
    passwords = demo_accounts()
    assert demo_accounts() == passwords
    assert {name: roles(User.objects.get(username=name)) for name in passwords} == {
        name: {role} for name, (_agency, role) in ACCOUNTS.items()
    }
    assert User.objects.get(username="author").is_staff


# In the office


@pytest.fixture
def office(client, alice):
    client.force_login(alice)
    return signed_in.again(client)


def group(name: str) -> int:
    return Group.objects.get(name=name).pk


def new_account(**more: object) -> dict[str, object]:
    words = {"password1": "correct horse battery", "password2": "correct horse battery"}
    return {"username": "dan", "email": "d@x.example", "usable_password": "true", **words, **more}


def test_the_office_makes_an_analyst(office, government):
    address = reverse("admin:surveys_user_add")
    with translation.override("th"):
        html = office.get(reverse("admin:surveys_user_add")).content.decode()
    assert "ผู้วิเคราะห์ของหน่วยงาน" in html
    assert f'<option value="{group("Agency viewer")}" selected>' in html
    sent = new_account(agency=government.dlt.pk, groups=[group("Agency analyst")])
    assert office.post(address, sent).status_code == 302
    dan = User.objects.get(username="dan")
    assert may_act_for(dan, government.dlt)
    assert not may_act_for(dan, government.dopa)


@pytest.mark.parametrize("name", ["Survey office", "Telephone agent", "Auditor"])
def test_the_office_gives_no_other_role(office, name):
    sent = new_account(groups=[group(name)])
    assert office.post(reverse("admin:surveys_user_add"), sent).status_code == 200
    assert not User.objects.filter(username="dan").exists()


def test_what_a_superuser_gave_is_not_lost_when_the_office_changes_the_account(office, bob):
    place(bob, "Telephone agent")
    address = reverse("admin:surveys_user_change", args=[bob.pk])
    assert 'name="groups"' not in office.get(address).content.decode()
    sent = {"username": "bob", "email": "new@x.example", "agency": bob.agency_id, "is_active": "on"}
    assert office.post(address, sent | {"groups": []}).status_code == 302
    assert roles(bob) == {"Agency analyst", "Telephone agent"}
    assert User.objects.get(pk=bob.pk).email == "new@x.example"


def test_a_role_in_the_office_opens_its_door(client, bob):
    client.force_login(User.objects.create_superuser("chief"))
    address = reverse("admin:surveys_user_change", args=[bob.pk])
    sent = {"username": "bob", "groups": [group("Add-on author")], "is_active": "on"}
    dates = {"date_joined_0": "2026-01-01", "date_joined_1": "10:00"}
    assert client.post(address, sent | dates | {"agency": bob.agency_id}).status_code == 302
    assert User.objects.get(pk=bob.pk).is_staff
    client.force_login(User.objects.get(pk=bob.pk))
    assert client.get(reverse("admin:surveys_addon_changelist")).status_code == 200
    assert client.get(reverse("admin:surveys_wave_changelist")).status_code == 403


# What they see


@pytest.fixture
def auditor(client, db):
    user = User.objects.create_user("auditor")
    place(user, "Auditor")
    client.force_login(user)
    return client


def test_an_auditor_reads_and_changes_nothing(auditor, draft):
    assert auditor.get(reverse("people:acts")).status_code == 200
    assert auditor.get(reverse("admin:surveys_wave_change", args=[draft.pk])).status_code == 200
    changed = {"action": "open_waves", "_selected_action": [draft.pk]}
    auditor.post(reverse("admin:surveys_wave_changelist"), changed)
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert auditor.get(reverse("admin:surveys_wave_add")).status_code == 403
    assert auditor.get(reverse("analytics:draw", args=[draft.code])).status_code == 403
    assert auditor.get("/en/imports/").status_code == 403
    index = auditor.get(reverse("admin:index")).content.decode()
    assert "/imports/" not in index
    assert reverse("analytics:draws") not in index.split("<footer")[0].split('id="content"')[1]


def test_a_viewer_looks_and_orders_nothing(client, wave, government):
    user = User.objects.create_user("viewer", agency=government.dlt)
    place(user, "Agency viewer")
    client.force_login(user)
    page = client.get(agency_page(wave.code, "DLT", "data"))
    assert page.status_code == 200
    assert reverse("analytics:ask_for_report", args=[wave.code]) not in page.content.decode()
    asked = client.post(
        reverse("analytics:ask_for_report", args=[wave.code]), {"agency": "DLT", "language": "en"}
    )
    assert asked.status_code == 403
    assert client.get(reverse("analytics:planning")).status_code == 403
    assert "/planning/" not in client.get("/en/waves/").content.decode()
