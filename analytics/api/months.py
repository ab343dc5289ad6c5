"""Agencies month by month."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny

from analytics.dashboards.months import months_in
from analytics.domains.access import waves_for
from analytics.models import Score


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
