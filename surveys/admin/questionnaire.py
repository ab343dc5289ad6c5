from __future__ import annotations

from io import BytesIO
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
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
from surveys.translating import still_to_check
from surveys.versions import new_version
from surveys.xlsform.reading import Form, read_form
from surveys.xlsform.sheets import FormError
from surveys.xlsform.storing import store_form
from surveys.xlsform.writing import write_form

FROZEN = in_words("frozen_at", _("frozen"))


@admin.register(Dimension)
class DimensionAdmin(OfficeAdmin):
    list_display = ["__str__", "code", "position"]
    search_fields = ["code", "name_th", "name_en"]


class Questions(forms.BaseInlineFormSet):
    """The questions of a questionnaire together: the overall rating is one of them."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        overall = [form.instance.code for form in self.left() if form.instance.is_overall]
        if len(overall) > 1:
            message = gettext("The overall rating is one question, not several: %s")
            raise ValidationError(message % ", ".join(overall))

    def save_existing(self, form: forms.ModelForm, obj: Question, commit: bool = True) -> Question:
        obj.to_check = still_to_check(Question.objects.get(pk=obj.pk), obj)
        saved: Question = super().save_existing(form, obj, commit)
        return saved

    def left(self) -> list[forms.ModelForm]:
        """Without those that are deleted or stayed empty."""
        return [
            form
            for form in self.forms
            if not form.cleaned_data.get("DELETE") and (form.instance.pk or form.has_changed())
        ]


class QuestionInline(FrozenInline):
    model = Question
    formset = Questions
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
        "about_citizen",
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
    """`request` tells a subclass who uploads."""

    file = forms.FileField(label=_("XLSForm"), widget=forms.FileInput(attrs={"accept": ".xlsx"}))
    code = forms.SlugField(
        label=_("code"),
        max_length=40,
        required=False,
        help_text=_("Leave empty to take the form’s own form_id."),
    )

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(*args)


class VersionsAdmin(OfficeAdmin):
    """Questionnaires that are made in versions, and come from and go to XLSForm."""

    search_fields = ["code", "title_th", "title_en"]
    change_form_template = "admin/surveys/questionnaire/change_form.html"
    change_list_template = "admin/surveys/questionnaire/change_list.html"
    upload_form = XlsFormUpload

    def read(self, form: XlsFormUpload) -> Form:
        return read_form(form.cleaned_data["file"])

    def store(self, form: XlsFormUpload, read: Form) -> Questionnaire:
        return store_form(read, form.cleaned_data["code"])

    @admin.display(description=_("title"))
    def titled(self, questionnaire: Questionnaire) -> str:
        return questionnaire.title

    @admin.display(description=_("questions"), ordering="question_count")
    def questions(self, questionnaire: Questionnaire) -> int:
        return int(getattr(questionnaire, "question_count", 0))

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        name = f"surveys_{self.opts.model_name}"
        return [
            path("import/", wrap(self.import_view), name=f"{name}_import"),
            path("<int:pk>/export/", wrap(self.export_view), name=f"{name}_export"),
            path(
                "<int:pk>/version/", wrap(require_POST(self.version_view)), name=f"{name}_version"
            ),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.upload_form(request, request.POST or None, request.FILES or None)
        if form.is_valid():
            try:
                read = self.read(form)
                questionnaire = self.store(form, read)
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
        questionnaire = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, questionnaire):
            raise PermissionDenied
        file = BytesIO()
        write_form(questionnaire, file)
        file.seek(0)
        name = f"{questionnaire.code}-v{questionnaire.version}.xlsx"
        return FileResponse(file, as_attachment=True, filename=name)

    def version_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        questionnaire = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.may_make_version(request, questionnaire):
            raise PermissionDenied
        made = new_version(questionnaire)
        self._say_made(request, made)
        return self._to(made)

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        record = kwargs.get("obj")
        context["may_make_version"] = record and self.may_make_version(request, record)
        return super().render_change_form(request, context, *args, **kwargs)

    def may_make_version(self, request: HttpRequest, questionnaire: Questionnaire) -> bool:
        return self.has_add_permission(request)

    def _say_made(self, request: HttpRequest, questionnaire: Questionnaire) -> None:
        self.message_user(request, gettext("%s has been made.") % questionnaire, messages.SUCCESS)

    def _to(self, questionnaire: Questionnaire) -> HttpResponse:
        name = f"admin:surveys_{self.opts.model_name}_change"
        return redirect(reverse(name, args=[questionnaire.pk]))


@admin.register(Questionnaire)
class QuestionnaireAdmin(VersionsAdmin):
    list_display = ["__str__", "titled", "questions", FROZEN]
    fields = ["code", "version", "title_th", "title_en", FROZEN]
    readonly_fields = [FROZEN]
    inlines = [QuestionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Questionnaire]:
        core = super().get_queryset(request).filter(is_add_on=False)
        return core.annotate(question_count=Count("questions")).order_by("code", "-version")
