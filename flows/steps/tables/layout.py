"""A page as lines of text and ruled lines: what tables are found in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from schemas.page import Box, Page, Ruling, Word

_TOUCHING = 1.5
"""Points within which two ruled lines are one."""
_BLANK = 0.42
"""Letter heights up to which a gap is a blank between two words, not a gap between two columns."""


class Line(NamedTuple):
    """Words of one height on the page, from left to right."""

    words: tuple[Word, ...]
    y: float
    """The middle of the line."""
    height: float

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        return around(self.words)


class Chunk(NamedTuple):
    """Words of a line that stand together."""

    words: tuple[Word, ...]
    text: str
    box: Box


class Ruled(NamedTuple):
    """Ruled lines at one position: the stretches they cover, sorted and not touching."""

    at: float
    stretches: tuple[tuple[float, float], ...]

    def covers(self, low: float, high: float) -> float:
        """The share of low..high that is ruled."""
        if high <= low:
            return 1.0 if any(a - _TOUCHING <= low <= b + _TOUCHING for a, b in self.stretches) else 0.0
        ruled = sum(max(0.0, min(high, b) - max(low, a)) for a, b in self.stretches)
        return ruled / (high - low)


@dataclass(frozen=True)
class Sheet:
    """A page with its lines of text and its ruled lines put in order, once."""

    page: Page

    @cached_property
    def lines(self) -> list[Line]:
        return text_lines(self.page.words)

    @cached_property
    def blocks(self) -> list[list[tuple[float, float]]]:
        """Of each line, the stretches of x that words without a real gap between them cover."""
        return [_blocks(line.words, self.blank) for line in self.lines]

    @cached_property
    def blank(self) -> float:
        """Letter heights up to which a gap is a blank between two words, by what is usual on the page."""
        gaps = []
        for line in self.lines:
            for one, other in zip(line.words, line.words[1:], strict=False):
                gap = (other.box.x0 - one.box.x1) / max(1.0, line.height)
                if 0.0 < gap < 1.0:
                    gaps.append(gap)
        usual = sorted(gaps)[len(gaps) // 2] if len(gaps) >= 8 else 0.0
        return min(0.8, max(_BLANK, usual * 1.3))

    @cached_property
    def horizontals(self) -> list[Ruled]:
        return _merged(((r.box.top + r.box.bottom) / 2, r.box.x0, r.box.x1) for r in self.page.rulings if _lies(r))

    @cached_property
    def verticals(self) -> list[Ruled]:
        return _merged(((r.box.x0 + r.box.x1) / 2, r.box.top, r.box.bottom) for r in self.page.rulings if _stands(r))

    def words_between(self, top: float, bottom: float) -> list[Word]:
        """Words whose middle lies between the two heights."""
        low = bisect_left(self._heights, top)
        high = bisect_left(self._heights, bottom)
        return self._by_height[low:high]

    @cached_property
    def _by_height(self) -> list[Word]:
        return sorted(self.page.words, key=_middle)

    @cached_property
    def _heights(self) -> list[float]:
        return [_middle(word) for word in self._by_height]


def text_lines(words: Iterable[Word]) -> list[Line]:
    """Words sorted into lines from top to bottom: one line is what shares its middle within half a letter."""
    lines: list[list[Word]] = []
    middle = -1e9
    for word in sorted(words, key=_middle):
        y, height = _middle(word), word.box.bottom - word.box.top
        if lines and y - middle <= 0.38 * min(height, lines[-1][0].box.bottom - lines[-1][0].box.top):
            lines[-1].append(word)
            middle += (y - middle) / len(lines[-1])
        else:
            lines.append([word])
            middle = y
    return [_line(found) for found in lines]


def chunks(words: Sequence[Word], gap: float, cuts: Sequence[float] = ()) -> list[Chunk]:
    """Words of one line, cut where the gap is wider than `gap` letter heights or a ruled line (`cuts`) stands."""
    found: list[list[Word]] = []
    for word in words:
        if found:
            last = found[-1][-1].box
            wide = word.box.x0 - last.x1 > gap * min(last.bottom - last.top, word.box.bottom - word.box.top)
            between = bisect_left(cuts, (last.x0 + last.x1) / 2) != bisect_left(cuts, (word.box.x0 + word.box.x1) / 2)
            if not wide and not between:
                found[-1].append(word)
                continue
        found.append([word])
    return [chunk(group) for group in found]


def chunk(words: Sequence[Word]) -> Chunk:
    return Chunk(tuple(words), join(words), around(words))


def around(words: Sequence[Word]) -> Box:
    """The box around words of one line or cell."""
    x0, top, x1, bottom = words[0].box
    for word in words:
        left, upper, right, lower = word.box
        if left < x0:
            x0 = left
        if upper < top:
            top = upper
        if right > x1:
            x1 = right
        if lower > bottom:
            bottom = lower
    return Box(x0, top, x1, bottom)


def phrases(words: Sequence[Word], gap: float) -> list[str]:
    """The texts of a line that wide gaps part, where one begins with a letter or a bracket."""
    found: list[list[str]] = []
    edge = -1e9
    for word in words:
        x0, top, x1, bottom = word.box
        if x0 - edge > gap * (bottom - top):
            found.append([])
        found[-1].append(word.text)
        edge = x1
    return [" ".join(texts) for texts in found if texts[0][:1].isalpha() or texts[0][:1] in "(*«\"'"]


def join(words: Sequence[Word]) -> str:
    """The words as text: a blank between them, none between Chinese characters."""
    text = ""
    for word in words:
        text = join_text(text, word.text)
    return text


def join_text(first: str, second: str) -> str:
    """Two texts that follow one another."""
    if not first or not second:
        return first + second
    if is_han(first[-1]) and is_han(second[0]):
        return first + second
    return f"{first} {second}"


def is_han(char: str) -> bool:
    """Whether the character is written without blanks around it."""
    return "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\uff00" <= char <= "\uffef"


def _blocks(words: Sequence[Word], blank: float) -> list[tuple[float, float]]:
    blocks: list[tuple[float, float]] = []
    for word in words:
        box = word.box
        if blocks and box.x0 - blocks[-1][1] <= blank * (box.bottom - box.top):
            blocks[-1] = (blocks[-1][0], max(blocks[-1][1], box.x1))
        else:
            blocks.append((box.x0, box.x1))
    return blocks


def _line(words: list[Word]) -> Line:
    words.sort(key=lambda word: word.box.x0)
    y = sum(_middle(word) for word in words) / len(words)
    return Line(tuple(words), y, max(word.box.bottom - word.box.top for word in words))


def _middle(word: Word) -> float:
    return (word.box.top + word.box.bottom) / 2


def _lies(ruling: Ruling) -> bool:
    return ruling.box.width >= ruling.box.height and ruling.box.width > 4


def _stands(ruling: Ruling) -> bool:
    return ruling.box.height > ruling.box.width and ruling.box.height > 4


def _merged(strokes: Iterable[tuple[float, float, float]]) -> list[Ruled]:
    groups: list[tuple[float, list[tuple[float, float]]]] = []
    for at, low, high in sorted(strokes):
        if groups and at - groups[-1][0] <= _TOUCHING:
            groups[-1][1].append((low, high))
        else:
            groups.append((at, [(low, high)]))
    return [Ruled(at, _joined(stretches)) for at, stretches in groups]


def _joined(stretches: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    joined: list[tuple[float, float]] = []
    for low, high in sorted(stretches):
        if joined and low <= joined[-1][1] + _TOUCHING:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return tuple(joined)
