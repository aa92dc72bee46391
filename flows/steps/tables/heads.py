"""The head of a table of items: where it stands on a page, and which column lies under which of its cells."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flows.steps.tables.layout import Chunk, Line, Ruled, Sheet, around, chunk, chunks, is_han, join_text, text_lines
from flows.steps.tables.lexicon import CURRENCIES, Meaning, Reader, unit_factor
from schemas.page import Box, Word

_GAP = 0.62
"""Letter heights between two words that are certainly two cells of a head."""
_NEVER = math.inf
_MOST_LINES = 8
_MOST_HEIGHT = 130.0
_LINE_BONUS = 0.05
"""What a further line that fits adds to the score: the second language, the units."""
_VALUE = re.compile(r"[0-9]{3}")
"""What values have and heads have not, but for a year."""
_ENOUGH = 0.55
"""Share of its letters a head must name of a column to be taken for it."""


@dataclass(frozen=True)
class Column:
    """One column of a table: its head as printed, where the head stands, and what it is."""

    name: str
    """Name of the column in the data; empty where the head says nothing known."""
    text: str
    box: Box
    rest: tuple[str, ...] = ()
    """Words of the head beside its name: unit, currency."""


@dataclass(frozen=True)
class Head:
    """The head of a table."""

    columns: tuple[Column, ...]
    box: Box
    score: float

    @property
    def names(self) -> frozenset[str]:
        return frozenset(column.name for column in self.columns if column.name)


def find_heads(sheet: Sheet, reader: Reader) -> list[Head]:
    """The heads of tables of items on a page, from top to bottom."""
    found = []
    for run in _runs(sheet.lines, reader):
        if not _may_head(run, reader):
            continue
        head = _best(sheet, run, reader)
        if head is not None:
            found.append(head)
    return found


def _runs(lines: Sequence[Line], reader: Reader) -> list[list[Line]]:
    """Stretches of lines that consist of words known from heads, one of them at least naming a column."""
    runs: list[list[Line]] = []
    for line in lines:
        if not _is_heady(line, reader):
            continue
        if runs and line.y - runs[-1][-1].y <= 1.9 * max(line.height, runs[-1][-1].height):
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _may_head(run: Sequence[Line], reader: Reader) -> bool:
    """Whether the words of a run name all that a head must, in whatever order."""
    words = {word for line in run for word in reader.spec.plain_words(line.text)}
    text = "".join(line.text for line in run)
    return all(any(reader.may_name(name, words, text) for name in group) for group in reader.spec.needs)


def _is_heady(line: Line, reader: Reader) -> bool:
    known = unknown = numbers = 0
    for word in line.words:
        letters = sum(1 for char in word.text if char.isalpha())
        if not letters:
            numbers += any(char.isdigit() for char in word.text)
        elif reader.knows(word.text):
            known += letters
        else:
            unknown += letters
    if not known:
        return all(word.text.strip() in ("№", "#", "%") for word in line.words)
    return known >= unknown and numbers <= 2 + len(line.words) // 2


def _best(sheet: Sheet, run: list[Line], reader: Reader) -> Head | None:
    best: Head | None = None
    for first in range(len(run)):
        for last in range(first, min(len(run), first + _MOST_LINES)):
            lines = run[first : last + 1]
            if lines[-1].y - lines[0].y > _MOST_HEIGHT:
                break
            head = _read(sheet, lines, reader)
            score = head.score + _LINE_BONUS * len(lines) if head else 0.0
            if head is not None and (best is None or score > best.score):
                best = replace(head, score=score)
    if best is None:
        return None
    return _whole(sheet, best, reader)


def _whole(sheet: Sheet, head: Head, reader: Reader) -> Head:
    """The head with all that stands in its ruled row, where it has one."""
    x0, x1 = head.box.x0, head.box.x1
    above = [r.at for r in sheet.horizontals if r.at <= head.box.top + 2 and r.covers(x0, x1) > 0.9]
    below = [r.at for r in sheet.horizontals if r.at >= head.box.bottom - 2 and r.covers(x0, x1) > 0.9]
    if not above or not below or below[0] - above[-1] > _MOST_HEIGHT:
        return head
    words = list(sheet.words_between(above[-1], below[0]))
    if len(words) == sum(len(column.text.split()) for column in head.columns):
        return replace(head, box=Box(x0, above[-1], x1, below[0]))
    wider = _read_words(sheet, words, reader)
    if wider is None or wider.score < head.score - 0.75:
        return head
    return replace(wider, box=Box(wider.box.x0, above[-1], wider.box.x1, below[0]))


def _read(sheet: Sheet, lines: Sequence[Line], reader: Reader) -> Head | None:
    return _read_words(sheet, [word for line in lines for word in line.words], reader)


def _read_words(sheet: Sheet, words: Sequence[Word], reader: Reader) -> Head | None:
    if len(words) < 2 or sum(1 for word in words if _VALUE.search(word.text)) > 1:
        return None
    box = around(words)
    rules = [r for r in sheet.verticals if r.covers(box.top + 1, box.bottom - 1) > 0.35]
    ways = [_cells_by_gaps(words, rules, reader, max(_GAP, sheet.blank))]
    if len(rules) >= 3:
        ways.append(_cells_by_rules(words, rules))
    heads = [_head(cells, box, reader) for cells in ways]
    good = [head for head in heads if head is not None]
    return max(good, key=lambda head: head.score, default=None)


def _head(cells: list[tuple[str, Box]], box: Box, reader: Reader) -> Head | None:
    """The cells with the columns they name; None where they head no table of items."""
    fuzzy = False
    meanings = [reader.meaning(text, fuzzy) for text, _ in cells]
    if any(meaning.is_other for meaning in meanings):
        quantity = any("quantity" in m.shares or "packages" in m.shares for m in meanings)
        if not quantity:
            return None
    names = _assign([_by_unit(meaning, reader) for meaning in meanings], reader)
    columns = tuple(
        Column(name, text, place, meaning.rest)
        for name, (text, place), meaning in zip(names, cells, meanings, strict=True)
    )
    found = {name for name in names if name}
    if not all(found & set(group) for group in reader.spec.needs) or len(found) < 2:
        return None
    foreign = sum(1 for c, m in zip(columns, meanings, strict=True) if not c.name and _has_letters(c.text))
    rest = sum(1 for c in columns for word in c.rest if word not in reader.spec.noise) * 0.02
    covered = sum(min(1.0, m.shares[c.name] / 0.7) for c, m in zip(columns, meanings, strict=True) if c.name)
    kept = sum(1 for name in found if reader.spec.columns[name].keep)
    score = covered + 0.25 * kept - 0.6 * foreign - rest
    if foreign > len(found):
        return None
    return Head(columns, box, score)


def _by_unit(meaning: Meaning, reader: Reader) -> dict[str, float]:
    """What a head may name, given the unit printed in it: "Netto, kg" is a mass, "Netto, EUR" an amount."""
    if len(meaning.shares) < 2:
        return meaning.shares
    is_mass = unit_factor(meaning.rest, "mass") is not None
    is_money = any(word in CURRENCIES for word in meaning.rest)
    types = {name: reader.spec.columns[name].type for name in meaning.shares}
    return {
        name: share
        for name, share in meaning.shares.items()
        if not (is_mass and types[name] == "money") and not (is_money and types[name] in ("mass", "number"))
    }


def _assign(shares: list[dict[str, float]], reader: Reader) -> list[str]:
    """Each column name to the cell that says it best, each cell at most one; the plainest first.

    Names of what is not kept may stand twice: the mass of one piece, net and gross.
    """
    options = sorted(
        (
            (-share, len(cell), index, order, name)
            for index, cell in enumerate(shares)
            for order, (name, share) in enumerate(cell.items())
            if share >= _ENOUGH
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


def _cells_by_rules(words: Sequence[Word], rules: Sequence[Ruled]) -> list[tuple[str, Box]]:
    """Cells between ruled lines; what stands over several, where their rules do not reach up, is of each."""
    cuts = [rule.at for rule in rules]
    cells: dict[int, list[Word]] = {}
    for line in text_lines(words):
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


def _cells_by_gaps(words: Sequence[Word], rules: Sequence[Ruled], reader: Reader, gap: float) -> list[tuple[str, Box]]:
    """Cells from the gaps in each line: the line with most pieces gives the columns, the others join them."""
    lines = [
        [part for piece in chunks(line.words, gap, _cuts_at(line, rules)) for part in _parted(piece, reader)]
        for line in text_lines(words)
    ]
    lines = _split_over(lines)
    stacks: list[list[Chunk]] = []
    for _, pieces in sorted(enumerate(lines), key=lambda item: (-len(item[1]), item[0])):
        for piece in pieces:
            under = [stack for stack in stacks if _share_x(piece.box, _extent(stack)) > 0.25]
            if not under:
                stacks.append([piece])
            elif len(under) == 1:
                under[0].append(piece)
            else:  # stands over several columns: "Weight, kg" over "gross" and "net"
                for stack in under:
                    if _share_x(piece.box, _extent(stack)) > 0.6 or len(under) == 2:
                        stack.append(Chunk(piece.words, piece.text, _clipped(piece.box, _extent(stack))))
    stacks.sort(key=lambda stack: _extent(stack).x0)
    return [_stacked(stack) for stack in stacks]


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
        said = [_assign([reader.meaning(part.text).shares], reader)[0] for part in (left, right)]
        if said[0] and said[1] and said[0] != said[1] and max(reader.meaning(left.text).shares.values()) > 0.9:
            return [left, *_parted(right, reader)]
    return [piece]


def _parts_languages(one: str, other: str) -> bool:
    """Whether a head goes on in another language between two words: after a stroke, or after Chinese."""
    return "/" in (one, other) or (is_han(one[-1]) and not is_han(other[0]))


def _stacked(stack: list[Chunk]) -> tuple[str, Box]:
    text = ""
    for piece in sorted(stack, key=lambda piece: (round(piece.box.top / 3), piece.box.x0)):
        text = text[:-1] + piece.text if text.endswith("-") else join_text(text, piece.text)
    return text, _extent(stack)


def _cell(words: list[Word], left: float, right: float) -> tuple[str, Box]:
    text = ""
    for line in text_lines(words):
        text = text[:-1] + line.text if text.endswith("-") else join_text(text, line.text)
    box = around(words)
    return text, Box(max(box.x0, left), box.top, min(box.x1, right), box.bottom)


def _extent(stack: Iterable[Chunk]) -> Box:
    return Box.around([piece.box for piece in stack])


def _share_x(one: Box, other: Box) -> float:
    common = min(one.x1, other.x1) - max(one.x0, other.x0)
    return common / max(1e-6, min(one.width, other.width))


def _clipped(box: Box, to: Box) -> Box:
    return Box(max(box.x0, to.x0), box.top, min(box.x1, to.x1), box.bottom)


def _has_letters(text: str) -> bool:
    return any(char.isalpha() for char in text)
