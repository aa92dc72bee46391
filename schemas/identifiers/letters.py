"""Letters that look alike in Cyrillic, Greek and Latin: brought to Latin, with what was changed kept.

Papers typed on a Russian or Kazakh keyboard hold `МSСU` or `В123АС`; the eye sees no difference.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

# Cyrillic and Greek capitals drawn like a Latin capital in common typefaces.
LOOK_ALIKES = str.maketrans(
    "АВЕЁКМНОРСТУХІЇЅЈЗԚԜҮΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "ABEEKMHOPCTYXIISJ3QWYABEZHIKMNOPTYX",
)
_DASHES = "-‐‑‒–—―−﹣－"


class Repaired(NamedTuple):
    """A number in Latin capitals, and the letters that were exchanged to get there (`"М→M"`)."""

    number: str
    repairs: tuple[str, ...]


def to_latin(text: str, *, drop: str = " .·/\\" + _DASHES) -> Repaired:
    """Capital Latin letters and ASCII digits for everything that looks like one; characters of `drop` go.

    >>> to_latin("МSСU 305438-3")
    Repaired(number='MSCU3054383', repairs=('М→M', 'С→C'))
    """
    raised = unicodedata.normalize("NFKC", text).upper()
    kept = "".join(c for c in raised if c not in drop and not c.isspace())
    kept = unicodedata.normalize("NFKC", kept)  # accents that separators kept apart
    latin = kept.translate(LOOK_ALIKES)
    repairs = [f"{was}→{now}" for was, now in zip(kept, latin, strict=True) if was != now]
    return Repaired(latin, tuple(dict.fromkeys(repairs)))


def is_digits(text: str) -> bool:
    """Whether the text is ASCII digits only (`str.isdigit` also takes `²` and Arabic digits)."""
    return text.isascii() and text.isdigit()
