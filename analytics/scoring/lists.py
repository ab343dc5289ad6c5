"""A list of agencies read as one: with many verdicts side by side some are luck."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analytics.estimation.multiplicity import Gap, between, gaps, outcomes_of_list
from analytics.estimation.official import Edition, Outcome, Rule
from analytics.estimation.ranks import RankSets, rank_sets
from analytics.estimation.values import Estimate
from analytics.models import Score
from surveys.models import Wave

FALSE_DISCOVERIES = 0.05
RANK_SEED = 2567
"""Critical values of ranks are simulated, the same at each look."""


def judged_alike(scores: Sequence[Score]) -> list[Score]:
    """The shares that one list may hold: not suppressed, with the one-sided tests of shares, and
    official ones apart from others where there are any."""
    shown = [s for s in scores if s.measure == Score.Measure.TOP_TWO_BOX and not s.withheld]
    if shown and shown[0].wave.state == Wave.State.OPEN:
        return []  # daily looks at one domain do not add up to a list
    official = [score for score in shown if score.edition == 1 or score.rests_on_official_evidence]
    return official or shown


def outcomes(scores: Sequence[Score]) -> list[Outcome]:
    """The outcome of each, with false ones held to 5 % of those given on either side. Never a
    better one than the score's own."""
    if not scores:
        return []
    found = outcomes_of_list(
        [estimate_of(score) for score in scores],
        _target(scores),
        FALSE_DISCOVERIES,
        rule_of(scores),
    )
    return [
        outcome if outcome == score.verdict else Outcome.INCONCLUSIVE
        for outcome, score in zip(found, scores, strict=True)
    ]


def counts(scores: Sequence[Score]) -> Counter[Outcome]:
    return Counter(outcomes(scores))


def at_least_and_at_most(scores: Sequence[Score]) -> tuple[int, int]:
    """Between how many of them the target is met, both bounds at once."""
    return between([estimate_of(score) for score in scores], _target(scores), rule_of(scores))


def ranks(scores: Sequence[Score]) -> RankSets:
    """The ranks that each of them may have, all at once."""
    return rank_sets([estimate_of(score) for score in scores], seed=RANK_SEED, rule=rule_of(scores))


def pairs(scores: Sequence[Score]) -> list[Gap]:
    """Every pair's gap with its p-value adjusted for all pairs."""
    return gaps([estimate_of(score) for score in scores], rule_of(scores))


def _target(scores: Sequence[Score]) -> float:
    return scores[0].wave.declared_method().target


def rule_of(scores: Sequence[Score]) -> Rule:
    return Rule(Edition(scores[0].edition), scores[0].wave.declared_method().level)


def estimate_of(score: Score) -> Estimate:
    """The score as the estimate behind it. From the second edition on the size that its interval
    was made with is stored, and stands for all that the design said."""
    if score.edition == 1:
        return Estimate(
            value=score.estimate,
            variance=score.se**2,
            se=score.se,
            n=score.n,
            n_kish=score.n_kish,
            n_eff=score.n_eff,
            df=score.df,
            weight=float(score.population or score.n),
        )
    return Estimate(
        value=score.estimate,
        variance=score.se**2,
        se=score.se,
        n=score.n,
        n_kish=score.size or 0.0,
        n_eff=None,
        df=score.n - 1,
        weight=float(score.population or score.n),
    )
