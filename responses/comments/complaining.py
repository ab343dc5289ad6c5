"""Comments whose words complain can be read first: it sorts a list, and counts for nothing.

What is learnt comes from the platform's own comments, those with a rating of 1 or 2 against those
with 4 or 5; a 3 says neither. Every fifth, by a hash of its answer, is kept apart to test it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from zlib import crc32

import numpy as np
from django.db import transaction

from responses.comments.learning import Weights, complains, learn, macro_f1
from responses.models import Comment, ComplaintWords
from surveys import clock
from surveys.remembered import remembered

MOST = 20_000
"""The newest comments that are learnt from."""
FEWEST = 1_000
FEWEST_OF_EACH = 100
"""Comments with low ratings, and with high ones."""
GOOD = 0.6
"""The macro-F1 from which on it is offered; guessing gives 0.5 at most."""
LEARNT_AGAIN_AFTER = timedelta(days=7)
AT_ONCE = 2_000
LOW = (1, 2)
HIGH = (4, 5)
COMPLAINING = 51


@remembered
def learnt() -> ComplaintWords | None:
    """None where comments are too few, or their words do not say how people rated."""
    return ComplaintWords.objects.defer("weights").first()


def weights() -> Weights:
    """Read from the database itself: what is kept with a comment is of the newest weights."""
    return dict(ComplaintWords.objects.values_list("weights", flat=True).first() or {})


def complaint_of(letters: str, by: Weights) -> int:
    return complains(letters, by) if by else 0


def learn_if_due() -> None:
    """Once a week, and each day while nothing has been learnt."""
    known = ComplaintWords.objects.first()
    if known is None or clock.today() - known.learnt_on >= LEARNT_AGAIN_AFTER:
        keep(learn_now())
        mark_all()


def learn_now() -> ComplaintWords | None:
    rated = list(
        Comment.objects.filter(overall__in=LOW + HIGH)
        .order_by("-pk")
        .values_list("pk", "overall", "letters")[:MOST]
    )
    low = np.array([overall in LOW for _pk, overall, _letters in rated], dtype=bool)
    if len(rated) < FEWEST or min(low.sum(), (~low).sum()) < FEWEST_OF_EACH:
        return None
    apart = np.array([crc32(str(pk).encode()) % 5 == 0 for pk, *_rest in rated])
    letters = [text for _pk, _overall, text in rated]
    known = learn([letters[k] for k in np.flatnonzero(~apart)], low[~apart])
    said = np.array([complains(letters[k], known) >= COMPLAINING for k in np.flatnonzero(apart)])
    return ComplaintWords(
        pk=1,
        learnt_on=clock.today(),
        comments=int((~apart).sum()),
        tested=int(apart.sum()),
        macro_f1=macro_f1(low[apart], said),
        weights=known,
    )


def keep(found: ComplaintWords | None) -> None:
    if found and found.macro_f1 >= GOOD:
        found.save()
    else:
        for old in ComplaintWords.objects.all():
            old.delete()


def mark_all() -> None:
    """After something was learnt: a portion at a time, and of those only what has changed. Who
    holds a comment is not waited for: the fold gives it the newest weights itself."""
    by, last = weights(), 0
    while by and (last := _mark_some(by, last)):
        pass


@transaction.atomic
def _mark_some(by: Weights, last: int) -> int:
    rows = Comment.objects.select_for_update(skip_locked=True).filter(pk__gt=last).order_by("pk")
    found = list(rows.values_list("pk", "letters", "complains")[:AT_ONCE])
    changed: dict[int, list[int]] = defaultdict(list)
    for pk, letters, before in found:
        if (now := complaint_of(letters, by)) != before:
            changed[now].append(pk)
    _write(changed)
    return found[-1][0] if found else 0


def _write(changed: Mapping[int, list[int]]) -> None:
    for value, keys in changed.items():
        Comment.objects.filter(pk__in=keys).update(complains=value)
