"""What stands on the list “You said, we did”: each with how many wrote about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.dashboards.comments import FEWEST, cells_of, comments_of
from responses.comments.improvements import copies_a_comment
from responses.models import Improvement
from responses.redaction import find
from surveys import clock
from surveys.access import Visitor, may_act_for, may_see_every_agency
from surveys.models import Agency, Wave
from surveys.thai_text import normalise

MOST = 50
"""On the list, the newest."""


def may_write(user: Visitor, agency: Agency) -> bool:
    """Staff of the agency, and not OPDC, which would then moderate itself."""
    return may_act_for(user, agency) and not may_see_every_agency(user)


def may_hide(user: Visitor, agency: Agency) -> bool:
    return may_act_for(user, agency) and may_see_every_agency(user)


@dataclass(frozen=True)
class Shown:
    improvement: Improvement
    at_least: int | None
    """So many comments were about its topics, in tens; None where the number is suppressed."""


def with_counts(found: Iterable[Improvement], agencies: set[int]) -> Iterator[Shown]:
    """The numbers are of published surveys alone, so that none grows while somebody writes."""
    for each in found:
        public = each.wave.state == Wave.State.PUBLISHED
        yield Shown(each, _about(each, agencies) if public else None)


def _about(improvement: Improvement, agencies: set[int]) -> int | None:
    listed = comments_of(improvement.wave, agencies, cells_of(improvement.wave, agencies))
    about = listed.order_by().filter(topics__in=improvement.topics.all())
    return about.distinct().count() // FEWEST * FEWEST or None


class ImprovementForm(forms.ModelForm):
    """What the agency says in public: no names or numbers, and no words of a citizen."""

    class Meta:
        model = Improvement
        fields = ["text_th", "text_en", "topics", "done_on"]
        widgets = {
            "text_th": forms.Textarea({"rows": 3}),
            "text_en": forms.Textarea({"rows": 3}),
            "topics": forms.CheckboxSelectMultiple,
            "done_on": forms.DateInput({"type": "date"}),
        }

    def __init__(self, agencies: Collection[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = agencies

    def clean_text_th(self) -> str:
        return self._own_words("text_th")

    def clean_text_en(self) -> str:
        return self._own_words("text_en")

    def clean_done_on(self) -> date:
        day: date = self.cleaned_data["done_on"]
        if day > clock.today():
            raise forms.ValidationError(_("This day is still to come: say what you have done."))
        return day

    def _own_words(self, name: str) -> str:
        text = normalise(self.cleaned_data[name])
        if find(text):
            raise forms.ValidationError(
                _("This names a person, a number or an address: leave it out.")
            )
        if copies_a_comment(text, self.agencies):
            raise forms.ValidationError(
                _("These are words that a citizen wrote: say it in your own.")
            )
        return text


class HideForm(forms.Form):
    because = forms.CharField(label=_("Reason"), max_length=200)
