"""Which column of an XLSForm is which field of a question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from surveys.languages import OWN
from surveys.languages import THAI as THAI_CODE
from surveys.models import Language
from surveys.xlsform.sheets import Sheet

LANGUAGES = {
    "th": {"th", "tha", "thai", "ไทย", "ภาษาไทย"},
    "en": {"en", "eng", "english", "อังกฤษ", "ภาษาอังกฤษ"},
}
THAI, ENGLISH = "::ไทย (th)", "::English (en)"
TRANSLATED = {"label": "text", "hint": "hint", "constraint_message": "constraint_message"}
_CODE = re.compile(r"(?:.*\()?([a-z]{2})\)?")
PLAIN = {
    "type": "type",
    "name": "code",
    "required": "required",
    "relevant": "relevant",
    "constraint": "constraint",
    "calculation": "calculation",
    "opdc_kind": "kind",
    "opdc_dimension": "dimension",
    "opdc_overall": "is_overall",
    "opdc_channels": "channels",
    "opdc_may_not_apply": "may_not_apply",
    "opdc_about_citizen": "about_citizen",
    "opdc_to_check": "to_check",
}
ALIASES = {
    "relevance": "relevant",
    "constraint_msg": "constraint_message",
    "calculate": "calculation",
    "list": "list_name",
    "caption": "label",
    "value": "name",
}
# The columns of a form that was made here, in order.
CANONICAL = {
    "type": "type",
    "code": "name",
    "text_th": "label" + THAI,
    "text_en": "label" + ENGLISH,
    "hint_th": "hint" + THAI,
    "hint_en": "hint" + ENGLISH,
    "required": "required",
    "relevant": "relevant",
    "constraint": "constraint",
    "constraint_message_th": "constraint_message" + THAI,
    "constraint_message_en": "constraint_message" + ENGLISH,
    "calculation": "calculation",
    "kind": "opdc_kind",
    "dimension": "opdc_dimension",
    "is_overall": "opdc_overall",
    "channels": "opdc_channels",
    "may_not_apply": "opdc_may_not_apply",
    "about_citizen": "opdc_about_citizen",
    "to_check": "opdc_to_check",
}


def canonical(languages: Iterable[Language]) -> dict[str, str]:
    """The columns of a form in these languages too."""
    columns = dict(CANONICAL)
    for base, field in TRANSLATED.items():
        columns |= {f"{field}_{each.code}": f"{base}::{each}" for each in languages}
    return dict(sorted(columns.items(), key=lambda column: _place(column[0])))


def _place(field: str) -> int:
    """Further languages stand behind English."""
    order = list(CANONICAL)
    return order.index(field) if field in CANONICAL else order.index(f"{field[:-3]}_en")


def split(header: str) -> tuple[str, str]:
    """The column and its language: `Label :: English (en)` as label, english (en)."""
    base, _colons, language = re.sub(r"\s*::?\s*", "::", header.strip()).partition("::")
    base = re.sub(r"\s+", "_", base.lower())
    return ALIASES.get(base, base), language.lower()


def fields_of(
    headers: Sequence[str], default_language: str = "", spoken: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The header of each field that the sheet has a column for. `spoken` says which language the
    languages of the file are."""
    found: dict[str, str] = {}
    spoken = spoken if spoken is not None else {}
    translated: dict[str, dict[str, str]] = {}
    for header in headers:
        base, language = split(header)
        if base in TRANSLATED:
            translated.setdefault(base, {})[language] = header
        elif base in PLAIN and not language:
            found.setdefault(PLAIN[base], header)
        elif base == "list_name":
            found.setdefault("list_name", header)
    for base, by_language in translated.items():
        field = TRANSLATED[base]
        first = _first(by_language, default_language.lower(), spoken)
        found[f"{field}_th"] = first
        for language, header in by_language.items():
            code = spoken.get(language, named_language(language))
            if code not in ("", THAI_CODE) and header != first:
                found.setdefault(f"{field}_{code}", header)
    return found


def further_in(headers: Iterable[str], columns: Mapping[str, str]) -> dict[str, str]:
    """By code the further languages that the sheet has words in, as the sheet names them."""
    found = {}
    for field, header in columns.items():
        code = field.rpartition("_")[2]
        if header in headers and split(header)[0] in TRANSLATED and code not in OWN:
            name = header.rpartition(":")[2].partition("(")[0].strip()
            found[code] = name or code
    return found


def named_language(name: str) -> str:
    """th or en, if the name of a language says one of them: `ไทย (th)`, `Thai (th-TH)`, `tha`;
    else the two letters in brackets: `Bahasa Melayu (ms)`."""
    words = set(re.split(r"[^a-zก-๛]+", name.lower()))
    own = next((code for code, names in LANGUAGES.items() if words & names), "")
    further = _CODE.fullmatch(name.strip().lower())
    return own or (further[1] if further else "")


def spoken_in(sheets: Mapping[str, Sheet]) -> dict[str, str]:
    """The code of each language of the file, or blank: by its name, or by its letters where the
    name says nothing."""
    written: dict[str, str] = {}
    for sheet in sheets.values():
        for header in sheet.headers:
            base, language = split(header)
            if base in TRANSLATED:
                texts = "".join(row.get(header, "") for _number, row in sheet.rows)
                written[language] = written.get(language, "") + texts
    return {
        language: named_language(language) or _by_letters(texts)
        for language, texts in written.items()
    }


def _by_letters(texts: str) -> str:
    """Thai by its letters; any other language may be written in Latin ones."""
    return "th" if re.search(r"[ก-๛]", texts) else ""


def unused_in(headers: Sequence[str], columns: Mapping[str, str]) -> list[str]:
    """The columns with texts that no field takes."""
    taken = set(columns.values())
    return [h for h in headers if split(h)[0] in TRANSLATED and h not in taken]


def header_of(field: str, columns: Mapping[str, str]) -> str:
    """What the file calls the column of a field, or what it would be called here."""
    if field == "choices":
        field = "type"  # which names their list
    return columns.get(field) or CANONICAL.get(field, field)


def _first(by_language: dict[str, str], default_language: str, spoken: Mapping[str, str]) -> str:
    for language, header in by_language.items():
        if spoken.get(language, named_language(language)) == "th":
            return header
    return (
        by_language.get("") or by_language.get(default_language) or next(iter(by_language.values()))
    )
