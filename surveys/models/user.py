from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Somebody who signs in: sees their agency and what is below it, or every agency (OPDC)."""

    agency = models.ForeignKey(
        "surveys.Agency",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("agency"),
    )

    class Meta(AbstractUser.Meta):
        permissions = [("invite_people", "Can invite people of their own agency")]
