"""The record of acts as a list: what may be asked of it, and how it is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.csv_files import csv_line
from surveys.dates import EitherEraField
from surveys.models import Act

COLUMNS = (
    "position",
    "at",
    "who",
    "what",
    "kind",
    "about",
    "detail",
    "session",
    "salt",
    "leaf",
    "chain",
)


class ActFilter(forms.Form):
    who = forms.CharField(label=gettext_lazy("Account"), required=False, max_length=150)
    what = forms.ChoiceField(label=gettext_lazy("Act"), required=False)
    about = forms.CharField(label=gettext_lazy("Object"), required=False, max_length=150)
    since = EitherEraField(label=gettext_lazy("From"), required=False)
    until = EitherEraField(label=gettext_lazy("To"), required=False)

    def __init__(self, asked: Any) -> None:
        super().__init__(asked, auto_id="%s", label_suffix="")
        self.fields["what"].choices = [("", _("all")), *Act.What.choices]  # type: ignore[attr-defined]

    def acts(self) -> QuerySet[Act]:
        """What fits; with a field that makes no sense, nothing."""
        shown = Act.objects.filter(emptied=False)
        if not self.is_valid():
            return shown.none()
        asked = self.cleaned_data
        if asked["who"]:
            shown = shown.filter(who__iexact=asked["who"].strip())
        if asked["what"]:
            shown = shown.filter(what=asked["what"])
        if asked["about"]:
            about = asked["about"].strip()
            shown = shown.filter(Q(about__iexact=about) | Q(detail__wave=about))
        if asked["since"]:
            shown = shown.filter(at__gte=_midnight(asked["since"]))
        if asked["until"]:
            shown = shown.filter(at__lt=_midnight(asked["until"] + timedelta(days=1)))
        return shown

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def kinds() -> dict[str, str]:
    """What records are called, by the names of their models."""
    known = {model._meta.model_name or "": model._meta.verbose_name for model in apps.get_models()}
    known |= {"retention": gettext_lazy("kept long enough")}
    return {name: str(capfirst(str(called))) for name, called in known.items()}


def told(acts: list[Act]) -> Iterator[tuple[Act, str]]:
    """Each act with what its object is called."""
    called = kinds()
    return ((act, called.get(act.kind, act.kind)) for act in acts)


def as_csv(acts: QuerySet[Act]) -> Iterator[str]:
    """As the chain has them, with all that is needed to compute it again."""
    yield "\ufeff" + csv_line(COLUMNS)
    for act in acts.order_by("position").iterator(chunk_size=500):
        yield csv_line([_cell(act, name) for name in COLUMNS])


def _cell(act: Act, name: str) -> object:
    value = getattr(act, name)
    if name == "at":
        return value.isoformat(timespec="microseconds")
    if name == "detail":
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return "" if value is None else value
