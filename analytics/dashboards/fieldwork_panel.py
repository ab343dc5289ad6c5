"""What pages and reports say of those who were drawn and asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from analytics.domains.partitions import Registry
from analytics.fieldwork.dispositions import Fieldwork, Group, groups
from analytics.fieldwork.of_one import OneOf
from analytics.fieldwork.reach import Finding, Kind, reach_findings
from analytics.models import Score
from analytics.wording.charts import computation_of
from surveys.access import Visitor, may_see_every_agency
from surveys.models import Agency, Wave

Level = Score.Level
WHOLE = (Level.MINISTRY, Level.AGENCY)


@dataclass(frozen=True)
class Line:
    """`counts`: None where they are suppressed."""

    name: str
    counts: Fieldwork | None
    reach: float | None


@dataclass(frozen=True)
class Rate:
    """A rate with its formula in the letters of the AAPOR, and in words."""

    name: str
    formula: str
    words: str
    value: float | None


@dataclass(frozen=True)
class Panel:
    """`findings`: what stands out about whom agencies let be asked, a sentence each."""

    whole: Fieldwork
    parts: list[tuple[str, list[Line]]]
    reach: float | None = None
    findings: tuple[str, ...] = ()

    @property
    def rates(self) -> list[Rate]:
        values = self.whole.rates
        return [
            Rate(name, formula, words, values[name]) for name, formula, words in rates_in_words()
        ]


def rates_in_words() -> list[tuple[str, str, str]]:
    return [
        (
            "RR1",
            "I / ((I + P) + (R + NC + O) + (UH + UO))",
            _("complete answers among all who were drawn"),
        ),
        (
            "RR2",
            "(I + P) / ((I + P) + (R + NC + O) + (UH + UO))",
            _("complete and partial answers among all who were drawn"),
        ),
        (
            "COOP1",
            "I / ((I + P) + R + O)",
            _("complete answers among those who reacted at all, at least"),
        ),
        (
            "COOP2",
            "(I + P) / ((I + P) + R + O)",
            _("complete and partial answers among those who reacted at all, at least"),
        ),
        (
            "REF1",
            "R / ((I + P) + (R + NC + O) + (UH + UO))",
            _("refusals among all who were drawn, at most"),
        ),
        (
            "CON1",
            "((I + P) + R + O) / ((I + P) + (R + NC + O) + (UH + UO))",
            _("reactions among all who were drawn"),
        ),
        (
            "CON3",
            "((I + P) + R + O) / ((I + P) + R + O + NC)",
            _("reactions among those whom the invitation reached"),
        ),
    ]


def fieldwork_panel(user: Visitor, wave: Wave, agency: Agency | None = None) -> Panel | None:
    """The counts of the nation, or of an agency, with their parts; None where nobody was drawn or
    the visitor may not see. Only the survey office sees what stands out in the whole nation."""
    one = OneOf(wave, agency, computation_of(wave))
    panel = _panel(one.groups_for(user), agency, one.registry)
    if panel is None or (agency is None and not may_see_every_agency(user)):
        return panel
    return replace(panel, findings=_in_words(one.findings(), one.registry))


def reported_panel(wave: Wave, agency: Agency | None) -> Panel | None:
    """The same for a report, which may be passed on: without small groups."""
    registry = Registry()
    found = groups(wave, registry)
    shown = [group.without_numbers() if group.withheld else group for group in found]
    panel = _panel(shown, agency, registry)
    if panel is None or agency is None:
        return panel
    own = [each for each in reach_findings(wave, registry) if each.agency == agency.pk]
    return replace(panel, findings=_in_words(own, registry))


def _in_words(findings: Iterable[Finding], registry: Registry) -> tuple[str, ...]:
    return tuple(finding_in_words(each, str(registry.agencies[each.agency])) for each in findings)


def finding_in_words(finding: Finding, agency: str) -> str:
    """One sentence: how the share of encounters with a contact stands out."""
    values = {
        "agency": agency,
        "points": number_format(100 * abs(finding.difference), 1),
        "draw": finding.draw,
    }
    if finding.kind == Kind.FALLS:
        return (
            _(
                "%(agency)s: in draw %(draw)d the share of encounters with a contact is"
                " %(points)s points lower than in the draw before."
            )
            % values
        )
    if finding.difference < 0:
        text = _(
            "%(agency)s: the share of encounters with a contact is %(points)s points lower than"
            " that of others on the same channels."
        )
    else:
        text = _(
            "%(agency)s: the share of encounters with a contact is %(points)s points higher than"
            " that of others on the same channels."
        )
    return text % values


def _panel(shown: list[Group], agency: Agency | None, registry: Registry) -> Panel | None:
    if not shown:
        return None
    about = agency.pk if agency else None
    own = [group for group in shown if group.domain.agency == about]
    levels = WHOLE if agency else (Level.NATION,)
    whole = next((group for group in own if group.domain.level in levels), None)
    if whole is None or whole.withheld:
        return None
    parts = [
        (_("Channel"), _lines(own, registry, Level.CHANNEL, *_CHANNELS)),
        (_("Service"), _lines(own, registry, Level.SERVICE)),
    ]
    shown_parts = [(heading, lines) for heading, lines in parts if lines]
    return Panel(whole.counts, shown_parts, whole.reach)


_CHANNELS = (Level.AGENCY_CHANNEL, Level.MINISTRY_CHANNEL)


def _lines(groups: list[Group], registry: Registry, *levels: str) -> list[Line]:
    return [
        Line(_name(group, registry), None if group.withheld else group.counts, group.reach)
        for group in groups
        if group.domain.level in levels
    ]


def _name(group: Group, registry: Registry) -> str:
    if group.domain.channel:
        return str(registry.channels[group.domain.channel])
    assert group.domain.service is not None
    return str(registry.services[group.domain.service])
