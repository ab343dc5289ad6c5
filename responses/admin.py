"""The survey office gives keys to collecting systems and takes them back, and confirms kiosks."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from responses.models import Kiosk
from responses.models.collecting_system import CollectingSystem
from responses.openrosa.settings_code import connection_for, qr_code
from surveys import clock
from surveys.admin.dates import in_words
from surveys.admin.office import OfficeAdmin

TIMES = [
    in_words("created_at", _("made at")),
    in_words("last_used_at", _("last used at")),
]


@admin.register(CollectingSystem)
class CollectingSystemAdmin(OfficeAdmin):
    """A key is shown on the page that makes it, and kept nowhere."""

    list_display = [
        "name",
        "agency",
        "prefix",
        "independent",
        "reports_encounters",
        "active",
        TIMES[1],
    ]
    list_select_related = ["agency"]
    list_filter = ["active", "independent", "reports_encounters", "channels"]
    search_fields = ["name", "prefix", "agency__code", "agency__name_th", "agency__name_en"]
    autocomplete_fields = ["agency", "channels"]
    actions = ["revoke", "replace_key"]
    fields = ["name", "agency", "channels", "independent", "reports_encounters", "active"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.fields, "prefix", *TIMES] if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["prefix", *TIMES] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.shown_key = obj.new_key()
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: CollectingSystem, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._show(request, obj, obj.shown_key)  # type: ignore[attr-defined]

    @admin.action(
        description=_("Make a new key; the old one opens nothing any more"),
        permissions=["change"],
    )
    def replace_key(
        self, request: HttpRequest, systems: QuerySet[CollectingSystem]
    ) -> HttpResponse | None:
        if systems.count() != 1:
            self.message_user(request, _("Choose one system."), messages.ERROR)
            return None
        system = systems.get()
        key = system.new_key()
        system.save()
        self.log_change(request, system, "key")
        return self._show(request, system, key)

    @admin.action(description=_("Revoke: its key opens nothing any more"), permissions=["change"])
    def revoke(self, request: HttpRequest, systems: QuerySet[CollectingSystem]) -> None:
        for system in systems:
            system.active = False
            system.save()
            self.log_change(request, system, "revoked")

    def _show(self, request: HttpRequest, system: CollectingSystem, key: str) -> HttpResponse:
        connection = connection_for(key)
        context = {
            **self.admin_site.each_context(request),
            "title": _("The key of %(system)s") % {"system": system},
            "opts": self.opts,
            "key": key,
            "connection": connection,
            "qr_code": qr_code(connection, system.name),
        }
        response = TemplateResponse(request, "admin/responses/new_key.html", context)
        response.headers["Cache-Control"] = "no-store"
        return response


@admin.register(Kiosk)
class KioskAdmin(OfficeAdmin):
    """Who put up which device, and whether the office knows that citizens answer on it."""

    list_display = [
        "entry_point",
        "name",
        "started_by",
        in_words("started_at", _("put up at")),
        in_words("ended_at", _("taken down at")),
        in_words("confirmed_at", _("confirmed at")),
    ]
    list_select_related = ["entry_point__service", "entry_point__channel", "started_by"]
    search_fields = [
        "name",
        "entry_point__slug",
        "entry_point__service__agency__code",
        "entry_point__service__name_th",
        "entry_point__service__name_en",
    ]
    list_filter = [("confirmed_at", admin.EmptyFieldListFilter)]
    list_display_links = None
    actions = ["confirm", "withdraw"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(
        description=_("Confirm: from now on its answers count like those of an open link"),
        permissions=["change"],
    )
    def confirm(self, request: HttpRequest, kiosks: QuerySet[Kiosk]) -> None:
        self._set(request, kiosks.filter(confirmed_at=None), "confirmed")

    @admin.action(
        description=_("Withdraw: from now on its answers stand beside the official figure"),
        permissions=["change"],
    )
    def withdraw(self, request: HttpRequest, kiosks: QuerySet[Kiosk]) -> None:
        self._set(request, kiosks.exclude(confirmed_at=None), "no longer confirmed")

    def _set(self, request: HttpRequest, kiosks: QuerySet[Kiosk], what: str) -> None:
        for kiosk in kiosks:
            kiosk.confirmed_at = clock.now() if what == "confirmed" else None
            kiosk.save(update_fields=["confirmed_at"])
            self.log_change(request, kiosk, what)
