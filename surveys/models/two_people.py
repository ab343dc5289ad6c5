"""What one person enters and another approves or refuses. Rows are added, never taken away."""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys import clock
from surveys.models.frozen import FrozenError
from surveys.models.user import User


class TwoPeople(models.Model):
    class State(models.TextChoices):
        PENDING = "pending", gettext_lazy("waiting for approval")
        APPROVED = "approved", gettext_lazy("approved")
        REFUSED = "refused", gettext_lazy("refused")

    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why = models.CharField(gettext_lazy("reason"), max_length=500, blank=True)

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise FrozenError("what was entered is not deleted")

    @classmethod
    def locked_for(cls, pk: int, actor: User) -> Self:
        """The row, for `actor` to decide in this transaction. Raise ValidationError where it is
        decided already, or is the actor's own."""
        row = cls._default_manager.select_for_update(no_key=True, of=("self",)).get(pk=pk)
        if row.state != cls.State.PENDING:
            raise ValidationError(_("This has been decided already."))
        if row.entered_by_id == actor.pk:
            raise ValidationError(_("You entered this yourself. Another person approves it."))
        return row

    def approve(self, actor: User) -> None:
        self._decide(self.State.APPROVED, actor)

    def refuse(self, actor: User, why: str) -> None:
        """Raise ValidationError where no reason is given."""
        if not why.strip():
            raise ValidationError(_("Say why it is refused."))
        self.why = why.strip()[:500]
        self._decide(self.State.REFUSED, actor)

    def _decide(self, state: State, actor: User) -> None:
        self.state, self.decided_by, self.decided_at = state, actor, clock.now()
        self.save()
