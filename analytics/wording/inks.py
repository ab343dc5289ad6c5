"""What SVG draws with where no stylesheet reaches it (the PDF): the light colours of the tokens.

Pages override them by class.
"""

from __future__ import annotations

import re

from django.conf import settings

_TOKEN = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")


def _light_colours() -> dict[str, str]:
    tokens = (settings.BASE_DIR / "static/css/tokens.css").read_text(encoding="utf-8")
    return dict(reversed(_TOKEN.findall(tokens)))  # the dark ones, of the same names, come after


COLOURS = _light_colours()
INKS = {name: COLOURS[name] for name in ("met", "not-met", "inconclusive")} | {
    "plain": COLOURS["blue"],
    "on-course": COLOURS["blue"],
}
RATING_INKS = tuple(COLOURS[f"rating-{rating}"] for rating in range(1, 6))
