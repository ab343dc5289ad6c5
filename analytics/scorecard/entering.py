"""Values that people enter: with a source and evidence, checked, approved by another person."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.domains.access import may_approve_values
from analytics.models import IndicatorRemark, IndicatorValue
from analytics.scorecard.indicator import Entered
from analytics.scorecard.indicators import INDICATORS
from analytics.scorecard.values import Unit
from analytics.scorecard.years import LAST_YEAR, first_day
from surveys import clock
from surveys.acts import record
from surveys.dates import EitherEraField
from surveys.models import Act, User
from surveys.thai_text import parse_count, parse_decimal

FIRST_YEAR = 2540
FILE_LIMIT = 10 << 20
ENDINGS = (".pdf", ".png", ".jpg", ".jpeg", ".csv", ".xlsx")

ENTERED: dict[str, Entered] = {
    code: indicator for code, indicator in INDICATORS.items() if isinstance(indicator, Entered)
}


class ValueForm(forms.ModelForm):
    """One value of one indicator. A value for a year that has one is a correction of it."""

    fiscal_year = forms.CharField(label=gettext_lazy("Fiscal year (B.E.)"), max_length=10)
    value = forms.CharField(label=gettext_lazy("Value"), max_length=30)
    link = forms.URLField(
        label=gettext_lazy("Link to the evidence"),
        max_length=500,
        required=False,
        assume_scheme="https",
    )
    as_of = EitherEraField(
        label=gettext_lazy("As of"), help_text=gettext_lazy("the day to which the value speaks")
    )

    class Meta:
        model = IndicatorValue
        fields = ["fiscal_year", "value", "as_of", "source", "link", "file", "note"]

    def __init__(self, indicator: Entered, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicator = indicator

    def clean_fiscal_year(self) -> int:
        try:
            year = parse_count(self.cleaned_data["fiscal_year"])
        except ValueError:
            year = 0
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValidationError(
                _("The fiscal year is one of the Buddhist Era, from %(first)s to %(last)s.")
                % {"first": FIRST_YEAR, "last": LAST_YEAR}
            )
        if first_day(year) > clock.today():
            raise ValidationError(_("This fiscal year has not begun yet."))
        return year

    def clean_value(self) -> float:
        lowest, highest = self.indicator.lowest, self.indicator.highest
        try:
            value = float(parse_decimal(self.cleaned_data["value"]))
        except ValueError:
            raise ValidationError(_("Enter a number.")) from None
        if self.indicator.unit == Unit.RANK and (
            not value.is_integer() or not lowest <= value <= highest
        ):
            raise ValidationError(
                _("A rank is a whole number from %(lowest)s to %(highest)s.")
                % {"lowest": lowest, "highest": highest}
            )
        if not lowest <= value <= highest:
            raise ValidationError(
                _("The score lies between %(lowest)s and %(highest)s.")
                % {"lowest": lowest, "highest": highest}
            )
        return value

    def clean_as_of(self) -> Any:
        day = self.cleaned_data["as_of"]
        if day > clock.today():
            raise ValidationError(_("This day has not come yet."))
        return day

    def clean_source(self) -> str:
        source: str = self.cleaned_data["source"].strip()
        if not source:
            raise ValidationError(_("Name the source: a value without one is not taken."))
        return source

    def clean_link(self) -> str:
        link: str = self.cleaned_data["link"]
        if link and urlsplit(link).scheme not in ("http", "https"):
            raise ValidationError(_("A link begins with https:// or http://."))
        return link

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and (file.size > FILE_LIMIT or not file.name.lower().endswith(ENDINGS)):
            raise ValidationError(_("Evidence is a PDF, a picture, CSV or XLSX of at most 10 MB."))
        return file

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not (data["link"] or data["file"]):
            raise ValidationError(_("Give evidence: a link or a file."))
        if not self.errors and not data["note"] and self.corrected().exists():
            self.add_error("note", _("This year has a value. Say why it is corrected."))
        return data

    def corrected(self) -> QuerySet[IndicatorValue]:
        """The approved values that this one would replace."""
        return IndicatorValue.objects.filter(
            indicator=self.indicator.code,
            fiscal_year=self.cleaned_data["fiscal_year"],
            state=IndicatorValue.State.APPROVED,
        )

    @transaction.atomic
    def enter(self, actor: User) -> IndicatorValue:
        value: IndicatorValue = self.save(commit=False)
        value.indicator = self.indicator.code
        value.entered_by, value.entered_at = actor, clock.now()
        value.save()
        record(Act.What.MAKE, value, actor, **_about(value))
        return value


@transaction.atomic
def approve(value: IndicatorValue, *, actor: User) -> None:
    """Raise ValidationError where `actor` may not decide."""
    _to_decide(value, actor).approve(actor)
    record(Act.What.APPROVE, value, actor, **_about(value))


@transaction.atomic
def refuse(value: IndicatorValue, why: str, *, actor: User) -> None:
    """Raise ValidationError where no reason is given, or where `actor` may not decide."""
    _to_decide(value, actor).refuse(actor, why)
    record(Act.What.CHANGE, value, actor, state="refused", **_about(value))


def _about(value: IndicatorValue) -> dict[str, Any]:
    return {"indicator": value.indicator, "year": value.fiscal_year, "value": value.value}


def _to_decide(value: IndicatorValue, actor: User) -> IndicatorValue:
    if not may_approve_values(actor):
        raise ValidationError(_("Only OPDC approves what was entered."))
    return IndicatorValue.locked_for(value.pk, actor)


class RemarkForm(forms.ModelForm):
    class Meta:
        model = IndicatorRemark
        fields = ["text_th", "text_en"]

    @transaction.atomic
    def enter(self, code: str, actor: User) -> IndicatorRemark:
        remark: IndicatorRemark = self.save(commit=False)
        remark.indicator = code
        remark.entered_by, remark.entered_at = actor, clock.now()
        remark.save()
        record(Act.What.MAKE, remark, actor, indicator=code)
        return remark
