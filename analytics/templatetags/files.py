"""`{% data_picture "league" %}` under a figure: its files, and how to cite it.

The figure stands within the element with `data-figure="league"` (dashboards/shown_files.py).
"""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("figures/data_picture.html", takes_context=True)
def data_picture(context: dict[str, Any], name: str, *, picture: bool = True) -> dict[str, Any]:
    request = context.get("request")
    if request is None:  # a report on paper
        return {}
    query = request.GET.copy()
    query["figure"] = name
    links = []
    for kind in ("csv", "xlsx", "json", *(["svg"] if picture else [])):
        query["as"] = kind
        links.append((kind, f"?{query.urlencode()}"))
    wanted = ("wave", "agency")
    return {
        "links": links,
        "picture": picture,
        "address": settings.PUBLIC_URL + request.get_full_path(),
        **{key: context.get(key) for key in wanted},
    }
