from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

from responses.screening.columns import Columns, Ints, groups_of, rows_by_group
from responses.screening.rule import Evidence, Found, Given, Rule
from responses.screening.texts import SIGNATURE

ALIKE = 0.8
"""Share of equal numbers in two signatures from which on two texts are nearly the same."""
BAND = 4


class PastedText(Rule):
    """A longer text that was written before, word for word or nearly so."""

    name = "pasted_text"
    title = gettext_lazy("The same text again")
    reason = gettext_lazy("A longer text is the same as that of other answers, or nearly so.")

    def check(self, answers: Columns, given: Given) -> Found:
        rows = np.flatnonzero((answers.text > 0) & (answers.length >= given["characters"]))
        cluster = _clusters(answers.signatures[answers.text[rows]])
        size = np.bincount(cluster) if len(rows) else np.zeros(0, dtype=np.int64)
        return Found.together(
            [
                Found.alike(rows[at][1:], given["strength"], {"copies": len(at)})
                for _each, at in rows_by_group(cluster, np.flatnonzero(size >= given["copies"]))
            ]
        )

    def words(self, evidence: Evidence) -> str:
        return _("The same text in %(copies)d answers.") % evidence


def _clusters(signatures: NDArray[np.uint32]) -> Ints:
    """A number for each text; those nearly the same as an earlier one get its number.

    Candidates share a band of the signature; whether they are alike is then looked at.
    """
    cluster = np.arange(len(signatures))
    for start in range(0, SIGNATURE, BAND):
        band, bands = groups_of(*signatures[:, start : start + BAND].T)
        first = np.full(bands, len(signatures))
        np.minimum.at(first, band, np.arange(len(band)))
        leader = first[band]
        alike = (signatures == signatures[leader]).mean(axis=1) >= ALIKE
        cluster = np.where(alike, np.minimum(cluster, cluster[leader]), cluster)
    return groups_of(cluster)[0]
