"""A link for every service by channel that a wave asks about."""

from __future__ import annotations

from django.db import transaction

from surveys.acts import record
from surveys.models import Act, EntryPoint, FrameCell, User, Wave

AT_ONCE = 1_000


def missing_links(wave: Wave) -> set[tuple[int, int]]:
    """Services by channel of the frame that no active link leads to, as keys."""
    asked = FrameCell.objects.filter(frame=wave.frame_id).order_by()
    linked = EntryPoint.objects.filter(active=True).order_by().values_list("service", "channel")
    return set(asked.values_list("service", "channel").distinct()) - set(linked)


@transaction.atomic
def make_links(wave: Wave, *, actor: User | None = None) -> int:
    """Make those that are missing, whichever wave they were missing in. Returns how many."""
    Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    missing = sorted(missing_links(wave))
    EntryPoint.objects.bulk_create(
        (EntryPoint(service_id=service, channel_id=channel) for service, channel in missing),
        batch_size=AT_ONCE,
    )
    record(Act.What.LINKS, wave, actor, made=len(missing))
    return len(missing)
