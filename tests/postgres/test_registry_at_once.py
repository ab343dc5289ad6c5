"""Two people of the office bring lists at the same moment: one is told that the registry has
changed since she looked, and nothing of either is lost in silence."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from surveys import registry_lists
from surveys.models import Act, Service, User
from surveys.office import registry_views
from surveys.roles import place
from tests.postgres.conftest import Elsewhere, at_once

HEAD = "code,agency,name_th,name_en\n"
TOLD = "The registry has changed since"


def officer(name: str) -> Client:
    user = User.objects.create_user(name, f"{name}@example.org", "x")
    place(user, "Survey office")
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def offices(government):
    return [officer(name) for name in ("somchai", "wanida")]


def look(client: Client, rows: str, **data) -> dict[str, str]:
    """The list as it was shown, to be agreed to."""
    data["file"] = SimpleUploadedFile("list.csv", (HEAD + rows).encode())
    shown = client.post("/en/office/registry/services/", data).context
    return {"said": shown["said"], "digest": shown["digest"]}


def agree(client: Client, shown: dict[str, str]) -> str:
    page = client.post("/en/office/registry/services/apply/", shown, follow=True)
    return page.content.decode()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("DLT-1,DLT,ก,First\n", "DLT-1,DLT,ก,Second\n"),
        ("NEW,DLT,ก,First\n", "NEW,DLT,ก,Second\n"),
        ("DLT-1,DLT,ก,First\nNEW,DLT,ข,\n", "DLT-1,DLT,ก,Second\nOTHER,DLT,ค,\n"),
    ],
)
def test_two_who_agree_at_the_same_moment(offices, first, second):
    shown = [look(client, rows) for client, rows in zip(offices, (first, second), strict=True)]
    said = at_once([lambda k=k: agree(offices[k], shown[k]) for k in (0, 1)])
    assert sorted(TOLD in page for page in said) == [False, True]
    won = "First" if TOLD in said[1] else "Second"
    assert (
        Service.objects.filter(name_en__in=["First", "Second"])
        .values_list("name_en", flat=True)
        .get()
        == won
    )
    act = Act.objects.get(what=Act.What.REGISTRY)
    assert act.who == ("somchai" if won == "First" else "wanida")
    assert Service.objects.filter(code__in=["NEW", "OTHER"]).count() <= 1


def test_a_whole_list_does_not_retire_what_was_added_meanwhile(offices, monkeypatch):
    """She agrees while the list of the other one is being stored, and waits for it."""
    added, whole = (
        look(offices[0], "NEW,DLT,ก,New\n"),
        look(offices[1], "DLT-1,DLT,ก,Licence\n", whole="on"),
    )
    waiting = []
    bring_in = registry_lists.bring_in

    def then_the_other_one_agrees(*args, **kwargs):
        bring_in(*args, **kwargs)
        if not waiting:
            waiting.append(Elsewhere(lambda: agree(offices[1], whole)))
            assert waiting[0].waits()

    monkeypatch.setattr(registry_views, "bring_in", then_the_other_one_agrees)
    assert TOLD not in agree(offices[0], added)
    assert TOLD in waiting[0].result()
    assert Service.objects.get(code="NEW").retired_on is None
    assert not Service.objects.exclude(retired_on=None).exists()


def test_what_a_colleague_changes_by_hand_is_not_overwritten(offices):
    shown = look(offices[0], "DLT-1,DLT,ก,First\n")
    Service.objects.filter(code="DLT-1").update(name_en="By hand")
    assert TOLD in agree(offices[0], shown)
    assert Service.objects.get(code="DLT-1").name_en == "By hand"
