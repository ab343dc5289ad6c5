"""What the citizen may do once the agency has replied: ask OPDC, and rate again.

Nothing of it reaches a page of the agency one by one: it would say that the reply was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from responses.models import Comment, LaterRating, Response
from surveys import clock
from surveys.kinds.rating import RATINGS, SCALE

WORDS = dict(SCALE)


def replied(response: Response) -> Comment | None:
    return Comment.objects.filter(pk=response.pk).exclude(reply="").first()


def appeal(response: Response) -> None:
    """Ask OPDC to look at the agency's reply; asking twice is once."""
    unasked = Comment.objects.filter(pk=response.pk, appealed_on=None).exclude(reply="")
    unasked.update(appealed_on=clock.today())


def rate_again(response: Response, rating: int) -> bool:
    """Beside the answer, which stays as it was. False where there is no reply or no such rating."""
    comment = replied(response)
    if comment is None or comment.overall is None or rating not in RATINGS:
        return False
    LaterRating.objects.update_or_create(
        comment=comment, rated_on=clock.today(), defaults={"overall": rating}
    )
    return True


@dataclass(frozen=True)
class Rated:
    """One of the citizen's own ratings; the first has no day, it stands above with the answer."""

    words: str
    rated_on: date | None = None


def ratings_of(response: Response) -> list[Rated]:
    """The first, which counts, then each later one; nothing where nobody has rated again."""
    later = LaterRating.objects.filter(comment=response.pk).order_by("rated_on")
    again = [Rated(str(WORDS[each.overall]), each.rated_on) for each in later]
    first = WORDS.get(response.overall or 0)
    return [Rated(str(first)), *again] if again and first else again
