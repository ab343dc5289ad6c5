"""From the body of a request to the XML of the one instance in it. Attachments are read past."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.translation import gettext as _

from responses.openrosa.refusals import Refusal

PART = "xml_submission_file"
BODY_LIMIT = 10 * 2**20
"""Bytes of a request that are taken, attachments included."""
XML_LIMIT = 256 * 2**10


def instance_in(request: HttpRequest) -> bytes:
    """The content of the part `xml_submission_file`. Raise Refusal."""
    if request.content_type != "multipart/form-data":
        raise Refusal(415, _("Send multipart/form-data with a part “%(part)s”.") % {"part": PART})
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refusal(415, _("Send the body uncompressed."))
    handler = _OnlyTheInstance()
    try:
        length = int(request.headers.get("Content-Length") or 0)
        if length > BODY_LIMIT:
            raise _too_large(BODY_LIMIT)
        meta = {**request.META, "CONTENT_LENGTH": length}
        MultiPartParser(meta, request, [handler], "utf-8").parse()
    except RequestDataTooBig as error:
        raise _too_large(BODY_LIMIT) from error
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError, ValueError) as error:
        message = _("The request cannot be read: it is not whole, or not multipart/form-data.")
        raise Refusal(400, message) from error
    if len(handler.found) != 1:
        message = _("The request must have one file called “%(part)s”; it has %(count)d.")
        raise Refusal(400, message % {"part": PART, "count": len(handler.found)})
    return bytes(handler.found[0])


def _too_large(limit: int) -> Refusal:
    message = _("At most %(limit)d KB are accepted at once.") % {"limit": limit // 1024}
    return Refusal(413, message)


class _OnlyTheInstance(FileUploadHandler):
    """Keeps the instance in memory, and everything else nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[bytearray] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.field_name != PART:
            raise SkipFile
        self.found.append(bytearray())

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.found[-1] += raw_data
        if len(self.found[-1]) > XML_LIMIT:
            raise _too_large(XML_LIMIT)

    def file_complete(self, file_size: int) -> None:
        return None
