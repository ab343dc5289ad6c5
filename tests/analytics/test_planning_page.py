"""How many citizens to invite, for OPDC and for an agency about itself."""

import pytest
from django.urls import reverse

from analytics.estimation.official import Edition, Rule
from analytics.estimation.planning import (
    krejcie_morgan,
    responses_for_robust_verdict,
    responses_for_verdict,
    yamane,
)
from analytics.scoring.scores import compute_scores
from surveys.waves import open_wave

RULE = Rule(Edition.SECOND)


@pytest.fixture
def plan(client, wave, request):
    """`plan(user, goal="verdict", …)`: what the page worked out."""

    def ask(user, **query):
        client.force_login(request.getfixturevalue(user))
        answer = client.get(reverse("analytics:planning"), query, headers={"accept-language": "en"})
        assert answer.status_code == 200
        return answer

    return ask


def rows(answer) -> dict:
    return {(row.service.code, row.channel.code): row for row in answer.context["plan"].rows}


def test_each_cell_gets_what_its_precision_wants(plan):
    answer = plan("alice", unit="cell", half_width=5, share=85, response_rate=25)
    found = rows(answer)
    assert set(found) == {
        ("DLT-1", "counter"),
        ("DLT-1", "e_service"),
        ("DLT-2", "e_service"),
        ("DOPA-1", "counter"),
    }
    row = found["DLT-1", "counter"]
    assert RULE.interval_at(0.85, row.responses).width <= 0.1
    assert RULE.interval_at(0.85, row.responses - 1).width > 0.1
    assert row.invited == 4 * row.responses
    assert row.half_width <= 0.05
    assert answer.context["plan"].invited == sum(row.invited for row in found.values())


def test_an_agency_is_planned_as_a_whole(plan):
    found = rows(plan("alice", unit="agency", half_width=5, share=85, response_rate=100))
    dlt = [row for (service, _channel), row in found.items() if service.startswith("DLT")]
    assert sum(row.responses for row in dlt) == found["DOPA-1", "counter"].responses
    assert [row.responses for row in dlt] == [103, 26, 77]  # as 4,000 : 1,000 : 3,000
    assert dlt[0].of_agency.width <= 0.1


def test_a_verdict_wants_its_power(plan):
    found = rows(plan("alice", goal="verdict", unit="cell", power=80, share=80, response_rate=50))
    row = found["DLT-1", "counter"]
    assert row.responses == responses_for_verdict(0.80, 0.90, power=0.80, rule=RULE)
    assert row.invited == 2 * row.responses


def test_a_robust_verdict_wants_more(plan, wave):
    """At the response rate that is expected, and with the odds ratio that the wave declared."""
    asked = {"unit": "cell", "power": 80, "share": 97, "response_rate": 35}
    robust = rows(plan("alice", goal="robust", **asked))["DLT-1", "counter"]
    plain = rows(plan("alice", goal="verdict", **asked))["DLT-1", "counter"]
    assert robust.responses == responses_for_robust_verdict(
        0.97, response_rate=0.35, gamma=wave.declared_method().gamma, power=0.80, rule=RULE
    )
    assert robust.responses > plain.responses
    assert robust.too_few is (robust.invited == 4000)


def test_where_no_number_makes_it_robust_it_is_said(plan):
    answer = plan("alice", goal="robust", unit="cell", share=93, response_rate=20)
    assert answer.context["plan"].undecidable == 4
    assert "More of those asked would have to answer" in answer.content.decode()


def test_a_share_at_the_target_is_never_decided(plan):
    answer = plan("alice", goal="verdict", unit="cell", share=90)
    assert answer.context["plan"].undecidable == 4
    assert "no number of responses decides" in answer.content.decode()


def test_where_all_are_too_few_it_is_said(plan):
    answer = plan("alice", unit="cell", half_width=2, share=85, response_rate=20)
    row = rows(answer)["DLT-1", "e_service"]
    assert (row.invited, row.expected, row.too_few) == (1000, 200, True)
    assert row.half_width > 0.02
    assert "even asking everybody" in answer.content.decode()


def test_an_earlier_wave_tells_what_to_expect(plan, wave, answered):
    compute_scores(wave)
    found = rows(plan("alice", unit="cell", before="W1"))
    assert found["DLT-1", "counter"].share == pytest.approx(21 / 32)
    assert found["DLT-1", "counter"].from_earlier
    assert found["DLT-2", "e_service"].share == pytest.approx(30 / 42)  # its agency's


def test_an_agency_plans_for_itself_alone(plan, wave, answered):
    compute_scores(wave)
    found = rows(plan("bob", unit="cell", before="W1"))
    assert {service for service, _channel in found} == {"DLT-1", "DLT-2"}
    theirs = plan("charlie", unit="cell", before="W1", agency="DLT")
    assert "plan" not in theirs.context
    assert "Select a valid choice" in theirs.content.decode()


def test_no_agency_learns_of_others_through_what_is_expected(plan, wave, send, government):
    """The neighbour's answers, or the nation's, are not expected of an agency without answers."""
    for _k in range(20):
        send(government.id_card, government.counter, 5)
    compute_scores(wave)
    found = rows(plan("bob", unit="cell", before="W1", share=77))
    assert {row.share for row in found.values()} == {0.77}


def test_what_agencies_know_stands_beside(plan):
    answer = plan("alice")
    assert answer.context["plan"].yamane == yamane(10_000) == 385
    assert answer.context["plan"].krejcie_morgan == krejcie_morgan(10_000) == 370
    assert "Yamane’s formula gives 385" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("half_width", "x"),
        ("response_rate", "0"),
        ("power", "100"),
        ("share", "nan"),
        ("wave", "?"),
    ],
)
def test_what_cannot_be_read_is_said(plan, field, value):
    answer = plan("alice", **{field: value})
    assert "plan" not in answer.context
    assert "There is a problem" in answer.content.decode()


def test_strangers_and_accounts_without_an_agency_are_refused(client, wave, bob):
    address = reverse("analytics:planning")
    assert client.get(address).status_code == 302
    bob.agency = None
    bob.save()
    client.force_login(bob)
    assert client.get(address).status_code == 403


def test_drafts_are_planned_by_the_office_alone(client, draft, alice, bob):
    def offered(user) -> bool:
        client.force_login(user)
        return b'value="W1"' in client.get(reverse("analytics:planning")).content

    assert (offered(alice), offered(bob)) == (True, False)
    open_wave(draft)
    assert offered(bob)
