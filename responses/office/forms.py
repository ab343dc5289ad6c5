"""The forms of an import: the file, and what its columns are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from responses.importers.choice import CELLS, PLACES, Choice
from responses.importers.known import Codes, Known
from responses.importers.look import Look
from responses.importers.mapping import MappingError
from responses.models import SavedMapping
from surveys.languages import in_language
from surveys.models import Wave
from surveys.thai_text import normalise

COLUMN, CONSTANT = "column:", "value:"
NEEDED = ("service", "channel")
LABELS = {
    "service": gettext_lazy("Service"),
    "channel": gettext_lazy("Channel"),
    "service_point": gettext_lazy("Service point"),
    "agency": gettext_lazy("Agency"),
    "time": gettext_lazy("Day of the service"),
    "respondent": gettext_lazy("Number of the respondent"),
    "weight": gettext_lazy("Weight"),
}


class UploadForm(forms.Form):
    wave = forms.ModelChoiceField(
        Wave.objects.filter(state=Wave.State.OPEN), label=gettext_lazy("Survey"), empty_label=None
    )
    file = forms.FileField(label=gettext_lazy("File"), max_length=250)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = filesizeformat(settings.IMPORT_SIZE_LIMIT)
        self.fields["file"].help_text = _(
            "CSV, XLSX, Parquet or SPSS (.sav), as kept by your office or exported from "
            "KoboToolbox, ODK or LimeSurvey. At most %(limit)s."
        ) % {"limit": limit}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_SIZE_LIMIT:
            raise forms.ValidationError(
                _("This file is larger than %(limit)s. Split it.")
                % {"limit": filesizeformat(settings.IMPORT_SIZE_LIMIT)}
            )
        return file


class ColumnsForm(forms.Form):
    """One choice for each field: a column of the file, or the same value for every row."""

    def __init__(self, look: Look, known: Known, choice: Choice, data: Any = None) -> None:
        super().__init__(data, auto_id="field_%s")
        self.look = look
        self.known = known
        self.fields["source"] = forms.CharField(
            label=_("Name of the source"),
            max_length=60,
            initial=choice.source,
            help_text=_(
                "The same name each time rows of this collection are imported, so that none is "
                "stored twice; another name for another collection."
            ),
        )
        for position, label in enumerate((_("Number of the row"), _("… together with"))):
            self.fields[f"key_{position}"] = self._select(
                label,
                COLUMN + choice.key[position] if len(choice.key) > position else "",
                none=_("by its place in the file") if position == 0 else _("nothing else"),
            )
        for name in CELLS:
            self.fields[name] = self._select(
                str(LABELS[name]), self._initial(choice, name), codes=known.codes(name)
            )
        for question in known.questions:
            name = f"answer:{question.code}"
            self.fields[name] = self._select(str(question), self._initial(choice, name))
        self.fields["finished"] = self._select(
            _("Filled once finished"), COLUMN + choice.finished if choice.finished else ""
        )
        self.fields["no_answer"] = forms.CharField(
            label=_("Values that mean no answer"),
            required=False,
            max_length=300,
            initial=", ".join(choice.no_answer),
            help_text=_("Separated by commas. An empty cell always means no answer."),
        )
        self.fields["every_row_counts"] = forms.BooleanField(
            label=_("Every row is an encounter: count the frame from this file"),
            required=False,
            initial=choice.every_row_counts,
        )
        self.fields["create_missing"] = forms.BooleanField(
            label=_("Make agencies, services and channels that are missing"), required=False
        )
        self.fields["remember_as"] = forms.CharField(
            label=_("Remember these choices as"), required=False, max_length=80
        )

    def _select(
        self, label: str, initial: str, *, codes: Codes | None = None, none: str = ""
    ) -> forms.ChoiceField:
        """Columns to choose from and, where there are `codes`, one of them for every row."""
        columns = [(COLUMN + column, self._column_label(column)) for column in self.look.columns]
        choices: list[Any] = [("", none or _("not in the file"))]
        if codes:
            same = [(CONSTANT + code, f"{code} – {in_language(*codes[code])}") for code in codes]
            choices += [(_("A column"), columns), (_("The same for every row"), same)]
        else:
            choices += columns
        return forms.ChoiceField(label=label, choices=choices, required=False, initial=initial)

    def _column_label(self, column: str) -> str:
        title = self.look.titles.get(column)
        return f"{column} – {title}" if title else column

    def _initial(self, choice: Choice, name: str) -> str:
        if constant := choice.constants.get(name):
            return CONSTANT + constant
        column = choice.columns.get(name)
        return COLUMN + column if column else ""

    def sections(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The fields as the page groups them."""
        yield _("What was rated"), [self[name] for name in PLACES]
        yield (
            _("Answers"),
            [self[f"answer:{question.code}"] for question in self.known.questions]
            + [self["no_answer"]],
        )
        yield (
            _("When, and by whom"),
            [self[name] for name in ("time", "finished", "respondent", "weight")],
        )
        yield (
            _("How rows are identified"),
            [self[name] for name in ("key_0", "key_1", "source")],
        )

    def options(self) -> list[forms.BoundField]:
        return [self[name] for name in ("create_missing", "every_row_counts")]

    def clean(self) -> None:
        for name in NEEDED:
            if not self.cleaned_data.get(name):
                self.add_error(name, _("Choose a column, or one value for every row."))
        codes = [f"answer:{question.code}" for question in self.known.questions]
        if not any(self.cleaned_data.get(code) for code in codes):
            self.add_error(None, _("Choose the column of at least one answer."))
        if not self.errors:
            try:
                self.choice().mapping(self.look, self.known)
            except MappingError as error:
                self.add_error(None, str(error))

    def choice(self) -> Choice:
        """What was chosen. The form must be valid."""
        chosen = {name: self.cleaned_data.get(name) or "" for name in self.fields}
        fields = [*CELLS, *(name for name in chosen if name.startswith("answer:"))]
        keys = [_column(chosen[name]) for name in ("key_0", "key_1")]
        return Choice(
            source=normalise(chosen["source"]),
            columns={name: column for name in fields if (column := _column(chosen[name]))},
            constants={
                name: chosen[name].removeprefix(CONSTANT)
                for name in PLACES
                if chosen[name].startswith(CONSTANT)
            },
            key=list(dict.fromkeys(filter(None, keys))),
            finished=_column(chosen["finished"]),
            no_answer=[
                value for part in chosen["no_answer"].split(",") if (value := normalise(part))
            ],
            every_row_counts=bool(chosen["every_row_counts"]),
        )

    def used_as(self) -> list[tuple[str, str]]:
        """Each column of the file with the field that it now stands for."""
        used: dict[str, str] = {}
        for name in self.fields:
            value = self[name].value()
            if isinstance(value, str) and value.startswith(COLUMN):
                used.setdefault(_column(value), str(self.fields[name].label))
        return [(column, used.get(column, "")) for column in self.look.header]


def _column(value: str) -> str:
    return value.removeprefix(COLUMN) if value.startswith(COLUMN) else ""


class SavedMappingForm(forms.Form):
    """Choices made before, those first that fit the file."""

    mapping = forms.ModelChoiceField(
        SavedMapping.objects.all(), label=gettext_lazy("Choices made before"), empty_label=None
    )

    def __init__(self, look: Look, data: Any = None) -> None:
        super().__init__(data)
        saved = list(SavedMapping.objects.all())
        self.fitting = [mapping for mapping in saved if mapping.fits(look.columns)]
        field = self.fields["mapping"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = SavedMapping.objects.filter(pk__in=[m.pk for m in self.fitting])
