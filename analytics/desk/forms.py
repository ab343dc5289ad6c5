"""What is typed to publish a wave."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.office.forms import TypedCode, WrittenDate


class OrderForm(TypedCode):
    """Now or, where a day is given, at an hour of it."""

    day = WrittenDate(
        label=_("Day of publication"),
        required=False,
        help_text=_("Leave empty to publish now. For example 31/01/2570."),
    )
    hour = forms.TimeField(
        label=_("Hour"),
        required=False,
        help_text=_("For example 09:00."),
        widget=forms.TextInput,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("hour") and not cleaned.get("day") and "day" not in self.errors:
            self.add_error("day", _("Give the day too."))
        return cleaned

    def due_at(self) -> datetime | None:
        """The form must be valid."""
        day = self.cleaned_data.get("day")
        if day is None:
            return None
        hour = self.cleaned_data.get("hour") or time(9)
        return timezone.make_aware(datetime.combine(day, hour))


class ReturnForm(forms.Form):
    why = forms.CharField(label=_("Why it is sent back"), max_length=500)
