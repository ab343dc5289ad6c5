"""The strategy's scorecard: what people entered, and how it stood when a wave was published."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.languages import in_language
from surveys.models import TwoPeople, User, Wave


class IndicatorValue(TwoPeople):
    """One value of the strategy's scorecard that somebody entered. It counts once another person
    approved it; a correction is a further row, so that what stood before is kept."""

    indicator = models.CharField(max_length=40)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year (B.E.)"))
    value = models.FloatField(_("value"))
    as_of = models.DateField(_("as of"))
    source = models.CharField(_("source"), max_length=250)
    link = models.URLField(_("link to the evidence"), max_length=500, blank=True)
    file = models.FileField(_("file with the evidence"), upload_to="evidence/%Y/%m/", blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    class Meta:
        verbose_name = _("value of an indicator")
        verbose_name_plural = _("values of indicators")
        ordering = ["indicator", "fiscal_year", "entered_at", "pk"]
        permissions = [("approve_values", "Can approve values that others entered")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.fiscal_year}: {self.value:g}"


class IndicatorRemark(models.Model):
    """What a reader must know about an indicator's target; the newest is shown."""

    indicator = models.CharField(max_length=40)
    text_th = models.CharField(_("remark in Thai"), max_length=500)
    text_en = models.CharField(_("remark in English"), max_length=500, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("remark on an indicator")
        verbose_name_plural = _("remarks on indicators")
        ordering = ["entered_at", "pk"]

    def __str__(self) -> str:
        return in_language(self.text_th, self.text_en)


class FrozenScorecard(models.Model):
    """The scorecard as it stood when a wave was published."""

    wave = models.OneToOneField(Wave, models.CASCADE, related_name="scorecard")
    frozen_at = models.DateTimeField()
    indicators = models.JSONField()

    def __str__(self) -> str:
        return f"{self.wave_id} {self.frozen_at:%Y-%m-%d}"
