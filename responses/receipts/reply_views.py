"""What follows a reply, on the page that the private code opens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from responses.comments import after_reply
from responses.models import Response
from responses.receipts.receipt import Receipt
from responses.receipts.views import for_owner, for_receipt
from responses.web.pages import in_asked_language, see_other, telling_no_address


@in_asked_language
@never_cache
@require_POST
@telling_no_address
@for_receipt
@for_owner
def appeal(request: HttpRequest, receipt: Receipt, token: str, response: Response) -> HttpResponse:
    after_reply.appeal(response)
    return see_other("responses:receipt-own", receipt.code, token)


@in_asked_language
@never_cache
@require_POST
@telling_no_address
@for_receipt
@for_owner
def rate_again(
    request: HttpRequest, receipt: Receipt, token: str, response: Response
) -> HttpResponse:
    """What is no rating changes nothing: the page with its five buttons is shown again."""
    rating = request.POST.get("overall", "")
    if rating.isascii() and rating.isdecimal():
        after_reply.rate_again(response, int(rating[:3]))
    return see_other("responses:receipt-own", receipt.code, token)
