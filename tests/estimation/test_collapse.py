"""Thin cells are merged by a rule that the answers cannot bend."""

from analytics.estimation.collapse import NOT_COVERED, FrameCell, Level, ThinBecause, collapse


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
