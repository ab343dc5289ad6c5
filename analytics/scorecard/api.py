"""The scorecard for programs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.scorecard.records import records


class ValueSerializer(serializers.Serializer[Any]):
    """Shares are of one. `outcome` is that of the official rule, where it applies."""

    fiscal_year = serializers.IntegerField(help_text="of the Buddhist Era")
    value = serializers.FloatField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    outcome = serializers.CharField(allow_null=True)
    as_of = serializers.DateField()
    source = serializers.CharField()  # type: ignore[assignment]
    link = serializers.CharField()
    of = serializers.CharField()
    simulated = serializers.BooleanField()


class OutlookSerializer(serializers.Serializer[Any]):
    on = serializers.DateField()
    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    periods = serializers.IntegerField()


class IndicatorSerializer(serializers.Serializer[Any]):
    """An indicator of the strategy: its target, its values and its status by the one rule."""

    code = serializers.CharField()
    name_th = serializers.CharField()
    name_en = serializers.CharField()
    unit = serializers.CharField()
    target = serializers.FloatField(allow_null=True)
    target_year = serializers.IntegerField()
    direction = serializers.CharField()
    origin = serializers.CharField()
    status = serializers.CharField()
    because = serializers.CharField()
    why = serializers.CharField()
    path = serializers.FloatField(allow_null=True)
    remark = serializers.CharField()
    simulated = serializers.BooleanField()
    newest = ValueSerializer(allow_null=True)
    values = ValueSerializer(many=True)
    forecast = OutlookSerializer(allow_null=True)


class ScorecardView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(summary="The strategy's scorecard", responses=IndicatorSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(records())
