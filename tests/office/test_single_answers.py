"""Single answers leave by a page for whoever may, with a reason, and never unseen; one is erased as
its sender asks; what was kept long enough goes, and what went is on record."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from responses.models import ImportJob, Response
from responses.tasks import clear_what_is_due
from surveys import clock
from surveys.models import Act, User
from surveys.roles import place
from tests.office.conftest import person

pytestmark = pytest.mark.django_db
WHY = "for the faculty that evaluates the method"


@pytest.fixture
def page(wave):
    return reverse("answers:export", args=[wave.code])


@pytest.fixture
def sent(government, send):
    send(government.licence, government.counter, 5, D7="เร็วมาก")
    send(government.id_card, government.counter, 1, D7="=ช้า")
    return Response.objects.order_by("pk")


def rows(answer) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_file_goes_to_whoever_says_why(client, officer, page, sent, wave):
    client.force_login(officer)
    answer = client.post(page, {"why": WHY, "texts": "on"})
    assert answer["Content-Disposition"] == 'attachment; filename="W1-single-answers.csv"'
    assert [row["D7"] for row in rows(answer)] == ["เร็วมาก", "'=ช้า"]
    act = Act.objects.get(what="export")
    assert (act.who, act.about, act.detail) == (
        "somchai",
        wave.code,
        {"rows": 2, "excluded": False, "texts": True, "why": WHY},
    )
    assert WHY in client.get(page).content.decode()


def test_without_a_reason_there_is_no_file(client, officer, page, sent):
    client.force_login(officer)
    answer = client.post(page, {"why": "  "})
    assert "This field is required." in answer.content.decode()
    assert not Act.objects.filter(what="export").exists()


def test_texts_and_what_was_set_aside_leave_only_when_asked_for(client, officer, page, sent):
    Response.objects.filter(pk=sent[0].pk).update(disposition="screened")
    client.force_login(officer)
    counted = rows(client.post(page, {"why": WHY}))
    assert [(row["OV"], "D7" in row) for row in counted] == [("1", False)]
    assert len(rows(client.post(page, {"why": WHY, "excluded": "on"}))) == 2


def test_a_draft_has_none_and_says_so(client, officer, draft):
    client.force_login(officer)
    answer = client.post(reverse("answers:export", args=[draft.code]), {"why": WHY})
    assert "its columns are not fixed yet" in answer.content.decode()


def test_it_is_on_record_before_the_first_line_leaves(client, officer, page, sent):
    client.force_login(officer)
    answer = client.post(page, {"why": WHY})
    assert Act.objects.filter(what="export").exists()
    answer.close()  # the connection breaks


@pytest.mark.parametrize("name", ["export", "erasure", "retention", "clear"])
def test_others_are_refused(client, wave, bob, charlie, approver, auditor, name):
    address = reverse(f"answers:{name}", args=[wave.code] if name == "export" else [])
    looks_on = name == "retention"
    for user in (bob, charlie, approver, auditor):
        client.force_login(user)
        may = looks_on and user in (approver, auditor)
        assert client.get(address).status_code == (200 if may else 403), (user, name)
        assert client.post(address, {"why": WHY}).status_code == (405 if may else 403)
    assert not Act.objects.filter(what__in=["export", "erase", "delete", "order"]).exists()


def test_the_right_alone_does_not_do_for_an_agency(client, government, page, sent):
    user = User.objects.create_user("malee", agency=government.dlt, is_staff=True)
    office = person("wanida", "Survey office")
    user.user_permissions.set(office.groups.get().permissions.exclude(codename="view_all_agencies"))
    client.force_login(user)
    assert client.post(page, {"why": WHY}).status_code == 403


def test_a_right_that_was_taken_ends_at_the_next_request(client, officer, page, sent):
    client.force_login(officer)
    assert client.get(page).status_code == 200
    officer.groups.clear()
    assert client.post(page, {"why": WHY}).status_code == 403


def test_two_steps_come_first(client, officer, page, sent, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    User.objects.filter(pk=officer.pk).update(is_staff=True)
    client.force_login(officer)
    assert client.post(page, {"why": WHY})["Location"] == reverse("mfa_index")


def test_an_answer_is_erased_as_its_sender_asks(client, officer, sent):
    asked = sent[0]
    client.force_login(officer)
    address = reverse("answers:erasure")
    typed = asked.receipt.lower().replace("-", " ")
    answer = client.post(address, {"receipt": typed, "why": "by letter"}, follow=True)
    assert f"{asked.receipt} is erased" in answer.content.decode()
    asked.refresh_from_db()
    assert (asked.disposition, asked.answers) == ("erased", {})
    act = Act.objects.get(what="erase")
    assert (act.who, act.about, act.detail["why"]) == ("somchai", asked.receipt, "by letter")
    again = client.post(address, {"receipt": typed, "why": "again"}).content.decode()
    assert "is erased already" in again
    wrong = client.post(address, {"receipt": "0000", "why": "by letter"}).content.decode()
    assert "No response has the receipt 0000" in wrong


def test_what_is_due_goes_and_is_on_record(
    client, officer, wave, django_capture_on_commit_callbacks
):
    long_ago = clock.now() - timedelta(days=31)
    ImportJob.objects.create(wave=wave, name="old.csv", requested_at=long_ago)
    client.force_login(officer)
    page = client.get(reverse("answers:retention")).content.decode()
    assert "Delete what is due now" in page
    with django_capture_on_commit_callbacks() as called:
        client.post(reverse("answers:clear"))
    assert len(called) >= 1
    clear_what_is_due(officer.pk)  # as the worker does
    assert not ImportJob.objects.exists()
    page = client.get(reverse("answers:retention")).content.decode()
    assert "Nothing is due now" in page
    told = [(act.who, act.what, act.about) for act in Act.objects.filter(kind="retention")]
    assert told == [("somchai", "delete", "uploads"), ("somchai", "order", "all")]


def test_what_the_worker_deletes_by_itself_is_on_record_too(wave):
    long_ago = clock.now() - timedelta(days=31)
    ImportJob.objects.create(wave=wave, name="old.csv", requested_at=long_ago)
    clear_what_is_due()
    clear_what_is_due()
    act = Act.objects.get(kind="retention")
    assert (act.who, act.detail) == ("", {"cleared": {"": 1}})


def test_the_neighbouring_page_is_not_named_to_who_may_not(client, wave, auditor):
    client.force_login(auditor)
    page = client.get(reverse("desk:wave", args=[wave.code])).content.decode()
    assert "/answers/" not in page
    place(auditor, "Survey office")
    page = client.get(reverse("desk:wave", args=[wave.code])).content.decode()
    assert "/answers/" in page
