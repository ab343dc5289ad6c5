"""What all pages of one agency share: which survey is looked at, and the way to the others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.dashboards import pages
from analytics.domains.access import agencies_for, waves_for
from analytics.models import Score
from surveys.access import Visitor, may_act, visible_agencies
from surveys.models import Agency, Wave

MOST_WAVES = 12


@dataclass(frozen=True)
class Tab:
    name: str
    label: str
    url: str


def agency_url(wave: Wave, agency: Agency, tab: str = "overview") -> str:
    """The address of an agency's page, with the survey that it shows."""
    name = "agency_page" if tab == "overview" else f"agency_{tab}"
    return f"{reverse(f'analytics:{name}', args=[agency.code])}?wave={wave.code}"


class AgencyPage:
    """One agency in one survey, as far as `user` may see. Without a survey named, the newest one
    that says something of it. `own`: its unpublished figures are for the visitor to see."""

    def __init__(self, user: Visitor, code: str, wave: str = "", tab: str = "overview") -> None:
        self.user = user
        self.tab = tab
        if wave:
            waves = waves_for(user).select_related("questionnaire", "frame")
            self.wave = get_object_or_404(waves, code=wave)
        else:
            self.wave = self._newest(code)
        own = visible_agencies(user).select_related("parent").filter(code=code).first()
        self.own = own is not None
        self.agency = own or self._public(code)
        self.scores = pages.AgencyScores(user, self.wave, self.agency)

    def _public(self, code: str) -> Agency:
        agencies = agencies_for(self.user, self.wave)
        return get_object_or_404(agencies.select_related("parent"), code=code)

    def _newest(self, code: str) -> Wave:
        about = surveys_of(self.user, code).select_related("questionnaire", "frame")
        newest = about.first() or waves_for(self.user).order_by("-ends_on").first()
        if newest is None:
            raise Http404
        return newest

    @cached_property
    def waves(self) -> list[Wave]:
        """The surveys to switch between, the newest first."""
        found = list(surveys_of(self.user, self.agency.code, self.own)[:MOST_WAVES])
        return found if self.wave in found else [self.wave, *found]

    @property
    def tabs(self) -> list[Tab]:
        shown = {
            "overview": _("Overview"),
            "services": _("Services and channels"),
            "first": _("What to fix first"),
        }
        if self.own:
            shown["comments"] = _("What citizens wrote")
            shown["alerts"] = _("Alerts")
        shown["improvements"] = _("You said, we did")
        shown["reached"] = _("Who was reached")
        if self.own and may_act(self.user):
            shown["links"] = _("Links and posters")
        shown["data"] = _("Reports and data")
        return [Tab(name, label, self._url(name)) for name, label in shown.items()]

    def _url(self, name: str) -> str:
        if name == "comments":
            return reverse("analytics:comments", args=[self.wave.code, self.agency.code])
        return agency_url(self.wave, self.agency, name)


def surveys_of(user: Visitor, code: str, own: bool | None = None) -> QuerySet[Wave]:
    """The surveys with figures of an agency that `user` may see, the newest first. `own`: whether
    unpublished ones are among them, where that is known."""
    public = Q(state=Wave.State.PUBLISHED)
    own = visible_agencies(user).filter(code=code).exists() if own is None else own
    waves = waves_for(user) if own else waves_for(user).filter(public)
    figures = Score.objects.filter(wave=OuterRef("pk"), agency__code=code, is_overall=True)
    return waves.filter(Exists(figures)).order_by("-ends_on", "-pk")
