"""What changed since an earlier wave, side by side for agencies, services or channels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from analytics.dashboards.pages import AgencyScores
from analytics.dashboards.shown_files import with_files
from analytics.domain import Level
from analytics.domains.access import domains_for, scores_for, waves_for
from analytics.models import Score
from analytics.scoring.changes import (
    DomainChange,
    NoChange,
    changes,
    earlier_waves,
    without_change,
)
from surveys.access import Visitor
from surveys.models import Wave

A_PAGE = 25
WHOLE = (Level.AGENCY, Level.MINISTRY)
LISTED = (Score.Level.AGENCY, Score.Level.MINISTRY, Score.Level.SERVICE, Score.Level.CHANNEL)


class ChangeForm(forms.Form):
    """A GET form: what it cannot read it leaves at the default."""

    since = forms.ModelChoiceField(
        Wave.objects.none(),
        label=_("Since"),
        required=False,
        to_field_name="code",
        empty_label=None,
    )
    level = forms.ChoiceField(
        label=_("Show"), required=False, choices=[(level.value, level.label) for level in LISTED]
    )

    def __init__(self, data: Any, wave: Wave) -> None:
        super().__init__(data, auto_id="change_%s")
        since = self.fields["since"]
        assert isinstance(since, forms.ModelChoiceField)
        since.queryset = earlier_waves(wave)
        self.is_valid()
        self.earlier_wave: Wave | None = (
            self.cleaned_data.get("since") or earlier_waves(wave).first()
        )
        self.level_shown: str = self.cleaned_data.get("level") or Score.Level.AGENCY


def changes_for(
    user: Visitor, earlier: Wave, wave: Wave, levels: Collection[Level] = tuple(Level)
) -> list[DomainChange]:
    """The changes to a closed wave that `user` may see. While a wave is open its figures move and
    no change is shown."""
    if wave.state == Wave.State.OPEN:
        return []
    may_see = set(scores_for(user, wave).values_list("pk", flat=True))
    return [each for each in changes(earlier, wave, levels=levels) if each.after.pk in may_see]


def without_change_for(
    user: Visitor, earlier: Wave, wave: Wave, levels: Collection[Level] = tuple(Level)
) -> list[NoChange]:
    """The domains without one, as far as `user` may know that they are there."""
    if wave.state == Wave.State.OPEN:
        return []
    may_know = {
        key
        for each in (earlier, wave)
        for key in domains_for(user, each).values_list("pk", flat=True)
    }
    return [each for each in without_change(earlier, wave, levels) if each.score.pk in may_know]


def changes_of(
    scores: AgencyScores, levels: Collection[Level] = tuple(Level)
) -> list[DomainChange]:
    """Of one agency and its parts since the last published wave, read as one list; for whoever may
    see the agency in its wave, as suppressed figures are in none."""
    earlier = earlier_waves(scores.wave).first()
    if earlier is None or scores.wave.state == Wave.State.OPEN:
        return []
    return changes(earlier, scores.wave, scores.agency, levels, scores.shown_to_all())


def whole(found: Sequence[DomainChange]) -> DomainChange | None:
    """Of these the one that speaks of the agency as a whole."""
    return next((each for each in found if each.domain.level in WHOLE), None)


@require_safe
@with_files
def change(request: HttpRequest, code: str) -> HttpResponse:
    wave = get_object_or_404(waves_for(request.user), code=code)
    form = ChangeForm(request.GET, wave)
    if form.earlier_wave is None:
        raise Http404
    levels = {Level.NATION, Level(form.level_shown)}
    found = changes_for(request.user, form.earlier_wave, wave, levels)
    listed = [each for each in found if each.domain.level == form.level_shown]
    listed.sort(key=lambda each: -each.difference.value)
    none = without_change_for(request.user, form.earlier_wave, wave, {Level(form.level_shown)})
    context = {
        "without": none,
        "wave": wave,
        "earlier": form.earlier_wave,
        "form": form,
        "nation": next((c for c in found if c.domain.level == Score.Level.NATION), None),
        "page": Paginator(listed, A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "analytics/change.html", context)
