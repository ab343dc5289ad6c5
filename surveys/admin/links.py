from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from surveys.admin.office import OfficeAdmin
from surveys.models import EntryPoint


@admin.register(EntryPoint)
class EntryPointAdmin(OfficeAdmin):
    list_display = ["service", "channel", "service_point", "active", "link"]
    list_select_related = ["service", "channel", "service_point"]
    list_filter = ["active", "channel"]
    search_fields = ["slug", "service__code", "service__name_th", "service__name_en"]
    autocomplete_fields = ["service", "channel", "service_point"]
    fields = ["service", "channel", "service_point", "active", "link", "qr_code"]
    readonly_fields = ["link", "qr_code"]

    @admin.display(description=_("address"))
    def link(self, entry: EntryPoint) -> str:
        if entry.pk is None:
            return "–"
        return format_html('<a href="{}">{}</a>', entry.get_absolute_url(), entry.public_url)

    @admin.display(description=_("QR code"))
    def qr_code(self, entry: EntryPoint) -> str:
        if entry.pk is None:
            return "–"
        url = reverse("responses:qr", args=[entry.slug])
        return format_html(
            '<a href="{}"><img src="{}" width="180" height="180" alt="{}"></a>',
            url,
            url,
            _("QR code of this link; opens the picture for posters"),
        )
