"""How many of those who were drawn have answered."""

from __future__ import annotations

from typing import Any, TypedDict

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny

from analytics.domains.access import waves_for
from analytics.domains.partitions import Registry
from analytics.fieldwork.dispositions import Group, groups_for
from analytics.fieldwork.reach import reach_findings
from analytics.models import Score
from surveys.models import Agency


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
