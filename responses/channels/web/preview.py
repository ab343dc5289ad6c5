"""What citizens will see of a questionnaire: for the survey office and, of its own add-ons, for an
agency. Nothing is stored."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from responses.channels.web.forms import QuestionsForm
from responses.web.pages import in_asked_language, page, speak_if_offered
from surveys.access import may_preview
from surveys.add_ons import core_before
from surveys.models import Question, Questionnaire
from surveys.office.question_forms import QuestionForm
from surveys.speaking import known_to


def _questionnaire(request: HttpRequest, pk: int) -> Questionnaire:
    questionnaire = get_object_or_404(Questionnaire, pk=pk)
    if not may_preview(request.user, questionnaire):
        raise PermissionDenied
    return questionnaire


@never_cache
@csp_update({"frame-src": [SELF]})
@require_safe
@in_asked_language
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The form at the width of a phone and of a desktop, side by side."""
    questionnaire = _questionnaire(request, pk)
    speak_if_offered(known_to(questionnaire))
    return page(request, "responses/preview.html", questionnaire=questionnaire)


@never_cache
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@require_http_methods(["GET", "HEAD", "POST"])
@in_asked_language
def preview_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The form itself, an add-on behind the core; sending it only checks the answers."""
    questionnaire = _questionnaire(request, pk)
    speak_if_offered(known_to(questionnaire))
    questions = _questions(questionnaire)
    form = QuestionsForm(questions, data=request.POST if request.method == "POST" else None)
    checked = form.is_valid() and form.check()
    return page(
        request,
        "responses/preview_form.html",
        questionnaire=questionnaire,
        form=form,
        checked=checked,
    )


def _questions(questionnaire: Questionnaire) -> list[Question]:
    whole = [*core_before(questionnaire), questionnaire]
    return [q for part in whole for q in part.questions.select_related("dimension")]


@never_cache
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@require_POST
@in_asked_language
def preview_draft(request: HttpRequest, pk: int, question: str) -> HttpResponse:
    """The form with one question as it is being written. What does not fit yet is left as it was
    saved."""
    questionnaire = _questionnaire(request, pk)
    questions = {each.code: each for each in _questions(questionnaire)}
    if question not in questions:
        raise Http404
    draft = QuestionForm(request.POST, instance=questions[question])
    draft.is_valid()  # which writes into the question what fits
    form = QuestionsForm(questions.values())
    context = {"questionnaire": questionnaire, "form": form}
    return page(request, "responses/preview_form.html", **context)
