"""Pages as bytes between the child and its parent.

The child has worked on hostile input, so nothing it sends is executed: a JSON head, then plain numbers.
"""

from __future__ import annotations

import json
import struct
from array import array
from collections.abc import Sequence
from itertools import chain
from typing import Any

from schemas.page import Box, Page, Picture, Ruling, Word

_LENGTH = struct.Struct("<Q")
_HEAD_LIMIT = 1 << 30


def pack(head: dict[str, Any], body: bytes = b"") -> bytes:
    """One message: the length of the head, the head, the body."""
    text = json.dumps(head, ensure_ascii=True, separators=(",", ":")).encode()
    return b"".join((_LENGTH.pack(len(text)), text, body))


def unpack(message: bytes) -> tuple[dict[str, Any], memoryview]:
    """The head and the body of a message. Raises ValueError for anything else."""
    view = memoryview(message)
    if len(view) < _LENGTH.size:
        raise ValueError("message without a head")
    (length,) = _LENGTH.unpack(view[: _LENGTH.size])
    end = _LENGTH.size + length
    if length > _HEAD_LIMIT or end > len(view):
        raise ValueError("message cut short")
    head = json.loads(bytes(view[_LENGTH.size : end]))
    if not isinstance(head, dict):
        raise ValueError("message head is not an object")
    return head, view[end:]


def pack_pages(pages: Sequence[Page]) -> tuple[list[dict[str, Any]], bytes]:
    """Pages as a part of a head, and a body of numbers."""
    numbers = array("d")
    heads = []
    for page in pages:
        heads.append(
            {
                "number": page.number,
                "size": [page.width, page.height],
                # A word holds no white space, so a line end parts two words.
                "words": "\n".join([word.text for word in page.words]),
                "ocr": [i for i, word in enumerate(page.words) if word.source == "ocr"],
                "rulings": len(page.rulings),
                "pictures": len(page.pictures),
                "doubts": page.doubts,
            }
        )
        for word in page.words:
            numbers.extend((*word.box, word.size, word.confidence))
        boxes: list[Box] = [item.box for item in page.rulings]
        boxes.extend(item.box for item in page.pictures)
        numbers.extend(chain.from_iterable(boxes))
    return heads, numbers.tobytes()


def unpack_pages(heads: list[dict[str, Any]], body: memoryview) -> tuple[Page, ...]:
    """The pages of `pack_pages`. Raises KeyError, TypeError or ValueError for anything else."""
    numbers = array("d")
    numbers.frombytes(body)
    values = iter(numbers.tolist())
    return tuple(_unpack_page(head, values) for head in heads)


def _unpack_page(head: dict[str, Any], values: Any) -> Page:
    texts = head["words"].split("\n") if head["words"] else []
    ocr = set(head["ocr"])
    sextets = zip(texts, values, values, values, values, values, values, strict=False)
    words = [
        Word(text, Box(x0, top, x1, bottom), size, confidence, "ocr" if i in ocr else "text")
        for i, (text, x0, top, x1, bottom, size, confidence) in enumerate(sextets)
    ]
    if len(words) != len(texts):
        raise ValueError("numbers of words are missing")
    rulings = tuple(Ruling(_box(values)) for _ in range(head["rulings"]))
    pictures = tuple(Picture(_box(values)) for _ in range(head["pictures"]))
    width, height = head["size"]
    return Page(head["number"], width, height, tuple(words), rulings, pictures, tuple(head["doubts"]))


def _box(values: Any) -> Box:
    try:
        return Box(next(values), next(values), next(values), next(values))
    except StopIteration:
        raise ValueError("numbers of boxes are missing") from None
