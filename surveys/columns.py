"""What the columns of uploaded lists say, for whoever fills one in for the first time."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from surveys.models import Agency, Channel
from surveys.row_cells import in_words

_CODE = _("short and yours to choose, such as DLT-1; it stays, and names the row in later files")
_NAME_TH = _("the name in Thai, as citizens read it")
_NAME_EN = _("the name in English; may be empty")
_POSITION = _("the place in the order, from 0; may be empty")
_SERVICE = _("the code of the service in the registry")
_CHANNEL = _("the code of the channel in the registry")

EXPLAINED: dict[str, dict[str, Any]] = {
    "agencies": {
        "code": _CODE,
        "parent": _("the code of the agency above it, in this file or the registry; may be empty"),
        "kind": Agency.Kind,
        "name_th": _NAME_TH,
        "name_en": _NAME_EN,
    },
    "services": {
        "code": _CODE,
        "agency": _("the code of the agency, which the registry must have already"),
        "name_th": _NAME_TH,
        "name_en": _NAME_EN,
    },
    "channels": {
        "code": _CODE,
        "family": Channel.Family,
        "position": _POSITION,
        "name_th": _NAME_TH,
        "name_en": _NAME_EN,
    },
    "dimensions": {
        "code": _CODE,
        "position": _POSITION,
        "name_th": _NAME_TH,
        "name_en": _NAME_EN,
    },
    "frame": {
        "service": _SERVICE,
        "channel": _CHANNEL,
        "starts_on": _("the first day that the figure is of, as 01/10/2569 or 2026-10-01"),
        "ends_on": _("the last day that the figure is of"),
        "encounters": _("how many encounters there were, as 12000, 12,000 or ๑๒,๐๐๐"),
    },
    "encounters": {
        "encounter": _("the agency’s own number of the encounter; only a hash of it is kept"),
        "service": _SERVICE,
        "channel": _CHANNEL,
        "time": _("day and hour, as 2026-10-01 09:30"),
        "service_point": _("the code of the service point; may be left out"),
        "email": _("where the citizen may be asked; may be left out"),
        "telephone": _("the same, by SMS; may be left out"),
        "line": _("the same, by LINE; may be left out"),
        "language": _("the language to ask in, such as th; may be left out"),
    },
}


def columns_of(name: str) -> list[tuple[str, Any]]:
    """The columns of a list, each with what it says, in the language of the page."""
    return [
        (column, in_words(said) if isinstance(said, type) else said)
        for column, said in EXPLAINED[name].items()
    ]
