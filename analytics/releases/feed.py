"""Published waves as an Atom feed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _

from analytics.models import KeptRelease
from surveys.models import Wave

ENTRIES = 20


if TYPE_CHECKING:
    WaveFeed = Feed[Wave, None]
else:
    WaveFeed = Feed


class Published(WaveFeed):
    """The newest first; each leads to the wave's page."""

    feed_type = Atom1Feed
    title = _("Satisfaction with public services: published surveys")
    subtitle = _("Each with its release, from which anybody recomputes the figures.")

    def link(self) -> str:
        return settings.PUBLIC_URL + reverse("analytics:waves")

    def feed_url(self) -> str:
        return settings.PUBLIC_URL + reverse("analytics:feed")

    def items(self) -> QuerySet[Wave]:
        published = Wave.objects.filter(state=Wave.State.PUBLISHED)
        return published.prefetch_related("releases__correction").order_by("-published_at")[
            :ENTRIES
        ]

    def item_title(self, item: Wave) -> str:
        return item.title

    def item_description(self, item: Wave) -> str:
        return " ".join([f"{item.starts_on} – {item.ends_on}.", *map(_told, item.releases.all())])

    def item_link(self, item: Wave) -> str:
        return settings.PUBLIC_URL + reverse("analytics:wave", args=[item.code])

    def item_pubdate(self, item: Wave) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Wave) -> datetime | None:
        """A correction is news too."""
        return max((each.made_at for each in item.releases.all()), default=item.published_at)


def _told(kept: KeptRelease) -> str:
    """A release, the latest first, with its digest and why it replaces the one before."""
    day = timezone.localdate(kept.made_at).isoformat()
    told = _("Release %(number)s of %(day)s, SHA-256 %(digest)s.") % {
        "number": kept.number,
        "day": day,
        "digest": kept.digest,
    }
    return f"{told} {kept.correction.reason}" if kept.correction else str(told)
