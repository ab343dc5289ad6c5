"""What screening did in a wave, as pages and reports show it: by rule, by agency, by place."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from analytics.counting.stated import moves_in_steps
from analytics.models import Score
from analytics.wording.alternatives import beside_sentences
from responses.models import AgencyScreening, Flag, Response
from responses.screening.columns import SCREENABLE
from responses.screening.rule import Rule
from responses.screening.rules import RULES
from surveys.models import Agency, Channel, Service, ServicePoint, Wave
from surveys.screening import Screening

EVIDENCE_SHOWN = 3


@dataclass(frozen=True)
class RuleLine:
    """One declared rule and what it found. A response may be flagged by several rules."""

    rule: Rule
    given: dict[str, float]
    flagged: int
    set_aside: int

    @property
    def strengths(self) -> list[float]:
        """What a flag adds: usually, and at most."""
        return sorted({self.given["strength"], self.given.get("strong", self.given["strength"])})

    @property
    def spares_low(self) -> bool:
        """Whether low ratings are never doubted by the rule, as the wave declared it."""
        return self.given.get("lowest", 1) > 1

    @property
    def parameters(self) -> list[tuple[str, float]]:
        return [(k, v) for k, v in self.given.items() if k not in ("strength", "strong")]


@dataclass(frozen=True)
class Screened:
    declared: Screening
    lines: list[RuleLine]
    answers: int
    set_aside: int
    final: bool

    @property
    def share(self) -> float:
        return self.set_aside / self.answers if self.answers else 0.0


def screened(wave: Wave, agencies: Collection[int] | None = None) -> Screened | None:
    """What the rules found in the wave, or in these agencies; None where none are declared.

    Nothing of single agencies while the wave runs: some rules doubt high ratings alone, so that a
    count that moved by one would tell what somebody answered.
    """
    declared = wave.declared_method().screening
    if declared is None or (agencies is not None and moves_in_steps(wave)):
        return None
    found = AgencyScreening.objects.filter(wave=wave)
    if agencies is not None:
        found = found.filter(agency__in=agencies)
    last_time = list(found)
    lines = []
    for name, rule in RULES.items():
        if name not in declared.rules:
            continue
        counts = [each.counts(name) for each in last_time]
        lines.append(
            RuleLine(
                rule,
                declared.rules[name],
                sum(count["flagged"] for count in counts),
                sum(count["set_aside"] for count in counts),
            )
        )
    return Screened(
        declared,
        lines,
        sum(each.answers for each in last_time),
        sum(each.set_aside for each in last_time),
        bool(last_time) and all(each.final for each in last_time),
    )


def below(agency: Agency) -> list[int]:
    """An agency and all under it."""
    return [each.pk for each in Agency.objects.descendants(agency, include_self=True)]


@dataclass(frozen=True)
class AgencyLine:
    screening: AgencyScreening
    sentences: list[str]

    @property
    def share(self) -> float:
        answers = self.screening.answers
        return self.screening.set_aside / answers if answers else 0.0


def agency_lines(wave: Wave) -> QuerySet[AgencyScreening]:
    """Agencies with an alarm or answers set aside, the most affected first."""
    return (
        AgencyScreening.objects.filter(wave=wave)
        .filter(Q(alarm=True) | Q(set_aside__gt=0))
        .select_related("agency")
        .order_by("-alarm", "-set_aside", "agency__code")
    )


def with_figures(wave: Wave, screenings: Collection[AgencyScreening]) -> list[AgencyLine]:
    """Each with both figures of its agency in words."""
    scores = Score.objects.filter(
        wave=wave,
        level__in=(Score.Level.AGENCY, Score.Level.MINISTRY),
        agency__in=[each.agency_id for each in screenings],
        measure=wave.declared_method().measure,
        is_overall=True,
    ).select_related("wave")
    by_agency = {score.agency_id: score for score in scores}
    return [
        AgencyLine(each, beside_sentences(by_agency[each.agency_id]))
        if each.agency_id in by_agency
        else AgencyLine(each, [])
        for each in screenings
    ]


class PlacesForm(forms.Form):
    """A GET form: which service points to list."""

    q = forms.CharField(label=_("Find a place"), required=False, max_length=100)
    agency = forms.ModelChoiceField(
        Agency.objects.without_tree_fields(),
        label=_("Agency"),
        required=False,
        to_field_name="code",
        empty_label=_("All agencies"),
    )
    rule = forms.ChoiceField(label=_("Rule"), required=False)

    def __init__(self, wave: Wave, data: Any) -> None:
        super().__init__(data, auto_id="places_%s")
        self.wave = wave
        self.fields["agency"].queryset = Agency.objects.without_tree_fields().filter(  # type: ignore[attr-defined]
            pk__in=AgencyScreening.objects.filter(wave=wave).values("agency")
        )
        self.fields["rule"].choices = [  # type: ignore[attr-defined]
            ("", _("All rules")),
            *((name, rule.title) for name, rule in RULES.items()),
        ]
        self.is_valid()  # what cannot be read is not filtered by

    @property
    def is_filtered(self) -> bool:
        return any(self.cleaned_data.values())

    def places(self) -> QuerySet[Any, Any]:
        """Service, channel and service point of answers that were set aside, or that the chosen
        rule flags; those with the most first."""
        wanted = self.cleaned_data
        standing = Flag.objects.filter(response=OuterRef("pk"), withdrawn_at=None)
        rule = wanted.get("rule")
        if rule:
            standing = standing.filter(rule=rule)
        found = Response.objects.filter(Exists(standing), **self._scope())
        for word in wanted.get("q", "").split():
            found = found.filter(
                Q(service__name_th__icontains=word)
                | Q(service__name_en__icontains=word)
                | Q(service_point__name_th__icontains=word)
                | Q(service_point__name_en__icontains=word)
            )
        aside = Count("pk", filter=Q(disposition=Response.Disposition.SCREENED))
        return (
            found.order_by()
            .values("service", "channel", "service_point")
            .annotate(flagged=Count("pk"), aside=aside)
            .filter(**({} if rule else {"aside__gt": 0}))
            .order_by("-aside", "-flagged", "service", "channel", "service_point")
        )

    def _scope(self) -> dict[str, Any]:
        scope: dict[str, Any] = {"wave": self.wave, "disposition__in": SCREENABLE}
        if agency := self.cleaned_data.get("agency"):
            scope["service__agency__in"] = below(agency)
        return scope

    def described(self, places: Collection[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The places of one page, with their names, all their answers and the evidence."""
        services = Service.objects.select_related("agency").in_bulk([p["service"] for p in places])
        channels = Channel.objects.in_bulk([place["channel"] for place in places])
        points = ServicePoint.objects.in_bulk([place["service_point"] for place in places])
        for place in places:
            answers = Response.objects.filter(
                wave=self.wave,
                service=place["service"],
                channel=place["channel"],
                service_point=place["service_point"],
                disposition__in=SCREENABLE,
            )
            number = answers.count()
            yield place | {
                "agency": services[place["service"]].agency,
                "service": services[place["service"]],
                "channel": channels[place["channel"]],
                "service_point": points.get(place["service_point"]),
                "answers": number,
                "share": place["aside"] / number,
                "evidence": self._evidence(answers),
            }

    def _evidence(self, answers: QuerySet[Response]) -> list[str]:
        """What the strongest flags say, the most frequent first."""
        flags = Flag.objects.filter(response__in=answers, withdrawn_at=None)
        if rule := self.cleaned_data.get("rule"):
            flags = flags.filter(rule=rule)
        grouped = (
            flags.order_by()
            .values_list("rule", "evidence", "strength")
            .annotate(number=Count("pk"))
            .order_by("-strength", "-number", "rule")
        )
        return [
            RULES[rule].words(evidence)
            for rule, evidence, _strength, _number in grouped[:EVIDENCE_SHOWN]
        ]
