"""Who may see which figures. Every page, file and API answer starts from these querysets."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from analytics.models import Report, Score
from surveys.models import Agency, User, Wave

Viewer = User | AnonymousUser


def sees_everything(user: Viewer) -> bool:
    return user.is_active and user.has_perm("surveys.view_all_agencies")


def waves_for(user: Viewer) -> QuerySet[Wave]:
    """Published waves for everybody; others, once opened, for those who may see figures of one."""
    waves = Wave.objects.exclude(state=Wave.State.DRAFT)
    if sees_everything(user) or (user.is_active and getattr(user, "agency_id", None)):
        return waves
    return waves.filter(state=Wave.State.PUBLISHED)


def scores_for(user: Viewer, wave: Wave) -> QuerySet[Score]:
    """The scores of `wave` whose figures `user` may see: OPDC all, anybody else those of
    `domains_for` that are not suppressed. Of small cells an agency sees what the public sees."""
    scores = domains_for(user, wave)
    return scores if sees_everything(user) else scores.filter(withheld=False)


def domains_for(user: Viewer, wave: Wave) -> QuerySet[Score]:
    """The scores of which `user` may see that they are there; a page says "suppressed" instead of
    the figures that `scores_for` leaves out.

    OPDC sees all, an agency its own subtree, everybody those of a published wave.
    """
    scores = Score.objects.filter(wave=wave).select_related("wave", "agency", "service", "channel")
    if sees_everything(user) or wave.state == Wave.State.PUBLISHED:
        return scores
    return scores.filter(agency__in=Agency.objects.visible_to(user).values("pk"))


def agencies_for(user: Viewer, wave: Wave) -> QuerySet[Agency]:
    """The agencies whose page in `wave` the user may open."""
    agencies = Agency.objects.filter(
        pk__in=domains_for(user, wave).filter(agency__isnull=False).values("agency")
    )
    return agencies | Agency.objects.filter(pk__in=Agency.objects.visible_to(user).values("pk"))


def reports_for(user: Viewer) -> QuerySet[Report]:
    """The reports a user may open: of their own agencies, or of what they see in full."""
    reports = Report.objects.select_related("wave", "agency")
    if sees_everything(user):
        return reports
    return reports.filter(agency__in=Agency.objects.visible_to(user).values("pk"))
