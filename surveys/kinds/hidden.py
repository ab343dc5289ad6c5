"""A row of an XLSForm that is not asked here, kept so that it can be written out again."""

from django.utils.translation import gettext_lazy

from surveys.kinds.base import Kind


class Hidden(Kind):
    code = "hidden"
    label = gettext_lazy("kept, not asked")
    position = 110
    answered = False
    in_form = False
    needs_text = False
    part = ""
    xlsform_types = ("hidden",)


KIND = Hidden()
