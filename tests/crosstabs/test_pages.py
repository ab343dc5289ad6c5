"""The pages of cross-tabs: whose they are, and the way from asking to a file."""

import csv
import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from analytics.crosstabs.making import make_crosstab, requeue_lost_crosstabs
from analytics.models import CrossTab
from surveys import clock
from surveys.models import Act
from surveys.roles import place

PAGE = "/en/office/crosstabs/"
ORDER = {"rows": "question OV", "columns": "channel", "measure": "answers"}


@pytest.fixture
def asked(client, over, alice):
    client.force_login(alice)
    answer = client.post(f"{PAGE}?of=wave+W1", ORDER)
    tab = CrossTab.objects.get()
    assert answer["Location"] == f"{PAGE}{tab.pk}/"
    return tab


@pytest.fixture
def made(asked):
    make_crosstab(str(asked.pk))
    return CrossTab.objects.get()


def test_from_asking_to_taking_away_each_step_on_record(client, asked):
    address = asked.get_absolute_url()
    assert "Waiting for a worker" in client.get(address).content.decode()
    assert client.get(f"{PAGE}{asked.pk}/table.csv").status_code == 404
    make_crosstab(str(asked.pk))
    page = client.get(f"{PAGE}{asked.pk}/").content.decode()
    assert "not an official figure, and not for publication" in page
    assert "Overall satisfaction × Channel" in page
    assert "Service counter" in page
    taken = client.get(f"{PAGE}{asked.pk}/table.csv")
    lines = list(csv.DictReader(StringIO(taken.content.decode("utf-8-sig"))))
    everybody = next(line for line in lines if line["row"] == line["column"] == "All")
    assert everybody["answers"] == "192"
    for line in lines:
        assert (line["answers"] == "") == (line["suppressed"] == "1")
    acts = Act.objects.filter(kind="crosstab").order_by("pk")
    assert [(act.what, act.who) for act in acts] == [("order", "alice"), ("export", "alice")]
    assert acts[0].detail["rows"] == "question OV"
    assert "Overall satisfaction × Channel" in client.get(PAGE).content.decode()
    thai = client.get(f"/th/office/crosstabs/{asked.pk}/").content.decode()
    assert "ไม่ใช่ตัวเลขทางการ" in thai


def test_agencies_researchers_and_visitors_are_refused(client, made, bob, django_user_model):
    pages = [PAGE, f"{PAGE}{made.pk}/", f"{PAGE}{made.pk}/table.csv"]
    client.logout()
    for page in pages:
        assert "/account/login/" in client.get(page)["Location"]
    researcher = django_user_model.objects.create_user("wit", "wit@example.org", "pass-of-wit")
    place(researcher, "Researcher")
    author = django_user_model.objects.create_user("ann", "ann@example.org", "pass-of-ann")
    place(author, "Add-on author")
    manager = django_user_model.objects.create_user(
        "man", "man@example.org", "pass-of-man", agency=bob.agency
    )
    place(manager, "Agency manager")
    for user in (bob, researcher, author, manager):
        client.force_login(user)
        assert {client.get(page).status_code for page in pages} == {403}
        assert client.post(f"{PAGE}?of=wave+W1", ORDER).status_code == 403
    assert CrossTab.objects.count() == 1


def test_an_auditor_reads_and_does_not_ask(client, made, django_user_model):
    auditor = django_user_model.objects.create_user("aud", "aud@example.org", "pass-of-aud")
    place(auditor, "Auditor")
    client.force_login(auditor)
    assert "Service counter" in client.get(f"{PAGE}{made.pk}/").content.decode()
    assert 'name="of"' not in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}?of=wave+W1", ORDER).status_code == 403


def test_a_wave_that_runs_is_not_offered(client, wave, alice):
    client.force_login(alice)
    assert "No wave has closed yet" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}?of=wave+W1", ORDER)
    assert not CrossTab.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"columns": "question OV"}, "Choose another column"),
        ({"measure": "satisfied"}, "Count answers where a column is the overall rating."),
        ({"first": "2026-03", "last": "2026-01"}, "The last month comes before the first."),
    ],
)
def test_what_cannot_be_counted_is_said(client, over, alice, given, said):
    client.force_login(alice)
    page = client.post(f"{PAGE}?of=wave+W1", ORDER | given).content.decode()
    assert said in page
    assert not CrossTab.objects.exists()


INJECTIONS = [
    'question OV"; DROP TABLE responses_response; --',
    "service' OR '1'='1",
    "read_csv('/etc/passwd')",
    '"',
    "question D7",
    "receipt",
    "answers->>'OV'",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_nothing_that_a_person_writes_becomes_part_of_a_query(client, over, alice, text):
    client.force_login(alice)
    for field in ("rows", "columns", "measure", "first", "only"):
        page = client.post(f"{PAGE}?of=wave+W1", ORDER | {field: text})
        assert page.status_code == 200
        assert "There is a problem" in page.content.decode()
    assert client.get(PAGE, {"of": text}).status_code == 200
    page = client.post(f"{PAGE}?of=wave+W1", ORDER | {"only": f"agency={text}"})
    assert "There is a problem" in page.content.decode()
    assert not CrossTab.objects.exists()


def test_the_day_is_that_of_thailand(client, made):
    """At half past three in the morning it is still yesterday in London."""
    CrossTab.objects.update(counted_at=datetime(2026, 11, 29, 20, 30, tzinfo=UTC))
    page = client.get(f"{PAGE}{made.pk}/").content.decode()
    assert "As of 30 November 2026, 03:30." in page


def test_a_table_is_kept_as_long_as_the_page_says(client, made):
    page = client.get(PAGE).content.decode()
    days = int(re.search(r"(\d+) days", page)[1])
    for age, there in ((days - 1, True), (days + 1, False)):
        CrossTab.objects.update(requested_at=clock.now() - timedelta(days=age))
        requeue_lost_crosstabs()
        assert CrossTab.objects.exists() is there
