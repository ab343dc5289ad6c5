"""What citizens say once more, after a reply."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from responses.models.comment import Comment


class LaterRating(models.Model):
    """How satisfied the citizen is after the reply. The answer stays as it was and is what counts:
    who is judged could otherwise choose whose rating to improve. One a day; it goes when the
    comment goes."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="later_ratings")
    overall = models.PositiveSmallIntegerField()
    rated_on = models.DateField()

    class Meta:
        verbose_name = _("later rating")
        verbose_name_plural = _("later ratings")
        constraints = [
            models.UniqueConstraint(fields=["comment", "rated_on"], name="rated_again_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} {self.rated_on}"
