"""Changes of a questionnaire that no wave uses yet are taken back, the last one first."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from surveys.models import Question, Questionnaire

STEPS = 20
TITLES = ("title_th", "title_en", "translations")
FIELDS = [
    field.attname
    for field in Question._meta.concrete_fields
    if field.name not in ("id", "questionnaire")
]


def keep(questionnaire: Questionnaire) -> None:
    """Remember the questionnaire as it is stored, in the transaction of a change. Raise FrozenError
    where a wave uses it."""
    stored = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    stored.check_not_frozen()
    stored.snapshots.create(content=_content(stored))
    for old in stored.snapshots.all()[STEPS:]:
        old.delete()


def _content(questionnaire: Questionnaire) -> dict[str, Any]:
    questions = questionnaire.questions.order_by("position", "code").prefetch_related("channels")
    return {
        "titles": {name: getattr(questionnaire, name) for name in TITLES},
        "questions": [
            {name: getattr(question, name) for name in FIELDS}
            | {"channels": sorted(channel.pk for channel in question.channels.all())}
            for question in questions
        ],
    }


@transaction.atomic
def undo(questionnaire: Questionnaire) -> None:
    """Back to what it was before the last change. Raise ValidationError where none is left, and
    FrozenError where a wave uses it."""
    stored = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    stored.check_not_frozen()
    now = _content(stored)
    for snapshot in stored.snapshots.all():
        snapshot.delete()
        if snapshot.content != now:  # something was saved that changed nothing
            return _restore(stored, snapshot.content)
    raise ValidationError(_("There is no earlier change to undo."))


def _restore(questionnaire: Questionnaire, content: dict[str, Any]) -> None:
    for name, value in content["titles"].items():
        setattr(questionnaire, name, value)
    questionnaire.save()
    questionnaire.questions.all().delete()
    for fields in content["questions"]:
        channels = fields.pop("channels")
        question = Question.objects.create(questionnaire=questionnaire, **fields)
        question.channels.set(channels)
