"""What a label on a paper means, and where one was found."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.page import Box

STOP = ""
"""The field of a label whose value is not wanted: it only ends the value before it."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a label stands for: a field (or `STOP`), how surely, in which language."""

    field: str
    quality: float
    language: str
    kind: str = "field"
    """`field`, `stop`, `title`, `part` (of a party or place) or `box`."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A label found: the tokens `start:end` of a line, and what follows it there."""

    meanings: tuple[Meaning, ...]
    line: int
    start: int
    end: int
    page: int
    box: Box
    text: str
    fit: float
    """How well it is set as a label: 1 at the start of a run, less within one."""
    has_colon: bool = False

    def quality(self, field: str) -> float:
        return self.weight(field) * self.fit

    def weight(self, field: str) -> float:
        """How surely the label stands for the field, however it is set."""
        return max((m.quality for m in self.meanings if m.field == field), default=0.0)

    def names(self, field: str) -> bool:
        return any(m.field == field for m in self.meanings)

    @property
    def is_weak(self) -> bool:
        return max((m.quality for m in self.meanings), default=0.0) < 0.7

    @property
    def kinds(self) -> set[str]:
        return {m.kind for m in self.meanings}
