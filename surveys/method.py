"""The declared method of a wave: what decides a published figure, fixed before it is known."""

import json
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any, Literal, get_args

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from surveys.margins import check_margins
from surveys.screening import Screening

Weighting = Literal["frame", "supplied"]
Clusters = Literal["none", "service_point_week", "respondent", "supplied"]
Measure = Literal["top_two_box", "mean_percent"]
OpenResponses = Literal["until_drawn", "always", "never"]
Screened = Literal["set_aside", "count"]
OwnAnswers = Literal["beside", "count"]
Uncovered = Literal["band", "widen"]
Tokens = Literal["none", "offered"]
SecondPage = Literal["screens", "one_page", "by_lot"]

METHOD_VERSION = "2026.2"
EDITIONS = (1, 2)
EVIDENCE = ("PROBABILITY", "VERIFIED", "SELF_SELECTED", "SUPPLIED")


@dataclass(frozen=True)
class Method:
    """`weighting`: to the frame's counts, or the weights that a file brought. `target`: a share
    of one. `collapse_below`: a cell with fewer responses joins its nearest neighbour.

    `open_responses`: whether answers from open links and posters count towards the verdict; by
    default those of an agency do until its drawn answers can stand alone, which they can from an
    effective size (Kish) of `drawn_alone_from` on: 100 put a share of 0.9 between 84 and 95 %.
    `own_answers`: whether those that the judged agency itself sent, by its program, kiosk or its
    staff, stand beside the figure or count like open ones, as they did before waves declared this.
    `screened`: whether responses that screening doubts count; the figure with them is shown either
    way. `screening`: the rules by which it doubts; None where the wave declared none.

    `clusters`: what answers like one: a service point in a week, a person, or the sampling units of
    a file, within its strata (with supplied weights alone).

    `edition`: of the formulas in docs/method.md; waves that opened before there were two declare
    none, and keep the first. `official_evidence`: which evidence gives an official outcome.
    `gamma`: the odds ratio Γ up to which those who did not answer may differ from those who did.
    `uncovered`: whether what nobody answered for is left to that band, or widens the interval.
    `tokens`: whether citizens may sign in for a token by which their answer counts as verified.
    `second_page`: what is optional behind the first answer, a subject a screen with the reason
    first, or all on one page; or one of the two for each answer by lot, to compare them.

    `groups`: questions of one choice by whose answers the national share is shown, unjudged.
    `margins`: of some of them each answer's share of the population, to which the weights of the
    figure beside the official one are raked."""

    version: str = METHOD_VERSION
    edition: int = EDITIONS[-1]
    measure: Measure = "top_two_box"
    target: float = 0.90
    level: float = 0.95
    weighting: Weighting = "frame"
    clusters: Clusters = "none"
    collapse_below: int = 2
    open_responses: OpenResponses = "until_drawn"
    drawn_alone_from: int = 100
    official_evidence: tuple[str, ...] = ("PROBABILITY",)
    gamma: float = 2.0
    uncovered: Uncovered = "band"
    tokens: Tokens = "none"
    second_page: SecondPage = "screens"
    groups: tuple[str, ...] = ()
    margins: dict[str, dict[str, float]] = field(default_factory=dict)
    own_answers: OwnAnswers = "beside"
    screened: Screened = "set_aside"
    screening: Screening | None = field(default_factory=Screening)

    def to_dict(self) -> dict[str, Any]:
        declared = asdict(self) | {"official_evidence": list(self.official_evidence)}
        declared["groups"] = list(self.groups)
        # What waves declared before there were these entries stays as it is.
        absent = {"tokens": "none", "second_page": "screens", "groups": [], "margins": {}}
        for name, before in absent.items():
            if declared[name] == before:
                del declared[name]
        return declared

    @classmethod
    def from_dict(cls, declared: dict[str, Any]) -> "Method":
        """Raise ValidationError, naming the entry, for anything that is not a method."""
        if unknown := set(declared) - set(cls.__dataclass_fields__):
            raise ValidationError(
                _("Unknown entry in the method: %(names)s") % {"names": ", ".join(sorted(unknown))}
            )
        rules = declared.get("screening")
        screening = None if rules is None else Screening.from_dict(rules)
        accepted = tuple(declared.get("official_evidence", cls.official_evidence))
        before = {"edition": 1, "own_answers": "count"}
        method = cls(
            **{
                **before,
                **declared,
                "screening": screening,
                "official_evidence": accepted,
                "groups": tuple(declared.get("groups", ())),
            }
        )
        for name, allowed in (
            ("measure", get_args(Measure)),
            ("weighting", get_args(Weighting)),
            ("clusters", get_args(Clusters)),
            ("open_responses", get_args(OpenResponses)),
            ("own_answers", get_args(OwnAnswers)),
            ("screened", get_args(Screened)),
            ("uncovered", get_args(Uncovered)),
            ("tokens", get_args(Tokens)),
            ("second_page", get_args(SecondPage)),
            ("edition", EDITIONS),
        ):
            if getattr(method, name) not in allowed:
                raise ValidationError(
                    _("The method's “%(name)s” must be one of: %(allowed)s")
                    % {"name": name, "allowed": ", ".join(map(str, allowed))}
                )
        for name in ("target", "level"):
            if not 0 < getattr(method, name) < 1:
                raise ValidationError(
                    _("The method's “%(name)s” must lie between 0 and 1.") % {"name": name}
                )
        if method.clusters == "supplied" and method.weighting != "supplied":
            raise ValidationError(
                _("Clusters can be supplied by a file only together with its weights.")
            )
        if not set(accepted) <= set(EVIDENCE):
            raise ValidationError(
                _("The method's “%(name)s” must be one of: %(allowed)s")
                % {"name": "official_evidence", "allowed": ", ".join(EVIDENCE)}
            )
        for name in ("collapse_below", "drawn_alone_from", "gamma"):
            if getattr(method, name) < 1:
                raise ValidationError(
                    _("The method's “%(name)s” must be 1 or more.") % {"name": name}
                )
        check_margins(method.groups, method.margins)
        return method


@lru_cache(maxsize=256)
def method_of(written: str) -> Method:
    """The method that a wave declares, as JSON; a page asks for it with every figure."""
    return Method.from_dict(json.loads(written))


def default_method() -> dict[str, Any]:
    return Method().to_dict()


def validate_method(declared: Any) -> None:
    if not isinstance(declared, dict):
        raise ValidationError(_("The method must be an object with named entries."))
    try:
        Method.from_dict(declared)
    except TypeError as error:
        raise ValidationError(str(error)) from error
