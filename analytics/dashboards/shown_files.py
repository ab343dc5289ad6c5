"""Every figure of a page as a file: `?figure=NAME&as=csv` answers with what is shown there."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from analytics.dashboards.shown import Shown, figure_of, heading_of, rows_as_records
from surveys.csv_files import csv_line

View = TypeVar("View", bound=Callable[..., HttpResponse])


def with_files(view: View) -> View:
    """The view, whose figures can be taken away as files by whoever may see the page."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name, kind = request.GET.get("figure", ""), request.GET.get("as", "")
        page = view(request, *args, **kwargs)
        if not name or page.status_code != 200:
            return page
        return _file(request, page.content.decode(), name, kind)

    return cast(View, answer)


def _file(request: HttpRequest, html: str, name: str, kind: str) -> HttpResponse:
    shown = figure_of(html, name)
    if shown is None or kind not in MAKERS or (kind == "svg" and not shown.svg):
        raise Http404
    about = {"page": heading_of(html), "figure": shown.title, "address": _address(request)}
    content, content_type = MAKERS[kind](shown, about)
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _address(request: HttpRequest) -> str:
    """Of the page that shows the figure."""
    query = request.GET.copy()
    query.pop("figure"), query.pop("as", None)
    text = query.urlencode()
    return settings.PUBLIC_URL + request.path + (f"?{text}" if text else "")


Made = tuple[str | bytes, str]


def _csv(shown: Shown, about: dict[str, str]) -> Made:
    lines = [csv_line(shown.columns), *map(csv_line, shown.rows)]
    return "\ufeff" + "".join(lines), "text/csv; charset=utf-8"


def _json(shown: Shown, about: dict[str, str]) -> Made:
    whole = about | {"rows": rows_as_records(shown)}
    return json.dumps(whole, ensure_ascii=False, indent=1), "application/json"


def _xlsx(shown: Shown, about: dict[str, str]) -> Made:
    """Texts are texts, whatever they begin with: nothing in it can be a formula."""
    book = Workbook(write_only=True)
    sheets: dict[str, list[list[Any]]] = {
        "figure": [shown.columns, *shown.rows],
        "source": [list(pair) for pair in about.items()],
    }
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    stored = io.BytesIO()
    book.save(stored)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return stored.getvalue(), kind


def _cell(sheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def _svg(shown: Shown, about: dict[str, str]) -> Made:
    return shown.svg, "image/svg+xml"


MAKERS = {"csv": _csv, "xlsx": _xlsx, "json": _json, "svg": _svg}
