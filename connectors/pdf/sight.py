"""What a person cannot see on a page must not be read as a value: white on white, covered, off the page.

Such words are left out, and each reason is told with the words it took.
"""

from __future__ import annotations

from collections import defaultdict

import pypdfium2.raw as pdfium

from connectors.pdf.drawing import WHITE, Colour, Drawing, Fill, TextRun
from connectors.pdf.space import Place
from connectors.pdf.words import Found
from schemas.page import Box, Word

_INVISIBLE_MODES = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_SMALLEST = 1.0  # points: smaller letters are not meant to be read
_CONTRAST = 40  # of 255, summed over red, green and blue: less cannot be told apart on paper
_OCR_CONFIDENCE = 0.5
_BAND = 24.0  # points: fills are looked up by the band of the page they lie in
_SHOWN = 8  # words of each kind that a note quotes

_UNSEEN = "a person cannot see them: "
INVISIBLE = "drawn invisibly"
SAME_COLOUR = "in the colour of its ground"
COVERED = "covered by a filled area"
OUTSIDE = "outside the page"
TINY = "smaller than one point"
OVERWRITTEN = "written over other text"


def visible(
    found: list[Found], drawing: Drawing, place: Place, page: Box
) -> tuple[list[Word], dict[str, list[str]], int]:
    """The words a person sees, those left out by reason, and how many belong to the OCR layer of a scan.

    Words drawn invisibly on top of a picture are kept, marked as `ocr`: somebody else's program read them.
    """
    judge = _Judge(drawing, place)
    suspects = judge.suspects
    pictures = [place(*rect) for _, rect in drawing.pictures]
    seen: list[Word] = []
    left_out: dict[str, list[str]] = defaultdict(list)
    covered: list[Box] = []
    layer = 0
    right, bottom = page.x1, page.bottom
    for item in found:
        word = item.word
        (x0, top, x1, low), size = word.box, word.size
        x, y = (x0 + x1) / 2, (top + low) / 2
        reason = None
        if not (0 <= x <= right and 0 <= y <= bottom):
            reason = OUTSIDE
        elif size < _SMALLEST and x1 - x0 < _SMALLEST * len(word.text):
            reason = TINY
        elif item.run in suspects:
            reason = judge.why_not(item, x, y)
            if reason == INVISIBLE and any(p.holds(x, y) for p in pictures):
                reason = None
                layer += 1
                word = word._replace(source="ocr", confidence=_OCR_CONFIDENCE)
        if reason is None:
            seen.append(word)
        else:
            left_out[reason].append(word.text)
            if reason == COVERED:
                covered.append(word.box)
    if covered:
        seen = _without_overwritten(seen, covered, left_out)
    return seen, left_out, layer


def _without_overwritten(seen: list[Word], covered: list[Box], left_out: dict[str, list[str]]) -> list[Word]:
    """The words that do not lie on covered ones.

    pdfium drops a letter where the same letter stands already: of "100.00" over a blanked-out "999.00" it
    gives "100".
    """
    kept = []
    for word in seen:
        if any(_overlap(word.box, box) for box in covered):
            left_out[OVERWRITTEN].append(word.text)
        else:
            kept.append(word)
    return kept


def _overlap(a: Box, b: Box) -> bool:
    return a.x0 < b.x1 and b.x0 < a.x1 and a.top < b.bottom and b.top < a.bottom


def notes(number: int, left_out: dict[str, list[str]]) -> list[str]:
    """One sentence for each reason for which words of a page were left out."""
    return [
        f"page {number}: {len(words)} word(s) left out ({reason if reason == OVERWRITTEN else _UNSEEN + reason}): "
        + " ".join(words[:_SHOWN])
        + (" ..." if len(words) > _SHOWN else "")
        for reason, words in left_out.items()
    ]


def _close(a: Colour, b: Colour) -> bool:
    return abs(a[0] - b[0]) + abs(a[1] - b[1]) + abs(a[2] - b[2]) < _CONTRAST


def _suspects(drawing: Drawing) -> set[int]:
    grounds = {WHITE, *(fill.colour for fill in drawing.fills)}
    last_fill = max((fill.order for fill in drawing.fills if fill.solid), default=-1)
    colours = {text.colour for text in drawing.texts.values()}
    doubtful = {colour for colour in colours if any(_close(colour, ground) for ground in grounds)}
    return {
        address
        for address, (order, mode, colour, opaque) in drawing.texts.items()
        if order < last_fill or colour in doubtful or not opaque or mode in _INVISIBLE_MODES
    }


class _Judge:
    """Decides for one page whether a word can be seen, from its paint and what lies under and over it."""

    def __init__(self, drawing: Drawing, place: Place) -> None:
        self._texts = drawing.texts
        self._pictures = [(order, place(*rect)) for order, rect in drawing.pictures]
        self._bands: dict[int, list[tuple[Fill, Box]]] = defaultdict(list)
        self._wide: list[tuple[Fill, Box]] = []
        self.suspects = _suspects(drawing)
        """Text objects that may be unseen; on most pages there are none."""
        if self.suspects:
            for fill in drawing.fills:
                self._lay(fill, place(*fill.rect))

    def _lay(self, fill: Fill, box: Box) -> None:
        if box.height > 20 * _BAND:
            self._wide.append((fill, box))
            return
        for band in range(int(box.top // _BAND), int(box.bottom // _BAND) + 1):
            self._bands[band].append((fill, box))

    def why_not(self, item: Found, x: float, y: float) -> str | None:
        run = self._texts[item.run]
        if run.mode in _INVISIBLE_MODES or not run.opaque:
            return INVISIBLE
        ground, under = WHITE, -1
        for fill, box in (*self._wide, *self._bands.get(int(y // _BAND), ())):
            if box.x0 <= x <= box.x1 and box.top <= y <= box.bottom:
                if fill.order > run.order and fill.solid:
                    return COVERED
                if under < fill.order < run.order:
                    ground, under = fill.colour, fill.order
        if _close(run.colour, ground) and not self._on_picture(run, under, x, y):
            return SAME_COLOUR
        return None

    def _on_picture(self, run: TextRun, under: int, x: float, y: float) -> bool:
        """Whether a picture lies between the ground and the text: then its colour is not known."""
        return any(under < order < run.order and box.holds(x, y) for order, box in self._pictures)
