"""What changed since an earlier wave."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny

from analytics.dashboards.change_views import changes_for, without_change_for
from analytics.domains.access import waves_for
from analytics.estimation.change import Direction
from analytics.models import Score
from analytics.scoring.changes import DomainChange, NoChange, earlier_waves


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
