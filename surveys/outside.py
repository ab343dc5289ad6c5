"""What servers answer that this platform asks: no more of it than is wanted, and not unpacked, for
a few bytes may unpack to gigabytes."""

from __future__ import annotations

import requests

AS_IT_IS = {"Accept-Encoding": "identity"}
"""To be sent along."""
MOST_BYTES = 64_000


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
