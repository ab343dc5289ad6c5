from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from surveys.admin.office import OfficeAdmin
from surveys.models import Wave
from surveys.waves import close_wave, open_wave

STEPS = ["state", "opened_at", "closed_at", "published_at"]


@admin.register(Wave)
class WaveAdmin(OfficeAdmin):
    list_display = ["code", "title", "state", "starts_on", "ends_on", "simulated"]
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

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None or obj.state == Wave.State.DRAFT:
            return STEPS
        mutable = obj.MUTABLE_WHEN_OPEN if obj.state == Wave.State.OPEN else frozenset()
        declared = [f.name for f in obj._meta.fields if f.editable and f.name not in mutable]
        return [*declared, *STEPS]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        draft = obj is None or obj.state == Wave.State.DRAFT
        return draft and super().has_delete_permission(request, obj)

    @admin.action(description=_("Open: begin to accept responses"), permissions=["change"])
    def open_waves(self, request: HttpRequest, waves: QuerySet[Wave]) -> None:
        self._move(request, waves, open_wave)

    @admin.action(description=_("Close: accept no more responses"), permissions=["change"])
    def close_waves(self, request: HttpRequest, waves: QuerySet[Wave]) -> None:
        self._move(request, waves, close_wave)

    def _move(
        self, request: HttpRequest, waves: QuerySet[Wave], step: Callable[[Wave], Wave]
    ) -> None:
        for wave in waves:
            try:
                moved = step(wave)
            except ValidationError as error:
                self.message_user(request, " ".join(error.messages), messages.ERROR)
            else:
                self.message_user(
                    request,
                    _("Wave %(wave)s is now %(state)s.")
                    % {"wave": moved.code, "state": moved.get_state_display()},
                    messages.SUCCESS,
                )
