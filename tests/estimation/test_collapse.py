"""Thin cells are merged by a rule that the answers cannot bend."""

from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells, poststratify_places
from analytics.estimation.collapse import NOT_COVERED, FrameCell, Level, ThinBecause, collapse
from analytics.estimation.official import Edition, Outcome, Rule, decide
from analytics.estimation.verdict import Flag, Reason, judge


def cell(service, channel, family, encounters, responses, agency="A"):
    return FrameCell(agency, service, channel, family, encounters, responses)


def test_cells_with_enough_responses_stand_alone():
    result = collapse([cell("s", "web", "digital", 100, 2), cell("s", "counter", "person", 50, 9)])
    assert result.group.tolist() == [0, 1]
    assert result.totals == {0: 100, 1: 50}
    assert (result.merges, result.uncovered, result.coverage) == ((), (), 1.0)


def test_the_same_service_and_family_comes_first():
    result = collapse(
        [
            cell("s", "web", "digital", 100, 1),
            cell("s", "app", "digital", 10, 30),
            cell("s", "counter", "person", 900, 90),
        ]
    )
    assert result.group.tolist() == [0, 0, 1]
    assert result.totals == {0: 110, 1: 900}
    (merge,) = result.merges
    assert (merge.cell, merge.into, merge.level) == (0, 1, Level.SERVICE_AND_FAMILY)
    assert merge.because is ThinBecause.TOO_FEW_RESPONSES


def test_then_the_service_then_the_family_then_the_agency():
    web, counter = ("web", "digital"), ("counter", "person")
    levels = [
        collapse([cell("s", *web, 10, 0), cell(*other, 10, 5)]).merges[0].level
        for other in (("s", *counter), ("t", *web), ("t", *counter))
    ]
    assert levels == [Level.SERVICE, Level.AGENCY_AND_FAMILY, Level.AGENCY]


def test_never_across_agencies():
    result = collapse(
        [cell("s", "web", "digital", 25, 0), cell("t", "web", "digital", 75, 50, agency="B")]
    )
    assert result.group.tolist() == [NOT_COVERED, 0]
    assert (result.uncovered, result.coverage) == ((0,), 0.75)


def test_the_frame_chooses_among_equally_near_cells():
    result = collapse(
        [
            cell("s", "web", "digital", 10, 0),
            cell("s", "app", "digital", 20, 500),
            cell("s", "chat", "digital", 30, 2),
        ]
    )
    assert result.merges[0].into == 2


def test_two_thin_cells_help_each_other():
    result = collapse([cell("s", "web", "digital", 10, 1), cell("s", "app", "digital", 20, 1)])
    assert result.group.tolist() == [0, 0]
    assert len(result.merges) == 1


def test_cells_without_encounters_take_no_part():
    result = collapse([cell("s", "web", "digital", 0, 7), cell("s", "app", "digital", 20, 1)])
    assert result.group.tolist() == [NOT_COVERED, 0]
    assert result.unframed == (0,)
    assert result.merges == ()


def test_nothing_in_nothing_out():
    result = collapse([])
    assert (result.group.tolist(), result.totals, result.coverage) == ([], {}, 0.0)


SECOND = Edition.SECOND


def test_a_silent_cell_is_not_answered_for():
    """Nine in ten encounters are silent; the first edition printed a coverage of 100 % and MET."""
    frame = [cell("s", "counter", "person", 1000, 300), cell("s", "web", "digital", 9000, 0)]
    assert collapse(frame).coverage == 1.0
    found = collapse(frame, edition=SECOND)
    assert (found.coverage, found.uncovered, found.merges, found.merged) == (0.1, (1,), (), 0.0)
    counts = CellCounts.from_histograms([0], -1, [[9, 0, 0, 0, 291]])
    cells = poststratify_places(counts, [0], [1000, 9000], found.group)
    estimate = mean_of_cells(cells, (0, 0, 0, 1, 1))
    rule = Rule(SECOND)
    (interval,) = rule.intervals([estimate])
    assert decide(interval, 0.9) is Outcome.MET
    verdict = judge(interval, estimate, coverage=found.coverage, rule=rule)
    assert (verdict.outcome, verdict.reason) == (Outcome.INCONCLUSIVE, Reason.NOT_COVERED)
    assert verdict.flags == {Flag.LOW_COVERAGE}


def test_a_silent_cell_lends_nothing_either():
    frame = [cell("s", "web", "digital", 50, 0), cell("s", "app", "digital", 20, 1)]
    found = collapse(frame, edition=SECOND)
    assert found.group.tolist() == [NOT_COVERED, 0]
    assert found.merges == ()
    assert found.coverage == 20 / 70


def test_merged_cells_are_those_too_thin_to_stand_alone():
    frame = [
        cell("s", "web", "digital", 100, 1),
        cell("s", "app", "digital", 300, 30),
        cell("s", "counter", "person", 500, 90),
        cell("t", "web", "digital", 100, 0),
    ]
    found = collapse(frame, edition=SECOND)
    assert found.group.tolist() == [0, 0, 1, NOT_COVERED]
    assert (found.coverage, found.merged) == (0.9, 0.1)
    pair = [cell("s", "web", "digital", 10, 1), cell("s", "app", "digital", 20, 1)]
    assert collapse(pair, edition=SECOND).merged == 1.0
    alone = [cell("s", "web", "digital", 10, 1), cell("t", "web", "digital", 30, 1, agency="B")]
    assert collapse(alone, edition=SECOND).merged == 0.0


def test_merged_cells_keep_their_weights_and_share_the_spread():
    """One answer of nine hundred encounters weighs nine hundred, and is not certain for it."""
    frame = [cell("s", "web", "digital", 900, 1), cell("s", "app", "digital", 100, 20)]
    found = collapse(frame, edition=SECOND)
    counts = CellCounts.from_histograms([0, 0], -1, [[0, 0, 0, 0, 1], [5, 0, 0, 0, 15]])
    cells = poststratify_places(counts, [0, 1], [900, 100], found.group)
    assert cells.weights.sum(axis=1).tolist() == [900, 100]
    estimate = mean_of_cells(cells, (0, 0, 0, 1, 1))
    assert estimate.value == 0.975
    assert estimate.variance > 0
    assert estimate.n_kish < 1.3
    assert Rule(SECOND).intervals([estimate])[0].low < 0.3


def test_unframed_answers_are_listed_and_leave_the_estimate():
    frame = [cell("s", "telephone", "person", 0, 200), cell("s", "web", "digital", 500, 60)]
    found = collapse(frame, edition=SECOND)
    assert found.unframed == (0,)
    counts = CellCounts.from_histograms([0, 0], -1, [[200, 0, 0, 0, 0], [0, 0, 0, 0, 60]])
    estimate = mean_of_cells(
        poststratify_places(counts, [0, 1], [0, 500], found.group), (0, 0, 0, 1, 1)
    )
    assert (estimate.value, estimate.n) == (1.0, 60)
