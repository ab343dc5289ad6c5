"""What the counts mean: scores, and what was worked out with them."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.domain import Domain
from analytics.domain import Level as DomainLevel
from analytics.estimation.evidence import Evidence
from analytics.estimation.official import Outcome
from analytics.estimation.strength import Strength
from analytics.estimation.verdict import Reason
from surveys.models import Agency, Channel, Service, ServicePoint, Wave
from surveys.models.read_plainly import ReadPlainly


def _choices(codes: type[StrEnum]) -> list[tuple[str, str]]:
    return [(code.value, code.value) for code in codes]


class Score(ReadPlainly):
    """One estimate of one wave for one domain: a group of encounters that is reported on."""

    Level = DomainLevel

    class Measure(models.TextChoices):
        TOP_TWO_BOX = "top_two_box", _("share of 4 and 5")
        MEAN_PERCENT = "mean_percent", _("mean ÷ 5 × 100")

    # Each index is written with every score: the one below begins with the wave.
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="scores", db_index=False)
    level = models.CharField(max_length=20, choices=Level)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True)
    service = models.ForeignKey(Service, models.PROTECT, null=True, db_index=False)
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, db_index=False)
    service_point = models.ForeignKey(ServicePoint, models.PROTECT, null=True, db_index=False)
    question = models.CharField(max_length=60)
    is_overall = models.BooleanField()
    measure = models.CharField(max_length=20, choices=Measure)

    # Shares of one: 0.874 is 87.4 %. The mean is (mean rating ÷ 5).
    estimate = models.FloatField()
    se = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    n = models.PositiveBigIntegerField()
    n_eff = models.FloatField(null=True)
    n_kish = models.FloatField()
    df = models.PositiveBigIntegerField()
    population = models.PositiveBigIntegerField(null=True)
    coverage = models.FloatField(null=True)
    # From the second edition of the method on; docs/method.md defines each.
    edition = models.PositiveSmallIntegerField(default=1)
    evidence = models.CharField(max_length=13, blank=True, choices=_choices(Evidence))
    official = models.BooleanField(default=False, help_text="the outcome is an official one")
    reason = models.CharField(max_length=30, blank=True, choices=_choices(Reason))
    strength = models.CharField(max_length=17, blank=True, choices=_choices(Strength))
    tipping_point = models.FloatField(null=True)
    size = models.FloatField(null=True, help_text="effective size behind the interval")
    band_low = models.FloatField(null=True, help_text="with the odds of the silent within Γ")
    band_high = models.FloatField(null=True)
    merged = models.FloatField(null=True)
    response_rate = models.FloatField(null=True, help_text="weighted; of open answers ÷ encounters")
    r_indicator = models.FloatField(null=True)
    reach = models.FloatField(null=True)
    verdict = models.CharField(max_length=12, choices=_choices(Outcome))
    flags = models.JSONField(default=list)
    beside = models.JSONField(default=dict, help_text="the figure on other bases (basis.py)")
    needed = models.PositiveBigIntegerField(
        null=True, help_text="further responses that would decide, at the present estimate"
    )
    # Korn–Graubard as R's svyciprop(method="beta") gives it, for whoever recomputes.
    low_uncapped = models.FloatField(null=True)
    high_uncapped = models.FloatField(null=True)
    distribution = models.JSONField(default=list, help_text="answers of 1, 2, 3, 4, 5, unweighted")
    withheld = models.BooleanField(default=False, help_text="not for the public: too few answers")
    # While the wave runs; all answers are in the figure where these are null.
    stated_on = models.DateField(null=True, help_text="the day of the last statement")
    answers_since = models.PositiveBigIntegerField(
        null=True, help_text="answers that came since and are in no figure yet"
    )

    class Meta:
        ordering = ["level", "agency__code", "service__code", "channel__position"]
        indexes = [models.Index(fields=["wave", "level", "measure", "is_overall"])]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.level} {self.estimate:.3f}"

    @cached_property
    def domain(self) -> Domain:
        level = DomainLevel(self.level)
        place = self.agency_id, self.service_id, self.channel_id, self.service_point_id
        return Domain(level, *place)

    @property
    def rests_on_official_evidence(self) -> bool:
        """Whether its outcome, if it had one, would be official."""
        return self.evidence in self.wave.declared_method().official_evidence


class Computation(models.Model):
    """When the scores of a wave were computed, of how many responses, and what was merged."""

    wave = models.OneToOneField(Wave, models.CASCADE, related_name="computation")
    computed_at = models.DateTimeField()
    responses = models.PositiveBigIntegerField()
    last_answer_at = models.DateTimeField(null=True)
    stated_on = models.DateField(null=True, help_text="of a wave that moves in steps")
    waiting = models.JSONField(
        default=list, help_text="cells whose answers are in no figure yet: [service, channel]"
    )
    merges = models.JSONField(default=list)
    uncovered = models.JSONField(default=list)
    outside_frame = models.JSONField(
        default=list, help_text="cells with answers that the frame does not have"
    )
    complete = models.JSONField(
        null=True, help_text="complete responses of drawn citizens: [service, channel, number]"
    )
    erased = models.JSONField(
        null=True,
        help_text="answers erased before publication:"
        " [service, channel, selection, base weight, draw, number]",
    )
    tapped_again = models.JSONField(
        null=True,
        help_text="ratings that were changed after the first tap (scoring/tapped_again.py)",
    )
    drawn = models.JSONField(
        null=True, help_text="what all of those drawn decide (fieldwork/of_one.py)"
    )
    lists = models.JSONField(
        null=True,
        help_text="what of the lists drawn from does not fit, once the wave has closed:"
        " [service, channel, kind, found, expected]",
    )
    groups = models.JSONField(
        null=True, help_text="figures by what citizens said of themselves (scoring/groups.py)"
    )
    months = models.JSONField(
        null=True, help_text="what came in each month by agency (scoring/months.py)"
    )
    quality = models.JSONField(null=True, help_text="the quality report, kept at publication")

    def __str__(self) -> str:
        return f"{self.wave_id} {self.computed_at:%Y-%m-%d %H:%M}"


class Importance(models.Model):
    """How much of what an agency's overall rating explains goes with each question: shares of R²
    with their intervals, kept when the single answers are deleted (scoring/importance.py)."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="importance")
    agency = models.ForeignKey(Agency, models.CASCADE)
    n = models.PositiveBigIntegerField(help_text="complete answers that it rests on")
    r_squared = models.FloatField()
    shares = models.JSONField(default=dict, help_text="by question: [share, low, high]")

    class Meta:
        verbose_name_plural = "importance"
        constraints = [
            models.UniqueConstraint(fields=["wave", "agency"], name="importance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.agency_id}"


class Watch(models.Model):
    """Bounds of one domain of an open wave that may be looked at every day (scoring/interim.py)."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="watches")
    level = models.CharField(max_length=20, choices=Score.Level)
    agency = models.ForeignKey(Agency, models.CASCADE, null=True)
    service = models.ForeignKey(Service, models.CASCADE, null=True)
    channel = models.ForeignKey(Channel, models.CASCADE, null=True)
    low = models.FloatField()
    high = models.FloatField()
    through = models.DateField(help_text="the last whole day looked at")

    class Meta:
        verbose_name_plural = "watches"

    def __str__(self) -> str:
        return f"{self.wave_id} {self.level} to {self.through}"

    @property
    def domain(self) -> Domain:
        level = DomainLevel(self.level)
        return Domain(level, self.agency_id, self.service_id, self.channel_id)
