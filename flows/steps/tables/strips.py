"""Lines of a table cut into the cells of its columns, and what kind of line each is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flows.steps import numbers
from flows.steps.tables.columns import Grid
from flows.steps.tables.layout import Line, around, join, phrases
from flows.steps.tables.lexicon import Reader
from schemas.page import Box, Word

_ORDINAL = re.compile(r"(?:№|No\.?|#)?\s*0*(\d{1,5})\s*[.)]?", re.I)
_BLANK = re.compile(r"[-–—―_.xх×*/]{1,5}|n/?a|н/д|б/н|нет|none|nil|бесплатно|free", re.I)
_GROUP = re.compile(r"[0-9]{3}(?![0-9])")
_LEADING = re.compile(r"[-−–(+]?[$€£¥₽₸]?[0-9]{1,3}")
_TIGHT = 0.4
"""Letter heights between two groups of digits that are one number, wherever a column begins."""
_WIDE_GAP = 0.95
"""Letter heights between two pieces of a number that belong to two numbers."""


@dataclass
class Strip:
    """One line of text within a table: its words by column, and the columns in which a number stands."""

    cells: dict[int, tuple[Word, ...]]
    y: float
    height: float
    anchors: frozenset[int] = frozenset()
    """Anchor columns that hold a number."""
    filled: frozenset[int] = frozenset()
    """Anchor columns that hold a number or a dash in its place."""
    ordinal: int | None = None
    kind: str = ""
    """`total`, `charge`, `carried`, `count`, `end`, `numbering` (of columns or pages) or nothing: an ordinary line."""
    outside: tuple[Word, ...] = ()
    page: int = 0
    texts: dict[int, str] = field(default_factory=dict)

    @property
    def words(self) -> list[Word]:
        return [word for words in self.cells.values() for word in words]

    @property
    def box(self) -> Box:
        return around(self.words)

    def text(self, column: int) -> str:
        """The cell as one text; a wide gap between two numbers stays visible as a bar."""
        if column not in self.texts:
            self.texts[column] = cell_text(self.cells.get(column, ()))
        return self.texts[column]


class Cutter:
    """Cuts lines into strips of one grid."""

    def __init__(self, grid: Grid, reader: Reader, page: int, blank: float = _TIGHT) -> None:
        self.grid, self.reader, self.page, self.blank = grid, reader, page, blank
        spec = reader.spec
        self.anchor_columns = frozenset(i for i, c in enumerate(grid.columns) if c.name in spec.anchors)
        self.ordinal_column = next((i for i, c in enumerate(grid.columns) if c.name == "position"), -1)
        self.number_columns = frozenset(
            i
            for i, c in enumerate(grid.columns)
            if c.name and spec.columns[c.name].type in ("number", "money", "mass", "volume")
        )
        self.code_columns = frozenset(i for i, c in enumerate(grid.columns) if c.name in ("hs_code", "package_numbers"))
        self.text_columns = frozenset(
            i
            for i, c in enumerate(grid.columns)
            if not c.name or spec.columns[c.name].type in ("text", "code", "country", "unit")
        )

    def cut(self, line: Line) -> Strip | None:
        """The strip of a line; None when nothing of it lies within the table."""
        cells: dict[int, list[Word]] = {}
        outside: list[Word] = []
        for word, index in zip(line.words, self._indexes(line.words), strict=True):
            if 0 <= index < len(self.grid.columns):
                cells.setdefault(index, []).append(word)
            else:
                outside.append(word)
        if not cells:
            return None
        strip = Strip(
            {i: tuple(words) for i, words in cells.items()}, line.y, line.height, outside=tuple(outside), page=self.page
        )
        self._spill(strip)
        self._run_on(strip)
        self._spread(strip)
        self.find_numbers(strip)
        strip.kind = self._kind(strip, line)
        return strip

    def _indexes(self, words: Sequence[Word]) -> list[int]:
        """The column of each word: by its middle, but "1 234,56" stays together in the column where it ends.

        A wider blank, as the page has between words, joins digits only where the first of them do not stand in a
        column of numbers as a number of its own.
        """
        indexes = [self.grid.index((word.box.x0 + word.box.x1) / 2) for word in words]
        is_closing = False
        for i in range(len(words) - 2, -1, -1):
            one, other = words[i], words[i + 1]
            if indexes[i] == indexes[i + 1] or not (_LEADING.fullmatch(one.text) and _GROUP.match(other.text)):
                continue
            gap = (other.box.x0 - one.box.x1) / max(1.0, one.box.height)
            if _TIGHT < gap <= self.blank:
                is_closing = is_closing or self._is_short(words)
            if gap <= _TIGHT or (gap <= self.blank and is_closing):
                indexes[i] = indexes[i + 1]
        return indexes

    def _is_short(self, words: Sequence[Word]) -> bool:
        """Whether a line has words in less than half of the columns, as one that closes the table."""
        taken = {self.grid.index((word.box.x0 + word.box.x1) / 2) for word in words}
        return len(taken) * 2 < len(self.grid.columns) or self.reader.total_kind(join(words[:1])) != ""

    def _spill(self, strip: Strip) -> None:
        """Words before a code, no more than a blank behind the text on their left, belong to that; and words after
        one, by a gap, to the text on their right.
        """
        for index in self.code_columns & strip.cells.keys():
            words, left = strip.cells[index], strip.cells.get(index - 1, ())
            count = next((n for n, word in enumerate(words) if word.text[:1].isdigit()), 0)
            if not count or not left or index - 1 not in self.text_columns:
                continue
            if words[0].box.x0 - left[-1].box.x1 <= self.blank * words[0].box.height:
                strip.cells[index - 1], strip.cells[index] = (*left, *words[:count]), words[count:]
        for index in self.code_columns & strip.cells.keys() & {i - 1 for i in self.text_columns}:
            pieces = _apart(strip.cells[index])
            if len(pieces) == 2 and pieces[0][0].text[:1].isdigit() and pieces[1][0].text[:1].isalpha():
                strip.cells[index], strip.cells[index + 1] = pieces[0], (*pieces[1], *strip.cells.get(index + 1, ()))

    def _run_on(self, strip: Strip) -> None:
        """Text that runs on into a column of numbers, no more than a blank behind what stands on its left, belongs to
        that: on a line without any number."""
        held = self.number_columns & strip.cells.keys()
        if any(char.isdigit() for i in held for word in strip.cells[i] for char in word.text):
            return
        for index in sorted(held):
            words, left = strip.cells[index], strip.cells.get(index - 1, ())
            if not left or index - 1 not in self.text_columns:
                continue
            if words[0].box.x0 - left[-1].box.x1 <= self.blank * words[0].box.height:
                strip.cells[index - 1] = (*left, *strip.cells.pop(index))

    def _spread(self, strip: Strip) -> None:
        """Two numbers apart in one cell beside an empty cell of numbers are one of each."""
        for index in sorted(self.number_columns & strip.cells.keys()):
            pieces = _apart(strip.cells[index])
            if len(pieces) != 2 or not all(is_number(cell_text(piece)) for piece in pieces):
                continue
            free = [i for i in (index - 1, index + 1) if i in self.number_columns and i not in strip.cells]
            if len(free) == 1:
                strip.cells[min(index, free[0])], strip.cells[max(index, free[0])] = pieces

    def find_numbers(self, strip: Strip) -> None:
        """Set what the cells of a strip hold: the columns with a number, and the ordinal."""
        anchors, filled = [], []
        for index in self.anchor_columns:
            if index in strip.cells:
                text = strip.text(index)
                if is_number(text) and "%" not in text:
                    anchors.append(index)
                    filled.append(index)
                elif _BLANK.fullmatch(text):
                    filled.append(index)
        strip.anchors, strip.filled = frozenset(anchors), frozenset(filled)
        if self.ordinal_column in strip.cells:
            strip.ordinal = ordinal(strip.text(self.ordinal_column))

    def _kind(self, strip: Strip, line: Line) -> str:
        if self._is_numbering(strip) or self.reader.is_page_number(line.text):
            return "numbering"
        kinds = [self.reader.total_kind(text) for text in phrases(line.words, 0.9)]
        has_number = any(is_number(strip.text(i)) for i in self.number_columns & strip.cells.keys())
        found = [kind for kind in kinds if kind and (kind != "charge" or has_number)]
        return found[0] if found else ""

    def _is_numbering(self, strip: Strip) -> bool:
        """The row of column numbers below a head: 1, 2, 3 ..."""
        texts = [join(words) for _, words in sorted(strip.cells.items())]
        if not any(char.isalnum() for text in texts for char in text):
            return True
        given = [int(m[1]) for text in texts if (m := re.fullmatch(r"(\d{1,2})\s?[а-яa-z]?", text))]
        return len(given) == len(texts) >= 4 and given == list(range(given[0], given[0] + len(given))) and given[0] <= 2

    def crosses(self, strip: Strip) -> bool:
        """Whether text runs across the edge of a column, as no cell does."""
        inner = self.grid.edges[1:-1]
        for word in strip.words:
            for edge in inner:
                if word.box.x0 < edge - 3 and word.box.x1 > edge + 3:
                    return True
        return False


def is_number(text: str) -> bool:
    """Whether a cell holds a number, with at most a unit or currency."""
    return bool(numbers.readings(text))


def ordinal(text: str) -> int | None:
    found = _ORDINAL.fullmatch(text.strip())
    return int(found[1]) if found else None


def _apart(words: Sequence[Word]) -> list[tuple[Word, ...]]:
    """Words parted where a gap is too wide for one number."""
    pieces: list[list[Word]] = []
    for word in words:
        if pieces and word.box.x0 - pieces[-1][-1].box.x1 <= _WIDE_GAP * word.box.height:
            pieces[-1].append(word)
        else:
            pieces.append([word])
    return [tuple(piece) for piece in pieces]


def cell_text(words: Iterable[Word]) -> str:
    text, last = "", None
    for word in words:
        if last is not None and word.box.x0 - last.box.x1 > _WIDE_GAP * word.box.height:
            both = last.text[-1:].isdigit() and word.text[:1].isdigit()
            text += " | " if both else " "
        elif last is not None:
            text += " "
        text += word.text
        last = word
    return text
