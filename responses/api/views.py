"""The part of the API for collecting systems. Each view reads, calls the domain, answers."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, NotFound
from rest_framework.generics import ListAPIView
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.views import APIView

from responses.api import description
from responses.api.access import KeyAuthentication, KeyThrottle, sender_of
from responses.api.batch import receive_batch
from responses.api.encounters import receive_encounters
from responses.api.paging import ByCode
from responses.api.problems import Problem
from responses.api.questionnaire import questionnaire_as_data
from responses.api.reading import (
    BATCH_LIMIT,
    Asked,
    Batch,
    EncounterBatch,
    Item,
    MalformedError,
    body_of,
    decode,
)
from responses.api.sending import Reason, Refused, door_for, locate, was_sent_by
from responses.api.single import receive_sent, status_of, told
from responses.models import Response
from responses.models.collecting_system import Sender
from surveys.models import Service, ServicePoint

STATUS = {
    Reason.INVALID: 400,
    Reason.NOT_ALLOWED: 403,
    Reason.NOT_OPEN: 409,
    Reason.KEY_USED: 409,
}


class AlwaysJson(BaseContentNegotiation):
    """There is one format, whatever the Accept header says."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class CollectingView(APIView):
    authentication_classes = [KeyAuthentication]
    throttle_classes = [KeyThrottle]
    parser_classes = [JSONParser]
    content_negotiation_class = AlwaysJson
    refused: Exception | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """What is sent goes past REST framework, which takes as long as all else; what is refused
        is answered by it."""
        if request.method != "POST" or not hasattr(self, "post"):
            return super().dispatch(request, *args, **kwargs)
        try:
            response = self.post(request, sender_of(request))
        except (APIException, Refused, MalformedError) as error:
            self.refused = error
            return super().dispatch(request, *args, **kwargs)
        response.headers["Allow"] = self.default_response_headers["Allow"]
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if self.refused:
            raise self.refused
        super().initial(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, Refused):
            detail = next(iter(exc.errors.values()))
            errors = {name: text for name, text in exc.errors.items() if name}
            exc = Problem(STATUS[exc.reason], exc.reason.value, detail, errors=errors)
        if isinstance(exc, MalformedError):
            detail = exc.errors.get("") or _("Some fields are not as they should be.")
            errors = {name: text for name, text in exc.errors.items() if name}
            exc = Problem(400, "invalid", detail, errors=errors)
        return super().handle_exception(exc)


def json_response(data: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(data), status=status, content_type="application/json")


class ResponseView(CollectingView):
    @description.single
    def post(self, request: HttpRequest, sender: Sender) -> HttpResponse:
        received = receive_sent(request, sender)
        return json_response(told(received), status=status_of(received))


class BatchView(CollectingView):
    @description.batch
    def post(self, request: HttpRequest, sender: Sender) -> HttpResponse:
        batch = decode(body_of(request, BATCH_LIMIT), Batch)
        results = receive_batch(sender, batch.responses)
        return json_response({"results": results})


class EncountersView(CollectingView):
    @description.encounters
    def post(self, request: HttpRequest, sender: Sender) -> HttpResponse:
        batch = decode(body_of(request, BATCH_LIMIT), EncounterBatch)
        results = receive_encounters(sender, batch)
        return json_response({"results": results})


class ReceiptView(CollectingView):
    @description.receipt
    def get(self, request: Request, receipt: str) -> HttpResponse:
        response = (
            Response.objects.filter(receipt=receipt, source=Response.Source.API)
            .select_related("wave", "service", "channel")
            .first()
            if "\0" not in receipt
            else None
        )
        if response is None or not was_sent_by(request.user, response):  # type: ignore[arg-type]
            raise NotFound(_("This key has sent no response with this receipt."))
        return json_response(
            {
                "receipt": response.receipt,
                "status": response.disposition,
                "wave": response.wave.code,
                "service": response.service.code,
                "channel": response.channel.code,
                "answered_at": response.answered_at,
                "received_at": response.received_at,
            }
        )


class QuestionnaireView(CollectingView):
    @description.questionnaire
    def get(self, request: Request) -> HttpResponse | None:
        item = _asked(request)
        place = locate(request.user, item)  # type: ignore[arg-type]
        data = questionnaire_as_data(door_for(place, item), place.service, place.channel)
        response = json_response(data)
        etag = f'"{sha256(response.content).hexdigest()[:32]}"'
        response.headers["ETag"] = etag
        response.headers["Vary"] = "Authorization"
        patch_cache_control(response, private=True, no_cache=True)
        http = request._request
        return get_conditional_response(http, etag=etag, response=response)


def _asked(request: Request) -> Item:
    wanted = {name: request.query_params[name] for name in request.query_params}
    asked = decode(msgspec.json.encode(wanted), Asked)
    return Item(service=asked.service, channel=asked.channel, wave=asked.wave, answers={})


class ServiceList(CollectingView, ListAPIView[Service]):
    pagination_class = ByCode
    serializer_class = description.ServiceSerializer
    queryset = Service.objects.none()

    @description.services
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return self.list(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Service]:
        agencies = self.request.user.agencies  # type: ignore[union-attr]
        return Service.objects.filter(agency__in=agencies).select_related("agency")


class ServicePointList(CollectingView, ListAPIView[ServicePoint]):
    pagination_class = ByCode
    serializer_class = description.ServicePointSerializer
    queryset = ServicePoint.objects.none()

    @description.service_points
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return self.list(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[ServicePoint]:
        agencies = self.request.user.agencies  # type: ignore[union-attr]
        return ServicePoint.objects.filter(agency__in=agencies).select_related("agency")
