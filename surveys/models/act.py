"""Who opened, closed, drew, published, saw, changed or took data away, and when.

Acts are only ever added to. Each gets its place in a chain of hashes (`surveys.act_chain`), so that
one that is changed, removed or slipped in afterwards is found. Nothing in them is of a citizen.
"""

from __future__ import annotations

import os
from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.frozen import FrozenError
from surveys.models.user import User


def new_salt() -> str:
    return os.urandom(16).hex()


class Acts(models.QuerySet["Act"]):
    """Refuses to change or delete; what keeps the chain says `models.QuerySet(Act)`."""

    def _refuse(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise FrozenError("acts are neither changed nor deleted")

    update = delete = bulk_update = bulk_create = _refuse


class Act(models.Model):
    """One thing that somebody did.

    `by` is null where the command line did it and did not say on whose behalf, and once the
    account is deleted; `who` keeps its name.
    """

    class What(models.TextChoices):
        REGISTRY = "registry", _("brought in a registry")
        FRAME = "frame", _("set the frame")
        QUESTIONS = "questions", _("chose the questionnaire")
        DECLARE = "declare", _("declared the method")
        LINKS = "links", _("made links")
        OPEN = "open", _("opened")
        CLOSE = "close", _("closed")
        DRAW = "draw", _("drew a sample")
        OVERRULE = "overrule", _("overruled screening")
        CHECK = "check", _("marked as checked")
        APPROVE = "approve", _("approved")
        RETURN = "return", _("sent back")
        SCHEDULE = "schedule", _("ordered the publication")
        PUBLISH = "publish", _("published")
        EXPORT = "export", _("exported")
        SEE = "see", _("looked at single answers")
        ORDER = "order", _("ordered")
        IMPORT = "import", _("imported")
        SEND = "send", _("sent")
        MAKE = "make", _("made")
        CHANGE = "change", _("changed")
        DELETE = "delete", _("deleted")
        ERASE = "erase", _("erased an answer")
        INVITE = "invite", _("invited")
        GRANT = "grant", _("granted")
        REVOKE = "revoke", _("revoked")
        SIGN_IN = "sign in", _("signed in")
        SIGN_OUT = "sign out", _("signed out")
        FAILED = "failed", _("failed to sign in")

    at = models.DateTimeField(_("time"), db_index=True)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="acts", verbose_name=_("account")
    )
    who = models.CharField(_("account"), max_length=150, blank=True)
    what = models.CharField(_("act"), max_length=10, choices=What)
    kind = models.CharField(_("kind"), max_length=40, help_text="the model of what it was done to")
    about = models.CharField(_("object"), max_length=150, db_index=True, help_text="its code")
    detail = models.JSONField(_("details"), default=dict)
    session = models.CharField(max_length=16, blank=True, help_text="its keyed hash")
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    # Its place in the chain, once it has one.
    position = models.BigIntegerField(null=True, unique=True, editable=False, help_text="from 0")
    leaf = models.BinaryField(null=True, help_text="32 bytes: the hash of this act")
    chain = models.BinaryField(null=True, help_text="32 bytes: of all acts up to this one")
    emptied = models.BooleanField(default=False, help_text="kept long enough: the hashes stay")

    objects = Acts.as_manager()

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(position=None), name="act_not_chained")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what} {self.about}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise FrozenError("an act is not changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise FrozenError("an act is not deleted")
