"""Bodies without a length, as a proxy that streams sends them: Django takes them for empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

IN_MEMORY = 1 << 20
USUAL_LIMIT = 16 << 20
PIECE = 64 << 10
TOO_LARGE = b"The body is too large.\n"


def read_chunked(application: Application) -> Application:
    """Read a chunked body whole, so that all behind find it with its length."""

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            return application(environ, start_response)
        upload = "/imports/" in environ.get("PATH_INFO", "")
        limit = settings.IMPORT_SIZE_LIMIT if upload else USUAL_LIMIT
        with SpooledTemporaryFile(IN_MEMORY) as body:
            size, stream = 0, environ["wsgi.input"]
            while piece := stream.read(PIECE):
                size += len(piece)
                if size > limit:
                    start_response("413 Content Too Large", [("Content-Type", "text/plain")])
                    return [TOO_LARGE]
                body.write(piece)
            body.seek(0)
            environ |= {"wsgi.input": body, "CONTENT_LENGTH": str(size)}
            del environ["HTTP_TRANSFER_ENCODING"]
            return application(environ, start_response)

    return answer
