"""Sarabun as the PDF needs it: every ำ one glyph that says what it is.

A shaper splits ำ into a ring above the consonant and า; what a reader then extracts or hears is
another word. Here the ring (with the tone on it) and า become one glyph again, whose text is
known. docs/decisions/0006-pdf-text-layer.md tells the whole.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Any

from django.contrib.staticfiles import finders
from fontTools.otlLib.builder import buildLigatureSubstSubtable, buildLookup  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

SARA_AA = "uni0E32"
NIKHAHIT = "uni0E4D"
TONES = ("0E48", "0E49", "0E4A", "0E4B")
BASE_GLYPH = 1

# Ring alone and ring with a tone on it; narrow ones stand on ป ฝ ฟ.
RINGS = tuple(NIKHAHIT + tone + width for width in ("", ".narrow") for tone in ("", *TONES))


@lru_cache
def sarabun(name: str) -> bytes:
    """The font file static/fonts/`name` with a glyph for each ring and า."""
    path = finders.find(f"fonts/{name}")
    if not isinstance(path, str):
        raise FileNotFoundError(f"static/fonts/{name} is missing")
    font = TTFont(path)
    for ring in RINGS:
        _join(font, ring)
    font.getReverseGlyphMap(rebuild=True)
    _substitute(font, {(ring, SARA_AA): _joined(ring) for ring in RINGS})
    changed = BytesIO()
    font.save(changed)
    return changed.getvalue()


def text_of_glyphs(font: TTFont) -> dict[int, str]:
    """The Thai text that each glyph stands for, by its number.

    Variants of a glyph (`uni0E48.narrow`) say what the glyph says.
    """
    return {
        number: text for number, name in enumerate(font.getGlyphOrder()) if (text := _text(name))
    }


def _joined(ring: str) -> str:
    return f"{ring}_{SARA_AA}"


def _text(name: str) -> str:
    """ "uni0E4D0E49.narrow_uni0E32" is "้ำ"; empty for a glyph that is not Thai."""
    joined = name.endswith(f"_{SARA_AA}")
    codes = name.removesuffix(f"_{SARA_AA}").split(".")[0].removeprefix("uni")
    if not codes.startswith("0E") or len(codes) % 4:
        return ""
    text = "".join(chr(int(codes[at : at + 4], 16)) for at in range(0, len(codes), 4))
    return text.removeprefix("\u0e4d") + "\u0e33" if joined else text


def _join(font: TTFont, ring: str) -> None:
    """Draw ring and า as one. The ring's place over every consonant is its own origin."""
    pen = TTGlyphPen(font.getGlyphSet())
    for part in (ring, SARA_AA):
        pen.addComponent(part, (1, 0, 0, 1, 0, 0))
    glyphs: Any = font["glyf"]
    glyphs[_joined(ring)] = glyph = pen.glyph()
    glyph.recalcBounds(glyphs)
    font["hmtx"][_joined(ring)] = (font["hmtx"][SARA_AA][0], glyph.xMin)
    font["GDEF"].table.GlyphClassDef.classDefs[_joined(ring)] = BASE_GLYPH


def _substitute(font: TTFont, ligatures: dict[tuple[str, str], str]) -> None:
    """Add the ligatures to what the font does to every Thai text, after all it did before."""
    table = font["GSUB"].table
    lookup = buildLookup([buildLigatureSubstSubtable(ligatures)])
    table.LookupList.Lookup.append(lookup)
    table.LookupList.LookupCount += 1
    index = table.LookupList.LookupCount - 1
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "ccmp":
            record.Feature.LookupListIndex.append(index)
            record.Feature.LookupCount += 1
