"""The forms of an import: the file, and what its columns are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from responses.importers.choice import CELLS, PLACES, Choice
from responses.importers.known import Codes, Known
from responses.importers.layout import Layout
from responses.importers.look import Look
from responses.importers.mapping import MappingError
from responses.models import SavedMapping
from surveys.kinds import kind_of
from surveys.kinds.base import Reading
from surveys.kinds.rating import RATINGS
from surveys.languages import in_language
from surveys.models import Wave
from surveys.moments import DAY_FIRST, MONTH_FIRST
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
    "stratum": gettext_lazy("Stratum"),
    "psu": gettext_lazy("Sampling unit"),
    "weight": gettext_lazy("Weight"),
}
AS_IN_THE_COLUMN = gettext_lazy("as the column shows")
ORDER_CHOICES = [
    ("", AS_IN_THE_COLUMN),
    (DAY_FIRST, gettext_lazy("day before month")),
    (MONTH_FIRST, gettext_lazy("month before day")),
]
DECIMAL_CHOICES = [
    ("", AS_IN_THE_COLUMN),
    (".", gettext_lazy("point (1.5)")),
    (",", gettext_lazy("comma (1,5)")),
]
NO_ANSWER = "none"
MEANINGS_SHOWN = 12
"""A rating scale has no more steps; a column with more is no scale."""


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
            "KoboToolbox, ODK, LimeSurvey, Qualtrics or SurveyMonkey. At most %(limit)s."
        ) % {"limit": limit}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_SIZE_LIMIT:
            raise forms.ValidationError(
                _("This file is larger than %(limit)s. Split it.")
                % {"limit": filesizeformat(settings.IMPORT_SIZE_LIMIT)}
            )
        return file


class LayoutForm(forms.Form):
    """Where the table begins."""

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    header_row = forms.IntegerField(
        label=gettext_lazy("Row with the names of the columns"), min_value=1, max_value=1_000
    )

    def __init__(self, look: Look, data: Any = None) -> None:
        initial = {"sheet": look.sheet, "header_row": look.header_row}
        super().__init__(data, auto_id="layout_%s", initial=initial)
        field = self.fields["sheet"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(sheet, sheet) for sheet in look.sheets]
        if len(look.sheets) < 2:
            del self.fields["sheet"]

    def layout(self) -> Layout:
        """What was chosen. The form must be valid."""
        return Layout(self.cleaned_data.get("sheet", ""), self.cleaned_data["header_row"])


class ColumnsForm(forms.Form):
    """One choice for each field: a column of the file, or the same value for every row."""

    def __init__(self, look: Look, known: Known, choice: Choice, data: Any = None) -> None:
        super().__init__(data, auto_id="field_%s")
        self.look = look
        self.known = known
        self.leave_out = choice.leave_out
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
        self._add_meanings(choice)
        for name, label, choices in (
            ("order", _("Dates in numbers"), ORDER_CHOICES),
            ("decimal", _("Before decimals of weights"), DECIMAL_CHOICES),
        ):
            self.fields[name] = forms.ChoiceField(
                label=label, choices=choices, required=False, initial=getattr(choice, name)
            )
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

    def _add_meanings(self, choice: Choice) -> None:
        """Of columns whose scale cannot be known, what each of their values stands for."""
        self.meanings: dict[str, dict[str, str]] = {}
        for question in self.known.questions:
            column = _column(self[f"answer:{question.code}"].value() or "")
            if kind_of(question).reading is not Reading.RATING or column not in self.look.columns:
                continue
            if self.look.scale(column).problem:
                said = choice.meanings.get(question.code, {})
                self.meanings[question.code] = self._meaning_fields(question.code, column, said)

    def _meaning_fields(self, code: str, column: str, said: Mapping[str, str]) -> dict[str, str]:
        """The name of a field by each value of the column."""
        names = {}
        for place, value in enumerate(self.look.values(column)[:MEANINGS_SHOWN]):
            label = self.look.labels.get(column, {}).get(value, "")
            names[value] = name = f"meaning:{code}:{place}"
            self.fields[name] = forms.ChoiceField(
                label=f"{value} – {label}" if label else value,
                choices=[
                    ("", _("choose")),
                    *((str(rating), str(rating)) for rating in reversed(RATINGS)),
                    (NO_ANSWER, _("no answer")),
                ],
                required=False,
                initial=(said[value] or NO_ANSWER) if value in said else "",
            )
        return names

    def scales(self) -> Iterator[tuple[str, str, list[forms.BoundField]]]:
        """What has to be said of scales: the column, why, and a field for each value."""
        for code, names in self.meanings.items():
            column = _column(self[f"answer:{code}"].value())
            yield column, self.look.scale(column).problem, [self[name] for name in names.values()]

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
            [
                self[name]
                for name in (
                    *("time", "order", "finished", "respondent"),
                    *(("stratum", "psu") if self.known.supplied_design else ()),
                    *("weight", "decimal"),
                )
            ],
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
        for code, names in self.meanings.items():
            if not all(self.cleaned_data.get(name) for name in names.values()):
                self.add_error(f"answer:{code}", _("Say below what each of its values means."))
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
            leave_out={
                column: values
                for column, values in self.leave_out.items()
                if column in self.look.columns
            },
            order=self._unless_changed("time", "order"),
            decimal=self._unless_changed("weight", "decimal"),
            meanings={
                code: {value: chosen[name].removeprefix(NO_ANSWER) for value, name in names.items()}
                for code, names in self.meanings.items()
            },
        )

    def _unless_changed(self, column: str, name: str) -> str:
        """What was said of a column, unless another was chosen and nothing said of that."""
        stale = column in self.changed_data and name not in self.changed_data
        return "" if stale else str(self.cleaned_data.get(name) or "")

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
