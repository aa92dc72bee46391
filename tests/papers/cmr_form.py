"""Where the boxes of a CMR consignment note lie, and how one box is drawn, in three geometries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from random import Random

from tests.papers.pen import LEADING, Pen
from tests.papers.phrases import rows_of
from tests.papers.words import to_serbian_cyrillic

GEOMETRIES = ("classic", "rows", "typed")
"""The boxed international form; a form from a word processor with a rule under each line; values typed on a
form whose rules were not printed."""

_COLUMNS = ("ru", "en", "de", "fr", "tr", "sr", "zh")

LEFT, MIDDLE, RIGHT = 34.0, 297.0, 562.0

BOXES: dict[str, tuple[float, float, float, float]] = {
    "1": (LEFT, 40, MIDDLE, 112),
    "2": (LEFT, 112, MIDDLE, 184),
    "3": (LEFT, 184, MIDDLE, 224),
    "4": (LEFT, 224, MIDDLE, 270),
    "5": (LEFT, 270, MIDDLE, 322),
    "title": (MIDDLE, 40, RIGHT, 112),
    "16": (MIDDLE, 112, RIGHT, 184),
    "17": (MIDDLE, 184, RIGHT, 238),
    "18": (MIDDLE, 238, RIGHT, 322),
    "13": (LEFT, 524, MIDDLE, 590),
    "19": (MIDDLE, 524, RIGHT, 590),
    "14": (LEFT, 590, MIDDLE, 618),
    "15": (LEFT, 618, MIDDLE, 656),
    "20": (MIDDLE, 590, RIGHT, 656),
    "21": (LEFT, 656, MIDDLE, 694),
    "25": (MIDDLE, 656, RIGHT, 694),
    "22": (LEFT, 694, 210, 796),
    "23": (210, 694, 386, 796),
    "24": (386, 694, RIGHT, 796),
}
GOODS = (322.0, 524.0)
GOODS_EDGES = {"6": 34.0, "7": 96.0, "8": 150.0, "9": 222.0, "10": 374.0, "11": 446.0, "12": 510.0, "": 562.0}


@cache
def _titles() -> dict[str, dict[str, tuple[str, ...]]]:
    return {
        row[0]: {language: tuple(text.split("~")) for language, text in zip(_COLUMNS, row[1:], strict=True)}
        for row in rows_of("cmr_titles")
    }


class Titles:
    """The printed titles of one form in its two or three languages, wordings picked once."""

    def __init__(self, languages: str, rng: Random) -> None:
        self._picks: dict[str, list[str]] = {}
        for box, texts in _titles().items():
            picks = []
            for language in languages.split("/"):
                pick = rng.choice(texts["sr" if language == "sr-Cyrl" else language])
                picks.append(to_serbian_cyrillic(pick) if language == "sr-Cyrl" else pick)
            self._picks[box] = picks

    def of(self, box: str) -> list[str]:
        return self._picks[box]


@dataclass
class FormPen:
    """Draws boxes in one geometry: their rules, small titles and larger values."""

    pen: Pen
    titles: Titles
    geometry: str
    value_size: float
    drift: tuple[float, float] = (0.0, 0.0)

    @property
    def _title_size(self) -> float:
        return {"classic": 5.6, "rows": 6.4, "typed": 5.0}[self.geometry]

    def box(self, number: str, lines: Sequence[str]) -> None:
        """One box: frame, number, titles and the lines typed into it."""
        x0, top, x1, bottom = BOXES[number]
        if self.geometry != "typed":
            self.pen.box(x0, top, x1, bottom, 0.6)
        y = self._title(number, x0, top, x1)
        if self.geometry == "rows":
            self._in_rows(lines, x0, y, x1, bottom)
        else:
            dx, dy = self.drift
            wrapped = self._wrap(lines, x1 - x0 - 10 - dx)
            self.pen.lines(x0 + 5 + dx, y + 1.5 + dy, wrapped, self._fitting(wrapped, bottom - y - dy))

    def _wrap(self, lines: Sequence[str], width: float) -> list[str]:
        return [part for line in lines for part in self.pen.wrap(line, width, self.value_size)]

    def _fitting(self, lines: Sequence[str], height: float) -> float:
        """The value size, made smaller when the lines would run out of the box."""
        if not lines:
            return self.value_size
        return min(self.value_size, (height - 3) / (len(lines) * LEADING))

    def _title(self, number: str, x0: float, top: float, x1: float) -> float:
        """Number and titles of a box; returns where the value begins."""
        size = self._title_size
        self.pen.text(x0 + 2.5, top + 1.5, number, size + 2, True)
        indent = max(12.0, self.pen.measure(number, size + 2, True) + 6)
        titles = self.titles.of(number)
        if self.geometry == "rows":
            titles = [" / ".join(titles)]
        lines = [part for title in titles for part in self.pen.wrap(title, x1 - x0 - indent - 3, size)]
        return self.pen.lines(x0 + indent, top + 2, lines, size) + 1

    def _in_rows(self, lines: Sequence[str], x0: float, top: float, x1: float, bottom: float) -> None:
        """A rule under the title and under every line of the value."""
        wrapped = self._wrap(lines, x1 - x0 - 8)
        self.pen.rule(x0, top, x1, top, 0.4)
        if not wrapped:
            return
        height = min(13.0, (bottom - top) / len(wrapped))
        size = min(self.value_size, height / LEADING)
        for line in wrapped:
            self.pen.text(x0 + 4, top + (height - size * 1.1) / 2, line, size)
            top += height
            if top < bottom - 2:
                self.pen.rule(x0, top, x1, top, 0.4)

    def goods(self, rows: Sequence[dict[str, str]], foot: Sequence[str]) -> None:
        """Boxes 6 to 12: titles in a strip, rows of goods below, lines at the foot."""
        top, bottom = GOODS
        edges = list(GOODS_EDGES.items())
        strip = top
        for (number, x0), (_, x1) in pairwise(edges):
            strip = max(strip, self._goods_title(number, x0, top, x1))
        self._goods_rules(edges, top, strip, bottom)
        dx, dy = self.drift
        y = strip + 3 + dy
        for row in rows:
            y = self._goods_row(row, edges, y, dx)
            if self.geometry == "rows":
                self.pen.rule(LEFT, y - 1, RIGHT, y - 1, 0.4)
        for line in foot:
            y = self.pen.lines(LEFT + 5 + dx, y + 2, [line], self.value_size)

    def _goods_title(self, number: str, x0: float, top: float, x1: float) -> float:
        size = self._title_size
        self.pen.text(x0 + 2, top + 1.5, number, size + 1.5, True)
        y = top + size + 4.5
        for title in self.titles.of(number):
            y = self.pen.lines(x0 + 2, y, self.pen.wrap(title, x1 - x0 - 4, size), size)
        return y + 2

    def _goods_rules(self, edges: list[tuple[str, float]], top: float, strip: float, bottom: float) -> None:
        if self.geometry == "typed":
            return
        self.pen.box(LEFT, top, RIGHT, bottom, 0.6)
        if self.geometry == "rows":
            self.pen.rule(LEFT, strip, RIGHT, strip, 0.4)
        for number, x in edges[1:-1]:
            if self.geometry == "rows" or number in ("10", "11", "12"):
                self.pen.rule(x, top, x, bottom, 0.5)

    def _goods_row(self, row: dict[str, str], edges: list[tuple[str, float]], top: float, dx: float) -> float:
        below = top
        for (number, x0), (_, x1) in pairwise(edges):
            text = row.get(number, "")
            if not text:
                continue
            size = self.value_size
            if number in ("7", "10", "11", "12"):  # figures are never broken: smaller instead
                while self.pen.measure(text, size) > x1 - x0 - 4:
                    size -= 0.25
                self.pen.text(
                    x1 - 3 if number != "10" else x0 + 3, top, text, size, align="left" if number == "10" else "right"
                )
                below = max(below, top + self.value_size * LEADING)
            else:
                wrapped = self.pen.wrap(text, x1 - x0 - 6 - dx, size)
                below = max(below, self.pen.lines(x0 + 3 + dx, top, wrapped, size))
        return below + 3
