"""The agencies of a wave side by side: filtered, searched, sorted."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.dashboards.pages import as_seen_by
from analytics.estimation.official import Outcome
from analytics.models import Score
from analytics.wording.lists import list_sentence
from surveys.access import Visitor
from surveys.models import Agency, Channel, Wave

FILTERS = ("q", "ministry", "channel", "verdict")
SORTS = {
    "best": (_("highest first"), lambda score: (-score.estimate, -score.low)),
    "worst": (_("lowest first"), lambda score: (score.estimate, score.high)),
    "surest": (_("narrowest interval first"), lambda score: score.high - score.low),
    "most": (_("most answers first"), lambda score: -score.n),
}


class LeagueForm(forms.Form):
    """A GET form: its address can be kept and sent on. `scores`: those of the whole wave; of them
    the agencies' as a whole are listed, or on the channel that is chosen."""

    q = forms.CharField(label=_("Find an agency"), required=False, max_length=100)
    ministry = forms.ModelChoiceField(
        Agency.objects.filter(kind=Agency.Kind.MINISTRY).without_tree_fields(),
        label=_("Ministry"),
        required=False,
        to_field_name="code",
        empty_label=_("All ministries"),
    )
    channel = forms.ModelChoiceField(
        Channel.objects.all(),
        label=_("Channel"),
        required=False,
        to_field_name="code",
        empty_label=_("All channels"),
    )
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

    def __init__(self, user: Visitor, data: Any, scores: QuerySet[Score]) -> None:
        super().__init__(data, auto_id="league_%s")
        self.is_valid()  # what cannot be read is not filtered by
        wanted = self.cleaned_data
        if channel := wanted.get("channel"):
            scores = scores.filter(level=Score.Level.AGENCY_CHANNEL, channel=channel)
        else:
            scores = scores.filter(level=Score.Level.AGENCY)
        scores = _named(scores, wanted.get("q", ""))
        if ministry := wanted.get("ministry"):
            below = Agency.objects.descendants(ministry)
            scores = scores.filter(agency__in=[agency.pk for agency in below])
        self.found = as_seen_by(user, scores)
        self._verdict = wanted.get("verdict", "")
        self._key = SORTS[wanted.get("sort") or "best"][1]

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
        return list_sentence(shown)

    def scores(self) -> list[Score]:
        """The scores found, in the order asked for; those withheld come last."""
        shown = [score for score in self.found if not score.withheld]
        if self._verdict:
            return sorted((s for s in shown if s.verdict == self._verdict), key=self._key)
        return sorted(shown, key=self._key) + [s for s in self.found if s.withheld]

    @property
    def is_filtered(self) -> bool:
        return any(self.cleaned_data.get(name) for name in FILTERS)


def _named(scores: QuerySet[Score], words: str) -> QuerySet[Score]:
    for word in words.split():
        scores = scores.filter(
            Q(agency__name_th__icontains=word)
            | Q(agency__name_en__icontains=word)
            | Q(agency__code__iexact=word)
        )
    return scores
