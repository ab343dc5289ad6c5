"""Dates in forms and pages: read in either era, written in the Buddhist Era in Thai."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from surveys.thai_dates import format_thai_date, parse_date


class EitherEraField(forms.DateField):
    """2567 is 2024: Django's own field would take it for the year 2567 of the common era."""

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str) and value.strip():
            try:
                return parse_date(value)
            except ValueError:
                raise ValidationError(
                    _("“%(text)s” is not a date. Write 2024-01-31, 31/01/2567 or ๓๑/๐๑/๒๕๖๗."),
                    params={"text": value},
                ) from None
        return super().to_python(value)


def written(moment: date | datetime | None) -> str:
    if moment is None:
        return "–"
    if isinstance(moment, datetime):
        local = timezone.localtime(moment)
        return f"{written(local.date())} {local:%H:%M}"
    return format_thai_date(moment) if get_language() == "th" else date_format(moment, "j F Y")
