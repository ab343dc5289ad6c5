"""The OpenRosa addresses. Each view reads, calls the domain, answers."""

from __future__ import annotations

import logging
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from responses.api.sending import late_words
from responses.models.collecting_system import Sender
from responses.openrosa.answering import (
    MEDIA_TYPE,
    for_senders,
    message,
    with_headers,
    xml_response,
)
from responses.openrosa.body import instance_in
from responses.openrosa.forms import Form, form_called, forms_for
from responses.openrosa.instance import read_instance
from responses.openrosa.refusals import Refusal
from responses.openrosa.submission import receive
from responses.openrosa.xform import UnfitError, md5_of, version_of, xform
from surveys.dates import written

logger = logging.getLogger(__name__)


@for_senders("GET", "HEAD")
def form_list(request: HttpRequest, sender: Sender) -> HttpResponse:
    """The forms that the sender may fill in; `formID` asks for one, `verbose` for their waves."""
    wanted = request.GET.get("formID")
    document = Element("xforms", xmlns="http://openrosa.org/xforms/xformsList")
    for form in forms_for(sender):
        if wanted in (None, form.form_id):
            _list(document, form, request)
    return xml_response(document)


def _list(document: Element, form: Form, request: HttpRequest) -> None:
    try:
        md5 = md5_of(form)
    except UnfitError as error:
        logger.warning("Form %s is not offered: %s", form.form_id, error)
        return
    listed = SubElement(document, "xform")
    SubElement(listed, "formID").text = form.form_id
    SubElement(listed, "name").text = form.title
    SubElement(listed, "version").text = version_of(form)
    SubElement(listed, "hash").text = f"md5:{md5}"
    if request.GET.get("verbose") == "true":
        until = {"wave": form.wave.title, "day": written(form.wave.ends_on)}
        SubElement(listed, "descriptionText").text = _("%(wave)s, until %(day)s") % until
    SubElement(listed, "downloadUrl").text = _address(request, "form", form_id=form.form_id)


def _address(request: HttpRequest, name: str, **kwargs: Any) -> str:
    """On the host that the client asked: it refuses to be sent to another."""
    match = request.resolver_match
    if match and "key" in match.kwargs:
        kwargs["key"] = match.kwargs["key"]
    return request.build_absolute_uri(reverse(f"responses:openrosa-{name}", kwargs=kwargs))


@for_senders("GET", "HEAD")
def form(request: HttpRequest, sender: Sender, form_id: str) -> HttpResponse:
    found = form_called(form_id, sender)
    if found is None:
        raise Refusal(404, _("This key is offered no such form now. Ask for the list of forms."))
    try:
        return HttpResponse(xform(found), content_type=MEDIA_TYPE)
    except UnfitError as error:
        words = _("This questionnaire cannot be made a form for devices: %(why)s")
        raise Refusal(409, words % {"why": error}) from error


@for_senders("HEAD", "POST")
def submission(request: HttpRequest, sender: Sender) -> HttpResponse:
    if request.method == "HEAD":
        response = HttpResponse(status=204)
        response.headers["Location"] = _address(request, "submission")
        return response
    received = receive(sender, read_instance(instance_in(request)))
    if received.created:
        words, status = _("Stored. Receipt: %(receipt)s"), 201
    else:
        words, status = _("Stored before. Receipt: %(receipt)s"), 202
    said = words % {"receipt": received.response.receipt}
    if received.late:
        said = f"{said}. {late_words()}"
    return message(said, status, nature="submit_success")


@csrf_exempt
def nothing_here(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """In words that a device shows, where a page would be none."""
    words = _("There is nothing at this address. Forms are at formList, answers go to submission.")
    return with_headers(message(words, 404, nature="error"))
