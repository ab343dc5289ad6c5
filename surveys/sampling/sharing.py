"""One contact on many encounters: few people would then be asked for many."""

from __future__ import annotations

from collections import Counter

from surveys.models import Draw, Encounter
from surveys.sampling.hashed import person_of

OFTEN = 3
"""More encounters than this of one agency in one list, and the contact is shared."""


def shared_contacts(draw: Draw) -> Counter[tuple[int, int]]:
    """By service and channel, the encounters of the list whose contact is shared. As long as the
    list has its contacts, whose keyed hashes alone are compared."""
    marked = Encounter.objects.filter(draw=draw).exclude(contact_mark="").order_by()
    marks = marked.values_list("agency_id", "contact_mark").iterator()
    people = Counter((agency, person_of(mark)) for agency, mark in marks)
    often = {person for person, number in people.items() if number > OFTEN}
    if not often:
        return Counter()
    rows = marked.values_list("agency_id", "contact_mark", "service_id", "channel_id")
    return Counter(
        (service, channel)
        for agency, mark, service, channel in rows.iterator()
        if (agency, person_of(mark)) in often
    )
