"""A value worked out of other answers, for conditions to look at; it is not stored."""

from django.utils.translation import gettext_lazy

from surveys.kinds.base import Kind


class Calculated(Kind):
    code = "calculated"
    label = gettext_lazy("calculated")
    position = 100
    answered = False
    needs_text = False
    part = "calculated"
    calculates = True
    xlsform_types = ("calculate",)


KIND = Calculated()
