from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from surveys import addresses
from surveys.admin.office import OfficeAdmin
from surveys.models import EntryPoint


@admin.register(EntryPoint)
class EntryPointAdmin(OfficeAdmin):
    list_display = ["service", "channel", "service_point", "active", "link"]
    list_select_related = ["service", "channel", "service_point"]
    list_filter = ["active", "channel"]
    search_fields = ["slug", "service__code", "service__name_th", "service__name_en"]
    autocomplete_fields = ["service", "channel", "service_point"]
    fields = [
        "service",
        "channel",
        "service_point",
        "active",
        "link",
        "qr_code",
        "poster",
        "embed_origins",
        "embed_code",
    ]
    readonly_fields = ["link", "qr_code", "poster", "embed_code"]

    @admin.display(description=_("address"))
    def link(self, entry: EntryPoint) -> str:
        if entry.pk is None:
            return "–"
        return format_html('<a href="{}">{}</a>', entry.get_absolute_url(), entry.public_url)

    @admin.display(description=_("QR code"))
    def qr_code(self, entry: EntryPoint) -> str:
        if entry.pk is None:
            return "–"
        url = addresses.qr_path(entry.slug)
        return format_html(
            '<a href="{}"><img src="{}" width="180" height="180" alt="{}"></a>',
            url,
            url,
            _("QR code of this link; opens the picture for posters"),
        )

    @admin.display(description=_("poster"))
    def poster(self, entry: EntryPoint) -> str:
        if entry.pk is None:
            return "–"
        url = addresses.poster_path(entry.slug)
        return format_html('<a href="{}">{}</a>', url, _("Poster (PDF)"))

    @admin.display(description=_("for a website"))
    def embed_code(self, entry: EntryPoint) -> str:
        if entry.pk is None or not entry.origins:
            return "–"
        code = (
            f'<script src="{addresses.embed_script()}" data-survey="{entry.slug}" async></script>'
        )
        return format_html("<code>{}</code>", code)
