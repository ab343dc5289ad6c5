"""The waves, and the draws that were made for them."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny

from analytics.api.codes import Code
from analytics.domains.access import waves_for
from analytics.planning.draw_views import draws_made
from surveys.models import Draw, Wave


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


@extend_schema(summary="The waves that you may see")
class WaveList(ListAPIView[Wave]):
    permission_classes = [AllowAny]
    serializer_class = WaveSerializer

    def get_queryset(self) -> QuerySet[Wave]:
        return waves_for(self.request.user)


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
