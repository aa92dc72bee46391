"""What the child sends: every page survives the way, and nonsense is refused instead of believed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.pdf import wire
from schemas.page import Box, Page, Picture, Ruling, Word

numbers = st.floats(-1e6, 1e6)
boxes = st.builds(Box, numbers, numbers, numbers, numbers)
# A word is never empty and holds no white space.
printed = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1)
words = st.builds(Word, printed, boxes, numbers, st.floats(0, 1), st.sampled_from(["text", "ocr"]))
pages = st.builds(
    Page,
    st.integers(1, 500),
    numbers,
    numbers,
    st.lists(words, max_size=5).map(tuple),
    st.lists(st.builds(Ruling, boxes), max_size=3).map(tuple),
    st.lists(st.builds(Picture, boxes), max_size=3).map(tuple),
    st.lists(st.text(), max_size=2).map(tuple),
)


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.lists(pages, max_size=3))
def test_pages_arrive_as_they_were_sent(sent: list[Page]) -> None:
    heads, body = wire.pack_pages(sent)
    head, rest = wire.unpack(wire.pack({"pages": heads}, body))
    assert wire.unpack_pages(head["pages"], rest) == tuple(sent)


@settings(derandomize=True, deadline=None)
@given(st.binary(max_size=200))
def test_nonsense_is_a_value_error(message: bytes) -> None:
    with pytest.raises(ValueError):
        wire.unpack(message)


def test_missing_numbers_are_noticed() -> None:
    page = Page(1, 100, 100, (Word("a", Box(1, 2, 3, 4)),), (Ruling(Box(1, 2, 3, 4)),))
    heads, body = wire.pack_pages([page])
    for length in range(0, len(body), 8):
        with pytest.raises(ValueError):
            wire.unpack_pages(heads, memoryview(body)[:length])
