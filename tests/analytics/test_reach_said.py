"""“Could be reached” is said of the encounters that agencies reported, person by person."""

import numpy as np
import pytest
from django.template import Context, Template

from analytics.domain import Domain, Level
from analytics.domains.partitions import Partition
from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.collapse import FrameCell, collapse
from analytics.estimation.official import Edition
from analytics.fieldwork.drawn import DrawnCell
from analytics.models import Score
from analytics.scoring.backing import backings
from analytics.scoring.sample import Sample
from analytics.wording.behind import behind_sentences


def sample(encounters, answers) -> Sample:
    cells = [
        FrameCell(1, k, k, k, float(N), int(n))
        for k, (N, n) in enumerate(zip(encounters, answers, strict=True))
    ]
    place = np.arange(len(cells))
    counts = np.column_stack([np.zeros((len(cells), 4), dtype=int), answers])
    return Sample(
        CellCounts.from_histograms(place, -1, counts),
        [(k, k) for k in place.tolist()],
        place,
        np.array(encounters),
        collapse(cells, edition=Edition.SECOND),
        drawn=np.ones(len(cells), dtype=bool),
        verified=np.zeros(len(cells), dtype=bool),
        given=np.array(answers),
        edition=Edition.SECOND,
    )


@pytest.mark.parametrize("seed", range(6))
def test_the_share_is_that_of_people_with_a_contact_weighted_to_the_frame(seed):
    """Several draws of one cell, cells of which nobody was listed, lists longer and shorter than
    the frame: counted over people, each of whom stands for part of the frame's encounters."""
    random = np.random.default_rng(seed)
    encounters = random.integers(100, 5000, 6).tolist()
    drawn, people = [], [[] for _cell in encounters]
    for number in (1, 2, 3):
        for cell in range(5):  # of the last one nobody is ever listed
            if random.random() < 0.4:
                continue
            listed = int(random.integers(20, 400))
            contact = random.random(listed) < random.uniform(0.2, 1.0)
            people[cell] += contact.tolist()
            reachable = int(contact.sum())
            asked = min(reachable, 15)
            drawn.append(DrawnCell((cell, cell), number, listed, reachable, asked, asked // 2))
    answers = [sum(each.answered for each in drawn if each.place[0] == k) for k in range(6)]
    label = np.zeros(6, dtype=np.int64)
    partition = Partition([Domain(Level.NATION)], label)
    covered = np.array(answers) > 0
    found = backings(partition, sample(encounters, answers), covered, drawn)
    with_contact = all_listed = 0.0
    for N, listed in zip(encounters, people, strict=True):
        for has_contact in listed:
            all_listed += N / len(listed)
            with_contact += has_contact * N / len(listed)
    assert found.reach[0] == pytest.approx(with_contact / all_listed), f"seed {seed}"


def test_nobody_is_said_to_be_reachable_who_was_never_reported(wave):
    """Where an agency reports every tenth encounter, and each with a contact, nine in ten are in
    no list: the words speak of those reported."""
    drawn = [DrawnCell((0, 0), 1, 100, 100, 50, 25)]
    partition = Partition([Domain(Level.NATION)], np.zeros(1, dtype=np.int64))
    found = backings(partition, sample([1000], [25]), np.array([True]), drawn)
    assert found.reach.tolist() == [1.0]
    score = Score(
        **{"wave": wave, "level": "nation", "edition": 2, "measure": "top_two_box", "n": 25},
        **{"estimate": 0.9, "low": 0.85, "high": 0.95, "verdict": "INCONCLUSIVE"},
        **{"evidence": "PROBABILITY", "response_rate": 0.5, "reach": float(found.reach[0])},
    )
    shown = Template("{% load figures %}{% figure score %}").render(Context({"score": score}))
    assert "100.0 % of those reported could be reached" in shown.replace("\u00a0", " ")
    behind = " ".join(behind_sentences(score))
    assert "100.0 % of the encounters that agencies reported came with a contact" in behind
