"""How OpenAPI describes the part of the API for collecting systems. Serializers stand here for the
description; the lists alone use theirs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers

from responses.api.reading import BATCH_SIZE
from responses.models import Response
from surveys.kinds import kind_choices
from surveys.models import Service, ServicePoint

CODE = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
RECEIPT = r"^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$"
STORED = ["stored", "already_stored"]
SENT = [*STORED, "rejected"]


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "responses.api.access.KeyAuthentication"
    name = "collectingSystem"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "The key of a collecting system, made by the survey office.",
        }


def _code(what: str, *, required: bool = True) -> Any:
    return serializers.RegexField(CODE, max_length=60, help_text=what, required=required)


class ItemSerializer(serializers.Serializer[Any]):
    service = _code("code of the service that was used")
    channel = _code("code of the channel that it was used through")
    answers = serializers.DictField(
        help_text="answers by the codes of their questions, as the questionnaire names them"
    )
    wave = _code("code of a wave; left out, the wave that is open today", required=False)
    service_point = _code("code of the service point, where there is one", required=False)
    answered_at = serializers.DateTimeField(
        required=False, help_text="with its offset; left out, the time of the request"
    )
    language = serializers.RegexField(
        r"^[a-z]{2}$", required=False, help_text="of the questions as they were asked"
    )


class KeyedItemSerializer(ItemSerializer):
    key = serializers.RegexField(
        r"^[!-~]+$", max_length=200, help_text="names the response among all that this system sends"
    )


class EncounterSerializer(serializers.Serializer[Any]):
    encounter = serializers.CharField(
        max_length=200, help_text="your own number of it, of which a keyed hash is kept"
    )
    service = _code("code of the service that was used")
    channel = _code("code of the channel that it was used through")
    time = serializers.DateTimeField(help_text="with its offset; the day is kept")
    service_point = _code("code of the service point, where there is one", required=False)
    email = serializers.CharField(
        max_length=254,
        required=False,
        help_text="where the citizen can be asked: e-mail, else telephone, else LINE",
    )
    telephone = serializers.CharField(max_length=254, required=False)
    line = serializers.CharField(max_length=254, required=False, help_text="a LINE user id")
    language = serializers.RegexField(
        r"^[a-z]{2}$",
        required=False,
        help_text="in which to invite: th, en or a further language of the platform; Thai where "
        "the wave is not asked in it",
    )


class EncounterRowSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="place in the request, from 0")
    status = serializers.ChoiceField(SENT)
    errors: Any = serializers.DictField(
        child=serializers.CharField(), help_text="what is wrong, by field"
    )


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors: Any = serializers.DictField(
        child=serializers.CharField(), required=False, help_text="what is wrong, by field"
    )


def _warnings() -> Any:
    return serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text="of a response that is stored, but set aside: by field, why",
    )


class StoredSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(STORED)
    receipt = serializers.RegexField(RECEIPT)
    warnings = _warnings()


class RowSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="place in the request, from 0")
    status = serializers.ChoiceField(SENT)
    receipt = serializers.RegexField(RECEIPT, allow_null=True)
    errors: Any = serializers.DictField(
        child=serializers.CharField(), help_text="what is wrong, by field"
    )
    warnings = _warnings()


class ReceiptSerializer(serializers.Serializer[Any]):
    receipt = serializers.RegexField(RECEIPT)
    status = serializers.ChoiceField(Response.Disposition.choices)
    wave = serializers.CharField()
    service = serializers.CharField()
    channel = serializers.CharField()
    answered_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()


class BothLanguagesSerializer(serializers.Serializer[Any]):
    th = serializers.CharField(allow_blank=True)
    en = serializers.CharField(allow_blank=True)


class ChoiceSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    th = serializers.CharField()
    en = serializers.CharField(required=False)


class QuestionSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    kind = serializers.ChoiceField(kind_choices())
    overall = serializers.BooleanField(help_text="whether this is the rating that is judged")
    dimension = serializers.CharField(allow_null=True)
    add_on = serializers.CharField(
        allow_null=True, help_text="which add-on of the agency; null: of the national core"
    )
    text = BothLanguagesSerializer()
    hint = BothLanguagesSerializer()
    required: Any = serializers.BooleanField(help_text="whether the platform's form insists on it")
    may_not_apply = serializers.BooleanField(help_text="whether “n/a” is an answer; of a rating: 0")
    group = serializers.CharField(allow_null=True, help_text="the code of the group that it is in")
    relevant = serializers.CharField(
        allow_blank=True, help_text="ask it only if this holds; an expression as in XLSForm"
    )
    constraint = serializers.CharField(
        allow_blank=True, help_text="what an answer must fulfil; an expression as in XLSForm"
    )
    constraint_message = BothLanguagesSerializer()
    calculation = serializers.CharField(
        allow_blank=True, help_text="what is calculated and not asked; an expression as in XLSForm"
    )
    values = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="of a rating; 0: not applicable"
    )
    choices = ChoiceSerializer(many=True, required=False)
    max_length = serializers.IntegerField(required=False, help_text="of a text, in characters")


class QuestionnaireSerializer(serializers.Serializer[Any]):
    wave = serializers.CharField()
    ends_on = serializers.DateField()
    service = serializers.CharField()
    channel = serializers.CharField()
    questionnaire = serializers.CharField()
    version = serializers.IntegerField()
    title = BothLanguagesSerializer()
    questions = QuestionSerializer(many=True)


class ServiceSerializer(serializers.ModelSerializer[Service]):
    agency: Any = serializers.SlugRelatedField("code", read_only=True)

    class Meta:
        model = Service
        fields = ["code", "agency", "name_th", "name_en"]


class ServicePointSerializer(serializers.ModelSerializer[ServicePoint]):
    agency: Any = serializers.SlugRelatedField("code", read_only=True)

    class Meta:
        model = ServicePoint
        fields = ["code", "agency", "name_th", "name_en"]


def _problems(*statuses: int) -> dict[Any, Any]:
    words = {
        400: "Not valid: the fields at fault are named.",
        401: "No valid key.",
        403: "The key may not send for this service or channel.",
        404: "This key has sent no response with this receipt.",
        409: "No wave is open for it, or the key was used with other content.",
        413: "Too large.",
        415: "Not JSON, or compressed.",
        429: "Too many requests; Retry-After says when to go on.",
    }
    return {
        (status, "application/problem+json"): OpenApiResponse(ProblemSerializer, words[status])
        for status in (*statuses, 401, 429)
    }


EXAMPLE = {
    "service": "DLT-1",
    "channel": "counter",
    "service_point": "chatuchak",
    "answered_at": "2026-11-20T09:30:00+07:00",
    "language": "th",
    "answers": {"OV": 4, "P1": 5, "D7": "รอไม่นาน"},
}
RECEIPT_EXAMPLE = "7H2K-9QXM-4TWC"

single = extend_schema(
    summary="Send one response",
    description=(
        "The same Idempotency-Key with the same content gives the same receipt, whenever it is "
        "sent again; with other content it is refused."
    ),
    parameters=[
        OpenApiParameter(
            "Idempotency-Key",
            {"type": "string", "pattern": "^[!-~]+$", "minLength": 1, "maxLength": 200},
            OpenApiParameter.HEADER,
            required=True,
            description="names the response among all that this system sends",
        )
    ],
    request=ItemSerializer,
    responses={
        201: StoredSerializer,
        200: OpenApiResponse(StoredSerializer, "It had been stored before."),
        **_problems(400, 403, 409, 413, 415),
    },
    examples=[
        OpenApiExample("a response", EXAMPLE, request_only=True),
        OpenApiExample(
            "stored",
            {"status": "stored", "receipt": RECEIPT_EXAMPLE},
            response_only=True,
            status_codes=["201"],
        ),
    ],
)
batch = extend_schema(
    summary="Send many responses",
    description="Each is stored or rejected for itself; the results come in the order sent.",
    request=inline_serializer(
        "Batch",
        {
            "responses": serializers.ListField(
                child=KeyedItemSerializer(), min_length=1, max_length=BATCH_SIZE
            )
        },
    ),
    responses={
        200: inline_serializer("BatchResults", {"results": RowSerializer(many=True)}),
        **_problems(400, 413, 415),
    },
    examples=[
        OpenApiExample(
            "a batch", {"responses": [{"key": "kiosk-7/000123", **EXAMPLE}]}, request_only=True
        ),
        OpenApiExample(
            "one stored, one not",
            {
                "results": [
                    {"index": 0, "status": "stored", "receipt": RECEIPT_EXAMPLE, "errors": {}},
                    {
                        "index": 1,
                        "status": "rejected",
                        "receipt": None,
                        "errors": {"answers.OV": "A rating is a whole number from 1 to 5."},
                    },
                ]
            },
            response_only=True,
        ),
    ],
)
encounters = extend_schema(
    summary="Report encounters",
    description=(
        "All of them, with a contact or without: they are counted, and the platform draws whom it "
        "asks. The same number with the same content is stored once. Nobody is told who was drawn."
    ),
    request=inline_serializer(
        "Encounters",
        {
            "wave": _code("code of the wave"),
            "encounters": serializers.ListField(
                child=EncounterSerializer(), min_length=1, max_length=BATCH_SIZE
            ),
        },
    ),
    responses={
        200: inline_serializer("EncounterResults", {"results": EncounterRowSerializer(many=True)}),
        **_problems(400, 403, 409, 413, 415),
    },
    examples=[
        OpenApiExample(
            "two encounters",
            {
                "wave": "FY2570",
                "encounters": [
                    {
                        "encounter": "2570/000123",
                        "service": "DLT-1",
                        "channel": "counter",
                        "time": "2026-11-20T09:30:00+07:00",
                        "telephone": "081 234 5678",
                    },
                    {
                        "encounter": "2570/000124",
                        "service": "DLT-1",
                        "channel": "counter",
                        "time": "2026-11-20T09:42:00+07:00",
                    },
                ],
            },
            request_only=True,
        ),
    ],
)
receipt = extend_schema(
    summary="What became of a response that this key has sent",
    parameters=[
        OpenApiParameter(
            "receipt", {"type": "string", "pattern": RECEIPT}, OpenApiParameter.PATH, required=True
        )
    ],
    responses={200: ReceiptSerializer, **_problems(404)},
)
_CODE = {"type": "string", "pattern": CODE, "maxLength": 60}
questionnaire = extend_schema(
    summary="What to ask about a service on a channel",
    description="Send If-None-Match with the ETag of the last answer: 304 says nothing changed.",
    parameters=[
        OpenApiParameter("service", _CODE, required=True),
        OpenApiParameter("channel", _CODE, required=True),
        OpenApiParameter("wave", _CODE),
        OpenApiParameter("If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER),
    ],
    responses={
        200: QuestionnaireSerializer,
        304: OpenApiResponse(None, "Not changed."),
        **_problems(400, 403, 409),
    },
)
services = extend_schema(
    summary="The services that this key may send for",
    responses={200: ServiceSerializer(many=True), **_problems(404)},
)
service_points = extend_schema(
    summary="The service points that this key may send for",
    responses={200: ServicePointSerializer(many=True), **_problems(404)},
)
