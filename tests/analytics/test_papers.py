"""All papers of a wave: each once, again where it failed, onwards where it stopped."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from analytics.models import Computation, Report, Score
from analytics.reporting import papers, requests
from analytics.reporting.at_publication import send_for_papers
from analytics.reporting.papers import next_paper, order_papers, papers_of, progress, zipped
from analytics.scoring.publication import published
from analytics.scoring.scores import compute_scores
from surveys import clock
from surveys.models import Wave
from tests.closing import close_wave

NOON = datetime(2024, 2, 5, 5, tzinfo=UTC)
State = Report.State


@pytest.fixture
def closed(wave, answered) -> Wave:
    with clock.at(datetime(2024, 1, 31, 5, tzinfo=UTC)):
        compute_scores(wave)
    return close_wave(wave)


@pytest.fixture
def cheap(monkeypatch):
    """Papers without their figures: what is in one, others look at."""

    def written(wave, agency, language, *, on_step):
        return b"%PDF " + language.encode()

    monkeypatch.setattr(requests, "write_report", written)


@pytest.fixture
def sent(monkeypatch) -> list[int]:
    """Messages to the workers, which nobody takes."""
    found: list[int] = []
    monkeypatch.setattr(papers.make_next_paper, "delay", found.append)
    return found


def make_all(wave) -> int:
    made = 0
    while (paper := next_paper(wave.pk)) is not None:
        requests.make_report(str(paper.pk))
        made += 1
    return made


def scopes(wave) -> list[tuple[str, str]]:
    rows = papers_of(wave).values_list("agency__code", "language")
    return sorted((code or "", language) for code, language in rows)


def test_each_scope_is_ordered_once_in_both_languages(closed, sent):
    waiting = order_papers(closed)
    assert ("", "th") in scopes(closed)
    assert ("DLT", "en") in scopes(closed)
    assert len(set(scopes(closed))) == waiting == papers_of(closed).count()
    assert order_papers(closed) == waiting == papers_of(closed).count()


@pytest.mark.parametrize("agency", [True, False])
def test_the_database_refuses_a_second_row(closed, government, agency):
    scope = government.dlt if agency else None
    words = {"wave": closed, "agency": scope, "language": "th", "requested_at": NOON}
    Report.objects.create(in_set=True, **words)
    Report.objects.create(**words)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(in_set=True, **words)


def test_suppressed_agencies_have_none(closed, government, sent):
    Score.objects.filter(wave=closed, agency=government.dlt).update(withheld=True)
    order_papers(closed)
    assert "DLT" not in {code for code, _language in scopes(closed)}


def test_all_are_made_and_stand_in_one_file(closed, cheap, sent):
    waiting = order_papers(closed)
    assert make_all(closed) == waiting
    assert progress(closed).complete
    archive = ZipFile(BytesIO(b"".join(zipped(closed))))
    assert len(archive.namelist()) == len(set(archive.namelist())) == waiting
    assert archive.read("en/W1-DLT.pdf") == b"%PDF en"
    assert order_papers(closed) == 0


def test_a_worker_makes_one_and_sends_for_the_next(closed, cheap, sent):
    waiting = order_papers(closed)
    papers.make_next_paper(closed.pk)
    assert progress(closed).done == 1
    assert progress(closed).left == waiting - 1
    assert sent == [closed.pk]


def test_what_failed_is_made_again_when_ordered_again(closed, cheap, sent):
    order_papers(closed)
    make_all(closed)
    one = papers_of(closed).first()
    papers_of(closed).filter(pk=one.pk).update(state=State.FAILED, error="no space left")
    assert progress(closed).failed == 1
    assert order_papers(closed) == 1
    assert make_all(closed) == 1
    assert progress(closed).complete


def test_what_a_dead_worker_held_is_taken_over(closed, cheap, sent):
    with clock.at(NOON):
        waiting = order_papers(closed)
        held = next_paper(closed.pk)
        assert Report.claim(str(held.pk))
        assert make_all(closed) == waiting - 1
        assert progress(closed).left == 1
    with clock.at(NOON + timedelta(minutes=6)):
        papers.resume_papers()
        assert sent == [closed.pk] * papers.AT_ONCE
        assert make_all(closed) == 1
    assert progress(closed).complete


def test_a_set_that_goes_on_is_left_alone(closed, sent):
    with clock.at(NOON):
        order_papers(closed)
    with clock.at(NOON + timedelta(minutes=6)):
        Report.claim(str(next_paper(closed.pk).pk))
        papers.resume_papers()
    assert sent == []


def test_new_figures_make_new_papers(closed, cheap, sent):
    waiting = order_papers(closed)
    make_all(closed)
    Computation.objects.update(computed_at=clock.now() + timedelta(seconds=1))
    assert order_papers(closed) == waiting


def test_publication_sends_for_them_unless_simulated(
    closed, monkeypatch, django_capture_on_commit_callbacks
):
    ordered = []
    monkeypatch.setattr(
        "celery.app.base.Celery.send_task", lambda app, name, args: ordered.append((name, args))
    )
    for simulated in (True, False):
        closed.simulated = simulated
        with django_capture_on_commit_callbacks(execute=True):
            send_for_papers(closed)
    assert ordered == [(papers.order_at_publication.name, [closed.pk])]
    assert send_for_papers in [receiver() for _key, receiver, *_rest in published.receivers]


def test_the_command_makes_them_here(closed, cheap, tmp_path, capsys):
    call_command("papers", "W1", "--here", "--zip", str(tmp_path / "all.zip"))
    assert " 0 failed, 0 left" in capsys.readouterr().out
    with ZipFile(tmp_path / "all.zip") as archive:
        assert len(archive.namelist()) == papers_of(closed).count()


def test_the_page_orders_watches_and_gives_the_file(client, alice, closed, cheap, sent):
    client.force_login(alice)
    page, file = reverse("desk:papers", args=["W1"]), reverse("desk:papers_file", args=["W1"])
    assert client.get(file).status_code == 404
    assert client.post(page).status_code == 302
    everything = papers_of(closed).count()
    assert f"0 of {everything} are ready" in client.get(page).content.decode()
    make_all(closed)
    assert f"{everything} of {everything} are ready" in client.get(page).content.decode()
    assert len(ZipFile(BytesIO(b"".join(client.get(file)))).namelist()) == everything


def test_an_agency_neither_sees_nor_orders_them(client, bob, closed, sent):
    client.force_login(bob)
    for name in ("desk:papers", "desk:papers_file"):
        assert client.get(reverse(name, args=["W1"])).status_code in (403, 404)
    assert client.post(reverse("desk:papers", args=["W1"])).status_code in (403, 404)
    assert papers_of(closed).count() == 0
