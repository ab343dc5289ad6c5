"""What servers answer that this platform asks: no more of it than is wanted, and not unpacked, for
a few bytes may unpack to gigabytes."""

from __future__ import annotations

from collections.abc import Mapping

import requests

AS_IT_IS = {"Accept-Encoding": "identity"}
"""To be sent along."""
MOST_BYTES = 64_000
SECONDS = 10


def post(url: str, body: bytes, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    """The status and the body of the answer. Redirects are not followed. Raise
    requests.RequestException."""
    answer = requests.post(
        url,
        data=body,
        headers={**AS_IT_IS, **(headers or {})},
        timeout=SECONDS,
        allow_redirects=False,
        stream=True,
    )
    return answer.status_code, body_of(answer)


def body_of(answer: requests.Response) -> bytes:
    """Of a request that was sent with `stream=True`; b"" for what is longer, or packed. Raise
    requests.RequestException."""
    body = b""
    with answer:
        if "Content-Encoding" in answer.headers:
            return b""
        for part in answer.iter_content(4096):
            body += part
            if len(body) > MOST_BYTES:
                return b""
    return body
