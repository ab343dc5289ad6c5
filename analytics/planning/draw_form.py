"""The design of a draw as the survey office chooses it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from analytics.planning.spread import spreads
from surveys.models import Wave
from surveys.sampling.design import LONGEST, Design

ALLOCATIONS = [
    ("rate", _("the same share of each cell")),
    ("per_cell", _("the same number from each cell")),
    ("proportional", _("a number in all, in proportion to encounters")),
    ("neyman", _("a number in all, more where answers differed in an earlier survey")),
]
ORDERS = [
    ("random", _("at random")),
    ("time", _("evenly along the days")),
    ("point_time", _("evenly along service points and days")),
]


class DrawForm(forms.Form):
    """A GET form to look ahead with; sent by POST, the same fields make the draw."""

    allocation = forms.ChoiceField(label=_("Divide by"), choices=ALLOCATIONS)
    rate = forms.DecimalField(
        label=_("Share of each cell, in per cent"),
        min_value=Decimal("0.001"),
        max_value=100,
        max_digits=6,
        decimal_places=3,
        required=False,
    )
    number = forms.IntegerField(
        label=_("Number, in each cell or in all"), min_value=1, max_value=10**7, required=False
    )
    before = forms.ModelChoiceField(
        Wave.objects.exclude(state=Wave.State.DRAFT),
        label=_("Earlier survey"),
        to_field_name="code",
        required=False,
    )
    minimum = forms.IntegerField(
        label=_("At least, in every cell"), min_value=1, max_value=10_000, initial=1
    )
    order = forms.ChoiceField(label=_("Within a cell"), choices=ORDERS)
    answer_days = forms.IntegerField(
        label=_("Days to answer"), min_value=1, max_value=LONGEST, initial=30
    )
    public_source = forms.CharField(
        label=_("Wait for a public number, such as a lottery’s of a coming day"),
        max_length=200,
        required=False,
    )

    def __init__(self, wave: Wave, data: Any) -> None:
        super().__init__(data or None, initial={"rate": 10, "allocation": "rate"})
        self.wave = wave

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                self.design = self._design(cleaned)
            except ValidationError as error:
                self.add_error(None, error.messages)
        return cleaned

    def _design(self, chosen: dict[str, Any]) -> Design:
        allocation = chosen["allocation"]
        shares = chosen["rate"] if allocation == "rate" else None
        before = chosen["before"] if allocation == "neyman" else None
        if allocation == "neyman" and before is None:
            raise ValidationError(_("Choose the earlier survey that tells where answers differ."))
        return Design(
            allocation=allocation,
            rate=f"{(shares / 100).normalize():f}" if shares else "",
            number=(chosen["number"] or 0) if allocation != "rate" else 0,
            minimum=chosen["minimum"],
            order=chosen["order"],
            spread=spreads(self.wave, before) if before else {},
            answer_days=chosen["answer_days"],
        )


class PublicNumberForm(forms.Form):
    public_value = forms.CharField(label=_("The number, as it was published"), max_length=200)
