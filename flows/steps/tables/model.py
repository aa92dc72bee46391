"""What reading the line items of a paper gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from flows.steps.numbers import Style
from schemas.page import Box
from schemas.record import Evidence

NOT_WHOLE = "lines.not_whole"
"""The rule of a doubt that says that a row may be missing, glued or double."""


class Doubt(NamedTuple):
    """Something about the items a person should know; the caller makes a `Finding` of it.

    Rules: `lines.arithmetic` (a row's numbers do not multiply), `lines.not_whole` (a row may be missing,
    glued or double), `lines.no_rows` (a head without rows), `lines.no_header` (rows without a head),
    `lines.unreadable` (text where a value should stand), `lines.unknown_column` (a column was left out, for
    its head is not known), `reading.ambiguous_number`.
    """

    rule: str
    pointer: str
    seen: str
    page: int | None = None
    box: Box | None = None


class Total(NamedTuple):
    """A number in a line that closes the table: under which column it stands, and what it says."""

    column: str
    """Empty where it stands under none."""
    text: str
    value: Decimal | None
    page: int
    box: Box
    kind: str
    """`total`, `carried`, or `charge`: freight, insurance, a discount in a line of its own."""
    label: str
    """The words of the line."""
    rows: int
    """How many rows stand above it."""


@dataclass(frozen=True)
class Lines:
    """The rows of the table of items, as the data carries them, with their evidence.

    `items` holds only what was read; `evidence` maps the JSON Pointer of every value to its place.
    `is_whole` is False when anything says that a row is missing, glued to another, or double.
    """

    items: list[dict[str, Any]] = field(default_factory=list)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    findings: list[Doubt] = field(default_factory=list)
    style: Style | None = None
    regions: list[tuple[int, Box]] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    is_whole: bool = True
    columns: tuple[str, ...] = ()
    """Names of the columns found."""
