"""Columns whose heads say too little: what stands in them decides what they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from flows.steps.tables.cells import Cell
from schemas.lines import LinesSpec

Rows = list[dict[str, Cell]]

_RANGE = re.compile(r"\d+\s*[-–—/]\s*\d+|\d+")
_COUNTED = re.compile(r"\d+(?:[ \u00a0]\d{3})*\s*[^\W\d][^\d]*")


def by_content(cells: Rows, spec: LinesSpec) -> Rows:
    """The rows with their columns named by what they hold.

    "Item No" over "HB-1280" is an article. "1-29", "30-52" are numbers of packages and not how many; "25 drums" is how many, and their kind; words without
    any digit beside a number of packages are their kind and no article.
    """
    if "package_numbers" in spec.columns and _holds_ranges(_texts(cells, "packages")):
        if not _texts(cells, "package_numbers"):
            cells = _renamed(cells, {"packages": "package_numbers"})
        elif all(text.isdigit() for text in _texts(cells, "package_numbers")):
            cells = _renamed(cells, {"packages": "package_numbers", "package_numbers": "packages"})
    kinds = _texts(cells, "package_kind")
    if kinds and not _texts(cells, "packages") and all(_COUNTED.fullmatch(text) for text in kinds):
        cells = _renamed(cells, {"package_kind": "packages"})
    numbers = _texts(cells, "position")
    if len(numbers) * 2 > len(cells) and "article" in spec.columns and not _texts(cells, "article"):
        if all(any(c.isalpha() for c in text) and any(c.isdigit() for c in text) for text in numbers):
            cells = _renamed(cells, {"position": "article"})
    articles = _texts(cells, "article")
    is_wordy = articles and not any(char.isdigit() for text in articles for char in text)
    if is_wordy and "package_kind" in spec.columns and _texts(cells, "packages") and not kinds:
        cells = _renamed(cells, {"article": "package_kind"})
    return cells


def _holds_ranges(texts: Sequence[str]) -> bool:
    return any(not text.isdigit() for text in texts) and all(_RANGE.fullmatch(text) for text in texts)


def _texts(cells: Rows, name: str) -> list[str]:
    return [row[name].text for row in cells if name in row]


def _renamed(cells: Rows, names: Mapping[str, str]) -> Rows:
    return [{names.get(name, name): cell for name, cell in row.items()} for row in cells]
