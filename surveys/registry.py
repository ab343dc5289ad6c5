"""The registry shipped with the product: agencies, services, channels and the core questionnaire.

Loading it again updates what changed, doubles nothing and leaves a questionnaire in use alone.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from surveys.kinds import rating, single, text
from surveys.models import Agency, Channel, Dimension, Question, Questionnaire, Service

SHIPPED = Path(__file__).parent / "data" / "thai_registry.json"
PARTS = (
    "ministries",
    "independent_bodies",
    "agencies",
    "channels",
    "channel_families",
    "dimensions",
    "items",
    "dimension_channels",
    "demographics",
    "questionnaire",
)

Record = TypeVar("Record", bound=models.Model)


class RegistryError(Exception):
    """The registry file cannot be loaded; the message says what to mend."""


@dataclass
class Loaded:
    """What a load did: how many records were created, updated or left as they were."""

    counts: Counter[str] = field(default_factory=Counter)
    skipped: list[str] = field(default_factory=list)


def load_registry(path: Path = SHIPPED) -> Loaded:
    """Bring the registry of `path` in, all of it or nothing. Raise RegistryError."""
    registry = _read(path)
    loaded = Loaded()
    try:
        with transaction.atomic():
            _load_agencies(registry, loaded)
            _load_channels(registry, loaded)
            _load_dimensions(registry, loaded)
            _load_questionnaire(registry, loaded)
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise RegistryError(
            _("%(file)s is not a registry: %(why)s") % {"file": path, "why": error}
        ) from error
    return loaded


def shipped_agencies() -> list[str]:
    """The codes of the agencies of the shipped registry."""
    return [code for code, *_rest in _read(SHIPPED)["agencies"]]


def _read(path: Path) -> dict[str, Any]:
    try:
        registry = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise RegistryError(
            _("%(file)s cannot be read: %(why)s") % {"file": path, "why": error}
        ) from error
    missing = [part for part in PARTS if not isinstance(registry, dict) or part not in registry]
    if missing:
        raise RegistryError(
            _("%(file)s lacks: %(parts)s") % {"file": path, "parts": ", ".join(missing)}
        )
    return registry


def _put(
    loaded: Loaded, model: type[Record], key: dict[str, Any], values: dict[str, Any]
) -> Record:
    """The record with this key, made or brought to these values; saved only if it differs."""
    record = model._default_manager.filter(**key).first()
    if record is None:
        record = model(**key, **values)
        record.full_clean()
        record.save()
        loaded.counts["created"] += 1
    elif any(getattr(record, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(record, name, value)
        record.full_clean()
        record.save()
        loaded.counts["updated"] += 1
    else:
        loaded.counts["unchanged"] += 1
    return record


def _load_agencies(registry: dict[str, Any], loaded: Loaded) -> None:
    roots = {}
    for code, thai, english in registry["ministries"] + registry["independent_bodies"]:
        values = {
            "name_th": thai,
            "name_en": english,
            "kind": Agency.Kind.MINISTRY,
            "parent": None,
        }
        roots[code] = _put(loaded, Agency, {"code": code}, values)
    for code, root, thai, english, services in registry["agencies"]:
        if root not in roots:
            raise ValueError(
                _("agency %(agency)s stands under %(root)s, which is not listed")
                % {"agency": code, "root": root}
            )
        values = {
            "name_th": thai,
            "name_en": english,
            "kind": Agency.Kind.DEPARTMENT,
            "parent": roots[root],
        }
        agency = _put(loaded, Agency, {"code": code}, values)
        for number, (service_thai, service_english) in enumerate(services, 1):
            values = {"name_th": service_thai, "name_en": service_english, "agency": agency}
            _put(loaded, Service, {"code": f"{code}-{number}"}, values)


def _load_channels(registry: dict[str, Any], loaded: Loaded) -> None:
    for position, (code, thai, english) in enumerate(registry["channels"], 1):
        values = {
            "name_th": thai,
            "name_en": english,
            "family": registry["channel_families"][code],
            "portal": code in registry.get("central_portals", []),
            "position": position,
        }
        _put(loaded, Channel, {"code": code}, values)


def _load_dimensions(registry: dict[str, Any], loaded: Loaded) -> None:
    for position, (code, thai, english) in enumerate(registry["dimensions"], 1):
        values = {"name_th": thai, "name_en": english, "position": position}
        _put(loaded, Dimension, {"code": code}, values)


def _load_questionnaire(registry: dict[str, Any], loaded: Loaded) -> None:
    about = registry["questionnaire"]
    key = {"code": about["code"], "version": about["version"]}
    stored = Questionnaire.objects.filter(**key).first()
    if stored and stored.frozen_at:
        loaded.skipped.append(
            _("Questionnaire %(questionnaire)s is in use by a wave and stays as it is.")
            % {"questionnaire": stored}
        )
        return
    values = {"title_th": about["title_th"], "title_en": about["title_en"]}
    questionnaire = _put(loaded, Questionnaire, key, values)
    for position, question in enumerate(_questions(registry), 1):
        only_on = question.pop("channels")
        code = {"questionnaire": questionnaire, "code": question.pop("code")}
        stored_question = _put(loaded, Question, code, question | {"position": position})
        stored_question.channels.set(Channel.objects.filter(code__in=only_on))


def _questions(registry: dict[str, Any]) -> list[dict[str, Any]]:
    """The overall rating first, then the items, then the optional questions about the citizen."""
    overall = registry["questionnaire"]["overall"]
    dimensions = Dimension.objects.in_bulk(field_name="code")
    rated = [
        {
            "code": code,
            "kind": rating.KIND.code,
            "is_overall": code == overall,
            "dimension": dimensions[dimension],
            "text_th": thai,
            "text_en": english,
            "choices": [],
            "channels": registry["dimension_channels"].get(dimension, []),
        }
        for code, dimension, thai, english in registry["items"]
    ]
    rated.sort(key=lambda question: not question["is_overall"])
    about_citizen = [
        {
            "code": code,
            "kind": (single if choices else text).KIND.code,
            "is_overall": False,
            "dimension": None,
            "text_th": thai,
            "text_en": english,
            "about_citizen": bool(choices),
            "choices": [{"code": c, "th": th, "en": en} for c, th, en in choices],
            "channels": [],
        }
        for code, thai, english, choices in registry["demographics"]
    ]
    return rated + about_citizen
