"""The cells of a head: by ruled lines or by gaps, over several lines and languages, and the column each names."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

from flows.steps.tables.layout import Chunk, Line, Ruled, around, chunk, chunks, is_han, join_text, text_lines
from flows.steps.tables.lexicon import Reader
from schemas.page import Box, Word

_NEVER = math.inf
ENOUGH = 0.55
"""Share of its letters a head must name of a column to be taken for it."""


def cells_by_rules(lines: Sequence[Line], rules: Sequence[Ruled]) -> list[tuple[str, Box]]:
    """Cells between ruled lines; what stands over several, where their rules do not reach up, is of each."""
    cuts = [rule.at for rule in rules]
    cells: dict[int, list[Word]] = {}
    for line in lines:
        across = _cuts_at(line, rules)
        for piece in chunks(line.words, _NEVER, across):
            low = [at for at in across if at <= piece.box.centre[0]]
            high = [at for at in across if at > piece.box.centre[0]]
            first = bisect_left(cuts, low[-1]) + 1 if low else 0
            last = bisect_left(cuts, high[0]) if high else len(cuts)
            if len(low) < 1 or not high or last - first > 3:
                first = last = bisect_left(cuts, piece.box.centre[0])
            for index in range(first, last + 1):
                cells.setdefault(index, []).extend(piece.words)
    edges = [-math.inf, *cuts, math.inf]
    return [
        _cell(cell, edges[index], edges[index + 1])
        for index, cell in sorted(cells.items())
        if any(edges[index] < word.box.centre[0] < edges[index + 1] for word in cell)
    ]


def _cuts_at(line: Line, rules: Sequence[Ruled]) -> list[float]:
    """Where upright ruled lines stand at the height of a line of text."""
    return [rule.at for rule in rules if rule.covers(line.y - 1, line.y + 1) > 0.5]


class _Stack:
    """Pieces of a head that stand one below the other: one cell."""

    def __init__(self, piece: Chunk) -> None:
        self.pieces, self.box = [piece], piece.box

    def add(self, piece: Chunk) -> None:
        self.pieces.append(piece)
        self.box = Box.around([self.box, piece.box])


def cells_by_gaps(lines: Sequence[Line], rules: Sequence[Ruled], reader: Reader, gap: float) -> list[tuple[str, Box]]:
    """Cells from the gaps in each line: the line with most pieces gives the columns, the others join them."""
    parted = [
        [part for piece in chunks(line.words, gap, _cuts_at(line, rules)) for part in _parted(piece, reader)]
        for line in lines
    ]
    stacks: list[_Stack] = []
    for _, pieces in sorted(enumerate(_split_over(parted)), key=lambda item: (-len(item[1]), item[0])):
        for piece in pieces:
            under = [stack for stack in stacks if _share_x(piece.box, stack.box) > 0.25]
            if not under:
                stacks.append(_Stack(piece))
            elif len(under) == 1:
                under[0].add(piece)
            else:  # stands over several columns: "Weight, kg" over "gross" and "net"
                for stack in under:
                    if _share_x(piece.box, stack.box) > 0.6 or len(under) == 2:
                        stack.add(Chunk(piece.words, piece.text, _clipped(piece.box, stack.box)))
    stacks.sort(key=lambda stack: stack.box.x0)
    return [(_stacked(stack.pieces), stack.box) for stack in stacks]


def _split_over(lines: list[list[Chunk]]) -> list[list[Chunk]]:
    """Heads that stand over several heads of their own ("QTY" over "/CTN" and "TOTAL"), said once over each."""
    for index in range(1, len(lines)):
        upper, lower = lines[index - 1], lines[index]
        split: list[Chunk] = []
        for place, piece in enumerate(upper):
            left = (upper[place - 1].box.x1 + piece.box.x0) / 2 if place else piece.box.x0
            right = (piece.box.x1 + upper[place + 1].box.x0) / 2 if place + 1 < len(upper) else piece.box.x1
            under = [child for child in lower if left < child.box.centre[0] < right]
            middle = piece.box.centre[0]
            is_over = len(under) > 1 and under[0].box.x1 < middle < under[-1].box.x0 and len(lower) < len(upper)
            split += [Chunk(piece.words, piece.text, _spread(piece, child)) for child in under] if is_over else [piece]
        lines[index - 1] = split
    return lines


def _spread(piece: Chunk, child: Chunk) -> Box:
    return Box(child.box.x0, piece.box.top, child.box.x1, piece.box.bottom)


def _parted(piece: Chunk, reader: Reader) -> list[Chunk]:
    """Cells printed with no more than a blank between them, told apart by what they mean."""
    if len(piece.words) < 2:
        return [piece]
    whole = reader.meaning(piece.text)
    if len(whole.shares) < 2 or max(whole.shares.values()) >= 0.9:
        return [piece]
    for cut in range(1, len(piece.words)):
        if _parts_languages(piece.words[cut - 1].text, piece.words[cut].text):
            continue
        left, right = chunk(piece.words[:cut]), chunk(piece.words[cut:])
        if any(all(word in reader.spec.noise for word in reader.spec.plain_words(p.text)) for p in (left, right)):
            continue
        said = [assign([reader.meaning(part.text).shares], reader)[0] for part in (left, right)]
        if said[0] and said[1] and said[0] != said[1] and max(reader.meaning(left.text).shares.values()) > 0.9:
            return [left, *_parted(right, reader)]
    return [piece]


def _parts_languages(one: str, other: str) -> bool:
    """Whether a head goes on in another language between two words: after a stroke, or after Chinese."""
    return "/" in (one, other) or (is_han(one[-1]) and not is_han(other[0]))


def _stacked(pieces: list[Chunk]) -> str:
    text = ""
    for piece in sorted(pieces, key=lambda piece: (round(piece.box.top / 3), piece.box.x0)):
        text = text[:-1] + piece.text if text.endswith("-") else join_text(text, piece.text)
    return text


def _cell(words: list[Word], left: float, right: float) -> tuple[str, Box]:
    text = ""
    for line in text_lines(words):
        text = text[:-1] + line.text if text.endswith("-") else join_text(text, line.text)
    box = around(words)
    return text, Box(max(box.x0, left), box.top, min(box.x1, right), box.bottom)


def _share_x(one: Box, other: Box) -> float:
    common = min(one.x1, other.x1) - max(one.x0, other.x0)
    return common / max(1e-6, min(one.width, other.width))


def _clipped(box: Box, to: Box) -> Box:
    return Box(max(box.x0, to.x0), box.top, min(box.x1, to.x1), box.bottom)


def assign(shares: list[dict[str, float]], reader: Reader) -> list[str]:
    """Each column name to the cell that says it best, each cell at most one; the plainest first.

    Names of what is not kept may stand twice: the mass of one piece, net and gross.
    """
    options = sorted(
        (
            (-share, len(cell), index, order, name)
            for index, cell in enumerate(shares)
            for order, (name, share) in enumerate(cell.items())
            if share >= ENOUGH
        ),
    )
    names = [""] * len(shares)
    taken: set[str] = set()
    for _, _, index, _, name in options:
        if not names[index] and name not in taken:
            names[index] = name
            if reader.spec.columns[name].keep:
                taken.add(name)
    return names
