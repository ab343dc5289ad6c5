"""The forms of the six small pages on which a wave is set up."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.groups import check_groups, offered_groups
from surveys.margins import Margins, check_margins, read_margins
from surveys.method import Method, validate_method
from surveys.models import Questionnaire, Wave
from surveys.office.forms import WrittenDate, WrittenNumber
from surveys.screening import Screening
from surveys.thai_dates import BUDDHIST_ERA, FIRST_BUDDHIST_YEAR, fiscal_year_be


def _percent(number: Any) -> float:
    return float(number / 100)


class DatesForm(forms.ModelForm):
    """Names and dates. The fiscal year follows from the first day where it is left out."""

    starts_on = WrittenDate(
        label=gettext_lazy("First day"),
        help_text=gettext_lazy("For example 01/10/2569, 1 ต.ค. 2569 or 2026-10-01."),
    )
    ends_on = WrittenDate(label=gettext_lazy("Last day"))
    fiscal_year = WrittenNumber(
        label=gettext_lazy("Fiscal year (B.E.)"),
        required=False,
        least=2000,
        most=2999,
        help_text=gettext_lazy("Leave empty to take that of the first day."),
    )

    class Meta:
        model = Wave
        fields = [
            "code",
            "title_th",
            "title_en",
            "starts_on",
            "ends_on",
            "fiscal_year",
            "simulated",
        ]
        help_texts = {
            "code": gettext_lazy(
                "Short, in Latin letters, for example FY2570-1. It stays for good."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["simulated"].label = gettext_lazy(
            "A simulated wave, for trying: its answers are no citizens’"
        )
        if self.instance.pk:
            self.fields["code"].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        year, first = cleaned.get("fiscal_year"), cleaned.get("starts_on")
        if year is None and first and "fiscal_year" not in self.errors:
            cleaned["fiscal_year"] = fiscal_year_be(first)
        elif year is not None:
            cleaned["fiscal_year"] = _buddhist(int(year))
        return cleaned


def _buddhist(year: int) -> int:
    return year if year > FIRST_BUDDHIST_YEAR else year + BUDDHIST_ERA


class VersionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} · {obj.title}"


class QuestionnaireForm(forms.Form):
    questionnaire = VersionField(
        Questionnaire.objects.none(),
        label=gettext_lazy("Version"),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["questionnaire"]
        assert isinstance(field, forms.ModelChoiceField)
        found = Questionnaire.objects.filter(is_add_on=False)
        field.queryset = found.order_by("code", "-version")


def _choice(label: Any, choices: list[tuple[str, Any]], help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, help_text=help_text
    )


class MethodForm(forms.Form):
    """The method as questions in words; what is not asked here stays as it was."""

    measure = _choice(
        gettext_lazy("What is measured?"),
        [
            ("top_two_box", gettext_lazy("The share of citizens who give 4 or 5")),
            ("mean_percent", gettext_lazy("The mean rating ÷ 5 × 100")),
        ],
    )
    target = WrittenNumber(
        label=gettext_lazy("What is the target, in percent?"), least=1, most=99.9
    )
    level = WrittenNumber(
        label=gettext_lazy("How sure must a verdict be, in percent?"),
        least=50,
        most=99.9,
        help_text=gettext_lazy("95 is usual: an interval that covers the truth 95 times in 100."),
    )
    official_evidence = forms.MultipleChoiceField(
        label=gettext_lazy("Which evidence gives an official verdict?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("PROBABILITY", gettext_lazy("Citizens drawn at random")),
            ("VERIFIED", gettext_lazy("Citizens who signed in, one answer each")),
            ("SELF_SELECTED", gettext_lazy("Whoever chose to answer, by link or poster")),
            ("SUPPLIED", gettext_lazy("Answers brought by a file with weights")),
        ],
    )
    gamma = WrittenNumber(
        label=gettext_lazy("How much may those who did not answer differ? (Γ)"),
        least=1,
        most=100,
        help_text=gettext_lazy(
            "2: their odds of being satisfied are at most double or half. 1: they do not differ."
        ),
    )
    clusters = _choice(
        gettext_lazy("Whose answers are alike?"),
        [
            ("none", gettext_lazy("Nobody’s: each answer stands alone")),
            ("service_point_week", gettext_lazy("Those of a service point in a week")),
            ("respondent", gettext_lazy("Those of one person")),
        ],
    )
    open_responses = _choice(
        gettext_lazy("Do answers from links and posters count towards the verdict?"),
        [
            ("until_drawn", gettext_lazy("Until enough drawn citizens have answered")),
            ("always", gettext_lazy("Always")),
            ("never", gettext_lazy("Never")),
        ],
    )
    tokens = _choice(
        gettext_lazy("May citizens sign in so that their answer counts as verified?"),
        [
            ("none", gettext_lazy("No, nobody is asked to sign in")),
            ("offered", gettext_lazy("Yes, with ThaID or Digital ID: one answer for each person")),
        ],
        gettext_lazy(
            "Nobody can tell whose answer it is. Verified answers have a figure of their own, which"
            " is no official verdict unless it is ticked above."
        ),
    )
    tokens.required = False
    second_page = _choice(
        gettext_lazy("How are the questions behind the first answer shown?"),
        [
            ("screens", gettext_lazy("The reason first, then a subject on each screen")),
            ("one_page", gettext_lazy("All on one page")),
            ("by_lot", gettext_lazy("One of the two for each answer, by lot, to compare them")),
        ],
        gettext_lazy("The quality report compares how much is answered on the two."),
    )
    second_page.required = False
    screening = _choice(
        gettext_lazy("What becomes of answers that the screening rules doubt?"),
        [
            ("set_aside", gettext_lazy("They are set aside; the figure with them is shown too")),
            ("count", gettext_lazy("They count; the figure without them is shown too")),
            ("none", gettext_lazy("No rules are declared: nothing is screened")),
        ],
    )

    groups = forms.MultipleChoiceField(
        label=gettext_lazy("By whose answers is the national share shown too?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Questions of one choice, such as an age group. Nothing is judged."),
    )
    margins = forms.FileField(
        label=gettext_lazy("How large is each of these groups among all citizens served?"),
        required=False,
        help_text=gettext_lazy(
            "A CSV file with the columns question, answer and share (or a number of people). A"
            " figure raked to it stands beside the official one. Without a file it stays as it is."
        ),
    )

    @staticmethod
    def initial_of(method: Method) -> dict[str, Any]:
        asked = ("measure", "clusters", "open_responses", "tokens", "second_page", "gamma")
        return {
            **{name: getattr(method, name) for name in asked},
            "target": round(method.target * 100, 6),
            "level": round(method.level * 100, 6),
            "official_evidence": list(method.official_evidence),
            "groups": list(method.groups),
            "screening": method.screened if method.screening else "none",
        }

    def __init__(self, wave: Wave, data: Any = None, files: Any = None) -> None:
        self.wave, method = wave, wave.declared_method()
        super().__init__(data, files, initial=self.initial_of(method))
        self.method = method
        groups = self.fields["groups"]
        assert isinstance(groups, forms.MultipleChoiceField)
        offered = offered_groups(wave.questionnaire)
        groups.choices = [(code, question.text) for code, question in offered.items()]
        if not offered:
            del self.fields["groups"], self.fields["margins"]
        if method.clusters == "supplied":
            clusters = self.fields["clusters"]
            assert isinstance(clusters, forms.ChoiceField)
            clusters.choices = [("supplied", _("Those of a sampling unit of the file"))]

    def clean_margins(self) -> Margins | None:
        given = self.cleaned_data["margins"]
        return read_margins(given.read()) if given else None

    def clean(self) -> None:
        """Margins of a question that is no longer shown go with it."""
        if self.errors or "groups" not in self.fields:
            return
        given, groups = self.cleaned_data["margins"], self.cleaned_data["groups"]
        if given is None:
            given = {code: m for code, m in self.method.margins.items() if code in groups}
        self.cleaned_data["margins"] = given
        check_margins(groups, given)
        check_groups(groups, given, self.wave.questionnaire)

    def declared(self) -> dict[str, Any]:
        """The form must be valid."""
        given = self.cleaned_data
        before = self.method.to_dict()
        screened = given["screening"]
        rules = None if screened == "none" else before["screening"] or _default_rules()
        shown_by: dict[str, Any] = {n: given[n] for n in ("groups", "margins") if n in given}
        return before | {
            "measure": given["measure"],
            "target": _percent(given["target"]),
            "level": _percent(given["level"]),
            "official_evidence": given["official_evidence"],
            "gamma": float(given["gamma"]),
            "clusters": given["clusters"],
            "open_responses": given["open_responses"],
            "tokens": given["tokens"] or self.method.tokens,
            "second_page": given["second_page"] or self.method.second_page,
            "screening": rules,
            "screened": before["screened"] if screened == "none" else screened,
            **shown_by,
        }


def _default_rules() -> dict[str, Any]:
    rules: dict[str, Any] = Method(screening=Screening()).to_dict()["screening"]
    return rules


class ExpertForm(forms.Form):
    """The whole method as it is sealed."""

    method = forms.CharField(
        label=gettext_lazy("The method as JSON"),
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "false", "class": "code"}),
    )

    def __init__(self, method: dict[str, Any], data: Any = None) -> None:
        text = json.dumps(method, ensure_ascii=False, indent=2)
        super().__init__(data, initial={"method": text}, auto_id="expert_%s")

    def clean_method(self) -> dict[str, Any]:
        try:
            declared: dict[str, Any] = json.loads(self.cleaned_data["method"])
        except ValueError as error:
            raise ValidationError(
                _("This is not JSON: %(why)s") % {"why": error}, code="json"
            ) from error
        validate_method(declared)
        return declared
