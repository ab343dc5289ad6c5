"""What a wave has used stays as it was."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _


class FrozenError(Exception):
    """A change to something that a wave has used. The message says what to do instead."""


class Freezable(models.Model):
    """A record, with its parts, that can no longer change once `frozen_at` is set."""

    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.check_not_frozen()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.check_not_frozen()
        return super().delete(*args, **kwargs)

    def check_not_frozen(self) -> None:
        """Raise FrozenError if the stored record is frozen."""
        if self.pk and type(self)._default_manager.filter(pk=self.pk, frozen_at__isnull=False):
            raise FrozenError(
                _("“%(record)s” is in use by a wave and cannot change. Make a new version.")
                % {"record": self}
            )


class FrozenPart(models.Model):
    """A part of a Freezable, named by `whole`."""

    whole: str

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        getattr(self, self.whole).check_not_frozen()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        getattr(self, self.whole).check_not_frozen()
        return super().delete(*args, **kwargs)
