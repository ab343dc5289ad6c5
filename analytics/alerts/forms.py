"""How a person wants to be told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.alerts.kinds import KINDS
from analytics.models import AlertChoice
from surveys import clock

SNOOZES = {"": _("as it is"), "0": _("none"), "7": _("one week"), "28": _("four weeks")}


class ChoiceForm(forms.ModelForm):
    kinds = forms.MultipleChoiceField(
        label=_("Alerts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(kind.code, kind.name) for kind in KINDS.values()],
    )
    snooze = forms.ChoiceField(label=_("Pause"), required=False, choices=list(SNOOZES.items()))

    class Meta:
        model = AlertChoice
        fields = ["how", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["kinds"] = [code for code in KINDS if code not in self.instance.without]

    def save(self, commit: bool = True) -> AlertChoice:
        choice: AlertChoice = super().save(commit=False)
        choice.without = [code for code in KINDS if code not in self.cleaned_data["kinds"]]
        if days := self.cleaned_data["snooze"]:
            choice.snoozed_until = (
                clock.today() + timedelta(days=int(days)) if days != "0" else None
            )
        choice.save()
        return choice
