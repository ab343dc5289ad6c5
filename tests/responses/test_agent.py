"""What a caller answers, entered by a telephone agent: by permission, whole, once."""

import pytest
from django.contrib.auth.models import Permission

from responses.models import Response
from surveys.models import Channel, User
from tests.closing import close_wave

pytestmark = pytest.mark.django_db
KEY = "abcdefghij-ABCDEFGHI_0"


@pytest.fixture
def line(wave, government) -> Channel:
    line = Channel.objects.create(
        code="cc1111", family="telephone", position=9, name_th="สายด่วน 1111", name_en="1111"
    )
    cell = wave.frame.cells.first()
    for service in (government.licence, government.id_card):
        wave.frame.cells.create(
            service=service,
            channel=line,
            encounters=500,
            starts_on=cell.starts_on,
            ends_on=cell.ends_on,
        )
    return line


@pytest.fixture
def agent(client, db) -> User:
    user = User.objects.create_user("dao", "dao@example.org", "pass-of-dao")
    user.user_permissions.add(Permission.objects.get(codename="take_calls"))
    client.force_login(user)
    return user


@pytest.fixture
def url(line) -> str:
    return "/agent/DLT-1/cc1111/"


def test_a_service_is_found_by_its_agency_too(client, agent, line):
    html = client.get("/agent/?lang=en&q=transport").content.decode()
    assert "/agent/DLT-1/cc1111/?lang=en" in html
    assert "DOPA-1" not in html
    assert "DOPA-1" in client.get("/agent/?q=บัตร").content.decode()
    assert "No service is found" in client.get("/agent/?lang=en&q=moon").content.decode()


def test_the_whole_call_is_stored_once(client, agent, url):
    answers = {"key": KEY, "OV": "4", "P1": "0", "D2": "f", "D7": "เสียงดัง"}
    for _time in range(2):
        sent = client.post(url + "?lang=en", answers)
        assert sent.status_code == 303
    stored = Response.objects.get()
    assert stored.answers == {"OV": 4, "P1": 0, "D2": "f", "D7": "เสียงดัง"}
    assert (stored.source, stored.channel.code, stored.entry_point) == ("agent", "cc1111", None)
    assert stored.receipt in client.get(sent["Location"]).content.decode()


@pytest.fixture
def longer(questionnaire) -> None:
    def ask(code, kind, **fields):
        position = questionnaire.questions.count()
        questionnaire.questions.create(
            code=code, kind=kind, text_th=code, position=position, **fields
        )

    ask("poor", "group", relevant="${OV} <= 2")
    ask("why", "text", group="poor")
    ask("age", "number", constraint=". >= 20", may_not_apply=True)
    ask("thanks", "note")


def test_the_page_knows_whom_a_question_is_for(longer, client, agent, url):
    html = client.get(url + "?lang=en").content.decode()
    assert 'data-relevant="[&quot;&lt;=&quot;' in html
    assert 'data-name="why"' in html
    assert '<p class="note">thanks</p>' in html
    assert "js/relevance.js" in html
    slip = client.post(url + "?lang=en", {"key": KEY, "OV": "5", "age": "19"})
    assert "age: This answer does not fit. Please check it." in slip.content.decode()
    client.post(url, {"key": KEY, "OV": "5", "why": "x", "age:na": "n/a"})
    assert Response.objects.get().answers == {"OV": 5, "age": "n/a"}


def test_a_slip_keeps_the_call(client, agent, url):
    page = client.post(url, {"key": KEY, "P1": "3"})
    assert 'role="alert"' in page.content.decode()
    assert KEY in page.content.decode()
    assert client.post(url, {"key": "forged", "OV": "3"}).status_code == 200
    assert not Response.objects.exists()


def test_what_is_not_asked_by_telephone_today_is_not_found(client, agent, url, wave):
    for address in ("/agent/DLT-2/cc1111/", "/agent/DLT-1/counter/", "/agent/NO/cc1111/"):
        assert client.get(address).status_code == 404
    close_wave(wave)
    assert client.post(url, {"key": KEY, "OV": "3"}).status_code == 404


def test_nobody_without_the_permission(client, url, bob):
    for address in ("/agent/", url):
        assert "/account/login/" in client.get(address)["Location"]
    client.force_login(bob)
    for address in ("/agent/", url):
        assert client.get(address).status_code == 403
    assert client.post(url, {"key": KEY, "OV": "3"}).status_code == 403
    assert not Response.objects.exists()


def test_staff_of_an_agency_take_calls_about_their_own(client, agent, url, government):
    agent.agency = government.dopa
    agent.save()
    found = client.get("/agent/").content.decode()
    assert "/agent/DOPA-1/cc1111/" in found
    assert url not in found
    assert client.get(url).status_code == 404
    assert client.post(url, {"key": KEY, "OV": "1"}).status_code == 404
    assert not Response.objects.exists()
    agent.agency = government.dlt.parent
    agent.save()
    assert url in client.get("/agent/").content.decode()
    assert client.get(url).status_code == 200
