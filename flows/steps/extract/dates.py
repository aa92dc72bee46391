"""Dates within a run of tokens."""

from __future__ import annotations

from flows.steps import days
from flows.steps.extract.sheet import Token


def without_dates(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens without those of dates, and without the word for "year" after one."""
    text = ""
    spans: list[tuple[int, int]] = []
    for token in tokens:
        text += (" " if text and not token.glued else "") + token.text
        spans.append((len(text) - len(token.text), len(text)))
    found = days.readings(text)
    return tuple(
        token
        for token, (start, end) in zip(tokens, spans, strict=True)
        if not any(start < r.end and r.start < end for r in found) and token.text not in ("г.", "ж.", "г", "ж")
    )
