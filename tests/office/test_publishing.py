"""One person checks, another approves, the order waits for its moment; the public sees it then."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from analytics.desk import publishing
from analytics.desk.checklist import checklist, last_examination
from analytics.models import Publication
from responses.models import Leaf, Response
from surveys import clock
from surveys.models import Act, FrameCell, Wave
from tests.closing import close_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(wave, answered) -> Wave:
    return close_wave(wave)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr(publishing.publish_due, "delay", lambda: None)


def post(client, name: str, wave: Wave, **data):
    return client.post(reverse(f"desk:{name}", args=[wave.code]), data, follow=True)


def page(client, wave: Wave) -> str:
    return client.get(reverse("desk:publication", args=[wave.code])).content.decode()


def acts(wave: Wave) -> list[tuple[str, str]]:
    found = Act.objects.filter(kind="wave", about=wave.code).exclude(by=None).order_by("pk")
    return list(found.values_list("what", "by__username"))


@pytest.fixture
def examined(client, closed, officer, work) -> Wave:
    client.force_login(officer)
    post(client, "examine", closed)
    work()
    return closed


def test_from_closed_to_public(client, examined, officer, approver):
    assert "held against the log; 0 faults" in page(client, examined)
    assert "2 of" in page(client, examined) or "suppressed" in page(client, examined)
    post(client, "step", examined, step="check")
    client.force_login(approver)
    post(client, "step", examined, step="approve")
    assert "You may not open" in post(client, "order", examined, code="W1").content.decode()
    client.force_login(officer)
    wrong = post(client, "order", examined, code="W2")
    assert "This is not the code" in wrong.content.decode()
    post(client, "order", examined, code="W1")
    assert client.get("/en/office/").status_code == 200
    publishing.publish_due()
    examined.refresh_from_db()
    assert examined.state == Wave.State.PUBLISHED
    assert acts(examined) == [
        ("check", "somchai"),
        ("approve", "prasit"),
        ("schedule", "somchai"),
        ("publish", "somchai"),
    ]
    assert examined.seal["results"] == Publication.objects.get().results


def test_whoever_checked_does_not_approve(client, examined, officer, colleague):
    post(client, "step", examined, step="check")
    refused = post(client, "step", examined, step="approve").content.decode()
    assert "Somebody else approves" in refused
    assert Publication.objects.get().approved_by is None
    with pytest.raises(ValidationError):
        publishing.approve(examined, officer)
    client.force_login(colleague)
    post(client, "step", examined, step="approve")
    assert Publication.objects.get().approved_by == colleague


def test_nothing_is_checked_before_it_was_gone_through(client, closed, officer):
    client.force_login(officer)
    refused = post(client, "step", closed, step="check").content.decode()
    assert "Not yet:" in refused
    assert not Publication.objects.exists()


@pytest.mark.parametrize("step", ["check", "approve"])
def test_an_auditor_looks_and_does_nothing(client, examined, officer, auditor, step):
    if step == "approve":
        publishing.mark_checked(examined, officer)
    client.force_login(auditor)
    assert client.get(reverse("desk:publication", args=["W1"])).status_code == 200
    assert post(client, "step", examined, step=step).status_code == 403
    assert post(client, "examine", examined).status_code == 403


def test_an_agency_sees_no_desk(client, closed, bob):
    client.force_login(bob)
    for name in ("wave", "publication", "preview", "log"):
        assert client.get(reverse(f"desk:{name}", args=["W1"])).status_code == 403
    assert client.get(reverse("desk:waves")).status_code == 403


def test_the_embargo_is_kept_to_the_hour(client, examined, officer, colleague):
    publishing.mark_checked(examined, officer)
    publishing.approve(examined, colleague)
    day = clock.today() + timedelta(days=2)
    be = f"{day.day:02}/{day.month:02}/{day.year + 543}"
    post(client, "order", examined, code="W1", day=be, hour="09:00")
    due = Publication.objects.get().due_at
    assert timezone.localtime(due).strftime("%H:%M") == "09:00"
    page = "/en/office/waves/W1/publication/"
    with clock.at(due - timedelta(minutes=1)):
        publishing.publish_due()
        html = client.get(page).content.decode()
    assert "Becomes public on" in html
    assert "It is being published." not in html
    assert Wave.objects.get().state == Wave.State.CLOSED
    with clock.at(due):
        html = client.get(page).content.decode()
        assert "It is being published." in html
        assert f'hx-get="{page}" hx-trigger="every' in html
        publishing.publish_due()
        html = client.get(page).content.decode()
    assert "It is being published." not in html
    assert "hx-trigger" not in html
    assert Wave.objects.get().state == Wave.State.PUBLISHED


def test_a_moment_that_has_passed_is_refused(client, examined, officer, colleague):
    publishing.mark_checked(examined, officer)
    publishing.approve(examined, colleague)
    answer = post(client, "order", examined, code="W1", day="01/01/2560").content.decode()
    assert "This moment has passed" in answer
    assert Publication.objects.get().due_at is None


def test_what_is_sent_back_is_checked_anew(client, examined, officer, colleague):
    publishing.mark_checked(examined, officer)
    publishing.approve(examined, colleague)
    assert "required" in post(client, "step", examined, step="return", why="").content.decode()
    post(client, "step", examined, step="return", why="The title is wrong.")
    assert not Publication.objects.exists()
    assert "The title is wrong." in page(client, examined)
    assert acts(examined)[-1] == ("return", "somchai")


def test_a_changed_frame_stops_the_publication_and_says_why(client, examined, officer, colleague):
    publishing.mark_checked(examined, officer)
    publishing.approve(examined, colleague)
    publishing.order(examined, officer)
    FrameCell.objects.filter(frame=examined.frame).update(encounters=1)
    publishing.publish_due()
    assert Wave.objects.get().state == Wave.State.CLOSED
    assert "Changed since the wave closed: frame" in page(client, examined)


def test_the_checklist_finds_what_somebody_changed(client, closed, officer, work):
    client.force_login(officer)
    post(client, "examine", closed)
    work()
    FrameCell.objects.filter(frame=closed.frame).update(encounters=1)
    response = Response.objects.get(receipt=Leaf.objects.first().receipt)
    Response.objects.filter(pk=response.pk).update(answers={"OV": 1})
    post(client, "examine", closed)
    work()
    job = last_examination(closed)
    failed = [line.found for line in checklist(closed, job, current=True) if not line.holds]
    assert failed == ["frame", "50 responses held against the log; 1 faults"]
    log = client.get(reverse("desk:log", args=["W1"])).content.decode()
    assert response.receipt in log


def test_the_preview_is_the_public_page_and_publishes_nothing(client, examined, officer, bob):
    preview = client.get(reverse("desk:preview", args=["W1"])).content.decode()
    assert "Preview: not published" in preview
    assert "Not published yet" not in preview
    assert Wave.objects.get().state == Wave.State.CLOSED
    publishing.publish(examined)
    client.logout()
    public = client.get(reverse("analytics:wave", args=["W1"])).content.decode()
    # The release is made with the publication, and not before.
    assert main_of(preview) == re.sub(r"<h3>Releases</h3>.*?</ol>", "", main_of(public), flags=re.S)


def main_of(html: str) -> str:
    return html.split("<main")[1].split("</main>")[0]
