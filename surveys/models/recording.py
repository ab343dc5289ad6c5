"""The overall question read aloud, for citizens who read with difficulty."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.frozen import FrozenPart
from surveys.models.questionnaire import Questionnaire


class Recording(FrozenPart):
    """One a language and version. What citizens hear is part of how they are asked: it is sealed
    and cannot change once a wave uses the version. `said`: what the question said when this was
    handed in; where it says something else now, citizens do not hear it."""

    whole = "questionnaire"

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="recordings")
    language = models.CharField(_("language"), max_length=2)
    said = models.CharField(max_length=2000, editable=False)
    sound = models.BinaryField()
    kind = models.CharField(max_length=20, editable=False)
    digest = models.CharField(max_length=64, db_index=True, editable=False)
    made_by = models.CharField(
        _("made by"), max_length=200, help_text=_("Who spoke, or which program.")
    )
    licence = models.CharField(
        _("licence"), max_length=200, help_text=_("What allows the platform to play it.")
    )

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["questionnaire", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "language"], name="recording_one_a_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire}: {self.language}"
