"""Reports are PDF/UA-1: a checker of others finds no error, and the structure is what it should be.

The second looks at the file itself, with a library that had no part in making it.
"""

from datetime import UTC, datetime
from itertools import pairwise

import outloud
import pikepdf
import pytest

from analytics.reporting.report import write_report
from analytics.scoring.scores import compute_scores
from surveys import clock
from surveys.models import Wave
from tests.closing import close_wave

MOST_WARNINGS = 5
OF_A_CELL = ("/TH", "/TD")
PRINTED, HIDDEN = 4, 2


@pytest.fixture
def closed(wave, answered) -> Wave:
    with clock.at(datetime(2024, 1, 31, 5, tzinfo=UTC)):
        compute_scores(wave)
    return close_wave(wave)


REPORTS = [("nation", "th"), ("nation", "en"), ("agency", "th"), ("agency", "en")]


@pytest.fixture(params=REPORTS, ids="-".join)
def report(request, closed, government, tmp_path) -> str:
    scope, language = request.param
    path = tmp_path / "report.pdf"
    path.write_bytes(write_report(closed, government.dlt if scope == "agency" else None, language))
    return str(path)


def test_a_checker_of_others_finds_no_error_and_the_structure_holds(report):
    found = outloud.check(report)
    assert not found.error
    assert [(f.rule, f.message) for f in found.findings if f.severity == "error"] == []
    assert found.warnings <= MOST_WARNINGS, [(f.rule, f.message) for f in found.findings]
    with pikepdf.open(report) as pdf:
        assert faults(pdf) == []


def faults(pdf: pikepdf.Pdf) -> list[str]:
    """Everything that a reader with a screen reader would stumble over."""
    root = pdf.Root.StructTreeRoot
    elements = list(below(root))
    found = [*_lists(elements), *_tables(elements), *_headings(elements), *_figures(elements)]
    found += [*_names(root, elements), *_links(pdf, elements), *_content(pdf, root, elements)]
    if not any(element.S == "/Table" for element in elements):
        found.append("no table was looked at")
    return found


def below(parent):
    """Every element of the structure, in the order of reading."""
    for kid in kids(parent):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from below(kid)


def kids(element) -> list:
    inside = element.get("/K", [])
    return list(inside) if isinstance(inside, pikepdf.Array) else [inside]


def kinds(element) -> list[str]:
    elements = (kid for kid in kids(element) if isinstance(kid, pikepdf.Dictionary))
    return [str(kid.S) for kid in elements if "/S" in kid]


def marks(element) -> list[int]:
    return [int(kid) for kid in kids(element) if not isinstance(kid, pikepdf.Object)]


def _lists(elements):
    for element in elements:
        if element.S == "/L" and set(kinds(element)) - {"/LI", "/L", "/Caption"}:
            yield f"a list holds {kinds(element)}"
        if element.S == "/LI" and "/LBody" not in kinds(element):
            yield f"an item holds {kinds(element)}"
        if element.S == "/LI" and element.P.S != "/L":
            yield f"an item stands in {element.P.S}"


def _tables(elements):
    for table in (element for element in elements if element.S == "/Table"):
        cells = [cell for cell in below(table) if cell.S in OF_A_CELL]
        heads = {bytes(cell.ID) for cell in cells if cell.S == "/TH"}
        if not heads:
            yield "a table without heads"
        for cell in cells:
            if cell.S == "/TH" and cell.A.get("/Scope") not in ("/Row", "/Column"):
                yield "a head without its direction"
            if cell.S == "/TD" and not {bytes(h) for h in cell.A.get("/Headers", [])} <= heads:
                yield "a cell names a head that is not in its table"
        widths = {_width(row) for row in below(table) if row.S == "/TR"}
        if len(widths) > 1:
            yield f"rows of {widths} columns"


def _width(row) -> int:
    return sum(int(c.A.get("/ColSpan", 1)) for c in kids(row) if c.get("/S") in OF_A_CELL)


def _headings(elements):
    levels = [int(str(e.S)[2]) for e in elements if str(e.S)[1:] in ("H1", "H2", "H3", "H4")]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield f"the first headings are {levels[:3]}"
    if any(after > before + 1 for before, after in pairwise(levels)):
        yield f"headings skip a level: {levels}"


def _figures(elements):
    """The text of a drawing is a sentence: words, more of them than numbers."""
    for figure in (element for element in elements if element.S == "/Figure"):
        text = str(figure.get("/Alt", ""))
        if sum(letter.isalpha() for letter in text) < 12 or len(text) < 20:
            yield f"a drawing says {text!r}"


def _names(root, elements):
    named = {bytes(element.ID) for element in elements if "/ID" in element}
    listed = [bytes(name) for name in list(root.IDTree.Names)[::2]]
    if listed != sorted(named):
        yield "the tree of names does not list the named cells in order"


def _links(pdf, elements):
    tied = {
        kid.Obj.objgen
        for element in elements
        if element.S == "/Link"
        for kid in kids(element)
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR"
    }
    for page in pdf.pages:
        for link in page.get("/Annots", []):
            if link.objgen not in tied or not str(link.get("/Contents", "")):
                yield "a link that no element holds, or without a text"
            if not int(link.get("/F", 0)) & PRINTED or int(link.get("/F", 0)) & HIDDEN:
                yield "a link that is not printed"


def _content(pdf, root, elements):
    """What is drawn is read exactly once, or is an artifact; running heads are."""
    nums = list(root.ParentTree.Nums)
    parents = dict(zip((int(n) for n in nums[::2]), nums[1::2], strict=True))
    for page in pdf.pages:
        held = [
            kid
            for element in elements
            if "/Pg" in element and element.Pg.objgen == page.obj.objgen
            for kid in marks(element)
        ]
        drawn, loose, artifacts = _marks(page)
        if sorted(held) != sorted(drawn):
            yield f"page {page.index + 1}: drawn and read differ"
        if loose:
            yield f"page {page.index + 1}: {loose} texts outside of any mark"
        if not artifacts:
            yield f"page {page.index + 1}: no artifact"
        listed = parents[int(page.obj.StructParents)]
        for mcid in drawn:
            if mcid not in marks(listed[mcid]):
                yield f"page {page.index + 1}: {mcid} leads to another element"


def _marks(page) -> tuple[list[int], int, int]:
    """Numbers of the marks, texts outside of any, artifacts."""
    drawn, open_marks, loose, artifacts = [], [], 0, 0
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BMC" | "BDC":
                inside = operands[1] if len(operands) > 1 else {}
                if isinstance(inside, pikepdf.Dictionary) and "/MCID" in inside:
                    drawn.append(int(inside.MCID))
                artifacts += operands[0] == "/Artifact"
                open_marks.append(operands[0])
            case "EMC":
                open_marks.pop()
            case "Tj" | "TJ":
                loose += not open_marks
    return drawn, loose, artifacts
