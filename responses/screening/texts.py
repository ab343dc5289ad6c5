"""A short signature of a text: two texts that say nearly the same share most of it.

MinHash (Broder 1997) over the normalised text's sequences of five characters. The share of equal
numbers in two signatures estimates how much the two sets of sequences have in common.
"""

from __future__ import annotations

import re
import unicodedata
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

SIGNATURE = 16
SHORTEST = 20
"""Shorter texts are often written alike by people who have never met."""
_SEQUENCE = 5
_rng = np.random.default_rng(20260101)
_FACTOR = _rng.integers(1, 2**32, SIGNATURE, dtype=np.uint64) | np.uint64(1)
_SHIFT = _rng.integers(0, 2**32, SIGNATURE, dtype=np.uint64)
_NONE = [0] * SIGNATURE


def plain(text: str) -> str:
    """Without case, spaces, digits, marks of punctuation, and letters held down."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(c for c in text if unicodedata.category(c)[0] in "LM")
    return re.sub(r"(.)\1{2,}", r"\1", text)


def signature(text: str) -> list[int]:
    """Of a text with at least SHORTEST plain characters; zeros for shorter ones."""
    if len(text) < SHORTEST or len(text := plain(text)) < SHORTEST:
        return _NONE
    encoded = [text[k : k + _SEQUENCE].encode() for k in range(len(text) - _SEQUENCE + 1)]
    hashes: NDArray[np.uint64] = np.array([crc32(each) for each in encoded], dtype=np.uint64)
    mixed = (hashes[:, None] * _FACTOR + _SHIFT) >> np.uint64(32)
    smallest: list[int] = mixed.min(axis=0).tolist()
    return smallest
