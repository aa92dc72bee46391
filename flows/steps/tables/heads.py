"""The head of a table of items: where it stands on a page, and which column lies under which of its cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flows.steps.tables.head_cells import ENOUGH, assign, cells_by_gaps, cells_by_rules
from flows.steps.tables.layout import Line, Sheet, around, text_lines
from flows.steps.tables.lexicon import Meaning, Reader, letters_in
from flows.steps.tables.units import CURRENCIES, unit_factor
from schemas.page import Box, Word

_GAP = 0.62
"""Letter heights between two words that are certainly two cells of a head."""
_MOST_LINES = 8
_MOST_HEIGHT = 130.0
_LINE_BONUS = 0.05
"""What a further line that fits adds to the score: the second language, the units."""
_VALUE = re.compile(r"[0-9]{3}")
"""What values have and heads have not, but for a year."""


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


def _may_head(said: Sequence[tuple[frozenset[str], str]], reader: Reader) -> bool:
    """Whether the words of lines name all that a head must, in whatever order."""
    words = frozenset[str]().union(*(words for words, _ in said))
    text = "".join(text for _, text in said)
    return all(any(reader.may_name(name, words, text) for name in group) for group in reader.spec.needs)


def _is_heady(line: Line, reader: Reader) -> bool:
    known = unknown = numbers = 0
    for word in line.words:
        letters = letters_in(word.text)
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
    said = [(frozenset(reader.spec.plain_words(line.text)), line.text) for line in run]
    for first in range(len(run)):
        for last in range(first, min(len(run), first + _MOST_LINES)):
            lines = run[first : last + 1]
            if lines[-1].y - lines[0].y > _MOST_HEIGHT:
                break
            if not _may_head(said[first : last + 1], reader):
                continue
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
    return _read_words(sheet, [word for line in lines for word in line.words], reader, lines)


def _read_words(
    sheet: Sheet, words: Sequence[Word], reader: Reader, lines: Sequence[Line] | None = None
) -> Head | None:
    if len(words) < 2 or sum(1 for word in words if _VALUE.search(word.text)) > 1:
        return None
    box = around(words)
    lines = text_lines(words) if lines is None else lines
    rules = [r for r in sheet.verticals if r.covers(box.top + 1, box.bottom - 1) > 0.35]
    ways = [cells_by_gaps(lines, rules, reader, max(_GAP, sheet.blank))]
    if len(rules) >= 3:
        ways.append(cells_by_rules(lines, rules))
    heads = [_head(cells, box, reader) for cells in ways]
    good = [head for head in heads if head is not None]
    return max(good, key=lambda head: head.score, default=None)


def _head(cells: list[tuple[str, Box]], box: Box, reader: Reader) -> Head | None:
    """The cells with the columns they name; None where they head no table of items."""
    meanings = [reader.meaning(text) for text, _ in cells]
    if any(meaning.is_other for meaning in meanings):
        quantity = any("quantity" in m.shares or "packages" in m.shares for m in meanings)
        if not quantity:
            return None
    names = assign([_by_unit(meaning, reader) for meaning in meanings], reader)
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
    named = {
        name: share
        for name, share in meaning.shares.items()
        if not (is_mass and types[name] == "money") and not (is_money and types[name] in ("mass", "number"))
    }
    if len(named) == 2 and all(types[name] == "mass" for name in named) and sum(named.values()) > 0.9:
        return {name: max(share, ENOUGH) for name, share in named.items()}  # "Gross / net, kg"
    return named


def _has_letters(text: str) -> bool:
    return any(char.isalpha() for char in text)
