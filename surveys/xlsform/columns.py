"""Which column of an XLSForm is which field of a question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

THAI, ENGLISH = "::ไทย (th)", "::English (en)"
TRANSLATED = {
    "label": ("text_th", "text_en"),
    "hint": ("hint_th", "hint_en"),
    "constraint_message": ("constraint_message_th", "constraint_message_en"),
}
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
}


def split(header: str) -> tuple[str, str]:
    """The column and its language: `Label :: English (en)` as label, english (en)."""
    base, _colons, language = re.sub(r"\s*::?\s*", "::", header.strip()).partition("::")
    base = re.sub(r"\s+", "_", base.lower())
    return ALIASES.get(base, base), language.lower()


def fields_of(headers: Sequence[str], default_language: str = "") -> dict[str, str]:
    """The header of each field that the sheet has a column for."""
    found: dict[str, str] = {}
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
        thai, english = TRANSLATED[base]
        first = _first(by_language, default_language.lower())
        found[thai] = first
        for language, header in by_language.items():
            if _is(language, "en", "english") and header != first:
                found[english] = header
    return found


def header_of(field: str, columns: Mapping[str, str]) -> str:
    """What the file calls the column of a field, or what it would be called here."""
    if field == "choices":
        field = "type"  # which names their list
    return columns.get(field) or CANONICAL.get(field, field)


def _first(by_language: dict[str, str], default_language: str) -> str:
    for language, header in by_language.items():
        if _is(language, "th", "thai", "ไทย"):
            return header
    return (
        by_language.get("") or by_language.get(default_language) or next(iter(by_language.values()))
    )


def _is(language: str, code: str, *names: str) -> bool:
    return language == code or language.endswith(f"({code})") or language in names
