"""The public page of a receipt, and what its owner may see and erase with the private code."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.utils.http import quote_etag
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import (
    condition,
    require_http_methods,
    require_POST,
    require_safe,
)

from responses.comments import after_reply
from responses.comments.improvements import public_for
from responses.intake import door as intake
from responses.models import Response
from responses.receipts import own_answer
from responses.receipts.private_code import WrongCode, check
from responses.receipts.receipt import Receipt, look_up, read_code
from responses.web import tokens
from responses.web.pages import View, in_asked_language, page, see_other, telling_no_address
from surveys.client_address import client_address
from surveys.kinds.rating import SCALE
from surveys.models import Wave

IMPROVEMENTS = 5
"""Of the agency's list, the newest stand on the citizen's page."""


class PrivateCodeForm(forms.Form):
    private_code = forms.CharField(
        label=_("Private code"),
        max_length=40,
        error_messages={"required": _("Please type the private code.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def __init__(self, receipt: str, sender: str, **kwargs: Any) -> None:
        super().__init__(auto_id="%s", **kwargs)
        self.receipt, self.sender = receipt, sender
        self.too_many = False

    def clean_private_code(self) -> str:
        typed: str = self.cleaned_data["private_code"]
        try:
            check(self.receipt, typed, self.sender)
        except WrongCode as wrong:
            self.too_many = wrong.too_many
            raise forms.ValidationError(
                _("Many wrong codes were typed lately. Only the right one opens this receipt.")
                if wrong.too_many
                else _("This is not the private code of this receipt. It has ten characters.")
            ) from None
        return typed


class EraseForm(forms.Form):
    sure = forms.BooleanField(
        label=_("Yes, erase what I answered. I know that this cannot be undone."),
        error_messages={"required": _("Please tick the box if you want to erase the answers.")},
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(auto_id="%s", **kwargs)


@in_asked_language
@cache_control(private=True, max_age=0)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Type a code; leads to the receipt's own address."""
    typed = request.GET.get("code", "").strip()
    if not typed:
        return page(request, "responses/receipts.html")
    if code := read_code(typed):
        return see_other("responses:receipt", code)
    return _not_found(request, typed[:40], status=200)


def _not_found(
    request: HttpRequest, typed: str, *, unknown: bool = False, status: int = 404
) -> HttpResponse:
    answer = page(request, "responses/receipts.html", typed=typed, unknown=unknown, error=True)
    answer.status_code = status
    return answer


def for_receipt(view: View) -> View:
    """The view gets the receipt; the visitor its one address, or the page where codes are typed."""

    @wraps(view)
    def wrapped(request: HttpRequest, code: str, *args: Any, **kwargs: Any) -> HttpResponse:
        read = read_code(code)
        if read and read != code and request.method in ("GET", "HEAD") and not kwargs:
            match = request.resolver_match
            assert match is not None
            return see_other(match.view_name, read)
        found = look_up(read) if read else None
        if found is None:
            return _not_found(request, code[:40], unknown=read is not None)
        return view(request, found, *args, **kwargs)

    return wrapped


def _etag(request: HttpRequest, receipt: Receipt, *args: Any, **kwargs: Any) -> str:
    """Changes whenever what the page says does."""
    tree = receipt.tree
    said = [tree.root, receipt.disposition, len(receipt.leaves), receipt.waiting]
    shown = [receipt.published, receipt.response is None, translation.get_language()]
    return quote_etag("-".join(str(part) for part in (*said, *shown)))


@in_asked_language
@cache_control(private=True, no_cache=True)
@require_safe
@for_receipt
@condition(etag_func=_etag)
def receipt(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    return page(request, "responses/receipt.html", receipt=receipt, states=Response.Disposition)


@in_asked_language
@cache_control(private=True, no_cache=True)
@require_safe
@for_receipt
def proof(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    if not receipt.leaves:
        raise Http404
    return _download(receipt.proof(), f"{receipt.code}-proof.json")


def _download(document: dict[str, Any], name: str) -> HttpResponse:
    return JsonResponse(
        document,
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@in_asked_language
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_receipt
def enter(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """Asks for the private code."""
    data = request.POST if request.method == "POST" else None
    form = PrivateCodeForm(receipt.code, str(client_address(request.META)), data=data)
    if form.is_bound and form.is_valid():
        return see_other("responses:receipt-own", receipt.code, tokens.for_owner(receipt.code))
    asking = page(request, "responses/receipt_enter.html", receipt=receipt, form=form)
    asking.status_code = 429 if form.too_many else 200
    return asking


def for_owner(view: Callable[..., HttpResponse]) -> View:
    """The view gets the receipt and the response; others go to where the code is asked for."""

    @wraps(view)
    def wrapped(request: HttpRequest, receipt: Receipt, token: str) -> HttpResponse:
        if not tokens.owns(token, receipt.code):
            return see_other("responses:receipt-enter", receipt.code)
        if receipt.response is None:
            return see_other("responses:receipt", receipt.code)
        return view(request, receipt, token, receipt.response)

    return wrapped


@in_asked_language
@never_cache
@require_safe
@telling_no_address
@for_receipt
@for_owner
def own(request: HttpRequest, receipt: Receipt, token: str, response: Response) -> HttpResponse:
    return _own_page(request, receipt, token, response, EraseForm())


def _own_page(
    request: HttpRequest, receipt: Receipt, token: str, response: Response, form: EraseForm
) -> HttpResponse:
    return page(
        request,
        "responses/receipt_own.html",
        receipt=receipt,
        response=response,
        token=token,
        answers=list(own_answer.in_words(response)),
        answered_on=timezone.localtime(response.answered_at).date(),
        erased=response.disposition == Response.Disposition.ERASED,
        published=receipt.wave.state == Wave.State.PUBLISHED,
        comment=after_reply.replied(response),
        ratings=after_reply.ratings_of(response),
        scale=SCALE,
        improvements=public_for(response.service)[:IMPROVEMENTS],
        form=form,
    )


@in_asked_language
@never_cache
@require_safe
@for_receipt
@for_owner
def export(request: HttpRequest, receipt: Receipt, token: str, response: Response) -> HttpResponse:
    return _download(own_answer.document(receipt, response), f"{receipt.code}-answer.json")


@in_asked_language
@never_cache
@require_POST
@telling_no_address
@for_receipt
@for_owner
def erase(request: HttpRequest, receipt: Receipt, token: str, response: Response) -> HttpResponse:
    form = EraseForm(data=request.POST)
    if not form.is_valid():
        return _own_page(request, receipt, token, response, form)
    intake.erase(response)
    return see_other("responses:receipt", receipt.code)
