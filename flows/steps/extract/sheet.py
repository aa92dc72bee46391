"""A paper as lines of tokens: what labels and values are looked for in.

Words are split where a label is glued to its value ("Invoice No.:123", "№17", "发票号：A1"), tokens that
stand on one baseline make a line, and a gap or a ruled line between two tokens ends a run.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from schemas.page import Box, Page, Source

_COLON = re.compile(r"[:：](?!//)")
_PIECES = re.compile(
    r"""
    (?<=\D)[:：](?!//) | (?<=\d)[:：](?=\D|$) | ^[:：]       # a colon, unless within a time or an address
    | [№\#＃](?=\w)                                          # №17
    | (?<=[^\W\d_]{3})/(?=[^\W\d_]{3})                       # Отправитель/Sender
    | (?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])                    # 发票号A1
    | (?<=[^\W\d_]{2})(?=[(（])                               # 毛重(kg), 发货人（名称）
    | (?<=[)）])(?=[^\W\d_]{2})
    """,
    re.VERBOSE,
)
_NUMBER_WORD_GLUED = re.compile(r"^(no|nr|n°|nº|br|бр)\.?(?=\d)", re.IGNORECASE)
_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The text for comparing: no case, accents, punctuation or spaces ("Rechnungs-Nr." -> "rechnungsnr").

    >>> fold("Rechnungs-Nr."), fold("İhracatçı"), fold("Счёт-фактура №")
    ('rechnungsnr', 'ihracatci', 'счетфактураno')
    """
    plain = unicodedata.normalize(
        "NFKD", text.casefold().replace("ı", "i").replace("n°", "no").replace("#", "no").replace("№", "no")
    )
    return _NOT_WORD.sub("", "".join(c for c in plain if not unicodedata.combining(c)))


@dataclass(slots=True)
class Token:
    """A piece of a word. `glued` says that no space stood before it."""

    text: str
    box: Box
    size: float
    page: int
    confidence: float = 1.0
    source: Source = "text"
    glued: bool = False
    key: str = ""
    line: int = -1
    place: int = -1
    """Its place within the line."""

    @property
    def is_colon(self) -> bool:
        return self.text in (":", "：")


@dataclass(slots=True)
class Line:
    """Tokens on one baseline, left to right; `cuts` are the places where a new run begins."""

    index: int
    page: int
    tokens: list[Token]
    box: Box
    cuts: set[int] = field(default_factory=set)
    walls: set[int] = field(default_factory=set)
    """The cuts at which a vertical ruling stands."""

    def run_end(self, start: int) -> int:
        """The place after the last token of the run that `start` is in."""
        end = start + 1
        while end < len(self.tokens) and end not in self.cuts:
            end += 1
        return end

    def run_start(self, place: int) -> int:
        while place > 0 and place not in self.cuts:
            place -= 1
        return place


@dataclass(slots=True)
class Sheet:
    """All pages of one document. Lines are numbered through the pages, top to bottom."""

    pages: Sequence[Page]
    lines: list[Line]
    by_page: dict[int, list[Line]]
    verticals: dict[int, list[Box]]
    horizontals: dict[int, list[Box]]
    tops: dict[int, list[float]]

    def page(self, number: int) -> Page:
        return next(page for page in self.pages if page.number == number)

    def lines_between(self, page: int, top: float, bottom: float) -> list[Line]:
        """Lines of the page whose centre lies between the two heights, top to bottom."""
        tops = self.tops.get(page, [])
        return self.by_page.get(page, [])[bisect_left(tops, top) : bisect_right(tops, bottom)]

    def wall_right_of(self, page: int, x: float, y: float) -> float | None:
        """The x of the nearest vertical ruling right of the point, at its height."""
        found = [r.x0 for r in self.verticals.get(page, ()) if r.top - 1 <= y <= r.bottom + 1 and r.x0 > x]
        return min(found, default=None)

    def wall_left_of(self, page: int, x: float, y: float) -> float | None:
        found = [r.x1 for r in self.verticals.get(page, ()) if r.top - 1 <= y <= r.bottom + 1 and r.x1 < x]
        return max(found, default=None)

    def floor_below(self, page: int, x0: float, x1: float, y: float) -> float | None:
        """The y of the nearest horizontal ruling below `y` that spans most of x0..x1."""
        need = 0.6 * (x1 - x0)
        found = [r.top for r in self.horizontals.get(page, ()) if r.top > y and min(r.x1, x1) - max(r.x0, x0) >= need]
        return min(found, default=None)


def text_of(tokens: Iterable[Token]) -> str:
    """The tokens as printed: a space where one stood."""
    out: list[str] = []
    before: Token | None = None
    for token in tokens:
        if before is not None and not (token.glued and token.line == before.line):
            out.append(" ")
        out.append(token.text)
        before = token
    return "".join(out)


def box_of(tokens: Sequence[Token]) -> Box:
    return Box.around([token.box for token in tokens])


def sheet_of(pages: Sequence[Page]) -> Sheet:
    """The pages as lines of tokens."""
    verticals = {p.number: _merged([r.box for r in p.rulings if not r.is_horizontal], upright=True) for p in pages}
    horizontals = {p.number: _merged([r.box for r in p.rulings if r.is_horizontal], upright=False) for p in pages}
    lines: list[Line] = []
    by_page: dict[int, list[Line]] = {}
    for page in pages:
        made = _lines_of(page, verticals[page.number], first=len(lines))
        lines += made
        by_page[page.number] = made
    tops = {number: [line.box.centre[1] for line in made] for number, made in by_page.items()}
    return Sheet(pages, lines, by_page, verticals, horizontals, tops)


def _merged(boxes: list[Box], *, upright: bool) -> list[Box]:
    """Rulings that continue each other joined, so that a cell's edge drawn in pieces is one wall."""
    if upright:
        boxes = sorted(boxes, key=lambda b: (round(b.x0), b.top))
    else:
        boxes = sorted(boxes, key=lambda b: (round(b.top), b.x0))
    out: list[Box] = []
    for box in boxes:
        last = out[-1] if out else None
        if (last is not None and upright and abs(last.x0 - box.x0) <= 1 and box.top <= last.bottom + 2) or (
            last is not None and not upright and abs(last.top - box.top) <= 1 and box.x0 <= last.x1 + 2
        ):
            out[-1] = Box.around([last, box])
        else:
            out.append(box)
    return out


def _lines_of(page: Page, verticals: Sequence[Box], first: int) -> list[Line]:
    tokens = [t for word in page.words for t in _tokens_of_word(word.text, word.box, word.size, word, page.number)]
    rows: list[list[Token]] = []
    for token in sorted(tokens, key=lambda t: (t.box.centre[1], t.box.x0)):
        row = next((row for row in reversed(rows[-6:]) if _on_one_line(row, token)), None)
        if row is None:
            rows.append([token])
        else:
            row.append(token)
    rows.sort(key=lambda row: row[0].box.centre[1])
    return [_line(first + n, page.number, row, verticals) for n, row in enumerate(rows)]


def _on_one_line(row: list[Token], token: Token) -> bool:
    """Whether the token stands on the line of the row: at its height, or set larger or smaller beside it."""
    head = row[0].box
    low, high = sorted((max(head.height, 1.0), max(token.box.height, 1.0)))
    if abs(head.centre[1] - token.box.centre[1]) <= 0.35 * low:
        return True
    inside = min(head.bottom, token.box.bottom) - max(head.top, token.box.top)
    if high < 1.2 * low or inside < 0.9 * low:
        return False
    return all(token.box.x0 >= t.box.x1 - 1 or token.box.x1 <= t.box.x0 + 1 for t in row)


def _line(index: int, page: int, tokens: list[Token], verticals: Sequence[Box]) -> Line:
    tokens.sort(key=lambda t: t.box.x0)
    line = Line(index, page, tokens, box_of(tokens))
    y = line.box.centre[1]
    walls = sorted(r.x0 for r in verticals if r.top - 1 <= y <= r.bottom + 1)
    for place, token in enumerate(tokens):
        token.line, token.place = index, place
        if place == 0:
            line.cuts.add(0)
            continue
        before = tokens[place - 1]
        gap = token.box.x0 - before.box.x1
        low = bisect_left(walls, before.box.centre[0])
        if low < len(walls) and walls[low] <= token.box.centre[0]:
            line.cuts.add(place)
            line.walls.add(place)
        elif gap > 1.0 * max(min(token.size, before.size), 4.0) and not token.glued:
            line.cuts.add(place)
    return line


def _tokens_of_word(text: str, box: Box, size: float, word: object, page: int) -> list[Token]:
    size = size or box.height
    confidence: float = getattr(word, "confidence", 1.0)
    source: Source = getattr(word, "source", "text")
    pieces = _split(text)
    step = box.width / max(len(text), 1)
    out: list[Token] = []
    at = 0
    for piece in pieces:
        part = box if len(pieces) == 1 else box._replace(x0=box.x0 + at * step, x1=box.x0 + (at + len(piece)) * step)
        out.append(Token(piece, part, size, page, confidence, source, glued=at > 0, key=fold(piece)))
        at += len(piece)
    return out


@lru_cache(maxsize=65536)
def _split(text: str) -> tuple[str, ...]:
    """The pieces of a word, in order, nothing lost."""
    glued = _NUMBER_WORD_GLUED.match(text)
    if glued:
        return (text[: glued.end()], *_split(text[glued.end() :]))
    if len(text) < 2:
        return (text,)
    out: list[str] = []
    at = 0
    for found in _PIECES.finditer(text):
        for end in (found.start(), found.end()):
            if end > at:
                out.append(text[at:end])
                at = end
    if at < len(text):
        out.append(text[at:])
    return tuple(out)
