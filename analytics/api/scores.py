"""Scores for programs: the same figures as the pages, under the same rules of access."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny

from analytics.api.codes import Code
from analytics.dashboards.pages import as_seen_by
from analytics.dashboards.waiting import Followed, waiting_for
from analytics.domains.access import domains_for, waves_for
from analytics.models import Score

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
