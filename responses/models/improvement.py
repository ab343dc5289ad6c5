"""What an agency did about what citizens wrote, in its own words."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from responses.models.topic import Topic
from surveys.languages import in_language
from surveys.models import Agency, User, Wave


class Improvement(models.Model):
    """Public, and nothing of a citizen is in it; OPDC may hide it, and says why."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="improvements")
    wave = models.ForeignKey(
        Wave, models.PROTECT, verbose_name=_("survey"), help_text=_("in which citizens said it")
    )
    topics = models.ManyToManyField(Topic, related_name="+", verbose_name=_("topics"))
    text_th = models.TextField(_("what you did, in Thai"), max_length=500)
    text_en = models.TextField(_("what you did, in English"), max_length=500, blank=True)
    done_on = models.DateField(_("done on"))
    written_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    hidden_because = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        ordering = ["-done_on", "-pk"]

    def __str__(self) -> str:
        return in_language(self.text_th, self.text_en)
