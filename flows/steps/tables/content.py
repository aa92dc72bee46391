"""Columns whose heads say too little: what stands in them decides what they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from flows.steps.tables.cells import Cell
from schemas.lines import LinesSpec

Rows = list[dict[str, Cell]]

_RANGE = re.compile(r"\d+\s*[-–—/]\s*\d+|\d+")
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_NO_MARKS = re.compile(r"N\s*[/.]\s*M\.?|no marks?|б/м|без маркировки|无唛头?|无", re.I)
_PRICE_UNIT = re.compile(r"1\s*([^\W\d][^\d]{0,15})")
_COUNTED = re.compile(r"\d+(?:[ \u00a0]\d{3})*\s*[^\W\d][^\d]*")
_MEASURED = re.compile(r"\d[\d.,' \u00a0]*\s*[^\W\d][^\d]{0,15}")


def by_content(cells: Rows, spec: LinesSpec) -> Rows:
    """The rows with their columns named by what they hold.

    "Item No" over "HB-1280" is an article. "1-29", "30-52" are numbers of packages and not how many; "25 drums" is
    how many, and their kind; words without any digit beside a number of packages are their kind and no article.
    """
    if "package_numbers" in spec.columns and _holds_ranges(_texts(cells, "packages")):
        if not _texts(cells, "package_numbers"):
            cells = _renamed(cells, {"packages": "package_numbers"})
        elif all(text.isdigit() for text in _texts(cells, "package_numbers")):
            cells = _renamed(cells, {"packages": "package_numbers", "package_numbers": "packages"})
    if any(map(_is_wordy, _texts(cells, "package_numbers"))) and not _texts(cells, "marks"):
        cells = _renamed(cells, {"package_numbers": "marks" if "marks" in spec.columns else ""})
    if "quantity" in spec.columns:
        cells = [_quantity_by_unit(_without_price_unit(row)) for row in cells]
    kinds = _texts(cells, "package_kind")
    if kinds and not _texts(cells, "packages") and all(_COUNTED.fullmatch(text) for text in kinds):
        cells = _renamed(cells, {"package_kind": "packages"})
    numbers = _texts(cells, "position")
    if numbers and all(map(_is_code, numbers)) and "article" in spec.columns and not _texts(cells, "article"):
        cells = _renamed(cells, {"position": "article"})
    articles = _texts(cells, "article")
    is_wordy = articles and not any(char.isdigit() for text in articles for char in text)
    if is_wordy and "package_kind" in spec.columns and _texts(cells, "packages") and not kinds:
        cells = _renamed(cells, {"article": "package_kind"})
    return cells


def without_block_of_marks(cells: Rows) -> tuple[Rows, Cell | None]:
    """The rows without marks that stand beside some of them only: they are those of all the goods, line by line.

    Also what of them a person should see; None where there is nothing, or they say "no marks".
    """
    marked = [row["marks"] for row in cells if "marks" in row]
    if len(marked) == len(cells) or not marked:
        return cells, None
    rest = [{name: cell for name, cell in row.items() if name != "marks"} for row in cells]
    is_said = not all(_NO_MARKS.fullmatch(cell.text.strip()) for cell in marked)
    return rest, marked[0] if is_said else None


def _is_wordy(text: str) -> bool:
    """Whether a text is marks ("ASTANA C/NO. 1-97") and no numbers of packages ("1-12", "C/NO. 1-97", "PLT 3")."""
    return not any(char.isdigit() for char in text) or len(_LONG_WORD.findall(text)) >= 2


def _without_price_unit(row: dict[str, Cell]) -> dict[str, Cell]:
    """A row whose price is per "1 PC": the number is no quantity, and what is left is the unit."""
    unit = row.get("unit")
    if "quantity" not in row or unit is None or not (found := _PRICE_UNIT.fullmatch(unit.text)):
        return row
    return {**row, "unit": replace(unit, text=found[1])}


def _quantity_by_unit(row: dict[str, Cell]) -> dict[str, Cell]:
    """A row whose quantity stands in the cell of its unit: "37 pcs"."""
    if "quantity" in row or "unit" not in row or not _MEASURED.fullmatch(row["unit"].text):
        return row
    return {{"unit": "quantity"}.get(name, name): cell for name, cell in row.items()}


def _is_code(text: str) -> bool:
    return any(char.isalpha() for char in text) and any(char.isdigit() for char in text)


def _holds_ranges(texts: Sequence[str]) -> bool:
    return any(not text.isdigit() for text in texts) and all(_RANGE.fullmatch(text) for text in texts)


def _texts(cells: Rows, name: str) -> list[str]:
    return [row[name].text for row in cells if name in row]


def _renamed(cells: Rows, names: Mapping[str, str]) -> Rows:
    return [{new: cell for name, cell in row.items() if (new := names.get(name, name))} for row in cells]
