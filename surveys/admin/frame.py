from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from surveys.admin.dates import in_words
from surveys.admin.office import OfficeAdmin
from surveys.models import Frame, FrameCell

FROZEN = in_words("frozen_at", _("frozen"))


@admin.register(Frame)
class FrameAdmin(OfficeAdmin):
    """A frame may have ten thousand cells: they have a list of their own."""

    list_display = ["code", "source", "encounters", "cells", FROZEN]
    search_fields = ["code", "source"]
    fields = ["code", "source", "encounters", "cells", FROZEN]
    readonly_fields = ["encounters", "cells", FROZEN]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Frame]:
        return (
            super()
            .get_queryset(request)
            .annotate(encounter_count=Sum("cells__encounters"), cell_count=Count("cells"))
        )

    @admin.display(description=_("encounters"), ordering="encounter_count")
    def encounters(self, frame: Any) -> str:
        return intcomma(getattr(frame, "encounter_count", None) or 0)

    @admin.display(description=_("cells"), ordering="cell_count")
    def cells(self, frame: Any) -> str:
        if frame.pk is None:
            return "–"
        url = reverse("admin:surveys_framecell_changelist")
        return format_html(
            '<a href="{}?frame__id__exact={}">{}</a>', url, frame.pk, intcomma(frame.cell_count)
        )


@admin.register(FrameCell)
class FrameCellAdmin(OfficeAdmin):
    list_display = [
        "service",
        "channel",
        in_words("starts_on", _("first day")),
        in_words("ends_on", _("last day")),
        "encounters",
        "frame",
    ]
    list_select_related = ["frame", "service", "channel"]
    list_filter = ["frame", "channel"]
    search_fields = ["service__code", "service__name_th", "service__name_en"]
    autocomplete_fields = ["frame", "service", "channel"]
    list_per_page = 100

    def is_frozen(self, record: FrameCell | None) -> bool:
        return record is not None and record.frame.frozen_at is not None
