"""What the API answers when something is wrong: problem details (RFC 9457), in the language of the
request."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:citizen-satisfaction:problem:"
TITLES = {
    400: _("The request is not valid"),
    401: _("No valid key"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Not possible here"),
    409: _("In conflict with what is stored"),
    413: _("Too large"),
    415: _("Only JSON is accepted"),
    429: _("Too many requests"),
}


class Problem(APIException):
    """A refusal. `kind` tells a program what it is, `detail` a person; `errors` says which field
    wants which change."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: Any,
        *,
        errors: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status_code = status
        self.kind = kind
        self.errors = errors


def body(status: int, kind: str, detail: str, errors: Mapping[str, str] | None) -> dict[str, Any]:
    problem: dict[str, Any] = {
        "type": TYPE + kind if kind else "about:blank",
        "title": str(TITLES.get(status, HTTPStatus(status).phrase)),
        "status": status,
        "detail": detail,
    }
    if errors:
        problem["errors"] = errors
    return problem


def answer(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """The answer to any error of the API that is the sender's; None for the product's own."""
    plain = exception_handler(error, context)
    if plain is None:
        return None
    detail = "" if isinstance(error, Http404) else _in_words(getattr(error, "detail", ""))
    problem = body(
        plain.status_code,
        getattr(error, "kind", ""),
        detail or str(TITLES.get(plain.status_code, "")),
        getattr(error, "errors", None),
    )
    response = HttpResponse(
        msgspec.json.encode(problem), status=plain.status_code, content_type=MEDIA_TYPE
    )
    for name, value in plain.headers.items():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def _in_words(detail: Any) -> str:
    if isinstance(detail, dict):
        return " ".join(f"{name}: {_in_words(part)}" for name, part in detail.items())
    return " ".join(map(_in_words, detail)) if isinstance(detail, list) else str(detail)
