"""The agencies of a wave side by side, or its services: filtered, searched, sorted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.dashboards.pages import as_seen_by
from analytics.estimation.official import Outcome
from analytics.models import Score
from analytics.wording.charts import domain_name
from analytics.wording.lists import list_sentence
from surveys.access import Visitor
from surveys.models import Agency, Channel, Wave

FILTERS = ("q", "ministry", "channel", "verdict")
Level = Score.Level
AGENCIES, SERVICES = "agencies", "services"
LISTED = {
    AGENCIES: (_("Agencies"), Level.AGENCY, Level.AGENCY_CHANNEL),
    SERVICES: (_("Services"), Level.SERVICE, Level.SERVICE_CHANNEL),
}
"""What may be listed: its name, its level, and its level on one channel."""
SORTS = {
    "best": (_("highest first"), lambda score: (-score.estimate, -score.low)),
    "worst": (_("lowest first"), lambda score: (score.estimate, score.high)),
    "surest": (_("narrowest interval first"), lambda score: score.high - score.low),
    "most": (_("most answers first"), lambda score: -score.n),
}


class LeagueForm(forms.Form):
    """A GET form: its address can be kept and sent on. `scores`: those of the whole wave; of them
    the agencies' as a whole are listed, or all services, or either on the channel chosen. What a
    page needs of other levels is read with them, into `besides`."""

    q = forms.CharField(label=_("Find by name"), required=False, max_length=100)
    ministry = forms.ChoiceField(label=_("Ministry"), required=False)
    of = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[(code, name) for code, (name, *_levels) in LISTED.items()],
    )
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    verdict = forms.ChoiceField(
        label=_("Verdict"),
        required=False,
        choices=[
            ("", _("All verdicts")),
            (Outcome.MET, pgettext_lazy("verdict", "Met")),
            (Outcome.NOT_MET, pgettext_lazy("verdict", "Not met")),
            (Outcome.INCONCLUSIVE, pgettext_lazy("verdict", "Not yet shown")),
        ],
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[(code, name) for code, (name, _key) in SORTS.items()],
    )

    def __init__(
        self, user: Visitor, data: Any, scores: QuerySet[Score], besides: Collection[str] = ()
    ) -> None:
        super().__init__(data, auto_id="league_%s")
        every = Agency.objects.without_tree_fields()
        ministries = list(every.filter(kind=Agency.Kind.MINISTRY))
        self._choose("ministry", _("All ministries"), ministries)
        self._choose("channel", _("All channels"), Channel.objects.all())
        self.is_valid()  # what cannot be read is not filtered by
        wanted = self.cleaned_data
        self.listed: str = wanted.get("of") or AGENCIES
        _name, whole, on_channel = LISTED[self.listed]
        if channel := wanted.get("channel"):
            of_level = Q(level=on_channel, channel__code=channel)
        else:
            of_level = Q(level=whole)
        rows = of_level & _named(wanted.get("q", ""))
        if ministry := wanted.get("ministry"):
            chosen = next(each for each in ministries if each.code == ministry)
            below = Agency.objects.descendants(chosen)
            rows &= Q(agency__in=[agency.pk for agency in below])
        seen = as_seen_by(user, scores.filter(Q(level__in=besides) | rows))
        self.found = [score for score in seen if score.level not in besides]
        self.besides = [score for score in seen if score.level in besides]
        self._verdict = wanted.get("verdict", "")
        self._key = SORTS[wanted.get("sort") or "best"][1]

    def _choose(self, name: str, empty: Any, found: Iterable[Agency | Channel]) -> None:
        """A field of the form's own reads these through a cursor on the server, at thrice the
        cost."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", empty), *((each.code, str(each)) for each in found)]

    def verdicts(self) -> dict[str, int]:
        """How many of the agencies found have each verdict."""
        counts = Counter(score.verdict for score in self.found if not score.withheld)
        return {outcome: counts[outcome] for outcome in Outcome}

    def as_one_list(self) -> str:
        """How many verdicts stand when all agencies found are judged at once; said of waves that
        have closed."""
        shown = [score for score in self.found if not score.withheld]
        if not shown or shown[0].wave.state == Wave.State.OPEN:
            return ""
        return list_sentence(shown, services=self.listed == SERVICES)

    def scores(self) -> list[Score]:
        """The scores found, in the order asked for; those withheld come last."""
        shown = [score for score in self.found if not score.withheld]
        if self._verdict:
            return sorted((s for s in shown if s.verdict == self._verdict), key=self._key)
        return sorted(shown, key=self._key) + [s for s in self.found if s.withheld]

    def names(self) -> dict[int, str]:
        """A service with whose it is, by the score's id; agencies bear their own name."""
        if self.listed == AGENCIES:
            return {}
        return {score.pk: _with_agency(score) for score in self.found}

    @property
    def is_filtered(self) -> bool:
        return any(self.cleaned_data.get(name) for name in FILTERS)


def _with_agency(score: Score) -> str:
    name = domain_name(score)
    return f"{name} ({score.agency})"


def _named(words: str) -> Q:
    found = Q()
    for word in words.split():
        found &= (
            Q(agency__name_th__icontains=word)
            | Q(agency__name_en__icontains=word)
            | Q(agency__code__iexact=word)
            | Q(service__name_th__icontains=word)
            | Q(service__name_en__icontains=word)
            | Q(service__code__iexact=word)
        )
    return found
