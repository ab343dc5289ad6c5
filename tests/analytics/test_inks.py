"""A verdict's colours stand in the tokens alone; what draws the PDF takes them from there."""

import re
from pathlib import Path

from django.template import Context, Template

from analytics.wording.inks import INKS, RATING_INKS

ROOT = Path(__file__).resolve().parents[2]
TOKENS = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
LIGHT = TOKENS.split("@media (prefers-color-scheme: dark)")[0]


def test_the_light_colours_are_taken():
    for name in ("met", "not-met", "inconclusive"):
        assert f"--{name}: {INKS[name]};" in LIGHT
    assert f"--blue: {INKS['plain']};" in LIGHT
    assert [f"--rating-{k}: {ink};" in LIGHT for k, ink in enumerate(RATING_INKS, 1)] == [True] * 5


def test_every_mark_is_drawn_in_its_colour():
    for mark, colour in INKS.items():
        drawn = Template('{% include "figures/shape.html" with cx=8 cy=8 %}').render(
            Context({"mark": mark})
        )
        assert set(re.findall(r"#[0-9a-f]{6}", drawn)) - {"#ffffff"} == {colour}


def test_no_other_file_of_ours_names_a_verdicts_colour():
    ours = {INKS["met"], INKS["inconclusive"], *RATING_INKS}
    files = [
        path
        for folder in ("templates", "analytics", "responses", "surveys", "static/js", "static/css")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in (".html", ".py", ".js", ".css") and path.name != "tokens.css"
    ]
    assert len(files) > 300
    for path in files:
        text = path.read_text(encoding="utf-8").lower()
        assert not [colour for colour in ours if colour in text], path
