"""What PDF/UA asks for and WeasyPrint leaves out, added between layout and writing.

Header cells say which way they head and can be found by their name; running heads, page numbers
and drawings without a text (the shape beside its word) are no content; links are printed.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pydyf

PRINTED = 4  # bit 3 of an annotation's flags
COLUMN, ROW = "/Column", "/Row"
CELLS = ("/TH", "/TD")


def finish(_document: Any, pdf: pydyf.PDF) -> None:
    """Taken by WeasyPrint as `finisher`."""
    root = _at(pdf, pdf.catalog["StructTreeRoot"])
    structure = Structure(pdf)
    structure.keep(root)
    root["IDTree"] = _name_tree(structure.named)
    nums = _at(pdf, root["ParentTree"])["Nums"]
    for number, page in enumerate(pdf.page_references):
        kept = structure.content[page]
        parents = nums[2 * number + 1]
        parents[:] = [ref if mcid in kept else "null" for mcid, ref in enumerate(parents)]
        _mark_the_rest(_at(pdf, _at(pdf, page)["Contents"]), kept)
    for found in pdf.objects:
        if isinstance(found, dict) and found.get("Type") == "/Annot":
            found["F"] = found.get("F", 0) | PRINTED


class Structure:
    """The elements that say something: their content by page, and the named cells among them."""

    def __init__(self, pdf: pydyf.PDF) -> None:
        self._pdf = pdf
        self.content: dict[bytes, set[int]] = defaultdict(set)
        self.named: dict[bytes, bytes] = {}

    def keep(self, element: Any, *, in_head: bool = False) -> bool:
        """Whether the element stays; what below it says nothing is taken out."""
        if element.get("S") == "/Figure" and "Alt" not in element:
            return False
        in_head = in_head or element.get("S") == "/THead"
        element["K"][:] = [kid for kid in element["K"] if self._stays(kid, in_head)]
        if element.get("S") == "/TH":
            element["A"]["Scope"] = COLUMN if in_head else ROW
        if "ID" in element:
            self.named[element["ID"].data] = element.reference
        self.content[element.get("Pg")] |= {k for k in element["K"] if isinstance(k, int)}
        return bool(element["K"]) or element.get("S") in CELLS

    def _stays(self, kid: Any, in_head: bool) -> bool:
        found = _at(self._pdf, kid) if isinstance(kid, bytes) else {}
        return "K" not in found or self.keep(found, in_head=in_head)


def _mark_the_rest(stream: pydyf.Stream, kept: set[int]) -> None:
    """Content that no element of the structure holds is an artifact."""
    parts = stream.stream
    for at, part in enumerate(parts):
        if isinstance(part, pydyf.Dictionary) and "MCID" in part and part["MCID"] not in kept:
            kind = "/Layout" if parts[at - 1] == "/Figure" else "/Pagination"
            parts[at - 1], parts[at] = "/Artifact", pydyf.Dictionary({"Type": kind})


def _name_tree(named: dict[bytes, bytes]) -> pydyf.Dictionary:
    names = pydyf.Array()
    for name in sorted(named):
        names += [name, named[name]]
    return pydyf.Dictionary({"Names": names})


def _at(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
