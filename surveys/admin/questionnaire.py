from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from surveys.admin.dates import in_words
from surveys.admin.office import FrozenInline, OfficeAdmin
from surveys.models import Dimension, Question, Questionnaire

FROZEN = in_words("frozen_at", _("frozen"))


@admin.register(Dimension)
class DimensionAdmin(OfficeAdmin):
    list_display = ["__str__", "code", "position"]
    search_fields = ["code", "name_th", "name_en"]


class QuestionInline(FrozenInline):
    model = Question
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
