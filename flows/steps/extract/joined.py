"""Two labels joined by a slash before two values joined by one: "NET WT / GROSS WT (KG) | 96.4 / 118.0"."""

from __future__ import annotations

from collections.abc import Iterator

from flows.steps.extract.candidates import Field, Spot, below_of, right_of
from flows.steps.extract.labels_model import Mark
from flows.steps.extract.sheet import Token

_SLASH = frozenset({"/", "|", "／"})


def joined_spots(area: Field, mark: Mark, name: str) -> Iterator[Spot]:
    """Where the value of a label stands that is one of several joined ones; nothing for a label of its own."""
    group = _group(area, mark)
    if len(group) < 2 or sum(1 for other in group if other.names(name)) != 1:
        return
    for spot in (right_of(area, group[-1], name), below_of(area, group[0], name)):
        pieces = _pieces(spot.tokens) if spot is not None else []
        if spot is not None and len(pieces) == len(group):
            yield Spot(mark, pieces[group.index(mark)], spot.trust, spot.where)


def _group(area: Field, mark: Mark) -> list[Mark]:
    """The labels joined to this one, in order, itself included."""
    line = area.sheet.lines[mark.line]
    marks = area.on_line(mark.line)
    at = marks.index(mark)
    first = last = at
    while first > 0 and _are_joined(line.tokens, marks[first - 1], marks[first]):
        first -= 1
    while last + 1 < len(marks) and _are_joined(line.tokens, marks[last], marks[last + 1]):
        last += 1
    return marks[first : last + 1]


def _are_joined(tokens: list[Token], one: Mark, two: Mark) -> bool:
    between = tokens[one.end : two.start]
    return len(between) == 1 and between[0].text in _SLASH


def _pieces(tokens: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    pieces: list[list[Token]] = [[]]
    for token in tokens:
        if token.text in _SLASH:
            pieces.append([])
        else:
            pieces[-1].append(token)
    return [tuple(piece) for piece in pieces if piece]
