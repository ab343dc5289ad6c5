"""Scores for programs: the same figures as the pages, under the same rules of access."""

from __future__ import annotations

from typing import Any, ClassVar, TypedDict

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny

from analytics.dashboards.change_views import changes_for, without_change_for
from analytics.dashboards.months import months_in
from analytics.dashboards.pages import as_seen_by
from analytics.dashboards.waiting import Followed, waiting_for
from analytics.domains.access import domains_for, waves_for
from analytics.domains.partitions import Registry
from analytics.estimation.change import Direction
from analytics.fieldwork.dispositions import Group, groups_for
from analytics.fieldwork.reach import reach_findings
from analytics.models import Score
from analytics.planning.draw_views import draws_made
from analytics.scoring.changes import DomainChange, NoChange, earlier_waves
from surveys.models import Agency, Draw, Wave

Code = serializers.SlugRelatedField[Any]


class WaveSerializer(serializers.ModelSerializer[Wave]):
    class Meta:
        model = Wave
        fields = [
            "code",
            "title_th",
            "title_en",
            "fiscal_year",
            "starts_on",
            "ends_on",
            "state",
            "simulated",
            "method",
            "seal",
        ]


FIGURES = (
    *("estimate", "se", "low", "high", "n", "n_eff", "df", "population", "coverage"),
    *("verdict", "outcome", "official", "evidence", "reason", "strength", "tipping_point"),
    *("band_low", "band_high", "merged", "response_rate", "r_indicator", "reach"),
    *("flags", "needed", "distribution", "stated_on", "answers_since"),
)


class ScoreSerializer(serializers.ModelSerializer[Score]):
    """Shares of one; `mean_percent` is the mean rating ÷ 5. Where `suppressed`, people answered and
    no figure is given, to protect them; a domain that is not listed has no answers, unless it is a
    service point: a service and channel is listed by these as a whole or not at all. While a wave
    is open, figures and `n` are those of the statement of `stated_on`; `answers_since` have come
    since and move at once."""

    agency: Code = serializers.SlugRelatedField("code", read_only=True)
    service: Code = serializers.SlugRelatedField("code", read_only=True)
    channel: Code = serializers.SlugRelatedField("code", read_only=True)
    service_point: Code = serializers.SlugRelatedField("code", read_only=True)
    suppressed = serializers.BooleanField(source="withheld", read_only=True)
    outcome = serializers.CharField(source="verdict", read_only=True, allow_null=True)
    confidence_level = serializers.SerializerMethodField()

    def get_confidence_level(self, score: Score) -> float:
        return score.wave.declared_method().level

    def to_representation(self, score: Score) -> dict[str, Any]:
        shown = super().to_representation(score)
        return shown | dict.fromkeys(FIGURES) if score.withheld else shown

    class Meta:
        model = Score
        fields = [
            "level",
            "agency",
            "service",
            "channel",
            "service_point",
            "question",
            "measure",
            "suppressed",
            "confidence_level",
            "edition",
            *FIGURES,
        ]
        extra_kwargs: ClassVar = {
            name: {"allow_null": True, "read_only": True} for name in FIGURES if name != "outcome"
        }


class DrawSerializer(serializers.ModelSerializer[Draw]):
    """What was promised and what was done; `secret` once it is told."""

    wave: Code = serializers.SlugRelatedField("code", read_only=True)
    drawn = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = Draw
        fields = [
            "wave",
            "number",
            "commitment",
            "committed_at",
            "design",
            "encounters",
            "encounters_digest",
            "list_closed_at",
            "public_source",
            "public_value",
            "drawn",
            "drawn_at",
            "secret",
            "revealed_at",
        ]


@extend_schema(
    summary="The draws: commitments, digests and, at the end, secrets",
    parameters=[OpenApiParameter("wave", description="a wave's code")],
)
class DrawList(ListAPIView[Draw]):
    permission_classes = [AllowAny]
    serializer_class = DrawSerializer
    queryset = Draw.objects.none()  # names the model in the API's description

    def get_queryset(self) -> QuerySet[Draw]:
        wave = self.request.query_params.get("wave")
        return draws_made().filter(wave__code=wave) if wave else draws_made()


@extend_schema(summary="The waves that you may see")
class WaveList(ListAPIView[Wave]):
    permission_classes = [AllowAny]
    serializer_class = WaveSerializer

    def get_queryset(self) -> QuerySet[Wave]:
        return waves_for(self.request.user)


class DifferenceSerializer(serializers.Serializer[Any]):
    """The later share less the earlier one, of one: 0.01 is a percentage point."""

    value = serializers.FloatField()
    low = serializers.FloatField(source="interval.low")
    high = serializers.FloatField(source="interval.high")


class ChangeSerializer(serializers.Serializer[DomainChange]):
    """`same_mix` at the later wave's mix of channels, null where it is not known; `raw` as
    counted. `direction` of this change alone, `direction_in_list` among all of its level, by
    `p_adjusted`. NOT_COMPARABLE for the reason in `breaks`; or, without figures, in `missing`."""

    level = serializers.CharField(source="after.level")
    agency = serializers.CharField(source="after.agency.code", allow_null=True, default=None)
    service = serializers.CharField(source="after.service.code", allow_null=True, default=None)
    channel = serializers.CharField(source="after.channel.code", allow_null=True, default=None)
    service_point = serializers.CharField(
        source="after.service_point.code", allow_null=True, default=None
    )
    before = serializers.FloatField(source="before.estimate")
    after = serializers.FloatField(source="after.estimate")
    n_before = serializers.IntegerField(source="before.n")
    n_after = serializers.IntegerField(source="after.n")
    same_mix = DifferenceSerializer(source="same_mix.difference", allow_null=True, default=None)
    raw = DifferenceSerializer()
    direction = serializers.CharField()
    direction_in_list = serializers.CharField()
    p_adjusted = serializers.FloatField()
    breaks = serializers.ListField(child=serializers.CharField())
    missing = serializers.CharField(allow_null=True, default=None)

    def to_representation(self, instance: DomainChange | NoChange) -> dict[str, Any]:
        """Of a domain without a change its name and the reason alone."""
        if isinstance(instance, DomainChange):
            return super().to_representation(instance)
        score = instance.score
        units = ("agency", "service", "channel", "service_point")
        names = {name: getattr(score, name) for name in units}
        return (
            dict.fromkeys(self.fields)
            | {"level": str(score.level), "breaks": [], "missing": str(instance.missing)}
            | {name: unit and unit.code for name, unit in names.items()}
            | dict.fromkeys(("direction", "direction_in_list"), str(Direction.NOT_COMPARABLE))
        )


@extend_schema(
    summary="What changed since an earlier wave, as far as you may see",
    parameters=[OpenApiParameter("since", description="the earlier wave's code; else the last")],
)
class ChangeList(ListAPIView[Any]):
    permission_classes = [AllowAny]
    serializer_class = ChangeSerializer
    queryset = Score.objects.none()

    def filter_queryset(self, queryset: Any) -> Any:
        """The changes instead of records: they follow from two waves' scores."""
        wave = get_object_or_404(waves_for(self.request.user), code=self.kwargs["wave"])
        since = self.request.query_params.get("since")
        waves = earlier_waves(wave)
        earlier = (waves.filter(code=since) if since else waves).first()
        if earlier is None:
            raise Http404
        return [
            *changes_for(self.request.user, earlier, wave),
            *without_change_for(self.request.user, earlier, wave),
        ]


class MonthSerializer(serializers.Serializer[Any]):
    """An agency's answers of a month as they came, each counting alike: neither weighted nor
    judged. `n` is 0 in a month without answers; null, as all numbers, where too few came, which
    stand in the months beside it. Numbers of answers add up to those of the agency's score."""

    agency = serializers.CharField()
    month = serializers.RegexField(r"^\d{4}-\d{2}$")
    n = serializers.IntegerField(allow_null=True)
    satisfied = serializers.IntegerField(allow_null=True)
    estimate = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


@extend_schema(summary="Agencies month by month, of a wave that is over, as far as you may see")
class MonthList(ListAPIView[Any]):
    permission_classes = [AllowAny]
    serializer_class = MonthSerializer
    queryset = Score.objects.none()

    def filter_queryset(self, queryset: Any) -> Any:
        """The months instead of records: they are kept with the computation."""
        wave = get_object_or_404(waves_for(self.request.user), code=self.kwargs["wave"])
        return [
            {
                "agency": score.agency and score.agency.code,
                "month": f"{month.first:%Y-%m}",
                "n": month.n,
                "satisfied": month.satisfied,
                "estimate": month.estimate if month.n else None,
                "low": month.interval.low if month.n else None,
                "high": month.interval.high if month.n else None,
            }
            for score, months in months_in(self.request.user, wave)
            for month in months
        ]


class ReachFinding(TypedDict):
    """Shares of one; `draw` where it fell since the draw before."""

    kind: str
    difference: float
    p_value: float
    draw: int | None


RATES_OF_A_GROUP = (
    *("drawn", "answered", "complete", "refused", "undelivered", "unsent", "reach", "rates"),
)


class ResponseRateSerializer(serializers.Serializer[Group]):
    """Counts of those drawn, and rates as shares of one by their AAPOR names. Null: not known yet,
    or no cases; all are null where the group is `suppressed`, as too few were drawn. `reach` is the
    share of encounters with a usable contact; `reach_findings` says of an agency where it DIFFERS
    from its peers or FALLS between draws."""

    level = serializers.CharField(source="domain.level")
    agency = serializers.SerializerMethodField()
    service = serializers.SerializerMethodField()
    channel = serializers.SerializerMethodField()
    drawn = serializers.IntegerField(source="counts.drawn", allow_null=True)
    answered = serializers.IntegerField(source="counts.answered", allow_null=True)
    complete = serializers.IntegerField(source="counts.complete", allow_null=True)
    refused = serializers.IntegerField(source="counts.refused", allow_null=True)
    undelivered = serializers.IntegerField(source="counts.undelivered", allow_null=True)
    unsent = serializers.IntegerField(source="counts.unsent", allow_null=True)
    reach = serializers.FloatField(allow_null=True)
    reach_findings = serializers.SerializerMethodField()
    rates = serializers.DictField(
        source="counts.rates", child=serializers.FloatField(allow_null=True), allow_null=True
    )
    suppressed = serializers.BooleanField(source="withheld")

    def to_representation(self, group: Group) -> dict[str, Any]:
        shown = super().to_representation(group)
        return shown | dict.fromkeys(RATES_OF_A_GROUP) if group.withheld else shown

    def get_reach_findings(self, group: Group) -> list[ReachFinding]:
        if group.withheld or group.domain.level not in (Score.Level.AGENCY, Score.Level.MINISTRY):
            return []
        return [
            ReachFinding(
                kind=each.kind, difference=each.difference, p_value=each.p_value, draw=each.draw
            )
            for each in self.context["reach_findings"]
            if each.agency == group.domain.agency
        ]

    def get_agency(self, group: Group) -> str | None:
        return self._code("agencies", group.domain.agency)

    def get_service(self, group: Group) -> str | None:
        return self._code("services", group.domain.service)

    def get_channel(self, group: Group) -> str | None:
        return self._code("channels", group.domain.channel)

    def _code(self, kind: str, key: int | None) -> str | None:
        return getattr(self.context["registry"], kind)[key].code if key else None


@extend_schema(
    summary="How many of those drawn in a wave have answered, as far as you may see",
    parameters=[
        OpenApiParameter("level", enum=Score.Level.values),
        OpenApiParameter("agency", description="an agency's code"),
    ],
)
class ResponseRateList(ListAPIView[Any]):
    permission_classes = [AllowAny]
    serializer_class = ResponseRateSerializer
    queryset = Score.objects.none()

    def get_serializer_context(self) -> dict[str, Any]:
        registry = Registry()
        wave = waves_for(self.request.user).filter(code=self.kwargs.get("wave")).first()
        return {
            **super().get_serializer_context(),
            "registry": registry,
            "reach_findings": reach_findings(wave, registry) if wave else [],
        }

    def filter_queryset(self, queryset: Any) -> Any:
        """The groups instead of records: they are counted, not stored."""
        wave = get_object_or_404(waves_for(self.request.user), code=self.kwargs["wave"])
        level, agency = (self.request.query_params.get(name) for name in ("level", "agency"))
        wanted = Agency.objects.filter(code=agency).values_list("pk", flat=True).first()
        return [
            group
            for group in groups_for(self.request.user, wave)
            if (not level or group.domain.level == level)
            and (not agency or group.domain.agency == wanted)
        ]


@extend_schema(
    summary="The scores of a wave that you may see",
    parameters=[
        OpenApiParameter(name, enum=choices)
        for name, choices in (
            ("level", Score.Level.values),
            ("measure", Score.Measure.values),
        )
    ]
    + [
        OpenApiParameter("agency", description="an agency's code"),
        OpenApiParameter("question", description="a question's code"),
    ],
)
class ScoreList(ListAPIView[Score]):
    permission_classes = [AllowAny]
    serializer_class = ScoreSerializer
    queryset = Score.objects.none()  # names the model in the API's description

    FILTERS = {
        "level": "level",
        "measure": "measure",
        "agency": "agency__code",
        "question": "question",
    }

    def get_queryset(self) -> QuerySet[Score]:
        self.wave = get_object_or_404(waves_for(self.request.user), code=self.kwargs["wave"])
        wanted: dict[str, Any] = {
            field: self.request.query_params[name]
            for name, field in self.FILTERS.items()
            if self.request.query_params.get(name)
        }
        return domains_for(self.request.user, self.wave).filter(**wanted).order_by("pk")

    def filter_queryset(self, queryset: Any) -> Any:
        """The stored scores, then the domains whose first answers are in no figure yet."""
        waiting = waiting_for(self.request.user, self.wave)
        return Followed(queryset, [score for score in waiting if self._wanted(score)])

    def _wanted(self, score: Score) -> bool:
        own = {
            "level": score.level,
            "measure": score.measure,
            "agency": score.agency and score.agency.code,
            "question": score.question,
        }
        asked = self.request.query_params
        return all(not asked.get(name) or asked[name] == own[name] for name in self.FILTERS)

    def paginate_queryset(self, queryset: Any) -> Any:
        """Suppressed for everybody but OPDC; while the wave is open, bounds and verdicts that may
        be looked at daily."""
        page = super().paginate_queryset(queryset) or []
        stored = as_seen_by(self.request.user, [score for score in page if score.pk])
        return [*stored, *(score for score in page if not score.pk)]
