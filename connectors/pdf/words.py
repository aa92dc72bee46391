"""Words with boxes straight from pdfium's text page.

One call fetches the text of the page; boxes are asked for the first and last character of each word only.
That is what makes it many times faster than building every character in Python.
"""

from __future__ import annotations

import ctypes
import re
import statistics
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from connectors.pdf import native
from connectors.pdf.space import Place
from schemas.page import Box, Word

UNKNOWN = "\ufffd"
_LINE_END_HYPHEN = "\ufffe"  # pdfium's mark for a hyphen that ends a line; the next line follows at once
_WORD = re.compile(rf"[^\s{_LINE_END_HYPHEN}]+{_LINE_END_HYPHEN}?|{_LINE_END_HYPHEN}")
_UNUSUAL = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_DIRT: dict[int, str | None] = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0xFFFF, *range(0xD800, 0xE000)], UNKNOWN),
    **dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF], None),
    0xAD: "-",  # drawn as a hyphen; many producers map every hyphen to it
    ord(_LINE_END_HYPHEN): "-",
}
_IDEOGRAPHS = "\u2e80"

# A word wider than this many letter sizes a letter is looked at letter by letter.
_WIDE, _WIDE_IDEOGRAPH = 0.8, 1.3
_HOLE = 1.0  # a gap that parts what one text object draws without a space, in letter sizes
_APART = 0.15  # the same between two text objects
_TOUCHING = 0.13  # a gap too small for a space, whatever pdfium thinks
_SPACED_GAP = 0.9  # widest hole between the letters of a spaced-out heading, in letter sizes


class Found(NamedTuple):
    """A word, the index of its first character in pdfium's text page, and the text object it starts in."""

    word: Word
    start: int
    run: int


def page_text(text_page: Any, count: int) -> str:
    """The text of the page, one code point for each of pdfium's characters.

    pdfium leaves characters without a Unicode value out of its text; they come back as U+FFFD here, for a
    number that lost a digit is worse than a number that shows it has one nobody can read.
    """
    buffer = (ctypes.c_ushort * (2 * count + 2))()
    units = pdfium.FPDFText_GetText(text_page, 0, count, buffer) - 1
    if units == count:
        text = ctypes.string_at(buffer, 2 * units).decode("utf-16-le", "surrogatepass")
        if len(text) == count:
            return text
    return _joined_surrogates("".join(_letter(text_page, i) for i in range(count)))


def _letter(text_page: Any, index: int) -> str:
    if pdfium.FPDFText_IsHyphen(text_page, index) == 1:
        return _LINE_END_HYPHEN
    code = pdfium.FPDFText_GetUnicode(text_page, index)
    return chr(code) if 0 < code < 0x110000 else UNKNOWN


def _joined_surrogates(text: str) -> str:
    """Pairs of surrogates as one letter and one zero-width mark, so that indices stay."""
    return re.sub(
        "[\ud800-\udbff][\udc00-\udfff]",
        lambda pair: pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le") + "\u200b",
        text,
    )


def find_words(text_page: Any, text: str, place: Place) -> list[Found]:
    """All words in the order in which they were drawn, on the displayed page."""
    letters = _Letters(text_page, place)
    spans = [match.span() for match in _WORD.finditer(text)]
    runs = [letters.run(start) for start, _ in spans]
    next_runs = [*runs[1:], 0]
    unusual = _UNUSUAL.search(text) is not None
    found: list[Found] = []
    spaced = False
    for (start, end), run, next_run in zip(spans, runs, next_runs, strict=True):
        printed = text[start:end]
        size = letters.size(start, run)
        if end - start == 1:
            spaced = spaced or printed.isalpha()
            box = letters.box(start)
        else:
            whole = letters.stretch(start, end, size, printed >= _IDEOGRAPHS)
            if whole is None or (next_run != run and letters.run(end - 1) != run):
                found.extend(_split(letters, text, start, end, size))
                continue
            box = whole
        clean = printed.translate(_DIRT) if unusual else printed
        if clean:
            found.append(Found(Word(clean, box, size), start, run))
    found = _join_torn(letters, text, found)
    return _join_spaced(found) if spaced else found


class _Letters:
    """Boxes, sizes and text objects of characters, through one set of reused C structures."""

    def __init__(self, text_page: Any, place: Place) -> None:
        self._page = native.handle(text_page)
        self._place = place
        rect, matrix = native.floats(4), native.floats(6)
        self._rect, self._read_rect = rect.at[0], rect.read
        self._matrix, self._read_matrix = matrix.at[0], matrix.read
        self._keep = (rect, matrix)
        self._sizes: dict[int, float] = {}

    def box(self, index: int) -> Box:
        """The box of one character: its advance, by the ascent and descent of its font."""
        native.loose_char_box(self._page, index, self._rect)
        left, high, right, low = self._read_rect()
        return self._place(left, low, right, high)

    def stretch(self, start: int, end: int, size: float, ideographs: bool) -> Box | None:
        """The box of a word, from its first and last character; None if it is too wide or on two lines."""
        native.loose_char_box(self._page, start, self._rect)
        left, high, right, low = self._read_rect()
        native.loose_char_box(self._page, end - 1, self._rect)
        left2, high2, right2, low2 = self._read_rect()
        if (low2 > high or high2 < low) and (left2 > right or right2 < left):
            return None
        left = left2 if left2 < left else left
        low = low2 if low2 < low else low
        right = right2 if right2 > right else right
        high = high2 if high2 > high else high
        widest = size * ((_WIDE_IDEOGRAPH if ideographs else _WIDE) * (end - start) + 1)
        if right - left > widest or high - low > widest:
            return None
        return self._place(left, low, right, high)

    def run(self, index: int) -> int:
        """The address of the text object of a character, 0 for a character that pdfium made up."""
        return native.text_object(self._page, index) or 0

    def size(self, index: int, run: int) -> float:
        """The font size as printed, with the scale of the text matrix in it."""
        known = self._sizes.get(run)
        if known is None:
            size = native.font_size(self._page, index)
            native.char_matrix(self._page, index, self._matrix)
            _, _, c, d, _, _ = self._read_matrix()
            known = self._sizes[run] = float(size * (c * c + d * d) ** 0.5)
        return known

    def is_made_up(self, index: int) -> bool:
        """Whether pdfium put this character between two others by itself."""
        return bool(native.is_generated(self._page, index) == 1)


def _split(letters: _Letters, text: str, start: int, end: int, size: float) -> Iterator[Found]:
    """The parts of a word with a hole in it, with letters on two lines, or drawn in pieces that stand apart."""
    boxes = [letters.box(i) for i in range(start, end)]
    runs = [letters.run(i) for i in range(start, end)]
    gaps = [_gap(a, b) for a, b in pairwise(boxes)]
    hole = max(_HOLE * size, 2.5 * statistics.median(gaps))
    first = 0
    for index in range(end - start):
        if index + 1 < end - start:
            widest = hole if runs[index] == runs[index + 1] else _APART * size
            if gaps[index] <= widest:
                continue
        clean = text[start + first : start + index + 1].translate(_DIRT)
        if clean:
            word = Word(clean, Box.around(boxes[first : index + 1]), size)
            yield Found(word, start + first, runs[first])
        first = index + 1


def _join_torn(letters: _Letters, text: str, found: list[Found]) -> list[Found]:
    """Words that pdfium tore by a space or line end of its own although their parts touch, made whole."""
    whole = found[:1]
    for item in found[1:]:
        before = whole[-1]
        if _is_torn(letters, text, before, item):
            box = Box.around([before.word.box, item.word.box])
            word = Word(before.word.text + item.word.text, box, before.word.size)
            whole[-1] = Found(word, before.start, before.run)
        else:
            whole.append(item)
    return whole


def _is_torn(letters: _Letters, text: str, before: Found, item: Found) -> bool:
    _, (_, _, end, low), size, *_ = before.word
    x0, _, _, bottom = item.word.box
    if not -_TOUCHING * size < x0 - end < _TOUCHING * size or abs(low - bottom) > 0.2 * size:
        return False
    at = item.start - 1
    while at > before.start and text[at].isspace() and letters.is_made_up(at):
        at -= 1
    return not text[at].isspace()


def _gap(a: Box, b: Box) -> float:
    """The empty distance between two letters, whichever way the line runs."""
    return max(b.x0 - a.x1, a.x0 - b.x1, b.top - a.bottom, a.top - b.bottom, 0.0)


def _join_spaced(found: list[Found]) -> list[Found]:
    """Letters of a spaced-out heading ("И Н В О Й С") as one word; three or more, evenly set, no figures."""
    joined: list[Found] = []
    run: list[Found] = []
    for item in found:
        if run and not _continues(run, item):
            joined.extend(_closed(run))
            run = []
        if len(item.word.text) == 1 and item.word.text.isalpha():
            run.append(item)
        else:
            joined.append(item)
    return joined + _closed(run)


def _continues(run: list[Found], item: Found) -> bool:
    last, word = run[-1].word, item.word
    gap = word.box.x0 - last.box.x1
    size = last.size
    if len(word.text) != 1 or not word.text.isalpha() or abs(word.size - size) > 0.1 * size:
        return False
    if abs(word.box.bottom - last.box.bottom) > 0.2 * size or not 0 < gap <= _SPACED_GAP * size:
        return False
    return len(run) < 2 or abs(gap - (last.box.x0 - run[-2].word.box.x1)) <= 0.25 * size


def _closed(run: list[Found]) -> list[Found]:
    if len(run) < 3:
        return run
    text = "".join(item.word.text for item in run)
    box = Box.around([item.word.box for item in run])
    return [Found(Word(text, box, run[0].word.size), run[0].start, run[0].run)]
