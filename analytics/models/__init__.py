"""What the answers mean: counts, scores, and the reports made of them."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.domain import Domain
from analytics.domain import Level as DomainLevel
from analytics.estimation.evidence import Evidence
from analytics.estimation.official import Outcome
from analytics.estimation.strength import Strength
from analytics.estimation.verdict import Reason
from analytics.models.alerts import Alert, AlertChoice, AlertMail, WeekCount
from analytics.models.releases import Correction, KeptRelease, ReleaseCheck
from responses.models import Response
from surveys.languages import in_language
from surveys.models import Agency, Channel, Service, ServicePoint, TwoPeople, User, Wave
from surveys.models.job import Job

__all__ = [
    "Alert",
    "AlertChoice",
    "AlertMail",
    "Computation",
    "Correction",
    "Examination",
    "FrozenScorecard",
    "Importance",
    "IndicatorRemark",
    "IndicatorValue",
    "KeptRelease",
    "Publication",
    "ReleaseCheck",
    "Report",
    "Score",
    "Statement",
    "TallyCell",
    "Watch",
    "WeekCount",
]


def _choices(codes: type[StrEnum]) -> list[tuple[str, str]]:
    return [(code.value, code.value) for code in codes]


class TallyCell(models.Model):
    """How many counted responses of a cell gave `value` to `question`.

    The histogram of a cell is all that its estimates need; base weights are part of the cell, so
    that counts stay whole numbers and adding them up is exact. So are how the responses were
    selected and whether screening set them aside: figures with and without them come from one
    tally. One index, of the key: each further one would be written with every count.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="tally", db_index=False)
    service = models.ForeignKey(Service, models.PROTECT, db_index=False)
    channel = models.ForeignKey(Channel, models.PROTECT, db_index=False)
    service_point = models.CharField(max_length=60, blank=True)
    psu = models.CharField(max_length=80, blank=True)
    selection = models.CharField(
        max_length=8, choices=Response.Selection, default=Response.Selection.OPEN
    )
    screened = models.BooleanField(default=False, help_text="set aside by screening")
    base_weight = models.DecimalField(max_digits=15, decimal_places=10)
    draw = models.PositiveSmallIntegerField(default=0, help_text="its number; 0 for open answers")
    question = models.CharField(max_length=60)
    value = models.SmallIntegerField()
    count = models.BigIntegerField()
    stated = models.BigIntegerField(
        db_default=0, help_text="what figures show while the wave runs (stated.py)"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "wave",
                    "question",
                    "service",
                    "channel",
                    "service_point",
                    "psu",
                    "selection",
                    "screened",
                    "base_weight",
                    "draw",
                    "value",
                ],
                name="tally_cell_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}={self.value}: {self.count}"


class Score(models.Model):
    """One estimate of one wave for one domain: a group of encounters that is reported on."""

    Level = DomainLevel

    class Measure(models.TextChoices):
        TOP_TWO_BOX = "top_two_box", _("share of 4 and 5")
        MEAN_PERCENT = "mean_percent", _("mean ÷ 5 × 100")

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="scores")
    level = models.CharField(max_length=20, choices=Level)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True)
    service = models.ForeignKey(Service, models.PROTECT, null=True)
    channel = models.ForeignKey(Channel, models.PROTECT, null=True)
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


class Statement(models.Model):
    """The last day on which the figures of a running wave moved (stated.py)."""

    wave = models.OneToOneField(Wave, models.CASCADE, related_name="statement")
    stated_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.wave_id} {self.stated_on}"


class LastAnswer(models.Model):
    """When the last answer was given that the tally of a wave counts. It stays if that answer is
    erased: what is kept is a time, and nobody's."""

    wave = models.OneToOneField(Wave, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.wave_id} {self.at}"


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
    groups = models.JSONField(
        null=True, help_text="figures by what citizens said of themselves (scoring/groups.py)"
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


class Report(Job):
    """A PDF that somebody asked for."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("in the making")
        DONE = "done", _("ready")
        FAILED = "failed", _("failed")

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="reports")
    agency = models.ForeignKey(Agency, models.CASCADE, null=True)
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    step = models.PositiveSmallIntegerField(default=0)
    file = models.FileField(upload_to="reports/%Y/%m/", blank=True)
    in_set = models.BooleanField(default=False, help_text="one of the set of papers of its wave")

    STEPS = 4  # gathered, written, laid out, stored

    class Meta(Job.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "agency", "language"],
                condition=models.Q(in_set=True),
                name="paper_once",
            ),
            models.UniqueConstraint(
                fields=["wave", "language"],
                condition=models.Q(in_set=True, agency=None),
                name="paper_of_nation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.agency_id or 'nation'} {self.language}"

    def progress(self) -> dict[str, Any]:
        return {"done": self.step, "of": self.STEPS, "state": self.state}


class Watch(models.Model):
    """Bounds of one domain of an open wave that may be looked at every day (monitoring.py)."""

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


class Examination(Job):
    """What a closed wave's figures rest on, gone through before they are published: screening,
    scores, disclosure and log. Of an open wave its log alone."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="examinations")
    step = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(default=dict)

    STEPS = 4  # screened, computed, audited, held against the log

    def __str__(self) -> str:
        return f"{self.wave_id} {self.requested_at:%Y-%m-%d %H:%M}"


class Publication(models.Model):
    """How far a closed wave is on its way to the public: checked by one person, approved by
    another, ordered for a moment. What was done stays in the acts."""

    wave = models.OneToOneField(Wave, models.CASCADE, primary_key=True, related_name="publication")
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ordered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True, help_text="the worker publishes from then on")
    results = models.CharField(max_length=64, help_text="digest of what was checked")
    problem = models.TextField(blank=True, help_text="why the worker could not publish")

    class Meta:
        permissions = [
            ("approve_publication", "Can approve what somebody else has checked"),
            ("order_publication", "Can publish what has been approved"),
        ]

    def __str__(self) -> str:
        return str(self.wave_id)


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
