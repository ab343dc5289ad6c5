"""What changed since an earlier wave: from stored scores, for those who may see them."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command

from analytics.dashboards.change_views import changes_of
from analytics.dashboards.pages import AgencyScores
from analytics.estimation import mover
from analytics.estimation.change import Direction
from analytics.estimation.official import Edition, Rule
from analytics.models import Score
from analytics.scoring.changes import Break, Missing, changes, earlier_waves, without_change
from analytics.wording.change import change_sentence
from surveys.models import Wave


@pytest.fixture
def waves(wave):
    """The same survey twice, the first published."""
    Wave.objects.filter(pk=wave.pk).update(state=Wave.State.CLOSED)
    earlier = Wave.objects.get(pk=wave.pk)
    earlier.pk, earlier.code, earlier.title_en = None, "W0", "Last year"
    earlier.ends_on = wave.starts_on - timedelta(days=1)
    earlier.starts_on = earlier.ends_on - timedelta(days=90)
    earlier.state = Wave.State.PUBLISHED
    earlier.save(force_insert=True)
    wave.refresh_from_db()
    return earlier, wave


def score(wave, share, n=400, level="agency", **fields):
    defaults = {
        "wave": wave,
        "level": level,
        "question": "Q1",
        "is_overall": True,
        "measure": "top_two_box",
        "estimate": share,
        "se": (share * (1 - share) / n) ** 0.5,
        "low": share - 0.02,
        "high": share + 0.02,
        "n": n,
        "n_kish": n,
        "n_eff": n,
        "size": n,
        "df": n - 1,
        "edition": 2,
        "evidence": "PROBABILITY",
        "population": 10_000,
        "verdict": "INCONCLUSIVE",
    }
    return Score.objects.create(**defaults | fields)


def test_a_move_from_the_counter_to_the_web_is_no_change(waves, government):
    """Each channel stays as it is; the web, which pleases less, grows."""
    for wave, mix in zip(waves, (0.8, 0.2), strict=True):
        whole = mix * 0.95 + (1 - mix) * 0.80
        score(wave, whole, 2000, agency=government.dlt)
        for channel, share, part in (
            (government.counter, 0.95, mix),
            (government.online, 0.80, 1 - mix),
        ):
            score(
                wave,
                share,
                int(2000 * part),
                "agency_channel",
                agency=government.dlt,
                channel=channel,
                population=int(10_000 * part),
            )
    found = {each.domain.level: each for each in changes(*waves)}["agency"]
    assert found.same_mix.difference.value == pytest.approx(0, abs=1e-12)
    assert found.same_mix.covered == pytest.approx(1)
    assert found.direction is Direction.NO_EVIDENCE
    assert found.raw.interval.high < 0  # as counted it fell
    assert found.raw.value == pytest.approx(-0.09)


def test_what_one_shows_alone_may_be_luck_in_a_long_list(waves, government):
    services = [government.licence, government.id_card, government.tax]
    for k, service in enumerate(services):
        agency = service.agency
        score(waves[0], 0.90, level="service", service=service, agency=agency)
        share = 0.942 if k == 0 else 0.90
        score(waves[1], share, level="service", service=service, agency=agency)
    found = changes(*waves)[0]
    assert found.direction is Direction.IMPROVED
    assert found.direction_in_list is Direction.NO_EVIDENCE
    alone = mover.p_values(*([each] for each in found.behind), (Rule(Edition.SECOND),) * 2)[0]
    assert found.p_adjusted == pytest.approx(3 * alone)
    assert alone < 0.05


def test_a_suppressed_figure_is_in_no_change(waves, government):
    for wave in waves:
        score(wave, 0.9, agency=government.dlt, withheld=wave == waves[0])
        for channel, hidden in ((government.counter, False), (government.online, True)):
            score(
                wave,
                0.9 if not hidden else 0.1,
                level="ministry_channel",
                agency=government.dlt.parent,
                channel=channel,
                withheld=hidden,
                population=5_000,
            )
        score(wave, 0.5, level="ministry", agency=government.dlt.parent)
    found = changes(*waves)
    assert {each.domain.level for each in found} == {"ministry", "ministry_channel"}
    ministry = next(each for each in found if each.domain.level == "ministry")
    assert ministry.same_mix.covered == pytest.approx(0.5)
    assert ministry.same_mix.difference.value == 0  # of the channel that is shown


def test_the_page_of_an_agency_makes_the_changes_that_stored_scores_make(waves, government, alice):
    """Also for OPDC, which sees what is suppressed, and for a channel that is suppressed."""
    ministry = government.dlt.parent
    channels = ((government.counter, 0.9, False), (government.online, 0.1, True))
    for wave in waves:
        score(wave, 0.5, level="ministry", agency=ministry)
        for channel, share, hidden in channels:
            fields = {"channel": channel, "withheld": hidden, "population": 5_000}
            score(wave, share, level="ministry_channel", agency=ministry, **fields)
        score(wave, 0.3, level="ministry", agency=ministry, question="Q2", is_overall=False)
    Wave.objects.update(state=Wave.State.PUBLISHED)
    waves[1].refresh_from_db()
    expected = {each.domain: each for each in changes(*waves, ministry)}
    assert len(expected) == 2
    for user in (alice, AnonymousUser()):
        scores = AgencyScores(user, waves[1], ministry)
        scores.headline()  # read, and for OPDC no longer suppressed
        found = {each.domain: each for each in changes_of(scores)}
        assert found.keys() == expected.keys()
        for domain, each in found.items():
            assert (each.difference, each.p_adjusted) == (
                expected[domain].difference,
                expected[domain].p_adjusted,
            )
            assert each.after.pk == expected[domain].after.pk


def test_shares_change_also_where_the_mean_is_declared(waves, government):
    for wave in waves:
        Wave.objects.filter(pk=wave.pk).update(method=wave.method | {"measure": "mean_percent"})
        wave.refresh_from_db()
        score(wave, 0.9, agency=government.dlt)
        score(wave, 0.8, agency=government.dlt, measure="mean_percent")
    Wave.objects.update(state=Wave.State.PUBLISHED)
    waves[1].refresh_from_db()
    (found,) = changes_of(AgencyScores(AnonymousUser(), waves[1], government.dlt))
    assert found.after.measure == "top_two_box"


def test_other_evidence_or_another_edition_is_a_break(waves, government):
    score(waves[0], 0.9, agency=government.dlt, evidence="SELF_SELECTED")
    score(waves[1], 0.9, agency=government.dlt)
    (found,) = changes(*waves)
    assert found.breaks == (Break.EVIDENCE,)


def test_the_earlier_wave_is_a_published_one_of_the_same_kind(waves):
    earlier, wave = waves
    assert list(earlier_waves(wave)) == [earlier]
    assert not earlier_waves(earlier)
    Wave.objects.filter(pk=earlier.pk).update(simulated=not wave.simulated)
    assert not earlier_waves(wave)


@pytest.fixture
def changed(waves, government):
    for wave, share in zip(waves, (0.80, 0.95), strict=True):
        for agency in (government.dlt, government.dopa):
            score(wave, share, agency=agency)
        score(wave, share, 800, level="nation")
    return waves


def test_the_command_prints_every_change(changed):
    out = StringIO()
    call_command("change", "W1", "W0", json=True, stdout=out)
    records = json.loads(out.getvalue())
    assert [r["domain"]["level"] for r in records].count("agency") == 2
    assert all(r["direction"] == r["direction_in_list"] == "IMPROVED" for r in records)
    assert records[0]["raw"]["low"] < records[0]["raw"]["value"] < records[0]["raw"]["high"]
    out = StringIO()
    call_command("change", "W1", "W0", stdout=out)
    assert "3 changes" in out.getvalue()
    for wrong in (("W0", "W1"), ("W1", "NONE")):
        with pytest.raises(CommandError):
            call_command("change", *wrong)


def test_everybody_sees_the_change_between_published_waves(client, changed):
    Wave.objects.filter(code="W1").update(state=Wave.State.PUBLISHED)
    page = client.get("/en/waves/W1/change/").content.decode()
    assert "+15.0" in page
    assert "improved" in page
    records = client.get("/api/v1/waves/W1/changes/").json()["results"]
    assert {r["direction"] for r in records} == {"IMPROVED"}
    assert client.get("/api/v1/waves/W1/changes/?since=NONE").status_code == 404
    assert "+15.0" in client.get(f"/en/agency/{_agency(changed)}/?wave=W1").content.decode()


def _agency(waves):
    return Score.objects.filter(wave=waves[1], level="agency").first().agency.code


def test_before_publication_an_agency_sees_its_own_change_alone(client, changed, bob):
    """`bob` works for one agency; the neighbour's change is not his."""
    client.force_login(bob)
    records = client.get("/api/v1/waves/W1/changes/").json()["results"]
    assert {r["agency"] for r in records} == {bob.agency.code}
    client.logout()
    assert client.get("/api/v1/waves/W1/changes/").status_code == 404
    assert client.get("/en/waves/W1/change/").status_code == 404


def test_while_a_wave_is_open_no_change_is_shown(client, changed, alice):
    Wave.objects.filter(code="W1").update(state=Wave.State.OPEN)
    client.force_login(alice)
    assert "No change can be shown" in client.get("/en/waves/W1/change/").content.decode()
    assert client.get("/api/v1/waves/W1/changes/").json()["results"] == []


def test_another_question_or_other_evidence_forbids_the_word(waves, government):
    """Nor does what cannot be compared make the others' list any longer."""
    score(waves[0], 0.80, agency=government.dlt, evidence="SELF_SELECTED")
    score(waves[1], 0.95, agency=government.dlt)
    for wave, share in zip(waves, (0.80, 0.95), strict=True):
        score(wave, share, agency=government.dopa)
    found = {each.after.agency.code: each for each in changes(*waves)}
    assert found["DLT"].direction is Direction.NOT_COMPARABLE
    assert found["DLT"].direction_in_list is Direction.NOT_COMPARABLE
    assert "cannot be compared with “Last year”" in change_sentence(found["DLT"])
    assert found["DOPA"].direction_in_list is Direction.IMPROVED
    assert found["DOPA"].p_adjusted < 0.001


def test_what_has_no_change_is_named_with_the_reason_and_without_its_figure(waves, government):
    for wave, hidden in zip(waves, (True, False), strict=True):
        score(wave, 0.876, agency=government.dlt, withheld=hidden)
    score(waves[1], 0.876, agency=government.dopa)
    score(waves[0], 0.876, level="service", service=government.tax, agency=government.dlt)
    missing = {
        each.score.agency.code + each.score.level: each.missing for each in without_change(*waves)
    }
    assert missing == {
        "DLTagency": Missing.SUPPRESSED,
        "DOPAagency": Missing.NOT_BEFORE,
        "DLTservice": Missing.NOT_AFTER,
    }
    for form in ({"json": True}, {}):
        out = StringIO()
        call_command("change", "W1", "W0", stdout=out, **form)
        assert "cannot be compared" in out.getvalue()
        assert "876" not in out.getvalue()
        assert "87.6" not in out.getvalue()


def test_pages_and_programs_name_what_cannot_be_compared(client, waves, government):
    Wave.objects.filter(code="W1").update(state=Wave.State.PUBLISHED)
    for wave, hidden in zip(waves, (True, False), strict=True):
        score(wave, 0.876, agency=government.dlt, withheld=hidden)
    page = client.get("/en/waves/W1/change/").content.decode()
    assert "suppressed in either survey" in page
    (record,) = client.get("/api/v1/waves/W1/changes/").json()["results"]
    assert (record["agency"], record["missing"]) == ("DLT", "SUPPRESSED")
    assert record["after"] is record["before"] is record["raw"] is record["n_after"] is None


@pytest.mark.parametrize("hidden", [0, 1])
def test_where_nothing_can_be_drawn_from_wave_to_wave_the_page_says_so(
    client, waves, government, hidden
):
    Wave.objects.update(state=Wave.State.PUBLISHED)
    for number, wave in enumerate(waves):
        score(wave, 0.9, agency=government.dlt, withheld=number == hidden)
        score(wave, 0.9, level="nation", withheld=number == hidden)
    pages = ("/en/waves/W1/", "/en/agency/DLT/?wave=W1")
    said = "Fewer than two of the surveys have a figure that is shown."
    for page in pages:
        html = client.get(page).content.decode()
        assert said in html
        assert "figure=series" not in html
        assert "This is the first survey" not in html
    Score.objects.update(withheld=False)
    for page in pages:
        html = client.get(page).content.decode()
        assert said not in html
        assert "figure=series" in html
