"""What the tally holds, to compare with what it should hold (`tally.count_all`)."""

from collections import Counter

from analytics.counting.tally import CellKey, Counts
from analytics.models import TallyCell
from surveys.models import Wave


def counts_of(wave: Wave) -> Counts:
    rows = TallyCell.objects.filter(wave=wave).values_list(*CellKey._fields, "count")
    return Counter({CellKey(*row[:-1]): row[-1] for row in rows.iterator() if row[-1]})
