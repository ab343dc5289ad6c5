"""Authors of an agency write its own questions and put them into a wave; neighbours cannot."""

from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.urls import reverse

from surveys.add_ons import add
from surveys.models import AddOnUse, Questionnaire
from surveys.versions import new_version
from tests.surveys.test_xlsform import content, workbook, written

pytestmark = pytest.mark.django_db


def author(user):
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="author_add_ons"))
    return user


@pytest.fixture
def as_bob(client, bob):
    client.force_login(author(bob))
    return client


@pytest.fixture
def as_charlie(client, charlie):
    client.force_login(author(charlie))
    return client


@pytest.fixture
def queue(make_add_on, government) -> Questionnaire:
    return make_add_on("QUEUE", government.dlt, "QUEUE_1", "QUEUE_2")


def url(model: str, page: str, *args) -> str:
    return reverse(f"admin:surveys_{model}_{page}", args=args)


def written_add_on(owner, *codes, **fields) -> dict[str, object]:
    """What the page of an add-on sends."""
    data = {"code": "NEW", "version": 1, "title_th": "ใหม่", "title_en": "", "owner": owner}
    data |= {"questions-TOTAL_FORMS": len(codes) + 1, "questions-INITIAL_FORMS": 0}
    for k in range(len(codes) + 1):
        data |= {
            f"questions-{k}-{name}": ""
            for name in ("code", "text_th", "text_en", "hint_th", "hint_en", "group", "relevant")
        }
        data |= {f"questions-{k}-kind": "rating", f"questions-{k}-position": 0}
        data |= {f"questions-{k}-choices": "[]", f"initial-questions-{k}-choices": "[]"}
    for k, code in enumerate(codes):
        data |= {f"questions-{k}-code": code, f"questions-{k}-text_th": "คำถาม"}
    return data | fields


def test_an_author_writes_for_the_own_agency(as_bob, government):
    page = as_bob.get(url("addon", "add"))
    assert page.status_code == 200
    assert 'name="questions-0-is_overall"' not in page.content.decode()
    made = as_bob.post(url("addon", "add"), written_add_on(government.dlt.pk, "NEW_1", "NEW_2"))
    assert made.status_code == 302
    add_on = Questionnaire.objects.get()
    assert (add_on.is_add_on, add_on.owner) == (True, government.dlt)
    assert [q.code for q in add_on.questions.all()] == ["NEW_1", "NEW_2"]


def test_not_for_a_neighbour_and_not_for_all(as_bob, government):
    for owner in (government.dopa.pk, government.transport.pk, ""):
        page = as_bob.post(url("addon", "add"), written_add_on(owner, "NEW_1"))
        assert page.status_code == 200
        assert page.context["adminform"].form.errors["owner"]
    assert not Questionnaire.objects.exists()


def test_the_office_writes_for_all(client, alice):
    client.force_login(alice)
    made = client.post(url("addon", "add"), written_add_on("", "NEW_1"))
    assert made.status_code == 302
    assert Questionnaire.objects.get().owner is None


def test_the_rules_are_told_where_it_is_written(as_bob, government):
    for codes, said in (
        (["X_1"], "begins with NEW_"),
        ([f"NEW_{k}" for k in range(6)], "asks 6 questions; at most 5"),
        ([], "asks nothing"),
    ):
        page = as_bob.post(url("addon", "add"), written_add_on(government.dlt.pk, *codes))
        assert said in page.content.decode()
    overall = written_add_on(government.dlt.pk, "NEW_1") | {"questions-0-is_overall": "on"}
    as_bob.post(url("addon", "add"), overall)
    assert not Questionnaire.objects.get().questions.filter(is_overall=True).exists()


def test_a_neighbour_neither_sees_nor_changes_it(as_charlie, queue, wave, government):
    use = add(AddOnUse(wave=wave, agency=government.dlt, add_on=queue))
    other = new_version(queue)
    assert "QUEUE" not in as_charlie.get(url("addon", "changelist")).content.decode()
    assert "QUEUE" not in as_charlie.get(url("addonuse", "changelist")).content.decode()
    for page in ("change", "delete"):
        for record, model in ((other, "addon"), (use, "addonuse")):
            answer = as_charlie.post(url(model, page, record.pk), {"post": "yes"})
            assert answer.status_code in (302, 403, 404)
    for page in ("export", "version"):
        assert as_charlie.post(url("addon", page, other.pk)).status_code == 404
    stopping = {"action": "stop_asking", "_selected_action": [use.pk]}
    as_charlie.post(url("addonuse", "changelist"), stopping)
    use.refresh_from_db()
    assert use.asked_until is None
    assert Questionnaire.objects.filter(code="QUEUE").count() == 2


def test_what_is_for_all_is_seen_and_not_changed(as_bob, make_add_on):
    shared = make_add_on("ALL", None, "ALL_1")
    assert "ALL" in as_bob.get(url("addon", "changelist")).content.decode()
    html = as_bob.get(url("addon", "change", shared.pk)).content.decode()
    assert 'name="title_th"' not in html
    assert 'name="questions-0-text_th"' not in html
    assert 'form="new-version"' not in html
    assert as_bob.post(url("addon", "change", shared.pk), {"title_th": "x"}).status_code == 403
    assert as_bob.post(url("addon", "delete", shared.pk), {"post": "yes"}).status_code == 403
    assert as_bob.post(url("addon", "version", shared.pk)).status_code == 403


def test_without_the_right_nothing_is_open(client, bob, queue, wave):
    bob.is_staff = True
    bob.save()
    client.force_login(bob)
    for model in ("addon", "addonuse"):
        for page in ("changelist", "add"):
            assert client.get(url(model, page)).status_code == 403
    assert client.get(url("addon", "change", queue.pk)).status_code in (302, 403)


def test_the_right_opens_nothing_else(as_bob, wave):
    for model in ("wave", "questionnaire", "agency", "frame", "user"):
        assert as_bob.get(url(model, "changelist")).status_code == 403
    assert as_bob.get(url("questionnaire", "import")).status_code == 403
    index = as_bob.get(reverse("admin:index")).content.decode()
    assert "Add-ons" in index
    assert "Waves" not in index


def test_an_author_puts_it_into_the_open_wave_and_takes_it_back(as_bob, queue, wave, government):
    page = as_bob.get(url("addonuse", "add")).content.decode()
    assert "QUEUE v1" in page
    assert "National ID card" not in page
    data = {"wave": wave.pk, "agency": government.dlt.pk, "add_on": queue.pk, "channel": ""}
    made = as_bob.post(url("addonuse", "add"), data | {"service": government.licence.pk})
    assert made.status_code == 302
    use = AddOnUse.objects.get()
    assert use.asked_since
    assert 'name="channel"' not in as_bob.get(url("addonuse", "change", use.pk)).content.decode()
    stopping = {"action": "stop_asking", "_selected_action": [use.pk]}
    done = as_bob.post(url("addonuse", "changelist"), stopping, follow=True).content.decode()
    assert "is asked no longer" in done
    use.refresh_from_db()
    assert use.asked_until


def test_why_it_cannot_be_asked_is_told(as_bob, queue, wave, government, make_add_on):
    add(AddOnUse(wave=wave, agency=government.dlt, add_on=queue))
    four = make_add_on("FOUR", government.dlt, *[f"FOUR_{k}" for k in range(4)])
    data = {"wave": wave.pk, "agency": government.dlt.pk, "add_on": four.pk}
    page = as_bob.post(url("addonuse", "add"), data | {"service": "", "channel": ""})
    assert "With these 6 questions would be added" in page.content.decode()
    for agency, add_on in ((government.dopa, queue), (government.dlt, wave.questionnaire)):
        data |= {"agency": agency.pk, "add_on": add_on.pk}
        assert as_bob.post(url("addonuse", "add"), data).status_code == 200
    assert AddOnUse.objects.count() == 1


def test_lists_of_cores_and_waves_are_free_of_add_ons(client, alice, draft, queue):
    client.force_login(alice)
    assert "QUEUE" not in client.get(url("questionnaire", "changelist")).content.decode()
    assert client.get(url("questionnaire", "change", queue.pk)).status_code == 302
    found = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "surveys", "model_name": "wave", "field_name": "questionnaire", "term": ""},
    )
    assert [row["text"] for row in found.json()["results"]] == ["CORE v1"]


ROWS = [
    ["type", "name", "label", "relevant", "opdc_kind"],
    ["range", "QUEUE_1", "Queue?", "${OV} <= 2", "rating"],
    ["text", "QUEUE_2", "Why?", "${QUEUE_1} <= 2", ""],
]


def upload(rows) -> BytesIO:
    file = workbook(survey=rows)
    file.seek(0)
    file.name = "form.xlsx"
    return file


def test_an_xlsform_becomes_an_add_on_and_goes_out_again(as_bob, government, wave):
    address = url("addon", "import")
    assert b"XLSForm" in as_bob.get(address).content
    fields = {"code": "QUEUE", "owner": government.dlt.pk}
    answer = as_bob.post(address, {"file": upload(ROWS), **fields}, follow=True)
    assert "QUEUE v1 has been made" in answer.content.decode()
    add_on = Questionnaire.objects.get(code="QUEUE")
    assert (add_on.is_add_on, add_on.owner) == (True, government.dlt)
    assert add_on.questions.get(code="QUEUE_1").relevant == "${OV} <= 2"
    add(AddOnUse(wave=wave, agency=government.dlt, add_on=add_on))
    as_bob.post(url("addon", "version", add_on.pk))
    again = Questionnaire.objects.get(code="QUEUE", version=2)
    assert (again.is_add_on, again.owner, again.frozen_at) == (True, government.dlt, None)
    sent = as_bob.get(url("addon", "export", add_on.pk))
    assert content(BytesIO(b"".join(sent.streaming_content))) == content(written(add_on))
    sent.close()


def test_an_xlsform_for_a_neighbour_or_against_the_rules_is_refused(as_bob, government):
    address = url("addon", "import")
    for owner in (government.dopa.pk, ""):
        answer = as_bob.post(address, {"file": upload(ROWS), "code": "QUEUE", "owner": owner})
        assert answer.context["form"].errors["owner"]
    fields = {"code": "OTHER", "owner": government.dlt.pk}
    answer = as_bob.post(address, {"file": upload(ROWS), **fields})
    assert "begins with OTHER_" in answer.content.decode()
    six = [ROWS[0], *[["text", f"QUEUE_{k}", "?", "", ""] for k in range(6)]]
    fields["code"] = "QUEUE"
    answer = as_bob.post(address, {"file": upload(six), **fields})
    assert "at most 5" in answer.content.decode()
    assert not Questionnaire.objects.exists()


def test_the_operator_brings_one_for_all_or_for_one(tmp_path, government, capsys):
    path = tmp_path / "form.xlsx"
    path.write_bytes(upload(ROWS).read())
    call_command("import_xlsform", path, code="QUEUE", add_on=True)
    with pytest.raises(CommandError, match="in use"):
        call_command("import_xlsform", path, code="QUEUE", add_on=True, owner="DLT")
    for options in ({"owner": "DLT"}, {"owner": "none", "add_on": True}):
        with pytest.raises(CommandError, match="takes the code of an agency"):
            call_command("import_xlsform", path, code="Q2", **options)
    with pytest.raises(CommandError, match="no question named “OV”"):
        call_command("import_xlsform", path, code="Q2")
    assert Questionnaire.objects.get().owner is None
