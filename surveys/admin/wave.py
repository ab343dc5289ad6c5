from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from surveys.admin.dates import in_words
from surveys.admin.office import OfficeAdmin
from surveys.models import Wave
from surveys.waves import close_wave, open_wave

STEPS: list[Any] = [
    "state",
    in_words("opened_at", _("opened at")),
    in_words("closed_at", _("closed at")),
    in_words("published_at", _("published at")),
]
IN_WORDS = {
    "starts_on": in_words("starts_on", _("first day")),
    "ends_on": in_words("ends_on", _("last day")),
}


@admin.register(Wave)
class WaveAdmin(OfficeAdmin):
    list_display = ["code", "titled", "state", *IN_WORDS.values(), "simulated"]
    list_filter = ["state", "fiscal_year", "simulated"]
    search_fields = ["code", "title_th", "title_en"]
    autocomplete_fields = ["questionnaire", "frame"]
    actions = ["open_waves", "close_waves"]
    fieldsets = [
        (None, {"fields": ["code", "title_th", "title_en", "fiscal_year", "simulated"]}),
        (_("Period"), {"fields": ["starts_on", "ends_on"]}),
        (_("What is measured, and how"), {"fields": ["questionnaire", "frame", "method"]}),
        (_("State"), {"fields": [*STEPS]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [*map(_in_words, _declared(obj)), *STEPS]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = _declared(obj)
        return [
            (name, {"fields": [_in_words(f) if f in fixed else f for f in options["fields"]]})
            for name, options in super().get_fieldsets(request, obj)
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        draft = obj is None or obj.state == Wave.State.DRAFT
        return draft and super().has_delete_permission(request, obj)

    @admin.display(description=_("title"))
    def titled(self, wave: Wave) -> str:
        return wave.title

    @admin.action(description=_("Open: begin to accept responses"), permissions=["change"])
    def open_waves(self, request: HttpRequest, waves: QuerySet[Wave]) -> None:
        self._move(request, waves, open_wave)

    @admin.action(description=_("Close: accept no more responses"), permissions=["change"])
    def close_waves(self, request: HttpRequest, waves: QuerySet[Wave]) -> None:
        self._move(request, waves, close_wave)

    def _move(self, request: HttpRequest, waves: QuerySet[Wave], step: Callable[..., Wave]) -> None:
        for wave in waves:
            try:
                moved = step(wave, actor=request.user)
            except ValidationError as error:
                self.message_user(request, " ".join(error.messages), messages.ERROR)
            else:
                self.message_user(
                    request,
                    _("Wave %(wave)s is now %(state)s.")
                    % {"wave": moved.code, "state": moved.get_state_display()},
                    messages.SUCCESS,
                )


def _declared(wave: Wave | None) -> list[str]:
    """The fields that the opening, or the closing, of the wave has fixed."""
    if wave is None or wave.state == Wave.State.DRAFT:
        return []
    mutable = wave.MUTABLE_WHEN_OPEN if wave.state == Wave.State.OPEN else frozenset()
    return [
        field.name for field in wave._meta.fields if field.editable and field.name not in mutable
    ]


def _in_words(field: Any) -> Any:
    return IN_WORDS.get(field, field)
