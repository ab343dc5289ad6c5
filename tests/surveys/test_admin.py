"""The survey office: OPDC's staff alone, and nothing that a wave has used changes there."""

import json

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation

from surveys.models import Agency, EntryPoint, Frame, Question, Questionnaire, User, Wave
from surveys.waves import open_wave
from tests import signed_in
from tests.closing import close_wave

pytestmark = pytest.mark.django_db

MODELS = [
    "agency",
    "channel",
    "service",
    "servicepoint",
    "frame",
    "framecell",
    "questionnaire",
    "dimension",
    "wave",
    "entrypoint",
    "user",
]


@pytest.fixture
def office(client, alice):
    client.force_login(alice)
    return signed_in.again(client)


def changelist(model: str) -> str:
    return reverse(f"admin:surveys_{model}_changelist")


def change(record) -> str:
    return reverse(f"admin:surveys_{record._meta.model_name}_change", args=[record.pk])


def words(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("model", MODELS)
def test_every_list_opens_in_both_languages(
    office, wave, licence_counter, model, language, django_assert_max_num_queries
):
    with translation.override(language), django_assert_max_num_queries(12):
        page = office.get(changelist(model), {"q": "x"} if model != "dimension" else {})
    assert page.status_code == 200


def test_lists_cost_the_same_however_long(office, wave, django_assert_max_num_queries):
    for number in range(40):
        Agency.objects.create(code=f"A{number}", name_th=f"กรม {number}")
    with django_assert_max_num_queries(10):
        office.get(changelist("agency"))
    with django_assert_max_num_queries(12):
        office.get(changelist("framecell"))


def test_whoever_is_not_of_the_office_is_refused(client, bob):
    assert client.get(changelist("wave")).status_code == 302
    client.force_login(bob)
    assert client.get(changelist("wave")).status_code in (302, 403)


def test_staff_without_the_right_to_see_all_are_refused(client, bob, alice):
    bob.is_staff = True
    bob.save()
    bob.user_permissions.set(alice.user_permissions.exclude(codename="view_all_agencies"))
    client.force_login(bob)
    assert client.get(changelist("wave")).status_code == 403
    assert "Waves" not in client.get(reverse("admin:index")).content.decode()


def test_the_office_signs_in_by_the_one_door(client):
    page = client.get(reverse("admin:login"))
    assert page.status_code == 302
    assert "/account/login/" in page["Location"]


def test_agencies_stand_under_their_ministry(office, government):
    with translation.override("en"):
        html = office.get(changelist("agency")).content.decode()
    assert '<span class="depth-0">Ministry of Transport</span>' in html
    assert '<span class="depth-1">Department of Land Transport</span>' in html
    assert html.index("Ministry of Transport") < html.index("Department of Land Transport")


def test_a_wave_opens_and_closes_from_its_list(office, draft):
    Wave.objects.update(ends_on="2026-01-01")
    for action, state in (("open_waves", "open"), ("close_waves", "closed")):
        data = {"action": action, "_selected_action": [draft.pk]}
        office.post(changelist("wave"), data, follow=True)
        draft.refresh_from_db()
        assert draft.state == state


def test_a_step_out_of_order_is_explained(office, draft):
    data = {"action": "close_waves", "_selected_action": [draft.pk]}
    page = office.post(changelist("wave"), data, follow=True)
    assert page.status_code == 200
    assert draft.code in words(page)


def test_what_an_open_wave_declared_is_read_only(office, wave):
    html = office.get(change(wave)).content.decode()
    assert 'name="title_th"' in html
    for fixed in ("code", "starts_on", "ends_on", "method", "frame", "questionnaire", "simulated"):
        assert f'name="{fixed}"' not in html


def test_a_closed_wave_has_no_fields_left(office, wave):
    html = office.get(change(close_wave(wave))).content.decode()
    assert 'name="title_th"' not in html
    assert office.post(change(wave), {"title_th": "x"}).status_code < 500
    assert Wave.objects.get().title_th == "รอบที่ 1"


def test_a_frozen_questionnaire_is_shown_and_not_changed(office, wave, questionnaire):
    html = office.get(change(questionnaire)).content.decode()
    assert 'name="title_th"' not in html
    assert 'name="questions-0-text_th"' not in html
    assert office.post(change(questionnaire), {"title_th": "x"}).status_code == 403


def test_a_draft_questionnaire_takes_new_questions(office, questionnaire):
    html = office.get(change(questionnaire)).content.decode()
    assert 'name="questions-0-text_th"' in html


def test_a_second_overall_rating_is_refused_in_words(office):
    data = {"code": "NEW", "version": 1, "title_th": "ใหม่", "questions-INITIAL_FORMS": 0}
    for number, code in enumerate(("A", "B")):
        fields = {"code": code, "kind": "rating", "is_overall": "on", "text_th": code}
        fields |= {"position": number, "choices": "[]"}
        data |= {f"questions-{number}-{name}": value for name, value in fields.items()}
    address = reverse("admin:surveys_questionnaire_add")
    page = office.post(address, data | {"questions-TOTAL_FORMS": 2})
    assert "The overall rating is one question, not several: A, B" in page.content.decode()
    made = office.post(address, data | {"questions-TOTAL_FORMS": 1})
    assert made.status_code == 302
    questionnaire = Questionnaire.objects.get(code="NEW")
    with pytest.raises(ValidationError, match="A is the overall rating already"):
        questionnaire.questions.model(
            questionnaire=questionnaire, code="B", kind="rating", is_overall=True, text_th="B"
        ).full_clean()


def test_frozen_meanwhile_is_a_message_and_no_fault(office, draft, questionnaire, monkeypatch):
    """The page was opened before the wave was: the model refuses, the page explains."""
    monkeypatch.setattr("surveys.admin.office.OfficeAdmin.is_frozen", lambda self, record: False)
    Questionnaire.objects.update(frozen_at=timezone.now())
    data = {"code": "CORE", "version": 1, "title_th": "อื่น", "questions-TOTAL_FORMS": 0}
    page = office.post(change(questionnaire), {**data, "questions-INITIAL_FORMS": 0}, follow=True)
    assert page.status_code == 200
    assert "CORE" in words(page)
    assert Questionnaire.objects.get().title_th != "อื่น"


def test_nothing_frozen_is_deleted(office, wave):
    close_wave(wave)
    frame, cell = wave.frame, wave.frame.cells.first()
    for record in (frame, cell, wave.questionnaire, wave):
        url = reverse(f"admin:surveys_{record._meta.model_name}_delete", args=[record.pk])
        assert office.post(url, {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [cell.pk], "post": "yes"}
    office.post(changelist("framecell"), bulk)
    assert frame.cells.count() == 4
    assert Question.objects.exists()


def test_what_citizens_answered_by_is_not_deleted_and_no_answer_is_listed(
    office, government, licence_counter, send
):
    url = reverse("admin:surveys_entrypoint_delete", args=[licence_counter.pk])
    sent = send(government.licence, government.counter, 5, entry_point=licence_counter)
    for page in (office.get(url), office.post(url, {"post": "yes"})):
        html = page.content.decode()
        assert "answers of citizens" in html
        assert sent.receipt not in html
    assert EntryPoint.objects.filter(pk=licence_counter.pk).exists()


def test_a_link_without_answers_is_deleted(office, wave, licence_counter):
    url = reverse("admin:surveys_entrypoint_delete", args=[licence_counter.pk])
    assert "answers of citizens" not in office.get(url).content.decode()
    assert office.post(url, {"post": "yes"}).status_code == 302
    assert not EntryPoint.objects.exists()


def test_ten_thousand_cells_have_a_list_of_their_own(office, draft):
    html = office.get(change(draft.frame)).content.decode()
    assert f"?frame__id__exact={draft.frame.pk}" in html
    assert "cells-TOTAL_FORMS" not in html


@pytest.mark.parametrize("text", ["30/09/2570", "๓๐/๐๙/๒๕๗๐", "2027-09-30"])
def test_dates_are_read_in_either_era(office, draft, text):
    data = {
        name: getattr(draft, name)
        for name in ("code", "title_th", "title_en", "fiscal_year", "starts_on")
    } | {
        "questionnaire": draft.questionnaire_id,
        "frame": draft.frame_id,
        "method": json.dumps(draft.method),
        "ends_on": text,
    }
    assert office.post(change(draft), data).status_code == 302
    draft.refresh_from_db()
    assert str(draft.ends_on) == "2027-09-30"


def test_dates_are_written_in_the_buddhist_era_in_thai(office, draft):
    Wave.objects.update(starts_on="2026-10-01")
    with translation.override("th"):
        assert "1 ตุลาคม 2569" in office.get(changelist("wave")).content.decode()


def test_a_link_shows_its_address_and_its_qr_code(office, licence_counter):
    html = office.get(change(licence_counter)).content.decode()
    assert licence_counter.public_url in html
    assert f"/s/{licence_counter.slug}/qr.svg" in html


def test_a_link_to_another_agencys_service_point_is_refused(office, government):
    data = {
        "service": government.id_card.pk,
        "channel": government.counter.pk,
        "service_point": government.chatuchak.pk,
        "active": "on",
    }
    page = office.post(reverse("admin:surveys_entrypoint_add"), data)
    assert page.status_code == 200
    assert not EntryPoint.objects.exists()


def test_the_office_makes_accounts_for_agencies(office, government):
    data = {
        "username": "dan",
        "email": "dan@example.org",
        "agency": government.dlt.pk,
        "usable_password": "true",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
        "is_superuser": "on",
    }
    assert office.post(reverse("admin:surveys_user_add"), data).status_code == 302
    dan = User.objects.get(username="dan")
    assert (dan.agency, dan.is_staff, dan.is_superuser) == (government.dlt, False, False)


def test_the_office_cannot_give_itself_rights(office, alice):
    chief = User.objects.create_superuser("chief", "chief@example.org", "x")
    for account in (alice, chief):
        page = office.post(change(account), {"username": account.username, "is_superuser": "on"})
        assert page.status_code == 403
    alice.refresh_from_db()
    assert not alice.is_superuser
    password = reverse("admin:auth_user_password_change", args=[chief.pk])
    data = {"password1": "correct horse battery", "password2": "correct horse battery"}
    assert office.post(password, data).status_code == 403


def test_a_superuser_gives_rights(client, bob):
    client.force_login(User.objects.create_superuser("chief", "chief@example.org", "x"))
    signed_in.again(client)
    html = client.get(change(bob)).content.decode()
    assert 'name="is_superuser"' in html


def test_an_unfrozen_frame_can_still_be_mended(office, draft):
    open_wave(draft)
    frame = Frame.objects.get()
    assert office.post(change(frame), {"code": frame.code, "source": "new"}).status_code == 302
    assert Frame.objects.get().source == "new"


@pytest.mark.parametrize("value", ["²", "x", "-1", "9" * 40, "1,2", "0"])
def test_an_address_that_fills_in_no_record_opens_the_empty_form(client, alice, government, value):
    alice.is_superuser = True
    alice.save()
    client.force_login(alice)
    for model, own in admin.site._registry.items():
        fields = {field.name: value for field in model._meta.get_fields() if field.is_relation}
        page = client.get(reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_add"), fields)
        assert page.status_code < 500, (own, value)
