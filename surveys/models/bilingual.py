from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_language(thai: str, english: str) -> str:
    """The text in the language of the page; Thai where English is missing."""
    return english if english and get_language() == "en" else thai


class BilingualName(models.Model):
    name_th = models.CharField(_("name in Thai"), max_length=250)
    name_en = models.CharField(_("name in English"), max_length=250, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_th, self.name_en)
