"""“You said, we did”: what an agency did, in words of its own and of no citizen."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from responses.comments.searching import letters_of
from responses.models import Comment, Improvement
from surveys.models import Agency, Service

RUN = 20
"""Letters in a row, as they are searched (searching.py) and without spaces, that are a citizen's
words and no accident."""


def public_of(agencies: Collection[int]) -> QuerySet[Improvement]:
    """Newest first, without what OPDC hides."""
    shown = Improvement.objects.filter(agency__in=agencies, hidden_because="")
    return shown.select_related("agency", "wave").prefetch_related("topics")


def public_for(service: Service) -> QuerySet[Improvement]:
    """Of the agency behind a service, and of those above it."""
    line = Agency.objects.ancestors(service.agency_id, include_self=True)
    return public_of([agency.pk for agency in line])


def copies_a_comment(text: str, agencies: Collection[int]) -> bool:
    """Whether some run of its letters stands in what a citizen of these agencies wrote."""
    letters = letters_of(text).replace(" ", "")
    runs = {letters[at : at + RUN] for at in range(len(letters) - RUN + 1)}
    written = Comment.objects.filter(agency__in=agencies).values_list("letters", flat=True)
    return bool(runs) and any(
        not runs.isdisjoint(said[at : at + RUN] for at in range(len(said) - RUN + 1))
        for said in (each.replace(" ", "") for each in written.iterator(chunk_size=2_000))
    )
