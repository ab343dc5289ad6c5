"""Where each limit of the verdict lies: on which side the limit itself falls, to the last bit."""

from math import inf, nextafter

import pytest

from analytics.estimation import official
from analytics.estimation.effective_size import Clusters
from analytics.estimation.official import Edition, Outcome, Rule
from analytics.estimation.values import Estimate, Interval
from analytics.estimation.verdict import Flag, Reason, Unreliability, judge, unreliability

TARGET = 0.90


def below(number: float) -> float:
    return nextafter(number, -inf)


def above(number: float) -> float:
    return nextafter(number, inf)


def interval(low: float, high: float) -> Interval:
    return Interval(low=low, high=high, level=0.95, method="given", size=400.0)


def estimate(value: float | None = 0.5, **fields) -> Estimate:
    """A reliable estimate, but for what is named."""
    reliable = {
        "variance": 0.0001,
        "se": 0.01,
        "n": 400,
        "n_kish": 400.0,
        "n_eff": 400.0,
        "df": 399,
        "weight": 400.0,
    }
    return Estimate(value=value, **reliable | fields)


NARROW = interval(0.48, 0.52)


@pytest.mark.parametrize(
    ("low", "high", "outcome", "reason"),
    [
        (TARGET, 0.95, Outcome.MET, Reason.INTERVAL_AT_OR_ABOVE_TARGET),
        (above(TARGET), 0.95, Outcome.MET, Reason.INTERVAL_AT_OR_ABOVE_TARGET),
        (below(TARGET), 0.95, Outcome.INCONCLUSIVE, Reason.TARGET_WITHIN_INTERVAL),
        (0.85, TARGET, Outcome.INCONCLUSIVE, Reason.TARGET_WITHIN_INTERVAL),
        (0.85, above(TARGET), Outcome.INCONCLUSIVE, Reason.TARGET_WITHIN_INTERVAL),
        (0.85, below(TARGET), Outcome.NOT_MET, Reason.INTERVAL_BELOW_TARGET),
        (TARGET, TARGET, Outcome.MET, Reason.INTERVAL_AT_OR_ABOVE_TARGET),
    ],
)
def test_an_interval_that_ends_on_the_target(low, high, outcome, reason):
    verdict = judge(interval(low, high), estimate((low + high) / 2))
    assert (verdict.outcome, verdict.reason, verdict.target) == (outcome, reason, TARGET)


@pytest.mark.parametrize("bound", ["low", "high"])
def test_the_target_that_is_named_decides(bound):
    given = interval(0.80, 0.85)
    at_bound = judge(given, estimate(0.82), getattr(given, bound))
    assert at_bound.outcome is (Outcome.MET if bound == "low" else Outcome.INCONCLUSIVE)
    assert judge(given, estimate(0.82)).outcome is Outcome.NOT_MET


def test_only_an_open_verdict_asks_for_more_responses():
    assert judge(interval(0.91, 0.95), estimate(0.93)).further_responses == 0
    assert judge(interval(0.80, 0.85), estimate(0.82)).further_responses == 0
    assert judge(interval(0.89, 0.95), estimate(0.92)).further_responses > 0


def test_no_number_of_responses_moves_a_bound_off_the_end_of_its_scale():
    sizeless = Interval(low=0.0, high=1.0, level=0.95, method="given")
    assert judge(sizeless, estimate(0.95)).further_responses is None
    assert judge(sizeless, estimate(0.85)).further_responses is None
    inside = Interval(low=0.80, high=0.98, level=0.95, method="given")
    assert (
        judge(inside, estimate(0.95, n=100)).further_responses == 335
    )  # growth of the logit distance squared


def test_without_data_no_interval_decides():
    for low, high in ((0.95, 1.0), (0.0, 0.1)):
        verdict = judge(interval(low, high), Estimate.without_data())
        assert (verdict.outcome, verdict.reason) == (Outcome.INCONCLUSIVE, Reason.NO_DATA)


@pytest.mark.parametrize(
    ("target", "scale", "taken"),
    [
        (1.0, (0.0, 1.0), True),
        (above(1.0), (0.0, 1.0), False),
        (0.0, (0.0, 1.0), False),
        (0.001, (0.0, 1.0), True),
        (5.0, (1.0, 5.0), True),
        (above(5.0), (1.0, 5.0), False),
        (1.0, (1.0, 5.0), False),
        (above(1.0), (1.0, 5.0), True),
    ],
)
def test_a_target_lies_over_the_bottom_of_its_scale_and_up_to_its_top(target, scale, taken):
    given, value = interval(*scale), estimate(sum(scale) / 2)
    if taken:
        assert judge(given, value, target, scale=scale).target == target
    else:
        with pytest.raises(ValueError, match="not on the scale"):
            judge(given, value, target, scale=scale)


def test_a_share_is_judged_from_nought_to_one_and_speaks_for_all_unless_said_otherwise():
    given = interval(0.0, 1.0)
    assert judge(given, estimate(), 1.0).target == 1.0
    with pytest.raises(ValueError, match="not on the scale"):
        judge(given, estimate(), above(1.0))
    assert unreliability(interval(0.0, 1.0), estimate()) == (Unreliability.WIDE_INTERVAL,)


@pytest.mark.parametrize(
    ("fields", "failed"),
    [
        ({"n": 30}, ()),
        ({"n": 29}, (Unreliability.FEW_RESPONSES,)),
        ({"n_eff": 30.0}, ()),
        ({"n_eff": below(30.0)}, (Unreliability.SMALL_EFFECTIVE_SIZE,)),
        ({"n_eff": 30.0, "n_kish": 1.0}, ()),
        ({"n_eff": 29.0, "n_kish": 400.0}, (Unreliability.SMALL_EFFECTIVE_SIZE,)),
        ({"n_eff": None, "n_kish": 30.0}, ()),
        ({"n_eff": None, "n_kish": below(30.0)}, (Unreliability.SMALL_EFFECTIVE_SIZE,)),
        ({"df": 8}, ()),
        ({"df": 7}, (Unreliability.FEW_DEGREES_OF_FREEDOM,)),
    ],
)
def test_sizes_at_their_limits(fields, failed):
    assert unreliability(NARROW, estimate(**fields)) == failed


WIDE, RELATIVELY = (Unreliability.WIDE_INTERVAL,), (Unreliability.WIDE_RELATIVE_TO_SHARE,)


@pytest.mark.parametrize(
    ("width", "share", "failed"),
    [
        (0.30, 0.9, WIDE),
        (below(0.30), 0.9, ()),
        (0.30, 0.01, WIDE),  # wide, so not relatively wide too
        (below(0.30), 0.01, RELATIVELY),
        (0.05, 0.01, ()),
        (above(0.05), 0.01, RELATIVELY),
        (0.13, 0.1, ()),  # 130 % of the share
        (above(0.13), 0.1, RELATIVELY),
        (0.13, 0.0999, RELATIVELY),
        (0.2, None, RELATIVELY),
    ],
)
def test_widths_at_their_limits(width, share, failed):
    assert 1.3 * 0.1 == 0.13
    assert unreliability(interval(0.0, width), estimate(share)) == failed


SECOND = Rule(Edition.SECOND)
CLUSTERED = Rule(Edition.SECOND, clusters=Clusters(correlation=0.05, agencies=40))


@pytest.mark.parametrize(
    ("width", "share", "failed"),
    [
        (1.3 * 0.125, 0.875, ()),  # 130 % of one minus the share
        (above(1.3 * 0.125), 0.875, RELATIVELY),
        (1.3 * 0.125, 0.8751, RELATIVELY),
        (0.05, 0.999, ()),
        (above(0.05), 0.999, RELATIVELY),
        (0.13, 0.1, ()),
        (above(0.13), 0.1, RELATIVELY),
        (below(0.30), 0.5, ()),
    ],
)
def test_the_second_edition_looks_at_both_ends_of_the_share(width, share, failed):
    assert unreliability(interval(0.0, width), estimate(share), rule=SECOND) == failed
    if share > 0.5:  # the first edition sees one end
        assert unreliability(interval(0.0, width), estimate(share)) == ()


@pytest.mark.parametrize(
    ("rule", "fields", "failed"),
    [
        (CLUSTERED, {"psus": 30}, ()),
        (CLUSTERED, {"psus": 29}, (Unreliability.FEW_PSUS,)),
        (CLUSTERED, {"psus": None}, ()),  # every response is one
        (CLUSTERED, {"psus": None, "n": 29}, (Unreliability.FEW_RESPONSES, Unreliability.FEW_PSUS)),
        (SECOND, {"psus": 29}, ()),
        (Rule(Edition.FIRST, clusters=CLUSTERED.clusters), {"psus": 29}, ()),
    ],
)
def test_declared_clusters_need_thirty_units(rule, fields, failed):
    assert unreliability(NARROW, estimate(**fields), rule=rule) == failed


@pytest.mark.parametrize(
    ("rule", "coverage", "outcome", "reason"),
    [
        (SECOND, 0.80, Outcome.MET, Reason.INTERVAL_AT_OR_ABOVE_TARGET),
        (SECOND, below(0.80), Outcome.INCONCLUSIVE, Reason.NOT_COVERED),
        (Rule(Edition.FIRST), below(0.80), Outcome.MET, Reason.INTERVAL_AT_OR_ABOVE_TARGET),
    ],
)
def test_in_the_second_edition_nothing_is_met_where_too_little_is_covered(
    rule, coverage, outcome, reason
):
    verdict = judge(interval(0.91, 0.95), estimate(0.93), coverage=coverage, rule=rule)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)
    assert verdict.further_responses == (0 if outcome is Outcome.MET else None)


def test_while_a_wave_is_open_nothing_is_decided_of_what_has_data():
    given = judge(interval(0.91, 0.95), estimate(0.93), still_open=True)
    assert (given.outcome, given.reason) == (Outcome.INCONCLUSIVE, Reason.WAVE_OPEN)
    assert given.further_responses is None
    assert judge(NARROW, Estimate.without_data(), still_open=True).reason is Reason.NO_DATA


def test_the_commission_asks_for_nine_in_ten():
    assert official.TARGET == TARGET


@pytest.mark.parametrize(
    ("low", "high", "mean", "failed"),
    [
        (3.0, 4.5, 3.8, WIDE),  # 0.375 of the scale from 1 to 5
        (3.0, 4.0, 3.8, ()),
        (1.0, 2.0, 1.5, RELATIVELY),  # a quarter of the scale, at an eighth of it
        (1.0, 1.125, 1.0625, ()),
        (1.0, 1.6, 1.5, ()),  # 15 % of the scale, at an eighth of it
    ],
)
def test_a_mean_is_measured_on_its_scale(low, high, mean, failed):
    assert unreliability(interval(low, high), estimate(mean), (1.0, 5.0)) == failed
    verdict = judge(interval(low, high), estimate(mean), 4.8, scale=(1.0, 5.0))
    assert verdict.unreliable_because == failed
    assert (Flag.UNRELIABLE in verdict.flags) is bool(failed)


def test_standards_are_named_in_one_order():
    poor = estimate(None, n=1, n_eff=1.0, df=0)
    few = (Unreliability.FEW_RESPONSES, Unreliability.SMALL_EFFECTIVE_SIZE)
    last = (Unreliability.FEW_DEGREES_OF_FREEDOM,)
    assert unreliability(interval(0.0, 0.9), poor) == few + WIDE + last
    assert unreliability(interval(0.0, 0.2), poor) == few + RELATIVELY + last


@pytest.mark.parametrize(
    ("known", "flags"),
    [
        ({}, set()),
        ({"coverage": 0.80}, set()),
        ({"coverage": below(0.80)}, {Flag.LOW_COVERAGE}),
        ({"response_rate": 0.20}, set()),
        ({"response_rate": below(0.20)}, {Flag.LOW_RESPONSE}),
        ({"response_rate": 0.0}, {Flag.LOW_RESPONSE}),
        ({"response_rate": None}, set()),
        ({"reach": 0.80}, set()),
        ({"reach": below(0.80)}, {Flag.LOW_REACH}),
        ({"reach": 0.0}, {Flag.LOW_REACH}),
        ({"reach": None}, set()),
        ({"outside_frame": True}, {Flag.OUTSIDE_FRAME}),
    ],
)
def test_flags_at_their_limits(known, flags):
    verdict = judge(NARROW, estimate(), **known)
    assert verdict.outcome is Outcome.NOT_MET
    assert verdict.flags == flags
    assert verdict.unreliable_because == ()
