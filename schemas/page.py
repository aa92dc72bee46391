"""A page as every reader hands it over, however it was read: words, ruled lines and images with boxes.

All boxes are in PDF points (1/72 inch), measured from the top left corner of the page as a person
sees it (page rotation already applied): `(x0, top, x1, bottom)`, x to the right, y downwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Source = Literal["text", "ocr", "structured", "rule", "person"]


class Box(NamedTuple):
    """A rectangle on a page, in points from the top left."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies inside, edges included."""
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom

    def rounded(self) -> tuple[float, float, float, float]:
        """The four edges to a tenth of a point: what goes into JSON."""
        return round(self.x0, 1), round(self.top, 1), round(self.x1, 1), round(self.bottom, 1)

    @staticmethod
    def around(boxes: list[Box]) -> Box:
        """The smallest box that holds all of `boxes` (at least one)."""
        return Box(
            min(b.x0 for b in boxes),
            min(b.top for b in boxes),
            max(b.x1 for b in boxes),
            max(b.bottom for b in boxes),
        )


class Word(NamedTuple):
    """A run of characters without a gap, as printed. `confidence` is 1.0 for a digital text layer."""

    text: str
    box: Box
    size: float = 0.0
    confidence: float = 1.0
    source: Source = "text"


class Ruling(NamedTuple):
    """A straight ruled line, or an edge of a filled or stroked rectangle; axis-parallel, `box` is thin."""

    box: Box

    @property
    def is_horizontal(self) -> bool:
        return self.box.width >= self.box.height


class Picture(NamedTuple):
    """Where an image lies on the page."""

    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """One page of one file. `number` counts from 1 in the file; sizes are in points."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    pictures: tuple[Picture, ...] = ()
    # Why the text of this page should not be trusted ("no text layer", "garbled", ...); empty when it can be.
    doubts: tuple[str, ...] = field(default=())
