"""What one document may cost before it is given up."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt

_MIB = 1024 * 1024


class Limits(BaseModel):
    """Bounds on reading one document.

    The defaults were measured on good papers and on bombs (November 2026): every good paper stays under a
    tenth of them, every bomb ends within twenty-five seconds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file_bytes: PositiveInt = 50 * _MIB
    pages: PositiveInt = 500
    chars_per_page: PositiveInt = 50_000
    rulings_per_page: PositiveInt = 2_000
    """Above this, a page keeps its words and loses its ruled lines: table finders grow with their square."""
    memory_bytes: PositiveInt = 2048 * _MIB
    cpu_seconds: PositiveInt = 20
    wall_seconds: PositiveFloat = 40.0
    written_bytes: PositiveInt = 64 * _MIB
    open_files: int = Field(default=64, ge=16)
    picture_pixels: PositiveInt = 16_000_000
