"""Published releases are stamped by a time-stamping authority, where one is named.

Of a release the whole file is stamped: its digest covers the figures, and the size and root of the
log that it was sealed with.
"""

from __future__ import annotations

from pathlib import Path

import requests
from celery import shared_task
from django.conf import settings
from django.db.models import F
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from analytics.models import KeptRelease, ReleaseStamp
from analytics.releases.keeping import DamagedError, content_of
from analytics.releases.stamps import StampError, certificates_in, stamped
from surveys import clock
from surveys.leases import lease
from surveys.outside import post

LONGEST_PROBLEM = 250


@shared_task
def stamp_releases() -> None:
    """Have each release stamped that is not; stop where one fails. It is tried again the next time,
    after those that have waited longer."""
    if not settings.TSA_URL:
        return
    with lease("stamps") as ours:
        waiting = KeptRelease.objects.filter(stamp__stamped_at=None).order_by(
            F("stamp__tried_at").asc(nulls_first=True), "pk"
        )
        for kept in waiting if ours else ():
            if not _stamp(kept):
                return


def _stamp(kept: KeptRelease) -> bool:
    """Nothing is kept that would not verify."""
    stamp, _made = ReleaseStamp.objects.get_or_create(
        release=kept, defaults={"tried_at": clock.now()}
    )
    stamp.tried_at = clock.now()
    try:
        content = content_of(kept)
        certificates = certificates_in(Path(settings.TSA_CERTIFICATES))
        asked = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).build()
        status, answer = post(
            settings.TSA_URL, asked.as_bytes(), {"Content-Type": "application/timestamp-query"}
        )
        if status != requests.codes.ok:
            raise StampError(f"HTTP {status}")
        stamp.stamped_at, stamp.authority = stamped(content, answer, certificates, asked.nonce)
        stamp.response, stamp.problem = answer, ""
    except (DamagedError, OSError, StampError) as error:  # requests' errors are OSErrors
        why = error if isinstance(error, (DamagedError, StampError)) else type(error).__name__
        stamp.problem = str(why)[:LONGEST_PROBLEM]
    ReleaseStamp.objects.filter(pk=stamp.pk, stamped_at=None).update(
        tried_at=stamp.tried_at,
        stamped_at=stamp.stamped_at,
        authority=stamp.authority,
        response=stamp.response,
        problem=stamp.problem,
    )
    return stamp.stamped_at is not None
