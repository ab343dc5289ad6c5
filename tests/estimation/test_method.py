"""Every worked number of docs/method.md, computed again."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import mean_of_cells, means_by_domain, poststratify
from analytics.estimation.collapse import FrameCell, collapse
from analytics.estimation.intervals import (
    capped_korn_graubard_interval,
    clopper_pearson_interval,
    mean_interval,
)
from analytics.estimation.planning import (
    chance_of_decision,
    decisive_counts,
    krejcie_morgan,
    power_of_verdict,
    responses_for_verdict,
    responses_for_width,
    yamane,
)
from analytics.estimation.verdict import judge
from analytics.scoring.sample import Sample
from tests.estimation.shared import ROOT

RAW = CellCounts.from_histograms([0, 1], -1, [[1, 1, 1, 20, 37], [2, 2, 2, 14, 20]])
AGENCY = poststratify(RAW, [0, 1], {0: 8000.0, 1: 2000.0})
SHARE = mean_of_cells(AGENCY, (0, 0, 0, 1, 1))
INTERVAL = capped_korn_graubard_interval(SHARE)
VERDICT = judge(INTERVAL, SHARE)
MET_AT_60, _ = decisive_counts(60)


def naive_met(p):
    """60 answers, at least 54 of them satisfied."""
    return stats.binom.sf(53, 60, p)


def official_met(p):
    return stats.binom.sf(MET_AT_60 - 1, 60, p)


MEAN = mean_of_cells(AGENCY, (1, 2, 3, 4, 5))
MEAN_INTERVAL = mean_interval(MEAN)
UNCAPPED = mean_interval(replace(MEAN, n_kish=1e9))
CAPPED_SE = MEAN.se * math.sqrt(MEAN.n_eff / MEAN.n_kish)

FRAME = (1_000, 3_000)  # passports; visas, of which one citizen answered
SERVICES = CellCounts.from_histograms([0, 1], -1, [[0, 0, 2, 0, 38], [0, 0, 1, 0, 0]])


def merged_services():
    """The scores of passports and of the agency, after visas were merged with passports."""
    cells = [
        FrameCell(1, service, "counter", "counter", encounters, responses)
        for service, encounters, responses in ((1, FRAME[0], 40), (2, FRAME[1], 1))
    ]
    merged = collapse(cells)
    weighted = poststratify(replace(SERVICES, stratum=merged.group), merged.group, merged.totals)
    sample = Sample(weighted, [(1, 1), (2, 1)], np.arange(2), np.array(FRAME), merged)
    by_service, _ = sample.within(np.array([0, 1]))
    passports, visas = means_by_domain(by_service, (0, 0, 0, 1, 1), np.array([0, 1]))
    return passports, visas, mean_of_cells(weighted, (0, 0, 0, 1, 1))


PASSPORTS, VISAS, WHOLE = merged_services()

SENTENCES = {
    "weights in the agency": f"4,000/41 = **{WHOLE.weight / WHOLE.n:.2f}**",
    "weights in the service": f"1,000/40 = **{PASSPORTS.weight / PASSPORTS.n:.0f}**",
    "the weight of one answer": f"3,000/1 = **{VISAS.weight:,.0f}**",
    "the score of the service": f"38/40 = **{PASSPORTS.value:.1%}**",
    "the score of the agency": f"38/41 = **{WHOLE.value:.1%}**",
    "the mean": f"**{MEAN.value:.4f}** with standard error **{MEAN.se:.4f}**",
    "the cap of the mean": f"n_eff = **{MEAN.n_eff:.2f}** is over Kish's **{MEAN.n_kish:.2f}**, "
    f"so se* = **{CAPPED_SE:.4f}**",
    "the interval of the mean": f"from **{MEAN_INTERVAL.low:.4f}** to **{MEAN_INTERVAL.high:.4f}**",
    "without the cap": f"from {UNCAPPED.low:.4f} to {UNCAPPED.high:.4f}",
    "the estimate": f"0.8 × 0.95 + 0.2 × 0.85 = **{SHARE.value:.4f}**",
    "the variance": f"0.85 × 0.15/39 = **{SHARE.variance:.8f}**, standard error **{SHARE.se:.5f}**",
    "n_eff": f"n_eff = p̂(1−p̂)/V̂ = **{SHARE.n_eff:.2f}**",
    "Kish's size": f"(Σw)²/Σw² = **{SHARE.n_kish:.2f}**",
    "the interval": f"**{INTERVAL.low:.4f} to {INTERVAL.high:.4f}**",
    "the verdict": f"**{VERDICT.outcome}**. At the present estimate about "
    f"**{VERDICT.further_responses}** more answers",
    "the chance": "seen from today, is "
    f"**{chance_of_decision(SHARE, INTERVAL, VERDICT.further_responses or 0):.0%}**".replace(
        "%", " %"
    ),
    "mean %": f"**{mean_of_cells(AGENCY, (1, 2, 3, 4, 5)).value * 20:.2f}**",
    "the first MET": "first possible at **36** answers: the lower bound is then 0.025^(1/36) = "
    f"**{clopper_pearson_interval(36, 36).low:.4f}**",
    "false met at 0.88": f"*met* **{naive_met(0.88):.1%}** of the time; this one "
    f"**{official_met(0.88):.1%}**",
    "false met at 0.90": f"At 0.90: **{naive_met(0.90):.1%}** against **{official_met(0.90):.1%}**",
    "false met, in Thai": f"จะบอกว่าผ่านถึง {naive_met(0.88):.1%} ของครั้ง",
    "false met by this rule, in Thai": f"วิธีนี้บอกว่าผ่านเพียง {official_met(0.88):.1%}",
    "answers at 0.85": f"| 85 % | {responses_for_verdict(0.85):,} |",
    "answers at 0.92": f"| 92 % | {responses_for_verdict(0.92):,} |",
    "answers at 0.95": f"| 95 % | {responses_for_verdict(0.95):,} |",
    "answers at 0.97": f"| 97 % | {responses_for_verdict(0.97):,} |",
    "the width": f"10 points wide at 90 %: **{responses_for_width(0.9, 0.1)}**",
    "the tables": f"**{yamane(10_000)}** (Yamane) and **{krejcie_morgan(10_000)}** "
    "(Krejcie–Morgan)",
    "power of the table": f"to be called *met* is **{power_of_verdict(370, 0.92):.0%}**",
}


@pytest.mark.parametrize("what", SENTENCES)
def test_the_document_says_what_the_method_gives(what):
    document = " ".join((ROOT / "docs/method.md").read_text(encoding="utf-8").split())
    plain = document.replace(" %", "%")
    assert " ".join(SENTENCES[what].split()).replace(" %", "%") in plain
