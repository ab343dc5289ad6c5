"""The beginning of questions that belong together; they name it as their group."""

from django.utils.translation import gettext_lazy

from surveys.kinds.base import Kind


class Group(Kind):
    code = "group"
    label = gettext_lazy("group")
    position = 90
    answered = False
    needs_text = False
    part = "group"
    opens_group = True
    xlsform_types = ("begin_group",)


KIND = Group()
