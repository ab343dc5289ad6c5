"""What forms of the survey office share: numbers as people write them, a code typed on purpose."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from surveys.dates import EitherEraField
from surveys.models import Wave
from surveys.thai_dates import BUDDHIST_ERA
from surveys.thai_text import normalise, parse_decimal


class WrittenNumber(forms.CharField):
    """A number as it is written: ๑๒,๐๐๐ or 12,000."""

    def __init__(self, *, least: float = 0, most: float = 1e15, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = Decimal(str(least)), Decimal(str(most))

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(str(value)).normalize():f}" if isinstance(value, float | int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            number = parse_decimal(text)
        except ValueError:
            raise ValidationError(
                _("“%(text)s” is not a number. Write 12000, 12,000 or ๑๒,๐๐๐."),
                params={"text": text},
            ) from None
        if not self.least <= number <= self.most:
            raise ValidationError(
                _("Give a number from %(least)s to %(most)s."),
                params={"least": f"{self.least:f}", "most": f"{self.most:f}"},
            )
        return number


class WrittenDate(EitherEraField):
    """A date in one line of text: as Thai offices write it, or in ISO order."""

    widget = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, date):
            return value
        thai = f"{value:%d/%m}/{value.year + BUDDHIST_ERA}"
        return thai if get_language() == "th" else value.isoformat()


class TypedCode(forms.Form):
    """What cannot be undone is said by typing the wave's code."""

    code = forms.CharField(label=_("The wave’s code"), max_length=40)

    def __init__(self, wave: Wave, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wave = wave
        self.fields["code"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        self.fields["code"].help_text = _(
            "This cannot be undone. Type %(code)s to say that you mean it."
        ) % {"code": wave.code}

    def clean_code(self) -> str:
        if normalise(self.cleaned_data["code"]) != self.wave.code:
            raise ValidationError(_("This is not the code of this wave."))
        return self.wave.code
