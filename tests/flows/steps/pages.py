"""Pages made of lines of text, for tests that need no PDF."""

from __future__ import annotations

from schemas.page import Box, Page, Word

WIDTH, HEIGHT = 595.0, 842.0
_LETTER = 0.5
"""Width of a letter as a share of its size."""


def line(text: str, x: float = 40.0, y: float = 60.0, size: float = 9.0) -> list[Word]:
    """The words of one line; words stand one blank apart, `|` moves to the next 150 points."""
    words: list[Word] = []
    at = x
    for column, part in enumerate(text.split("|")):
        at = x + 150.0 * column if column else at
        for word in part.split():
            width = len(word) * size * _LETTER
            words.append(Word(word, Box(at, y, at + width, y + size), size))
            at += width + 0.3 * size
    return words


def page(*texts: str, number: int = 1, title: str = "", top: float = 60.0, step: float = 14.0) -> Page:
    """A page with a large title and lines of text below it; an empty text leaves a line free."""
    words = line(title, y=top - 25, size=16.0) if title else []
    for index, text in enumerate(texts):
        words += line(text, y=top + step * index)
    return Page(number, WIDTH, HEIGHT, tuple(words))


def invoice(*texts: str, number: int = 1, title: str = "COMMERCIAL INVOICE") -> Page:
    return page(*texts, number=number, title=title)
