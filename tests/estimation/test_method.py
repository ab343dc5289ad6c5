"""Every worked number of docs/method.md, computed again."""

import pytest
from scipy import stats

from analytics.estimation.cells import CellCounts, mean_of_cells, poststratify
from analytics.estimation.intervals import capped_korn_graubard_interval, clopper_pearson_interval
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


SENTENCES = {
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
