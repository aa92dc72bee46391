"""How far two readings of one page agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from schemas.page import Box, Page, Ruling, Word

_ENOUGH = 0.3


def overlap(a: Box, b: Box) -> float:
    """Intersection over union of two boxes."""
    across = min(a.x1, b.x1) - max(a.x0, b.x0)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    if across <= 0 or down <= 0:
        return 0.0
    both = across * down
    return both / (a.width * a.height + b.width * b.height - both)


def missing_words(ours: Sequence[Word], theirs: Sequence[Word]) -> list[Word]:
    """Words of `theirs` that `ours` does not have with the same text at the same place."""
    places: dict[str, list[Box]] = defaultdict(list)
    for word in ours:
        places[word.text].append(word.box)
    missing = []
    for word in theirs:
        boxes = places[word.text]
        best = max(boxes, key=lambda box: overlap(box, word.box), default=None)
        if best is None or overlap(best, word.box) <= _ENOUGH:
            missing.append(word)
        else:
            boxes.remove(best)
    return missing


def unlike_words(ours: Page, theirs: Page) -> list[Word]:
    """Words of `theirs` that are neither in `ours` nor pieces of its words at the same place.

    pdfplumber gives slanted stamps and spaced-out headings letter by letter.
    """
    return [
        word
        for word in missing_words(ours.words, theirs.words)
        if not any(word.text in own.text and own.box.holds(*word.box.centre) for own in ours.words)
    ]


def missing_rulings(ours: Page, theirs: Page, *, off: float = 2.0) -> list[Ruling]:
    """Ruled lines of `theirs` that no line of `ours` covers within `off` points."""
    return [line for line in theirs.rulings if not any(_covers(own.box, line.box, off) for own in ours.rulings)]


def _covers(own: Box, other: Box, off: float) -> bool:
    return (
        own.x0 - off <= other.x0
        and own.top - off <= other.top
        and own.x1 + off >= other.x1
        and own.bottom + off >= other.bottom
    )
