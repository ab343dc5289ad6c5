"""Every worked number of docs/method.md, computed again."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analytics.estimation.by_draw import adjust_by_draw
from analytics.estimation.cell_counts import CellCounts
from analytics.estimation.cells import (
    mean_of_cells,
    means_by_domain,
    poststratify,
    poststratify_places,
)
from analytics.estimation.collapse import Collapse, FrameCell, collapse
from analytics.estimation.effective_size import Clusters
from analytics.estimation.intervals import clopper_pearson_interval
from analytics.estimation.official import EDITION_1, Edition, Outcome, Rule, decide
from analytics.estimation.planning import (
    chance_of_decision,
    decisive_counts,
    further_for_chance,
    krejcie_morgan,
    power_of_verdict,
    responses_for_robust_verdict,
    responses_for_verdict,
    responses_for_width,
    yamane,
)
from analytics.estimation.strength import (
    Response,
    Strength,
    band,
    strength,
    target_of_respondents,
    tipping_point,
)
from analytics.estimation.values import Estimate
from analytics.estimation.verdict import judge
from tests.estimation.shared import ROOT

RAW = CellCounts.from_histograms([0, 1], -1, [[1, 1, 1, 20, 37], [2, 2, 2, 14, 20]])
AGENCY = poststratify(RAW, [0, 1], {0: 8000.0, 1: 2000.0})
SHARE = mean_of_cells(AGENCY, (0, 0, 0, 1, 1))
RULE = Rule(Edition.SECOND)
INTERVAL = RULE.intervals([SHARE])[0]
VERDICT = judge(INTERVAL, SHARE, rule=RULE)
FIRST_INTERVAL = EDITION_1.intervals([SHARE])[0]
MET_AT_60, _ = decisive_counts(60, rule=RULE)


def naive_met(p):
    """60 answers, at least 54 of them satisfied."""
    return stats.binom.sf(53, 60, p)


def official_met(p):
    return stats.binom.sf(MET_AT_60 - 1, 60, p)


MEAN = mean_of_cells(AGENCY, (1, 2, 3, 4, 5))
MEAN_INTERVAL = RULE.mean_intervals([MEAN])[0]
UNCAPPED = RULE.mean_intervals([replace(MEAN, n_kish=1e9)])[0]
CAPPED_SE = MEAN.se * math.sqrt(MEAN.n_eff / MEAN.n_kish)

TOP = (0, 0, 0, 1, 1)


def robust_row(rate: float) -> str:
    """What a robust verdict takes where so many of those asked answer."""

    def answers(share: float) -> str:
        found = responses_for_robust_verdict(share, response_rate=rate, rule=RULE)
        return "–" if found is None else f"{found:,}"

    def reached(outcome: Outcome) -> str:
        return f"{target_of_respondents(outcome, 0.90, rate, 2.0):.1%}"

    met = [reached(Outcome.MET), *(answers(share) for share in (0.95, 0.97, 0.98))]
    not_met = [reached(Outcome.NOT_MET), *(answers(share) for share in (0.80, 0.85))]
    return f"| {' | '.join([f'{rate:.0%}', *met, *not_met])} |"


FRAME = (1_000, 3_000)  # passports; visas, of which one citizen answered
SERVICES = CellCounts.from_histograms([0, 1], -1, [[0, 0, 2, 0, 38], [0, 0, 1, 0, 0]])


def collapsed(edition: Edition, visas: int = 1) -> Collapse:
    cells = [
        FrameCell(1, service, "counter", "counter", encounters, responses)
        for service, encounters, responses in ((1, FRAME[0], 40), (2, FRAME[1], visas))
    ]
    return collapse(cells, edition=edition)


JOINED = collapsed(Edition.SECOND)
OWN = poststratify_places(SERVICES, [0, 1], FRAME, JOINED.group)
PASSPORTS, VISAS = means_by_domain(OWN, TOP, np.array([0, 1]))
WHOLE = mean_of_cells(OWN, TOP)
MERGED = collapsed(Edition.FIRST)
FIRST_WHOLE = mean_of_cells(
    poststratify(replace(SERVICES, stratum=MERGED.group), MERGED.group, MERGED.totals), TOP
)

DRAWS = CellCounts.from_histograms(
    [0, 0], -1, [[0, 0, 6, 0, 114], [0, 0, 4, 0, 16]], np.array([3.0, 4.0])
)
BY_DRAW = adjust_by_draw(DRAWS, [1, 2], [0, 0], {(1, 0): 600.0, (2, 0): 400.0}).cells
WEIGHT_BY_DRAW = BY_DRAW.weights.sum(axis=1) / BY_DRAW.counts.sum(axis=1)


def clustered(p: float, n: int, psus: int) -> Estimate:
    """Equal weights, PSUs of one size, as much spread between them as between answers."""
    V = p * (1 - p) / n
    return Estimate(p, V, V**0.5, n, float(n), float(n) if V else None, psus - 1, float(n), psus)


POOLED = Rule(Edition.SECOND, clusters=Clusters(correlation=0.05, agencies=20))
FEW = Rule(Edition.SECOND, clusters=Clusters(correlation=0.0, agencies=3))
IN_20 = POOLED.intervals([clustered(0.95, 200, 20)])[0]
OF_100 = RULE.intervals(
    [mean_of_cells(CellCounts.from_histograms([0], -1, [[5, 0, 0, 0, 95]]), TOP)]
)[0]
FIRST_MET = next(n for n in range(1, 99) if RULE.interval_at(1.0, n).low >= 0.9)


def row_of_strength(share: float, m: int, rate: float) -> str:
    found = RULE.interval_at(share, m)
    bounds = band(found, rate)
    outcome = decide(found, 0.9)
    assert outcome is Outcome.MET
    held = {
        Strength.ROBUST: "MET, robust",
        Strength.AMONG_RESPONDENTS: "MET among those who answered",
    }[strength(outcome, bounds, 0.9)]
    return (
        f"| {share:.0%} | {m:,} | {found.low:.4f} to {found.high:.4f} | {rate:.0%} | "
        f"{bounds.low:.4f} to {bounds.high:.4f} | {held} | "
        f"{tipping_point(found.low, rate, 0.9):.1%} |"
    )


READY = Response.of([8000, 2000], [400, 100], [1000, 500])

SENTENCES = {
    "weights by draw": f"600/120 = **{WEIGHT_BY_DRAW[0]:.0f}**",
    "weights of the late draw": f"400/20 = **{WEIGHT_BY_DRAW[1]:.0f}**",
    "the share by draw": f"0.6 × 0.95 + 0.4 × 0.80 = **{mean_of_cells(BY_DRAW, TOP).value:.1%}**",
    "the share pooled": f"the share would read **{mean_of_cells(DRAWS, TOP).value:.1%}**",
    "weights in the first edition": "weighed 4,000/41 = "
    f"**{FIRST_WHOLE.weight / FIRST_WHOLE.n:.2f}**",
    "the agency in the first edition": f"which was 38/41 = **{FIRST_WHOLE.value:.1%}**",
    "weights in the service": f"1,000/40 = **{PASSPORTS.weight / PASSPORTS.n:.0f}**",
    "the weight of one answer": f"3,000/1 = **{VISAS.weight:,.0f}**",
    "the score of the service": f"38/40 = **{PASSPORTS.value:.1%}**",
    "the score of the agency": f"0.25 × 0.95 + 0.75 × 0 = **{WHOLE.value:.1%}**, on an "
    f"effective size of **{WHOLE.n_kish:.1f}**",
    "coverage without visas": f"coverage of **{collapsed(Edition.SECOND, 0).coverage:.0%}**",
    "the mean": f"**{MEAN.value:.4f}** with standard error **{MEAN.se:.4f}**",
    "the cap of the mean": f"n_eff = **{MEAN.n_eff:.2f}** is over Kish's **{MEAN.n_kish:.2f}**, "
    f"so se* = **{CAPPED_SE:.4f}**",
    "the interval of the mean": f"from **{MEAN_INTERVAL.low:.4f}** to **{MEAN_INTERVAL.high:.4f}**",
    "without the cap": f"from {UNCAPPED.low:.4f} to {UNCAPPED.high:.4f}",
    "the estimate": f"0.8 × 0.95 + 0.2 × 0.85 = **{SHARE.value:.4f}**",
    "the variance": f"0.85 × 0.15/39 = **{SHARE.variance:.8f}**, standard error **{SHARE.se:.5f}**",
    "n_eff": f"n_eff = p̂(1−p̂)/V̂ = **{SHARE.n_eff:.2f}**",
    "the size": f"(Σw)²/Σw² = **{SHARE.n_kish:.2f}**; the smaller counts, and with the t factor "
    f"m = **{INTERVAL.size:.2f}**",
    "the interval": f"95 % interval: **{INTERVAL.low:.4f} to {INTERVAL.high:.4f}**",
    "the first edition's interval": "In the worked example "
    f"**{FIRST_INTERVAL.low:.4f} to {FIRST_INTERVAL.high:.4f}**",
    "95 of 100": f"95 of 100: **{OF_100.low:.4f} to {OF_100.high:.4f}**",
    "36 of 36": f"36 of 36: lower bound **{RULE.interval_at(1.0, 36).low:.4f}**",
    "the first MET now": f"`MET` is first possible at **{FIRST_MET}** answers.",
    "pooled clusters": f"200/(1 + 1.25 × 0.05 × 9) = **{IN_20.size:.0f}**, and "
    f"**{IN_20.low:.4f} to {IN_20.high:.4f}**",
    "few clusters": f"lower bound **{FEW.intervals([clustered(1.0, 44, 4)])[0].low:.3f}**",
    "not robust": row_of_strength(0.95, 800, 0.35),
    "robust": row_of_strength(0.97, 1_000, 0.35),
    "how readily they answered": f"ρ = **{READY.rate:.0%}**, R = **{READY.r_indicator:.2f}** and "
    f"the largest bias **{(READY.largest_bias(SHARE.value) or 0) * 100:.1f}** points",
    "the verdict": f"**{VERDICT.outcome}**. At the present estimate about "
    f"**{VERDICT.further_responses}** more answers",
    "the chance": "seen from today, is "
    f"**{chance_of_decision(SHARE, INTERVAL, VERDICT.further_responses, rule=RULE):.0%}**".replace(
        "%", " %"
    ),
    "a likely one": "For a chance of 80 % it takes about "
    f"**{further_for_chance(SHARE, INTERVAL, rule=RULE):,}**",
    **{f"robust at {rate:.0%}": robust_row(rate) for rate in (0.20, 0.35, 0.50, 0.70)},
    "mean %": f"**{mean_of_cells(AGENCY, (1, 2, 3, 4, 5)).value * 20:.2f}**",
    "the first MET": "first possible at **36** answers, whose lower bound is 0.025^(1/36) = "
    f"**{clopper_pearson_interval(36, 36).low:.4f}**",
    "false met at 0.88": f"*met* **{naive_met(0.88):.1%}** of the time; this one "
    f"**{official_met(0.88):.1%}**",
    "false met at 0.90": f"At 0.90: **{naive_met(0.90):.1%}** against **{official_met(0.90):.1%}**",
    "false met, in Thai": f"จะบอกว่าผ่านถึง {naive_met(0.88):.1%} ของครั้ง",
    "false met by this rule, in Thai": f"วิธีนี้บอกว่าผ่านเพียง {official_met(0.88):.1%}",
    "answers at 0.85": f"| 85 % | {responses_for_verdict(0.85, rule=RULE):,} |",
    "answers at 0.92": f"| 92 % | {responses_for_verdict(0.92, rule=RULE):,} |",
    "answers at 0.95": f"| 95 % | {responses_for_verdict(0.95, rule=RULE):,} |",
    "answers at 0.97": f"| 97 % | {responses_for_verdict(0.97, rule=RULE):,} |",
    "the width": f"10 points wide at 90 %: **{responses_for_width(0.9, 0.1, rule=RULE)}**",
    "the tables": f"**{yamane(10_000)}** (Yamane) and **{krejcie_morgan(10_000)}** "
    "(Krejcie–Morgan)",
    "power of the table": f"to be called *met* is **{power_of_verdict(370, 0.92, rule=RULE):.0%}**",
}


@pytest.mark.parametrize("what", SENTENCES)
def test_the_document_says_what_the_method_gives(what):
    document = " ".join((ROOT / "docs/method.md").read_text(encoding="utf-8").split())
    plain = document.replace(" %", "%")
    assert " ".join(SENTENCES[what].split()).replace(" %", "%") in plain
