"""From rows of strips to the cells of the items: the text of each, and what stands below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flows.steps.tables.columns import Grid
from flows.steps.tables.heads import Column
from flows.steps.tables.layout import around, is_han, join_text
from flows.steps.tables.lexicon import Reader
from flows.steps.tables.rows import Row
from flows.steps.tables.strips import is_number
from schemas.page import Box, Word

NUMBER_TYPES = ("number", "money", "mass", "volume", "percent")


@dataclass(frozen=True)
class Cell:
    """The text of one cell, its words, and its page."""

    text: str
    words: tuple[Word, ...]
    page: int
    rest: str = ""
    """What stands in the cell beside its number: a unit on a second line."""

    @property
    def box(self) -> Box:
        return around(self.words)


_BEFORE_LABEL = re.compile(r"(?:^|[,;|/(·•]\s*|\s{2,})$")
_MOST_LABEL_WORDS = 5
_PLAIN = 0.95
"""Share of its letters a head must name of a column to say nothing else."""
_GROUPS = re.compile(r"\d{1,3}(?:[ \u00a0]\d{3})*")
_MORE_GROUPS = re.compile(r"\d{3}(?:[ \u00a0]\d{3})*(?:[.,]\d{1,3})?")


def row_cells(row: Row, grid: Grid, reader: Reader) -> dict[str, Cell]:
    """The cells of a row by the name of their column; empty ones are left out."""
    found: dict[str, Cell] = {}
    for index, column in enumerate(grid.columns):
        if not column.name:
            continue
        kind = reader.spec.columns[column.name].type
        pieces = [(strip.text(index), strip.cells[index], strip.page) for strip in row.strips if index in strip.cells]
        if not pieces:
            continue
        pair = _named_pair(column, grid, reader)
        if pair and (two := _two_numbers(pieces)):
            found |= dict(zip(pair, two, strict=True))
        elif kind == "text" and (other := named_below(column, grid, reader)):
            found |= _by_line(column.name, other, pieces)
        elif kind in NUMBER_TYPES or kind == "ordinal":
            found[column.name] = _number_cell(pieces)
        else:
            found[column.name] = _text_cell(pieces)
    return found


def _named_pair(column: Column, grid: Grid, reader: Reader) -> tuple[str, ...]:
    """The two columns that one head names, in its order: "Gross / net kg"; none where each has its own."""
    shares = reader.meaning(column.text).shares
    pair = [name for name, share in shares.items() if share > 0.25 and reader.spec.columns[name].type == "mass"]
    others = {other.name for other in grid.columns if other is not column}
    if len(pair) != 2 or others & set(pair):
        return ()
    words = column.text.replace("/", " ").split()
    for end in range(1, len(words)):
        first = [name for name in pair if name in reader.meaning(" ".join(words[:end])).shares]
        if len(first) == 1:
            return (first[0], *(name for name in pair if name != first[0]))
    return ()


def named_below(column: Column, grid: Grid, reader: Reader) -> str:
    """The column of numbers that the second line of a head names: "Description" over "Quantity", where items have
    two lines as well; empty where there is none."""
    words = column.text.split()
    taken = {other.name for other in grid.columns}
    for cut in range(1, len(words)):
        upper, lower = (reader.meaning(" ".join(part)).shares for part in (words[:cut], words[cut:]))
        if upper.get(column.name, 0.0) < _PLAIN:
            continue
        for name, share in lower.items():
            if share >= _PLAIN and name not in taken and reader.spec.columns[name].type in NUMBER_TYPES:
                return name
    return ""


def _by_line(name: str, other: str, pieces: Sequence[tuple[str, tuple[Word, ...], int]]) -> dict[str, Cell]:
    """The text of a cell, and the one line of it that is a number."""
    counted = [piece for piece in pieces if is_number(piece[0])]
    if len(counted) != 1:
        return {name: _text_cell(pieces)}
    said = [piece for piece in pieces if piece is not counted[0]]
    cells = {other: _text_cell(counted)}
    return cells | ({name: _text_cell(said)} if said else {})


def _two_numbers(pieces: Sequence[tuple[str, tuple[Word, ...], int]]) -> list[Cell]:
    """The two numbers of a cell, side by side or one below the other; empty where it has not just two."""
    texts = [part.strip() for text, _, _ in pieces for part in re.split(r"[/|]", text)]
    if len(texts) != 2 or not all(map(is_number, texts)):
        return []
    words = tuple(word for _, found, _ in pieces for word in found)
    return [Cell(text, words, pieces[0][2]) for text in texts]


def _number_cell(pieces: Sequence[tuple[str, tuple[Word, ...], int]]) -> Cell:
    """The first line of the cell that is a number; the rest beside it. A number broken over two lines is one."""
    whole = _broken(pieces)
    if whole is not None:
        return whole
    for index, (text, words, page) in enumerate(pieces):
        if is_number(text):
            rest = " ".join(t for i, (t, _, _) in enumerate(pieces) if i != index)
            return Cell(text, words, page, rest)
    cell = _text_cell(pieces)
    return replace(cell, text=" ".join(text for text, _, _ in pieces))  # two numbers stay two


def _broken(pieces: Sequence[tuple[str, tuple[Word, ...], int]]) -> Cell | None:
    """A number that a narrow column breaks between its groups: "11 840" over "000,00"."""
    if len(pieces) != 2 or pieces[0][2] != pieces[1][2]:
        return None
    first, second = pieces[0][0].strip(), pieces[1][0].strip()
    if not _GROUPS.fullmatch(first) or not _MORE_GROUPS.fullmatch(second):
        return None
    if not second.startswith("0") and " " not in first.replace("\u00a0", " "):
        return None
    return _text_cell(pieces)


def _text_cell(pieces: Sequence[tuple[str, tuple[Word, ...], int]]) -> Cell:
    text = ""
    words: list[Word] = []
    page = pieces[0][2]
    for piece, more, on_page in pieces:
        text = join_text(text, piece.replace(" | ", " "))
        if on_page == page:
            words += more
    return Cell(text, tuple(words), page)


def part_details(cells: dict[str, Cell], reader: Reader) -> dict[str, Cell]:
    """Values printed below a description with their labels ("HS code: 8413702100, Origin: Italy"), as cells of
    their own; the description keeps what stands before the first of them."""
    described = cells.get("description")
    if described is None:
        return cells
    text = described.text.replace("：", ":")
    labels = _labels(text, reader) if ":" in text else []
    labels = _with_bare(text, labels, reader)
    if not labels or not text[: labels[0][0]].strip(" ,;("):
        return cells
    found = dict(cells)
    ends = [start for start, _, _ in labels[1:]] + [len(text)]
    for (_, after, name), end in zip(labels, ends, strict=True):
        value = text[after:end].strip(" ,;|/()·•")
        if value and name not in found:
            found[name] = Cell(value, described.words, described.page)
    found["description"] = Cell(text[: labels[0][0]].strip(" ,;|/(·•"), described.words, described.page)
    return found


def opens_with_label(text: str, reader: Reader) -> bool:
    """Whether a text begins with a label and goes on with its value."""
    text = text.replace("：", ":")
    labels = _labels(text, reader) if ":" in text else []
    if labels:
        return labels[0][0] == 0
    words = list(re.finditer(r"\S+", text))
    return len(words) > 1 and bool(_bare_label(words[:_MOST_LABEL_WORDS], text, len(text), reader)[1])


def _labels(text: str, reader: Reader) -> list[tuple[int, int, str]]:
    """Start, end and column of each label in a text: known heads before a colon, one after the other."""
    found: list[tuple[int, int, str]] = []
    for colon in re.finditer(r"\s?:", text):
        words = list(re.finditer(r"\S+", text[: colon.start()]))[-_MOST_LABEL_WORDS:]
        for word in words:
            label = text[word.start() : colon.start()]
            name = _column_named(label, reader)
            if name and (not found or found[-1][1] <= word.start()):
                found.append((word.start(), colon.end(), name))
                break
    return found


def _with_bare(text: str, labels: list[tuple[int, int, str]], reader: Reader) -> list[tuple[int, int, str]]:
    """The labels of a text with those that no colon follows: "HS code 8481 80 85". What follows decides."""
    end = labels[0][0] if labels else len(text)
    words = [word for word in re.finditer(r"\S+", text) if word.start() < end]
    found: list[tuple[int, int, str]] = []
    index = 1
    while index < len(words):
        size, name = _bare_label(words[index : index + _MOST_LABEL_WORDS], text, end, reader)
        if name and name not in {n for _, _, n in found}:
            found.append((words[index].start(), words[index + size - 1].end(), name))
        index += max(1, size)
    return found + labels


def _bare_label(words: Sequence[re.Match[str]], text: str, end: int, reader: Reader) -> tuple[int, str]:
    """How many of the words are a label, and its column, where a value such as it names follows."""
    for size in range(min(4, len(words) - 1), 0, -1):
        label, after = text[words[0].start() : words[size - 1].end()], text[words[size - 1].end() : end]
        if not label[:1].isupper() and not is_han(label[0]):
            break
        name = _column_named(label, reader)
        value = _BARE_VALUES.get(name)
        if name == "article" and not _NUMBERING.search(label):  # "Model X-1" is part of the description
            continue
        if value is not None and value.match(after):
            return size, name
    return 0, ""


_NUMBERING = re.compile(r"[.№°]|\bN[or]\b|number|nummer|код|code", re.I)
_BARE_VALUES = {
    "hs_code": re.compile(r"\s+\d{4}(?:[ .]?\d{2}){0,3}(?:[ .]?\d{1,4})?(?=$|[\s,;|/)])"),
    "article": re.compile(r"\s+(?=\S*[\d-])[A-ZА-Я0-9][A-Za-zА-Яа-я0-9./_-]{2,23}(?=$|[\s,;|/)])"),
    "country_of_origin": re.compile(r"\s+[A-Z]{2}(?=$|[\s,;|/)])"),
}
"""What follows a label that has no colon, by column: other values are told from plain words by nothing."""


def _column_named(label: str, reader: Reader) -> str:
    if any(mark in label for mark in ",;|") or any(char.isdigit() for char in label):
        return ""
    shares = reader.meaning(label).shares
    for name, share in shares.items():
        column = reader.spec.columns[name]
        if share >= 0.95 and column.type in ("text", "code", "country") and name != "description" and column.keep:
            return name
    return ""
