"""The rules of screening are part of the declared method, sealed when a wave opens."""

import pytest
from django.core.exceptions import ValidationError

from surveys.method import Method, default_method
from surveys.models import Wave
from surveys.screening import RULES, Screening
from surveys.waves import broken_seals, open_wave

DECLARED = default_method()["screening"]


def test_what_a_draft_leaves_out_is_declared_when_it_opens(draft):
    draft.method = {"target": 0.8}
    draft.save()
    opened = open_wave(draft)
    assert opened.method["screening"] == DECLARED
    assert opened.method["target"] == 0.8
    assert opened.declared_method().screening == Screening()


def test_screening_can_be_declared_away(draft):
    draft.method = {"screening": None}
    draft.save()
    assert open_wave(draft).declared_method().screening is None


@pytest.mark.django_db
def test_rules_cannot_be_tuned_afterwards(wave):
    tuned = {**wave.method, "screening": {**DECLARED, "threshold": 99}}
    Wave.objects.filter(pk=wave.pk).update(method=tuned)
    assert broken_seals(Wave.objects.get()) == ["method"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("all", "names a version"),
        ({"version": "1999.1"}, "Version 1999.1"),
        ({"threshold": 0}, "above 0"),
        ({"threshold": True}, "above 0"),
        ({"rules": []}, "an object"),
        ({"rules": {"magic": {}}}, "no screening rule “magic”"),
        ({"rules": {"too_fast": {"strength": 1}}}, "strength, seconds"),
        ({"rules": {"too_fast": {"strength": 1, "seconds": -1}}}, "0 or more"),
        ({"rules": {"too_fast": {"strength": 1, "seconds": "2"}}}, "0 or more"),
        ({"other": 1}, "names a version"),
    ],
)
def test_what_is_no_declaration_is_refused_in_words(change, said):
    screening = change if isinstance(change, str) else {**DECLARED, **change}
    with pytest.raises(ValidationError, match=said):
        Method.from_dict({"screening": screening})


def test_every_declared_rule_exists_and_every_rule_is_declared():
    from responses.screening.rules import RULES as IMPLEMENTED

    assert set(RULES) == set(IMPLEMENTED)
    assert all(name == rule.name for name, rule in IMPLEMENTED.items())


def test_no_weak_rule_sets_aside_by_itself():
    """Copies do, and limits that were declared in numbers: how late, and how many an hour."""
    threshold = Screening().threshold
    alone = {name for name, given in RULES.items() if given["strength"] >= threshold}
    assert alone == {"near_copies", "late", "kiosk_limit"}
