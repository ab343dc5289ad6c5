"""A questionnaire in use stays as it is; a change is made in its next version."""

from django.db import transaction
from django.db.models import Max

from surveys.models import Questionnaire


@transaction.atomic
def new_version(questionnaire: Questionnaire) -> Questionnaire:
    """A copy of the questionnaire with its questions, not frozen, under the next number."""
    versions = Questionnaire.objects.filter(code=questionnaire.code)
    last = versions.aggregate(last=Max("version"))["last"]
    copy = Questionnaire.objects.get(pk=questionnaire.pk)
    copy.pk, copy.version, copy.frozen_at = None, last + 1, None
    copy._state.adding = True
    copy.save()
    for question in questionnaire.questions.all():
        channels = list(question.channels.all())
        question.pk, question.questionnaire = None, copy
        question._state.adding = True
        question.save()
        question.channels.set(channels)
    for recording in questionnaire.recordings.all():
        recording.pk, recording.questionnaire = None, copy
        recording._state.adding = True
        recording.save()
    return copy
