"""Pictures of pages for people: what was read, framed in red, small enough for a web form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from connectors.errors import Unreadable
from connectors.pdf.limits import Limits
from connectors.pdf.reader import DEFAULT_LIMITS, ask
from schemas.page import Box

_MIMES = ("image/png", "image/jpeg")
_DPI = 150.0
_MARGIN = 60.0
_LEAST = (410.0, 120.0)  # points a crop is at least wide and high: what a person needs to find the place
_MAX_WIDTH = 860


class Image(NamedTuple):
    """A picture and its MIME type (PNG or JPEG, whichever came out smaller)."""

    data: bytes
    mime: str


def page_image(
    data: bytes,
    page: int,
    *,
    frames: Sequence[Box] = (),
    dpi: float = _DPI,
    max_width: int | None = _MAX_WIDTH,
    limits: Limits = DEFAULT_LIMITS,
    passwords: Sequence[str] = (),
) -> Image:
    """Page `page` (from 1) with red `frames`, at `dpi` but not wider than `max_width` pixels.

    Drawn in a child process under `limits`. Raises as `reader.read` does.
    """
    return _draw(data, page, None, frames, dpi, max_width, limits, passwords)


def crop_image(
    data: bytes,
    page: int,
    box: Box,
    *,
    frames: Sequence[Box] = (),
    margin: float = _MARGIN,
    dpi: float = _DPI,
    max_width: int | None = _MAX_WIDTH,
    limits: Limits = DEFAULT_LIMITS,
    passwords: Sequence[str] = (),
) -> Image:
    """The part of a page around `box`, with at least `margin` points of its surroundings, and red `frames`.

    A box that lies outside the page gives the whole page.
    """
    (x, y), (least_width, least_height) = box.centre, _LEAST
    across = max(box.width / 2 + margin, least_width / 2)
    down = max(box.height / 2 + margin, least_height / 2)
    around = Box(x - across, y - down, x + across, y + down)
    return _draw(data, page, around, frames, dpi, max_width, limits, passwords)


def _draw(
    data: bytes,
    page: int,
    box: Box | None,
    frames: Sequence[Box],
    dpi: float,
    max_width: int | None,
    limits: Limits,
    passwords: Sequence[str],
) -> Image:
    job = {
        "do": "draw",
        "page": page,
        "box": box,
        "frames": list(frames),
        "dpi": dpi,
        "max_width": max_width,
        "passwords": list(passwords),
        "limits": limits.model_dump(),
    }
    head, body = ask(job, data, limits)
    mime = head.get("mime")
    if mime not in _MIMES:
        raise Unreadable(f"Page {page} of the PDF could not be drawn. Keep the file aside for a person.")
    return Image(bytes(body), mime)
