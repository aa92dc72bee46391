"""Labels that go on in the next line of a narrow cell ("Place and date / of taking over")."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace

from flows.steps.extract.labels_model import STOP, Mark, Meaning
from flows.steps.extract.sheet import Line, Sheet, Token, box_of
from schemas.page import Box

_MOST_BELOW = 6
"""Tokens a label may have in its second line."""


def wrapped_marks(
    sheet: Sheet,
    lexicon: Mapping[str, tuple[Meaning, ...]],
    starts: Sequence[str],
    key_of: Callable[[Token], str],
    labels: Container[tuple[int, int]],
) -> Iterator[tuple[Mark, Mark]]:
    """The upper and the lower piece of each label set in two lines.

    `starts` are the keys of the lexicon in order, `labels` the lines and places at which other labels begin.
    The piece a value stands beside has the meanings: the upper one where a run that is no label follows it
    on its line, else the lower. The other only bounds
    what stands before it, but names the box of a form where the label is one.
    """
    for line in sheet.lines:
        for cut in sorted(line.cuts):
            end = line.run_end(cut)
            if end - cut > 14 or any(c.isdigit() for c in line.tokens[end - 1].text):
                continue
            below = _run_below(sheet, line, cut)
            if below is None:
                continue
            for start in _beginnings(line, cut, end):
                found = _match(line, start, end, *below, lexicon, starts, key_of)
                if found is not None:
                    beside = end < len(line.tokens) and (line.index, end) not in labels
                    yield _placed(found, beside)
                    break


def _beginnings(line: Line, cut: int, end: int) -> Iterator[int]:
    """Where in a run a label may begin: at its start, and after a slash."""
    yield cut
    for place in range(cut + 1, end):
        if line.tokens[place - 1].text in ("/", "|", "／") or line.tokens[place - 1].text.strip("().").isdecimal():
            yield place


def _run_below(sheet: Sheet, line: Line, cut: int) -> tuple[Line, int] | None:
    """The run that goes on with this one: same left edge, same size, the next line."""
    first = line.tokens[cut]
    size = max(first.size, 4.0)
    left = {first.box.x0}
    if first.text.strip("().").isdecimal() and cut + 1 < len(line.tokens):
        left.add(line.tokens[cut + 1].box.x0)
    for below in sheet.lines_between(line.page, line.box.bottom, line.box.centre[1] + 1.6 * size):
        if below.index <= line.index:
            continue
        for start in below.cuts:
            token = below.tokens[start]
            if (
                any(abs(token.box.x0 - x) <= 2.5 for x in left)
                and abs(token.size - line.tokens[line.run_end(cut) - 1].size) <= 0.4
            ):
                return below, start
    return None


def _match(
    line: Line,
    start: int,
    end: int,
    below: Line,
    at: int,
    lexicon: Mapping[str, tuple[Meaning, ...]],
    starts: Sequence[str],
    key_of: Callable[[Token], str],
) -> tuple[Mark, Mark] | None:
    head = "".join(key_of(token) for token in line.tokens[start:end])
    if len(head) < 2 or not _is_beginning(head, starts):
        return None
    key, best = head, None
    for place in range(at, min(below.run_end(at), at + _MOST_BELOW)):
        if below.tokens[place].is_colon:
            break
        key += key_of(below.tokens[place])
        if key_of(below.tokens[place]) and key in lexicon and _ends_there(below, place + 1):
            best = (place + 1, lexicon[key])
    if best is None:
        return None
    stop, meanings = best
    colon = stop < len(below.tokens) and below.tokens[stop].is_colon
    upper, lower = line.tokens[start:end], below.tokens[at : stop + colon]
    text = " ".join(t.text for t in (*upper, *lower))
    whole = Box.around([box_of(upper), box_of(lower)])
    return (
        Mark(meanings, line.index, start, end, line.page, box_of(upper), text, 1.0),
        Mark(meanings, below.index, at, stop + colon, line.page, whole, text, 1.0, colon),
    )


def _placed(pieces: tuple[Mark, Mark], beside: bool) -> tuple[Mark, Mark]:
    upper, lower = pieces
    bounds = tuple(m if m.kind == "box" else Meaning(STOP, m.quality, m.language, "stop") for m in upper.meanings)
    return (upper, replace(lower, meanings=bounds)) if beside else (replace(upper, meanings=bounds), lower)


def _is_beginning(head: str, starts: Sequence[str]) -> bool:
    at = bisect_left(starts, head)
    return (at < len(starts) and starts[at].startswith(head) and starts[at] != head) or (
        at + 1 < len(starts) and starts[at + 1].startswith(head)
    )


def _ends_there(line: Line, place: int) -> bool:
    """Whether a label can end before this place: at the end of its run, a colon, a slash or a bracket."""
    if place >= len(line.tokens) or place in line.cuts:
        return True
    token = line.tokens[place]
    return token.is_colon or token.text.startswith(("/", "(", "（", "|"))
