"""What a filled-in form says: the XML of an instance as plain text by element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from django.utils.translation import gettext as _

from responses.openrosa.refusals import Refusal

DEPTH_LIMIT = 20
ID_LIMIT = 249


@dataclass(frozen=True)
class Instance:
    """One filled-in form. `values` holds what is not blank by the name of its element; names are
    unique in a form, whichever groups they stand in."""

    form_id: str
    instance_id: str
    values: Mapping[str, str]


def read_instance(xml: bytes) -> Instance:
    """Raise Refusal for what is no instance, or not one that was filled in for the first time."""
    root = _root(xml)
    values: dict[str, str] = {}
    meta: dict[str, str] = {}
    for path, text in _leaves(root):
        found, name = (meta, path[1]) if path[0] == "meta" and path[1:] else (values, path[-1])
        if name in found:
            raise Refusal(400, _("“%(name)s” appears twice.") % {"name": name})
        found[name] = text
    if meta.get("deprecatedID"):
        raise Refusal(
            409, _("Answers that have been sent cannot be changed by sending them again.")
        )
    instance_id = meta.get("instanceID") or root.get("instanceID", "").strip()
    if not instance_id or len(instance_id) > ID_LIMIT:
        message = _("The form needs an “instanceID” of 1 to %(limit)d characters in “meta”.")
        raise Refusal(400, message % {"limit": ID_LIMIT})
    answers = {name: text for name, text in values.items() if text}
    return Instance(root.get("id", "").strip(), instance_id, answers)


def _root(xml: bytes) -> Element:
    try:
        return ElementTree.fromstring(xml, forbid_dtd=True)
    # ValueError: DTDs and entities, encodings that expat does not know; LookupError: nor Python.
    except (ParseError, ValueError, LookupError) as error:
        message = _("This is not XML as forms are sent, without DTD and entities: %(why)s.")
        raise Refusal(400, message % {"why": error}) from error


def _leaves(root: Element) -> Iterator[tuple[tuple[str, ...], str]]:
    """Elements without elements in them, in order, with their text."""
    waiting: list[tuple[tuple[str, ...], Element]] = [((), root)]
    while waiting:
        path, element = waiting.pop()
        children = [((*path, _local(child)), child) for child in element]
        if len(path) > DEPTH_LIMIT:
            raise Refusal(400, _("The elements are nested too deeply."))
        if not children and path:
            yield path, (element.text or "").strip()
        elif any(text and text.strip() for text in (element.text, *(c.tail for c in element))):
            message = _("“%(name)s” holds both text and elements.")
            raise Refusal(400, message % {"name": "/".join(path) or _local(element)})
        waiting.extend(reversed(children))


def _local(element: Element) -> str:
    """The name without its namespace: clients differ in which they write."""
    return element.tag.rpartition("}")[2][:80]
