"""The change of every domain from an earlier wave to a later one, from their stored scores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from django.db.models import QuerySet

from analytics.domain import Domain, Level
from analytics.estimation import mover
from analytics.estimation.change import Change, Direction, change
from analytics.estimation.comparison import Difference, difference_of_proportions
from analytics.estimation.multiplicity import holm
from analytics.estimation.official import Edition, Rule
from analytics.estimation.values import Estimate, Interval
from analytics.models import Score
from surveys.models import Agency, Question, Wave

FALSE_CHANGES = 0.05
"""The chance that a list names any change where there is none."""

PARTS = {
    Level.NATION: Level.CHANNEL,
    Level.MINISTRY: Level.MINISTRY_CHANNEL,
    Level.AGENCY: Level.AGENCY_CHANNEL,
    Level.SERVICE: Level.SERVICE_CHANNEL,
}
"""The level of a domain's channels."""


Shown = Mapping[Domain, Score]
"""Scores of overall shares that are suppressed for nobody, by their domain."""


class Break(StrEnum):
    """What else differs between the two waves, so that a line through both would mislead.

    QUESTION  the overall question reads differently
    EVIDENCE  the answers came about in another way: drawn, open, or weights from a file
    EDITION   another edition of the method made the figures
    """

    QUESTION = "QUESTION"
    EVIDENCE = "EVIDENCE"
    EDITION = "EDITION"


FORBIDDING = {Break.QUESTION, Break.EVIDENCE}
"""After these no word is given: the two figures measure different things. Another edition measures
the same in another way."""


class Missing(StrEnum):
    """Why a domain that is in one of the waves has no change.

    SUPPRESSED  its figure in either wave is suppressed
    NOT_BEFORE  the earlier wave has no figure of it
    NOT_AFTER   the later wave has none
    """

    SUPPRESSED = "SUPPRESSED"
    NOT_BEFORE = "NOT_BEFORE"
    NOT_AFTER = "NOT_AFTER"


@dataclass(frozen=True)
class NoChange:
    """A domain of either wave that has no change. Of `score` only the name is for use."""

    score: Score
    missing: Missing


@dataclass(frozen=True)
class DomainChange:
    """The later score less the earlier one, both of which are shown.

    same_mix    at the later wave's mix of channels, over those shown in both waves; None where
                there is no frame, or no channel is shown in both
    raw         as the two scores stand
    breaks      what else changed
    p_adjusted  of the change among all domains of its level, by Holm
    """

    before: Score
    after: Score
    same_mix: Change | None
    raw: Difference
    breaks: tuple[Break, ...]
    p_adjusted: float = 1.0

    @property
    def domain(self) -> Domain:
        return self.after.domain

    @property
    def difference(self) -> Difference:
        """The one that the word rests on: at the same mix wherever that is known."""
        return self.same_mix.difference if self.same_mix else self.raw

    @property
    def behind(self) -> tuple[Estimate, Estimate]:
        """The two estimates, the later first, that the word rests on."""
        if self.same_mix:
            return self.same_mix.later, self.same_mix.earlier
        return as_estimate(self.after), as_estimate(self.before)

    @property
    def direction(self) -> Direction:
        """Of this domain looked at alone."""
        if FORBIDDING.intersection(self.breaks):
            return Direction.NOT_COMPARABLE
        return Direction.of(self.difference.interval)

    @property
    def direction_in_list(self) -> Direction:
        """The same where many are looked at, each of which could stand out by luck."""
        if self.direction == Direction.NOT_COMPARABLE or self.p_adjusted <= FALSE_CHANGES:
            return self.direction
        return Direction.NO_EVIDENCE


def earlier_waves(wave: Wave) -> QuerySet[Wave]:
    """The published waves that ended before this one began, the last first."""
    return Wave.objects.filter(
        state=Wave.State.PUBLISHED, simulated=wave.simulated, ends_on__lt=wave.starts_on
    ).order_by("-ends_on", "-pk")


def changes(
    earlier: Wave,
    wave: Wave,
    agency: Agency | None = None,
    levels: Collection[Level] = tuple(Level),
    after: Shown | None = None,
) -> list[DomainChange]:
    """The change of each domain whose share of 4 and 5 is shown in both waves; of one agency's
    alone, which then are the list. Of some levels alone: each level is judged by itself. `after`:
    the later wave's shares that are shown to everybody, where they have been read already.

    Suppressed figures enter no change, not even as a channel among others: whoever sees all of
    this sees nothing beyond the two waves' scores.
    """
    before = _shown(earlier, agency, levels, named=False)
    after = _shown(wave, agency, levels) if after is None else after
    channels = _channels(before, after)
    rules, breaks = (_rule(earlier), _rule(wave)), breaks_between(earlier, wave)
    wanted = [domain for domain in after if domain in before and domain.level in levels]
    of_pairs = zip(
        rules[1].intervals([as_estimate(after[domain]) for domain in wanted]),
        rules[0].intervals([as_estimate(before[domain]) for domain in wanted]),
        strict=True,
    )
    found = [
        _change(before, after, domain, channels[domain], rules, breaks, intervals)
        for domain, intervals in zip(wanted, of_pairs, strict=True)
    ]
    return _adjusted(found, rules)


def without_change(
    earlier: Wave, wave: Wave, levels: Collection[Level] = tuple(Level)
) -> list[NoChange]:
    """The domains of either wave that have no change, each with the reason."""
    before, after = (
        {s.domain: s for s in _scores(each).filter(level__in=levels)} for each in (earlier, wave)
    )
    found = []
    for domain in [*after, *(before.keys() - after.keys())]:
        pair = before.get(domain), after.get(domain)
        if missing := _missing(*pair):
            found.append(NoChange(pair[1] or pair[0], missing))  # type: ignore[arg-type]
    return found


def _missing(before: Score | None, after: Score | None) -> Missing | None:
    if before is None:
        return Missing.NOT_BEFORE
    if after is None:
        return Missing.NOT_AFTER
    return Missing.SUPPRESSED if before.withheld or after.withheld else None


Rules = tuple[Rule, Rule]


def _scores(wave: Wave, *, named: bool = True) -> QuerySet[Score]:
    """`named`: in order, with what their domains are called."""
    scores = wave.scores.filter(is_overall=True, measure=Score.Measure.TOP_TWO_BOX)
    names = ("agency", "service", "channel", "service_point")
    return scores.select_related(*names) if named else scores.order_by()


def _shown(
    wave: Wave, agency: Agency | None, levels: Collection[Level], *, named: bool = True
) -> dict[Domain, Score]:
    """With the channels of those levels, which their change at the same mix is made of."""
    wanted = {*levels, *(PARTS[level] for level in levels if level in PARTS)}
    scores = _scores(wave, named=named).filter(withheld=False, level__in=wanted)
    if agency is not None:
        scores = scores.filter(agency=agency)
    return {score.domain: score for score in scores}


def _channels(before: Shown, after: Shown) -> dict[Domain, list[Domain]]:
    """The channels of each domain that are shown in both waves."""
    whole = {part: level for level, part in PARTS.items()}
    below: dict[Domain, list[Domain]] = defaultdict(list)
    for domain in after:
        if domain.level in whole and domain in before:
            below[Domain(whole[domain.level], domain.agency, domain.service)].append(domain)
    return below


def _rule(wave: Wave) -> Rule:
    """The size that an interval was made with is stored and holds what clusters said."""
    method = wave.declared_method()
    return Rule(Edition(method.edition), method.level)


def breaks_between(earlier: Wave, wave: Wave) -> frozenset[Break]:
    """What differs between two waves as a whole."""
    found = set()
    questionnaires = {earlier.questionnaire_id, wave.questionnaire_id}
    asked = Question.objects.filter(questionnaire__in=questionnaires, is_overall=True)
    alike = asked.order_by().values("code", "kind", "text_th").distinct()
    if len(questionnaires) > 1 and alike.count() > 1:
        found.add(Break.QUESTION)
    if earlier.declared_method().edition != wave.declared_method().edition:
        found.add(Break.EDITION)
    return frozenset(found)


def _change(
    before: Shown,
    after: Shown,
    domain: Domain,
    channels: list[Domain],
    rules: Rules,
    breaks: frozenset[Break],
    intervals: tuple[Interval, Interval],
) -> DomainChange:
    pair = before[domain], after[domain]
    raw = difference_of_proportions(
        *map(as_estimate, pair[::-1]), rules=rules[::-1], intervals=intervals
    )
    assert raw is not None  # a score has data
    if pair[0].evidence != pair[1].evidence:
        breaks |= {Break.EVIDENCE}
    return DomainChange(
        *pair, _at_same_mix(before, after, domain, channels, rules), raw, tuple(sorted(breaks))
    )


def _at_same_mix(
    before: Shown, after: Shown, domain: Domain, channels: list[Domain], rules: Rules
) -> Change | None:
    total = after[domain].population
    mix: dict[Hashable, float] = {c: float(after[c].population or 0) for c in channels}
    if not total or not sum(mix.values()):
        return None
    mix["shown in neither or one"] = total - sum(mix.values())
    earlier: dict[Hashable, Estimate] = {c: as_estimate(before[c]) for c in channels}
    later: dict[Hashable, Estimate] = {c: as_estimate(after[c]) for c in channels}
    return change(earlier, later, mix, rules=rules)


def _adjusted(found: Sequence[DomainChange], rules: Rules) -> list[DomainChange]:
    """With p-values adjusted for all domains of the same level that can be compared."""
    adjusted = {each.domain: 1.0 for each in found}
    compared = [c for c in found if c.direction != Direction.NOT_COMPARABLE]
    if not compared:
        return list(found)
    later, earlier = zip(*(each.behind for each in compared), strict=True)
    p_values = mover.p_values(later, earlier, rules[::-1])
    levels = np.array([each.domain.level for each in compared])
    for level in set(levels.tolist()):
        of_level = np.flatnonzero(levels == level)
        corrected = holm(p_values[of_level]).tolist()
        adjusted |= zip((compared[k].domain for k in of_level), corrected, strict=True)
    return [replace(each, p_adjusted=adjusted[each.domain]) for each in found]


def as_estimate(score: Score) -> Estimate:
    """The score as the estimate behind it. From the second edition on at the size that its
    interval was made with, which holds all that the design said."""
    first = score.edition == Edition.FIRST
    size = score.n_kish if first else score.size or 0.0
    variance = score.se**2 if first else score.estimate * (1 - score.estimate) / size
    return Estimate(
        value=score.estimate,
        variance=variance,
        se=variance**0.5,
        n=score.n,
        n_kish=size,
        n_eff=score.n_eff if first else size if variance else None,
        df=score.df if first else score.n - 1,
        weight=float(score.population or score.n),
    )
