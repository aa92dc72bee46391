"""A pen on a PDF canvas that measures from the top left, as the rest of the project does."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.papers.fonts import font_runs, text_width

rl_config.useA85 = 0  # binary streams: a fifth smaller, and twice as fast to write

LEADING = 1.22


class Pen:
    """Writes text and rules on pages of one size; the same strokes give the same bytes (invariant PDF)."""

    def __init__(self, family: str, title: str, size: tuple[float, float] = A4) -> None:
        self.width, self.height = size
        self.family = family
        self.pages = 1
        self._buffer = io.BytesIO()
        self._canvas = Canvas(self._buffer, pagesize=size, invariant=1, pageCompression=1)
        self._canvas.setTitle(title)

    def measure(self, text: str, size: float, bold: bool = False) -> float:
        return text_width(text, size, self.family, bold)

    def text(self, x: float, top: float, text: str, size: float, bold: bool = False, align: str = "left") -> None:
        """One line; `x` is its left edge, right edge or middle by `align`; `top` the top of the line."""
        width = self.measure(text, size, bold)
        x -= {"left": 0.0, "right": width, "centre": width / 2}[align]
        line = self._canvas.beginText(x, self.height - top - size * 0.92)
        for font, run in font_runs(text, self.family, bold):
            line.setFont(font, size)
            line.textOut(run)
        self._canvas.drawText(line)

    def lines(
        self, x: float, top: float, lines: Sequence[str], size: float, bold: bool = False, align: str = "left"
    ) -> float:
        """Lines below one another; returns the top of what may follow."""
        for line in lines:
            self.text(x, top, line, size, bold, align)
            top += size * LEADING
        return top

    def wrap(self, text: str, width: float, size: float, bold: bool = False) -> list[str]:
        """`text` in lines no wider than `width`: broken at spaces, between Chinese characters, else hard."""
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line = ""
            for atom in _atoms(paragraph):
                if self.measure((line + atom).rstrip(" "), size, bold) <= width:
                    line += atom
                    continue
                if line.strip(" "):
                    lines.append(line.rstrip(" "))
                line = atom.lstrip(" ")
                while self.measure(line.rstrip(" "), size, bold) > width and len(line) > 1:
                    cut = self._fitting(line, width, size, bold)
                    lines.append(line[:cut])
                    line = line[cut:]
            lines.append(line.rstrip(" "))
        return lines

    def _fitting(self, text: str, width: float, size: float, bold: bool) -> int:
        cut = len(text)
        while cut > 1 and self.measure(text[:cut], size, bold) > width:
            cut -= 1
        return cut

    def rule(self, x0: float, top: float, x1: float, bottom: float, thickness: float = 0.5) -> None:
        self._canvas.setLineWidth(thickness)
        self._canvas.line(x0, self.height - top, x1, self.height - bottom)

    def box(self, x0: float, top: float, x1: float, bottom: float, thickness: float = 0.5) -> None:
        self._canvas.setLineWidth(thickness)
        self._canvas.rect(x0, self.height - bottom, x1 - x0, bottom - top)

    def shade(self, x0: float, top: float, x1: float, bottom: float, grey: float = 0.9) -> None:
        self._canvas.saveState()
        self._canvas.setFillGray(grey)
        self._canvas.rect(x0, self.height - bottom, x1 - x0, bottom - top, stroke=0, fill=1)
        self._canvas.restoreState()

    def stamp(self, x: float, y: float, radius: float, lines: Sequence[str], turn: float = 0.0) -> None:
        """A round stamp in blue vector strokes with its words, lying over whatever is printed there."""
        self._canvas.saveState()
        self._canvas.translate(x, self.height - y)
        self._canvas.rotate(turn)
        self._canvas.setStrokeColorRGB(0.15, 0.25, 0.65)
        self._canvas.setFillColorRGB(0.15, 0.25, 0.65)
        self._canvas.setLineWidth(1.4)
        self._canvas.circle(0, 0, radius)
        self._canvas.setLineWidth(0.6)
        self._canvas.circle(0, 0, radius * 0.86)
        size = radius / 5
        for i, words in enumerate(lines):
            text = self._canvas.beginText(-self.measure(words, size) / 2, (len(lines) / 2 - i) * size * 1.2 - size)
            for font, run in font_runs(words, self.family):
                text.setFont(font, size)
                text.textOut(run)
            self._canvas.drawText(text)
        self._canvas.restoreState()

    def new_page(self) -> None:
        self._canvas.showPage()
        self.pages += 1

    def finish(self) -> bytes:
        self._canvas.showPage()
        self._canvas.save()
        return self._buffer.getvalue()


def _atoms(text: str) -> list[str]:
    """Pieces of text a line may break between: words with the space before them, single CJK characters."""
    atoms: list[str] = []
    for char in text:
        wide = ord(char) >= 0x2E80
        if not atoms or wide or char == " " or ord(atoms[-1][-1]) >= 0x2E80:
            atoms.append(char)
        else:
            atoms[-1] += char
    return atoms
