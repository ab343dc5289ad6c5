"""A text between questions."""

from django.utils.translation import gettext_lazy

from surveys.kinds.base import Kind


class Note(Kind):
    code = "note"
    label = gettext_lazy("note")
    position = 80
    answered = False
    part = "note"
    xlsform_types = ("note",)


KIND = Note()
