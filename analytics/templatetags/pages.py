"""Tags that every page of the site uses."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils.translation import get_language

register = template.Library()


@register.inclusion_tag("_other_language.html", takes_context=True)
def other_language(context: dict[str, Any]) -> dict[str, Any]:
    """A link to the same page in the other language."""
    code, name = next(
        (code, name)
        for code, name in (("th", "ไทย"), ("en", "English"))
        if code != (get_language() or settings.LANGUAGE_CODE)
    )
    request = context.get("request")
    url = translate_url(request.get_full_path(), code) if request else f"/{code}/"
    return {"code": code, "name": name, "url": url}
