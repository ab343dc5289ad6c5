"""Who may see which figures. Every page, file and API answer starts from these querysets."""

from __future__ import annotations

from django.db.models import QuerySet

from analytics.domain import Level
from analytics.models import Report, Score
from surveys.access import (
    Visitor,
    may_act,
    may_enter_office,
    may_see_every_agency,
    may_see_figures,
    may_see_figures_of,
    visible_agencies,
)
from surveys.models import Agency, Wave


def may_draw(user: Visitor) -> bool:
    """An agency never sees who was drawn, nor draws."""
    return may_see_every_agency(user) and user.has_perm("surveys.change_draw")


def may_read_draws(user: Visitor) -> bool:
    """The records that list days, which are for nobody else until they may be public."""
    return may_draw(user) or (may_see_every_agency(user) and user.has_perm("surveys.view_draw"))


def may_see_desk(user: Visitor) -> bool:
    """The desk shows all that a wave went through: for OPDC's people alone."""
    return may_enter_office(user) and may_see_every_agency(user)


def may_see_crosstabs(user: Visitor) -> bool:
    return may_see_desk(user) and user.has_perm("analytics.view_crosstab")


def may_order_crosstabs(user: Visitor) -> bool:
    return may_see_crosstabs(user) and user.has_perm("analytics.add_crosstab")


def may_check(user: Visitor) -> bool:
    return may_see_desk(user) and user.has_perm("analytics.change_publication")


def may_approve(user: Visitor) -> bool:
    """Approve what somebody else has checked."""
    return may_see_desk(user) and user.has_perm("analytics.approve_publication")


def may_overrule(user: Visitor) -> bool:
    """Propose that screening is overruled, or agree to somebody else's proposal."""
    return may_check(user) or may_approve(user)


def may_publish(user: Visitor) -> bool:
    return may_see_desk(user) and user.has_perm("analytics.order_publication")


def may_see_reports(user: Visitor, unit: Agency | None) -> bool:
    """Whether the report of an agency, or of the nation (`None`), is the visitor's business."""
    return may_see_every_agency(user) if unit is None else may_see_figures_of(user, unit)


def may_order_report(user: Visitor, unit: Agency | None) -> bool:
    return may_act(user) and may_see_reports(user, unit)


def may_enter_values(user: Visitor) -> bool:
    """Values and remarks of the strategy's scorecard."""
    return may_see_every_agency(user) and user.has_perm("analytics.add_indicatorvalue")


def may_approve_values(user: Visitor) -> bool:
    return may_see_every_agency(user) and user.has_perm("analytics.approve_values")


def may_ask_for_microdata(user: Visitor) -> bool:
    """Nobody who works for an agency that is judged."""
    outside = getattr(user, "agency_id", None) is None
    return outside and user.has_perm("analytics.ask_for_microdata")


def may_approve_microdata(user: Visitor) -> bool:
    return may_see_desk(user) and user.has_perm("analytics.approve_microdata")


def waves_for(user: Visitor) -> QuerySet[Wave]:
    """Published waves for everybody; others, once opened, for those who may see figures of one."""
    waves = Wave.objects.exclude(state=Wave.State.DRAFT)
    return waves if may_see_figures(user) else waves.filter(state=Wave.State.PUBLISHED)


def scores_for(user: Visitor, wave: Wave) -> QuerySet[Score]:
    """The scores of `wave` whose figures `user` may see: OPDC all, anybody else those of
    `domains_for` that are not suppressed. Of small cells an agency sees what the public sees."""
    scores = domains_for(user, wave)
    return scores if may_see_every_agency(user) else scores.filter(withheld=False)


def domains_for(user: Visitor, wave: Wave) -> QuerySet[Score]:
    """The scores of which `user` may see that they are there; a page says "suppressed" instead of
    the figures that `scores_for` leaves out.

    OPDC sees all, an agency its own subtree, everybody those of a published wave. Service points
    are for the others to see once they are published: what an erased answer said would show in so
    small a figure.
    """
    # Each score's wave is this one: what is read of it once is known to all.
    scores = wave.scores.select_related("agency", "service", "channel", "service_point")
    if may_see_every_agency(user) or wave.state == Wave.State.PUBLISHED:
        return scores
    scores = scores.exclude(level=Level.SERVICE_POINT)
    return scores.filter(agency__in=visible_agencies(user).values("pk"))


def agencies_for(user: Visitor, wave: Wave) -> QuerySet[Agency]:
    """The agencies whose page in `wave` the user may open."""
    agencies = Agency.objects.filter(
        pk__in=domains_for(user, wave).filter(agency__isnull=False).values("agency")
    )
    return agencies | Agency.objects.filter(pk__in=visible_agencies(user).values("pk"))


def reports_for(user: Visitor) -> QuerySet[Report]:
    """The reports a user may open: of their own agencies, or of what they see in full."""
    reports = Report.objects.select_related("wave", "agency")
    if may_see_every_agency(user):
        return reports
    return reports.filter(agency__in=visible_agencies(user).values("pk"))
