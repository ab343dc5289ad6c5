from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.languages import in_language, language_of
from surveys.models.read_plainly import ReadPlainly


class BilingualName(ReadPlainly):
    name_th = models.CharField(_("name in Thai"), max_length=250)
    name_en = models.CharField(_("name in English"), max_length=250, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_th, self.name_en)

    @property
    def language(self) -> str:
        """Of the name, where it is not in the language of the page."""
        return language_of(self.name_th, self.name_en)
