"""What to count: first of which waves, then by what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.crosstabs.columns import Column, columns_of, stored_as
from analytics.crosstabs.months import over
from analytics.crosstabs.order import ANSWERS, SATISFIED, Order
from surveys.models import Wave

FILTERS = ("only", "and_only")
MOST_VALUES = 300
"""A column with more is no filter: nobody finds a value in such a list."""


def scopes() -> dict[str, tuple[str, list[Wave]]]:
    """What may be counted, by its name in the form: each wave, and all of a questionnaire."""
    found: dict[str, tuple[str, list[Wave]]] = {}
    together: dict[int, list[Wave]] = defaultdict(list)
    for wave in over().select_related("questionnaire"):
        together[wave.questionnaire_id].append(wave)
        found[f"wave {wave.code}"] = wave.title, [wave]
    for key, waves in together.items():
        if len(waves) > 1:
            said = _("All %(count)s waves with “%(questionnaire)s”")
            about = {"count": len(waves), "questionnaire": waves[0].questionnaire.title}
            found[f"all {key}"] = said % about, waves
    return found


class ScopeForm(forms.Form):
    of = forms.ChoiceField(label=gettext_lazy("Wave"))

    def __init__(self, known: Mapping[str, tuple[str, list[Wave]]], *args: Any) -> None:
        super().__init__(*args)
        self.fields["of"].choices = [(name, words) for name, (words, _waves) in known.items()]  # type: ignore[attr-defined]


class OrderForm(forms.Form):
    rows = forms.ChoiceField(label=gettext_lazy("Rows"))
    columns = forms.ChoiceField(label=gettext_lazy("Columns"), required=False)
    measure = forms.ChoiceField(
        label=gettext_lazy("In each cell"),
        choices=[
            (ANSWERS, gettext_lazy("answers, and their share of the row")),
            (SATISFIED, gettext_lazy("the share satisfied, with its interval")),
        ],
    )
    first = forms.ChoiceField(label=gettext_lazy("From"), required=False)
    last = forms.ChoiceField(label=gettext_lazy("To"), required=False)
    only = forms.ChoiceField(label=gettext_lazy("Only those with"), required=False)
    and_only = forms.ChoiceField(label=gettext_lazy("and with"), required=False)

    def __init__(self, waves: list[Wave], *args: Any) -> None:
        super().__init__(*args)
        questionnaire = waves[0].questionnaire
        self.known = columns_of(questionnaire, waves)
        self.overall = stored_as(questionnaire.questions.get(is_overall=True))
        names = [(name, column.label) for name, column in self.known.items()]
        months = list(self.known["month"].values.items())
        self._offer("rows", names)
        self._offer("columns", [("", _("none: one column of all")), *names])
        self._offer("first", [("", _("the first month")), *months])
        self._offer("last", [("", _("the last month")), *months])
        for field in FILTERS:
            self._offer(field, [("", _("everybody")), *_conditions(self.known)])
        if not args or args[0] is None:
            self.initial["columns"] = ""

    def _offer(self, field: str, choices: list[Any]) -> None:
        self.fields[field].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("rows") and given["rows"] == given.get("columns"):
            self.add_error("columns", _("Choose another column than that of the rows."))
        if given.get("measure") == SATISFIED and self.overall in (
            given.get("rows"),
            given.get("columns"),
        ):
            self.add_error("measure", _("Count answers where a column is the overall rating."))
        if given.get("first") and given.get("last") and given["last"] < given["first"]:
            self.add_error("last", _("The last month comes before the first."))
        return given

    def order(self) -> Order:
        """Of a form that is valid."""
        given = self.cleaned_data
        only = (given[field].partition("=") for field in FILTERS if given[field])
        plain = {name: given[name] for name in ("rows", "columns", "measure", "first", "last")}
        return Order(**plain, only=tuple((name, value) for name, _equals, value in only))


def _conditions(known: Mapping[str, Column]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (column.label, [(f"{name}={value}", words) for value, words in column.values.items()])
        for name, column in known.items()
        if name != "month" and len(column.values) <= MOST_VALUES
    ]
