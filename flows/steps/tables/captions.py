"""What stands right below a head and is part of it: captions in a further language, or glued to the first row."""

from __future__ import annotations

from dataclasses import replace

from flows.steps.tables.heads import Head
from flows.steps.tables.layout import Sheet, join
from flows.steps.tables.strips import Cutter, Strip
from schemas.page import Word


def without_captions(strips: list[Strip], head: Head | None, sheet: Sheet, cutter: Cutter) -> list[Strip]:
    """Lines right below the head that go on with it, in a further language: words stand where the numbers of
    rows do, or they are in the small type of the head, smaller than the rows are.
    """
    if head is None:
        return strips
    first = next((i for i, strip in enumerate(strips) if strip.anchors), None)
    if not first:
        return [_without_glued_head(strips[0], cutter), *strips[1:]]
    small = 0.85 * strips[first].height
    heights = [line.height for line in sheet.lines if head.box.top <= line.y <= head.box.bottom]
    if not heights or strips[0].y - head.box.bottom > 1.5 * max(heights):
        return strips
    count = 0
    while count < first:
        strip = strips[count]
        texts = (strip.text(i).replace("m3", "m").replace("м3", "м") for i in cutter.number_columns)
        spoken = [text for text in texts if _has_letter(text)]
        if any(char.isdigit() for text in spoken for char in text):
            break
        is_caption = len(spoken) >= 2 or strip.height <= min(small, 1.1 * max(heights))
        if not is_caption:
            break
        count += 1
    rest = strips[count:]
    return [_without_glued_head(rest[0], cutter), *rest[1:]] if not count else rest


def _without_glued_head(strip: Strip, cutter: Cutter) -> Strip:
    """The first row without the second line of the head, where that stands so low that both are one line:
    "Qty (pcs) 24", "Unit price (USD) 118.50"."""
    found: dict[int, tuple[Word, ...]] = {}
    for index, words in strip.cells.items():
        name = cutter.grid.columns[index].name
        if not name:
            continue
        is_text = cutter.reader.spec.columns[name].type in ("text", "country", "unit")
        spoken = [word for word in words if _is_word(word.text)]
        rest = tuple(word for word in words if not _is_word(word.text))
        if is_text:
            spoken, rest = list(words[:1]), words[1:]
        shares = cutter.reader.meaning(join(spoken)).shares if spoken else {}
        if rest and name in shares:
            found[index] = rest
    if len(found.keys() & cutter.number_columns) < 2 or len(found) < 3:
        return strip
    bare = replace(strip, cells={**strip.cells, **found}, texts={}, kind="")
    cutter.find_numbers(bare)
    return bare


def _has_letter(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _is_word(text: str) -> bool:
    return _has_letter(text) and not any(char.isdigit() for char in text)
