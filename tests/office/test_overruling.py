"""What screening set aside counts again once two people say so, with a reason for everybody."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F
from django.urls import reverse

from analytics.desk.checklist import is_current, last_examination
from analytics.desk.publishing import mark_checked
from responses.models import AgencyScreening, Flag, Overruling, Response
from responses.screening.screen import screen
from surveys.models import Act, Wave
from tests.closing import close_wave
from tests.stuffing import answer_all, everyday, one_night

pytestmark = pytest.mark.django_db
REASON = {"reason_th": "ตู้บริการทำงานผิดพลาด", "reason_en": "The kiosk was broken."}


@pytest.fixture
def doubted(wave, government) -> Wave:
    """An honest agency, and one whose answers of one night look made up."""
    for service in (government.licence, government.id_card):
        answer_all(wave, service, government.counter, everyday(20))
    answer_all(wave, government.licence, government.counter, one_night(15, 60))
    return close_wave(wave)


def aside() -> int:
    return Response.objects.filter(disposition="screened").count()


@pytest.fixture
def screened(doubted) -> Wave:
    screen(doubted)
    assert aside() > 0
    return doubted


def propose(client, wave, government):
    url = reverse("desk:overrulings", args=[wave.code])
    return client.post(url, REASON | {"agency": government.dlt.pk}, follow=True)


def decide(client, step: str):
    found = Overruling.objects.get()
    url = reverse("desk:overrule", args=[found.wave.code, found.pk])
    return client.post(url, {"step": step}, follow=True).content.decode()


def test_two_people_let_it_count_and_everybody_reads_why(
    client, screened, government, officer, approver
):
    before = aside()
    client.force_login(officer)
    assert "waits for somebody else" in propose(client, screened, government).content.decode()
    screen(screened)
    assert aside() == before
    assert "Somebody else agrees" in decide(client, "agree")
    client.force_login(approver)
    assert "Done." in decide(client, "agree")
    screen(screened)
    assert aside() == 0
    assert Flag.objects.filter(withdrawn_at=None).exists()
    assert AgencyScreening.objects.get(agency=government.dlt).final
    Wave.objects.filter(pk=screened.pk).update(state="published")
    client.logout()
    public = client.get(reverse("analytics:screening", args=["W1"])).content.decode()
    assert "The kiosk was broken." in public
    assert Act.objects.filter(what=Act.What.OVERRULE).count() == 2


def test_what_is_withdrawn_is_set_aside_again(client, screened, government, officer, approver):
    before = aside()
    client.force_login(officer)
    propose(client, screened, government)
    client.force_login(approver)
    decide(client, "agree")
    screen(screened)
    decide(client, "withdraw")
    screen(screened)
    assert aside() == before
    assert not Overruling.objects.exists()


def test_what_was_checked_before_is_checked_anew(
    client, screened, government, officer, approver, work
):
    client.force_login(officer)
    client.post(reverse("desk:examine", args=["W1"]))
    work()
    assert is_current(screened, last_examination(screened))
    propose(client, screened, government)
    client.force_login(approver)
    decide(client, "agree")
    assert not is_current(screened, last_examination(screened))
    with pytest.raises(ValidationError):
        mark_checked(screened, officer)


def test_a_reason_is_asked_for(client, screened, government, officer):
    client.force_login(officer)
    url = reverse("desk:overrulings", args=["W1"])
    answer = client.post(url, {"agency": government.dlt.pk}).content.decode()
    assert "This field is required" in answer
    assert not Overruling.objects.exists()


def test_after_publication_nothing_is_overruled(client, screened, government, officer):
    client.force_login(officer)
    Wave.objects.filter(pk=screened.pk).update(state="published")
    assert "or never" in propose(client, screened, government).content.decode()
    assert not Overruling.objects.exists()


@pytest.mark.parametrize("who", ["auditor", "bob"])
def test_nobody_else_overrules(client, screened, government, request, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("desk:overrulings", args=["W1"])).status_code == 403
    assert propose(client, screened, government).status_code == 403


def test_being_late_alone_may_be_forgiven(client, wave, government, officer, approver):
    """A kiosk that was offline for a week; what else was doubted stays aside, and late answers go
    aside again where it is withdrawn."""
    answer_all(wave, government.licence, government.counter, everyday(20))
    answer_all(wave, government.licence, government.counter, one_night(15, 60))
    of_kiosk = Response.objects.order_by("pk").values("pk")[:5]
    arrived = F("answered_at") + timedelta(days=7)
    Response.objects.filter(pk__in=of_kiosk).update(
        source="kiosk", device="k" * 22, received_at=arrived
    )
    screen(closed := close_wave(wave))
    late = Response.objects.filter(flags__rule="late")
    before, of_night = aside(), aside() - 5
    assert (late.count(), of_night > 0) == (5, True)
    client.force_login(officer)
    page = reverse("desk:overrulings", args=["W1"])
    client.post(page, REASON | {"agency": government.dlt.pk, "late_only": "on"})
    client.force_login(approver)
    assert "Only what was handed in late" in client.get(page).content.decode()
    decide(client, "agree")
    screen(closed)
    assert set(late.values_list("disposition", flat=True)) == {"counted"}
    assert aside() == of_night
    act = Act.objects.filter(what=Act.What.OVERRULE).earliest("pk")
    assert act.detail["rule"] == "late"
    decide(client, "withdraw")
    screen(closed)
    assert aside() == before
