"""Whoever opens, closes, publishes or exports is put on record, once, for good."""

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.urls import reverse

from analytics.scoring.publication import publish
from responses.office.exports import export_responses
from surveys.models import Act, FrozenError, User, Wave
from surveys.waves import open_wave
from tests.closing import close_wave


@pytest.fixture
def officer(db) -> User:
    """Works in the survey office."""
    user = User.objects.create_user("somchai", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="surveys"))
    return user


def acts() -> list[tuple[str, str, str | None]]:
    found = Act.objects.order_by("pk").values_list("what", "about", "by__username")
    return [tuple(each) for each in found]


def test_a_wave_from_opening_to_export(draft, officer, tmp_path):
    wave = open_wave(draft, actor=officer)
    published = publish(close_wave(wave), actor=officer)
    export_responses(published, tmp_path / "all.csv", actor=officer)
    assert acts() == [
        ("open", wave.code, "somchai"),
        ("close", wave.code, None),  # as the command line does
        ("publish", wave.code, "somchai"),
        ("export", wave.code, "somchai"),
    ]
    last = Act.objects.first()
    assert last.detail == {"rows": 0, "excluded": False, "texts": True}
    assert Act.objects.get(what="publish").detail == {"results": published.seal["results"]}


def test_the_office_opens_under_its_own_name(draft, officer, client):
    client.force_login(officer)
    about = {"action": "open_waves", "_selected_action": [draft.pk]}
    client.post(reverse("admin:surveys_wave_changelist"), about)
    assert Wave.objects.get().state == Wave.State.OPEN
    assert acts() == [("open", draft.code, "somchai")]
    assert "somchai" in client.get(reverse("admin:surveys_act_changelist")).content.decode()
    assert client.get(reverse("admin:surveys_act_add")).status_code == 403


def test_what_fails_is_no_act(wave):
    before = acts()
    with pytest.raises(ValidationError):
        open_wave(wave)
    assert acts() == before


def test_an_act_stays(wave, officer):
    act = Act.objects.get()
    act.by = officer
    for change in (act.save, act.delete):
        with pytest.raises(FrozenError):
            change()
    assert acts() == [("open", wave.code, None)]
