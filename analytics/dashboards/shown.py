"""What a page shows of one figure, read off the page itself: its table's rows and its drawing.

So a file holds what is shown and nothing else: suppressed stays suppressed, in the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, tostring

VOID = frozenset(["br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"])
CASED = {"viewbox": "viewBox", "preserveaspectratio": "preserveAspectRatio"}
NUMBER = re.compile(r"[-+−]?\d[\d,]*(\.\d+)?")
RANGE = re.compile(r"(\d[\d,]*(?:\.\d+)?)–(\d[\d,]*(?:\.\d+)?)")
NOT_DATA = ("plot__unit", "plot__care")
Value = str | float | None


@dataclass(frozen=True)
class Shown:
    """A figure: its heading, its columns and rows, its drawing if it has one."""

    title: str
    columns: list[str]
    rows: list[list[Value]]
    svg: str


def figure_of(html: str, name: str) -> Shown | None:
    """The figure of this name on a page; None where the page has none, or nothing in it."""
    root = _tree(html)
    part = next((each for each in root.iter() if each.get("data-figure") == name), None)
    table = next(part.iter("table"), None) if part is not None else None
    if part is None or table is None:
        return None
    heading = next((each for tag in ("h2", "h1") for each in part.iter(tag)), None)
    title = text_of(heading if heading is not None else next(root.iter("h1"), part))
    columns, rows = _table(table)
    return Shown(title, columns, rows, _drawing(part, table, title))


def heading_of(html: str) -> str:
    """The page's own heading."""
    found = next(_tree(html).iter("h1"), None)
    return "" if found is None else text_of(found)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.builder, self.open = TreeBuilder(), ["page"]
        self.builder.start("page", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {CASED.get(k, k): v or "" for k, v in attrs})
        if tag in VOID:
            self.builder.end(tag)
        else:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self.open[1:]:
            closed = self.open.pop()
            self.builder.end(closed)
            if closed == tag:
                return

    def handle_data(self, data: str) -> None:
        self.builder.data(data)


def _tree(html: str) -> Element:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    for tag in reversed(reader.open):
        reader.builder.end(tag)
    return reader.builder.close()


def text_of(element: Element) -> str:
    return " ".join("".join(_texts(element)).split())


def _texts(element: Element) -> Iterator[str]:
    hidden = element.get("aria-hidden") == "true" or element.get("class", "") in NOT_DATA
    if element.tag != "svg" and not hidden:
        yield element.text or ""
        for child in element:
            if child.tag == "br":
                yield " "
            yield from _texts(child)
            yield child.tail or ""


def _table(table: Element) -> tuple[list[str], list[list[Value]]]:
    head = next(table.iter("thead"), None)
    columns = [text_of(cell) for cell in head.iter("th")] if head is not None else []
    rows, said, looked, group = [], set[int](), set[int](), ""
    for row in (row for body in table.iter("tbody") for row in body.iter("tr")):
        cells = [cell for cell in row if cell.tag in ("th", "td")]
        if len(cells) == 1 and cells[0].get("scope") == "rowgroup":
            group = text_of(cells[0])
            continue
        spread = [(cell, int(cell.get("colspan", "1"))) for cell in cells]
        texts = [text_of(cell) for cell, wide in spread for _k in range(wide)]
        own = [wide == 1 for _cell, wide in spread for _k in range(wide)]
        said |= {k for k, text in enumerate(texts) if text and own[k]}
        looked |= {k for k, alone in enumerate(own) if alone}
        rows.append([f"{group}: {texts[0]}" if group else texts[0], *texts[1:]])
    drawings = looked - said
    shown = [k for k, name in enumerate(columns) if name and k not in drawings]
    return _typed(
        [columns[k] for k in shown], [[row[k] for k in shown if k < len(row)] for row in rows]
    )


def _typed(columns: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[Value]]]:
    """Numbers as numbers; a column of intervals becomes two."""
    names: list[str] = []
    typed: list[list[Value]] = [[] for _row in rows]
    for k, column in enumerate(columns):
        values = [row[k] if k < len(row) else "" for row in rows]
        ranges = [RANGE.fullmatch(value) for value in values]
        if any(ranges):
            names += [f"{column} (1)", f"{column} (2)"]
            for row, value, pair in zip(typed, values, ranges, strict=True):
                row += map(_value, pair.groups()) if pair else [value, value]
        else:
            names.append(column)
            for row, value in zip(typed, values, strict=True):
                row.append(_value(value) if k else value)
    return names, typed


def _value(text: str) -> Value:
    """A number as such; 87.4 % too."""
    bare = text.removesuffix(" %")
    if not NUMBER.fullmatch(bare):
        return text
    number = bare.replace(",", "").replace("−", "-")
    return float(number) if "." in number else int(number)


ROW, NAME, MARK = 40, 240, 320


def _drawing(part: Element, table: Element, title: str) -> str:
    """The one drawing of the figure, or those of its rows beside their names and numbers."""
    rows = [
        (row, next(row.iter("svg"), None))
        for body in table.iter("tbody")
        for row in body.iter("tr")
    ]
    alone = next((svg for svg in part.iter("svg") if svg.get("role") == "img"), None)
    if alone is not None:
        return _svg(alone)
    if not rows:
        return ""
    whole = Element("svg", viewBox=f"0 0 {NAME + MARK + 200} {ROW * (len(rows) + 1)}")
    _label(whole, 0, 24, title, "18")
    for k, (row, svg) in enumerate(rows, 1):
        _label(whole, 0, ROW * k + 24, text_of(row[0]))
        if svg is not None:
            svg.attrib |= {"x": str(NAME), "y": str(ROW * k), "width": str(MARK), "height": "36"}
            whole.append(svg)
        numbers = [text_of(cell) for cell in row[1:] if next(cell.iter("svg"), None) is None]
        _label(whole, NAME + MARK + 12, ROW * k + 24, "  ".join(filter(None, numbers)))
    return _svg(whole)


def _label(whole: Element, x: int, y: int, text: str, size: str = "14") -> None:
    label = SubElement(whole, "text", {"x": str(x), "y": str(y), "font-size": size})
    label.attrib |= {"font-family": "Sarabun, sans-serif", "fill": "#16191d"}
    label.text = text


def _svg(element: Element) -> str:
    element.set("xmlns", "http://www.w3.org/2000/svg")
    element.tail = None
    return tostring(element, encoding="unicode")


def rows_as_records(shown: Shown) -> Sequence[dict[str, Value]]:
    return [dict(zip(shown.columns, row, strict=False)) for row in shown.rows]
