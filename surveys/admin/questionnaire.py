from __future__ import annotations

from io import BytesIO
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from surveys.admin.dates import in_words
from surveys.admin.office import FrozenInline, OfficeAdmin
from surveys.models import Dimension, Question, Questionnaire
from surveys.versions import new_version
from surveys.xlsform.reading import read_form, store_form
from surveys.xlsform.sheets import FormError
from surveys.xlsform.writing import write_form

FROZEN = in_words("frozen_at", _("frozen"))


@admin.register(Dimension)
class DimensionAdmin(OfficeAdmin):
    list_display = ["__str__", "code", "position"]
    search_fields = ["code", "name_th", "name_en"]


class QuestionInline(FrozenInline):
    model = Question
    template = "admin/edit_inline/stacked.html"  # too many fields for a row
    fields = [
        "position",
        "code",
        "kind",
        "is_overall",
        "dimension",
        "text_th",
        "text_en",
        "hint_th",
        "hint_en",
        "choices",
        "required",
        "may_not_apply",
        "group",
        "relevant",
        "constraint",
        "constraint_message_th",
        "constraint_message_en",
        "calculation",
        "channels",
    ]


class XlsFormUpload(forms.Form):
    file = forms.FileField(label=_("XLSForm"), widget=forms.FileInput(attrs={"accept": ".xlsx"}))
    code = forms.SlugField(
        label=_("code"),
        max_length=40,
        required=False,
        help_text=_("Leave empty to take the form’s own form_id."),
    )


@admin.register(Questionnaire)
class QuestionnaireAdmin(OfficeAdmin):
    list_display = ["__str__", "titled", "questions", FROZEN]
    search_fields = ["code", "title_th", "title_en"]
    fields = ["code", "version", "title_th", "title_en", FROZEN]
    readonly_fields = [FROZEN]
    inlines = [QuestionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Questionnaire]:
        return super().get_queryset(request).annotate(question_count=Count("questions"))

    @admin.display(description=_("title"))
    def titled(self, questionnaire: Questionnaire) -> str:
        return questionnaire.title

    @admin.display(description=_("questions"), ordering="question_count")
    def questions(self, questionnaire: Questionnaire) -> int:
        return int(getattr(questionnaire, "question_count", 0))

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_view), name="surveys_questionnaire_import"),
            path("<int:pk>/export/", wrap(self.export_view), name="surveys_questionnaire_export"),
            path(
                "<int:pk>/version/",
                wrap(require_POST(self.version_view)),
                name="surveys_questionnaire_version",
            ),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = XlsFormUpload(request.POST or None, request.FILES or None)
        if form.is_valid():
            try:
                read = read_form(form.cleaned_data["file"])
                questionnaire = store_form(read, form.cleaned_data["code"])
            except FormError as error:
                for problem in error.problems:
                    form.add_error("file", str(problem))
            else:
                for warning in read.warnings:
                    self.message_user(request, str(warning), messages.WARNING)
                self._say_made(request, questionnaire)
                return self._to(questionnaire)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": gettext("Import XLSForm"),
            "opts": self.opts,
            "form": form,
        }
        return render(request, "admin/surveys/questionnaire/import.html", context)

    def export_view(self, request: HttpRequest, pk: int) -> FileResponse:
        questionnaire = get_object_or_404(Questionnaire, pk=pk)
        if not self.has_view_permission(request, questionnaire):
            raise PermissionDenied
        file = BytesIO()
        write_form(questionnaire, file)
        file.seek(0)
        name = f"{questionnaire.code}-v{questionnaire.version}.xlsx"
        return FileResponse(file, as_attachment=True, filename=name)

    def version_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        made = new_version(get_object_or_404(Questionnaire, pk=pk))
        self._say_made(request, made)
        return self._to(made)

    def _say_made(self, request: HttpRequest, questionnaire: Questionnaire) -> None:
        self.message_user(request, gettext("%s has been made.") % questionnaire, messages.SUCCESS)

    def _to(self, questionnaire: Questionnaire) -> HttpResponse:
        return redirect(reverse("admin:surveys_questionnaire_change", args=[questionnaire.pk]))
