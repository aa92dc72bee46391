"""The numbered boxes of a form (CMR): where each lies, and what stands in it besides its printed titles.

A box reaches from its title to the next title below and to its right: ruled lines help where they are
drawn, but a form may have a rule under every line or none at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from flows.steps import days
from flows.steps.extract.candidates import Field, Spot
from flows.steps.extract.dates import without_dates
from flows.steps.extract.forms import anchors_of, caption_size, corner, other_corners, rectangle, size_of
from flows.steps.extract.labels_model import Mark
from flows.steps.extract.parties import Block, is_unknown_label
from flows.steps.extract.sheet import Token, fold, text_of
from flows.steps.extract.vehicles import names_vehicles
from schemas.catalogue import Common, FieldSpec, Kind
from schemas.page import Box


@dataclass(frozen=True)
class Zone:
    """One box: its number, its title, the page and the rectangle it may fill."""

    number: str
    mark: Mark
    box: Box
    titles: tuple[Mark, ...] = ()

    @property
    def page(self) -> int:
        return self.mark.page


@dataclass
class Boxes:
    """The boxes found on a sheet."""

    kind: Kind
    common: Common
    zones: dict[str, Zone] = field(default_factory=dict)
    caption: float = 0.0
    """The largest size the form's own print is set in; 0 where it cannot be told from what is typed."""

    def zone(self, number: str) -> Zone | None:
        return self.zones.get(number)

    def lines(self, area: Field, zone: Zone) -> list[tuple[Token, ...]]:
        """The lines typed into a box, without its titles and its number."""
        words = _title_words(self.kind, zone.number, self.common)
        size = size_of(area, zone.mark)
        out: list[tuple[Token, ...]] = []
        open_title = False
        for line in area.sheet.lines_between(zone.page, zone.box.top - 2, zone.box.bottom - 1):
            inside = [t for t in line.tokens if zone.box.x0 - 1 <= t.box.centre[0] < zone.box.x1]
            inside = [t for t in inside if not self._is_number(t, zone)]
            tokens = [t for t in inside if not _is_title(t, zone) and t.size > self.caption]
            if out and tokens and _is_far(out[-1], tokens):
                break
            if self.caption:
                pass
            elif not out and len(tokens) < len(inside):
                open_title = _is_open(inside)
                tokens = _after_title(tokens, words, size)
            elif not out and tokens and _goes_on_with_title(tokens, words, size, open_title, zone):
                open_title = _is_open(tokens) or (open_title and not text_of(tokens).rstrip().endswith((")", "）")))
                continue
            if tokens and self._is_other_title(tokens, zone):
                break
            if tokens and not self._are_numbers(tokens):
                out.append(tuple(tokens))
        return out

    def _is_number(self, token: Token, zone: Zone) -> bool:
        """Whether the token is the printed number of the box, whichever edition of the form it is."""
        at_corner = token.box.x0 < zone.box.x0 + 22 and token.box.top < zone.box.top + 10
        return at_corner and token.text.strip("().") in self.kind.spec.boxes

    def _are_numbers(self, tokens: Sequence[Token]) -> bool:
        """Whether the tokens are printed numbers of boxes (the strip "6 7 8 9" above the goods)."""
        return len(tokens) > 1 and all(t.text.strip("().") in self.kind.spec.boxes for t in tokens)

    def _is_other_title(self, tokens: Sequence[Token], zone: Zone) -> bool:
        """Whether the line begins with the number of another box and its title ("22 Signature of the sender")."""
        number = tokens[0].text.strip("().")
        if len(tokens) < 2 or number == zone.number or number not in self.kind.spec.boxes:
            return False
        return _known(tokens[1:4], _title_words(self.kind, number, self.common)) >= 0.6

    def block(self, area: Field, zone: Zone) -> Block | None:
        """The lines of the box as a party block."""
        lines = [line for line in self.lines(area, zone) if any(t.key for t in line)]
        lines = [*lines[:1], *(ln for ln in _without_fields(area, lines)[1:] if not names_vehicles(ln, self.common))]
        return Block(zone.mark, tuple(lines), zone.box.x1) if lines else None

    def spots(self, area: Field, zone: Zone, name: str, spec: FieldSpec) -> Iterator[tuple[Spot, float]]:
        """Where in the box the value of a field may stand, and how sure that is."""
        lines = self.lines(area, zone)
        if not lines:
            return
        if spec.type == "date":
            for line in lines:
                if days.readings(text_of(line)) or days.looks_like_date(text_of(line)):
                    yield Spot(zone.mark, line, 1.0, "box"), 1.0
            return
        lines = _without_fields(area, lines)
        has_date = any(f.box == zone.number and f.type == "date" for f in self.kind.spec.fields.values())
        if has_date and spec.type == "text":
            words = _title_words(self.kind, zone.number, self.common)
            lines = [kept for line in lines if (kept := _bare(without_dates(line), words))]
        tokens = tuple(t for line in lines for t in line)
        if tokens:
            yield Spot(zone.mark, tokens, 1.0, "box"), 1.0


def boxes_of(area: Field, kind: Kind, common: Common) -> Boxes:
    """Finds the boxes of the kind's form by their titles."""
    found = Boxes(kind, common)
    titles: dict[str, list[Mark]] = {}
    for mark in area.marks:
        for meaning in mark.meanings:
            if meaning.kind == "box" and mark.fit >= 0.6:
                titles.setdefault(meaning.field.removeprefix("box "), []).append(mark)
    anchors = anchors_of(area, titles)
    found.caption = caption_size(area, anchors)
    if found.caption:
        small = {n: [m for m in marks if size_of(area, m) <= found.caption] for n, marks in titles.items()}
        anchors = anchors_of(area, small)
    tops = {number: corner(area, group, number) for number, group in anchors.items()}
    if found.caption:
        tops |= other_corners(area, kind, found.caption, tops)
    for number, group in anchors.items():
        found.zones[number] = Zone(number, group[0], rectangle(area, number, tops, group), group)
    return found


def _is_title(token: Token, zone: Zone) -> bool:
    return any(m.line == token.line and m.start <= token.place < m.end for m in zone.titles)


def _is_far(before: Sequence[Token], tokens: Sequence[Token]) -> bool:
    """Whether so much is left free between two lines that they do not belong together."""
    gap = min(t.box.top for t in tokens) - max(t.box.bottom for t in before)
    return gap > 2.4 * max(before[0].size, tokens[0].size, 6.0)


@lru_cache(maxsize=512)
def _title_words(kind: Kind, number: str, common: Common) -> frozenset[str]:
    """Words of the titles of a box, and of what titles ask for in brackets (name, address, country, date)."""
    own = [text for labels in kind.spec.boxes[number].labels.values() for text in labels]
    asked = [
        t for labels in (*common.party.values(), *common.place.values()) for texts in labels.values() for t in texts
    ]
    return frozenset(fold(word) for text in (*own, *asked) for word in re.split(r"[\s/,()]+", text) if fold(word))


def _bare(tokens: tuple[Token, ...], words: frozenset[str]) -> tuple[Token, ...]:
    """The tokens without words of the title before them and after them ("Established in | Bursa | on / le / am")."""
    first, last = 0, len(tokens)
    while first < last and (not tokens[first].key or tokens[first].key in words):
        first += 1
    while last > first and (not tokens[last - 1].key or tokens[last - 1].key in words):
        last -= 1
    return tokens[first:last]


def _is_open(tokens: Sequence[Token]) -> bool:
    """Whether a title goes on in the next line: a bracket is open, or a slash ends it."""
    text = text_of(tokens)
    opened = text.count("(") + text.count("（") - text.count(")") - text.count("）")
    return opened > 0 or text.rstrip().endswith(("/", "|", "-", ","))


def _after_title(tokens: list[Token], words: frozenset[str], size: float) -> list[Token]:
    """What is typed on the line of the title itself: nothing, unless it is set larger or follows a gap."""
    kept = [t for t in tokens if t.key]
    while kept and kept[0].size <= 1.12 * size and (kept[0].key in words or _is_bracketed(kept)):
        kept = kept[1:]
    if not kept or (all(t.size <= 1.12 * size for t in kept) and _known(kept, words) >= 0.5):
        return []
    first = tokens.index(kept[0])
    return tokens[first:]


def _is_bracketed(tokens: Sequence[Token]) -> bool:
    return tokens[0].text.startswith(("(", "（")) or any(t.text.endswith((")", "）")) for t in tokens)


def _known(tokens: Sequence[Token], words: frozenset[str]) -> float:
    keys = [t.key for t in tokens if t.key and not t.key.isdigit()]
    return sum(1 for key in keys if key in words) / len(keys) if keys else 0.0


def _goes_on_with_title(tokens: Sequence[Token], words: frozenset[str], size: float, is_open: bool, zone: Zone) -> bool:
    """Whether a line is a title too: a wrapped one, or one in a language of which only some words are known."""
    if any(t.size > 1.12 * size or sum(c.isdigit() for c in t.text) > 1 for t in tokens):
        return False
    last = max(m.box.bottom for m in zone.titles)
    if tokens[0].box.top > last + 4 * max(size, 4.0):
        return False
    return is_open or _known(tokens, words) >= 0.6


def _without_fields(area: Field, lines: list[tuple[Token, ...]]) -> list[tuple[Token, ...]]:
    """Lines of a box that carry a label of another field are not part of the party in it ("Truck: ...")."""
    out: list[tuple[Token, ...]] = []
    for line in lines:
        mark = area.mark_at(line[0].line, line[0].place)
        if mark is not None and "field" in mark.kinds and mark.has_colon and mark.start == line[0].place:
            continue
        if out and is_unknown_label(line, out):
            continue
        out.append(line)
    return out
