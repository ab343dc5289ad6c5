"""Who opened, closed, drew, published or took data away, and when."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys import clock
from surveys.models.frozen import FrozenError
from surveys.models.user import User


class Act(models.Model):
    """One thing that somebody did to a wave. Only ever added to.

    `by` is null where the command line did it and did not say on whose behalf.
    """

    class What(models.TextChoices):
        OPEN = "open", _("opened")
        CLOSE = "close", _("closed")
        DRAW = "draw", _("drew a sample")
        PUBLISH = "publish", _("published")
        EXPORT = "export", _("exported")

    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="acts", verbose_name=_("account")
    )
    what = models.CharField(_("act"), max_length=10, choices=What)
    about = models.CharField(_("wave"), max_length=40, db_index=True, help_text="its code")
    detail = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what} {self.about}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise FrozenError("an act is not changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise FrozenError("an act is not deleted")


def record(what: Act.What, about: str, actor: User | None, **detail: Any) -> None:
    """Note an act in the transaction that carries it out."""
    Act.objects.create(at=clock.now(), by=actor, what=what, about=about, detail=detail)
