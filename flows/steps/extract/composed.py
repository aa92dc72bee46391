"""Values made of several pieces in a box or beside a label: places, papers referred to, plates, signatures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from flows.steps import codes
from flows.steps.extract.boxes import Boxes, Zone
from flows.steps.extract.candidates import Field
from flows.steps.extract.dates import without_dates
from flows.steps.extract.labels import label_key
from flows.steps.extract.party_parts import country_in
from flows.steps.extract.sheet import Token, text_of
from flows.steps.normalise import Context, Made, make
from schemas.catalogue import Catalogue, Common

Piece = tuple[Any, tuple[Token, ...]]
"""A value and the tokens it was read from."""


def place_in(lines: Sequence[tuple[Token, ...]], common: Common) -> dict[str, Piece]:
    """Name and country of a place: from labelled parts, else the text with its country split off; dates left out."""
    found: dict[str, Piece] = {}
    plain: list[tuple[Token, ...]] = []
    parts = {
        label_key(text, common): part
        for part, labels in common.place.items()
        for texts in labels.values()
        for text in texts
    }
    for line in lines:
        part, rest = _labelled(line, parts, common)
        rest = without_dates(rest)
        text = text_of(rest).strip(" ,;:")
        if not text or part == "date":
            continue
        if part == "country" and codes.country(text):
            found.setdefault("country", (codes.country(text), rest))
        else:
            plain.append(rest)
    if not plain:
        return found
    tokens = tuple(t for line in plain for t in line)
    text = ", ".join(text_of(line).strip(" ,;:") for line in plain)
    country = country_in(text)
    if country and "country" not in found:
        found["country"] = (country, tokens)
    name = _without_country(text)
    if any(c.isalpha() for c in name):
        found["name"] = (name, tokens)
    return found


def _labelled(line: tuple[Token, ...], parts: Mapping[str, str], common: Common) -> tuple[str, tuple[Token, ...]]:
    """The part a line is labelled as ("Место / Ort: Алматы"), and what follows the label."""
    part, place = "", 0
    while place < len(line):
        hit = next(
            (
                (parts[key], end)
                for end in range(min(place + 3, len(line)), place, -1)
                if (key := label_key(text_of(line[place:end]), common)) in parts and line[end - 1].key
            ),
            None,
        )
        separator = not line[place].key
        if hit is None and not separator:
            break
        if hit is not None:
            after = line[hit[1] : hit[1] + 1]
            if not part and not (after and not after[0].key):
                break
            part, place = part or hit[0], hit[1]
        else:
            place += 1
    return part, line[place:]


def _without_country(text: str) -> str:
    """The place without the country named after or before it."""
    halves = [p.strip() for p in text.strip(" /").split("/")]
    if len(halves) == 2 and sum(map(_is_country, halves)) == 1:
        text = ", ".join(halves)
    pieces = [p.strip() for p in re.split(r"[,，]", text) if p.strip()]
    kept = [p for p in pieces if not _is_country(p)] or pieces
    name = ", ".join(kept)
    match = re.fullmatch(r"(.+?)\s*\(([^()]+)\)", name)
    if match and _is_country(match[2]):
        name = match[1]
    return name.strip(" ,;:-–/")


def _is_country(text: str) -> bool:
    return bool(codes.country(text)) and (len(text) > 2 or text.isupper() or not text.isascii())


def references_in(
    lines: Sequence[tuple[Token, ...]], catalogue: Catalogue, context: Context
) -> Iterator[tuple[dict[str, str], tuple[Token, ...], Made]]:
    """The papers a box lists: what each is called, its number and date; the last member says what is in doubt."""
    names = _paper_names(catalogue.common)
    for tokens in _items(lines, context):
        text = text_of(tokens)
        if any(name == label_key(text, catalogue.common) for name, _ in names):
            continue  # "Form A": a paper without its number
        kind, rest = _kind_of(text, names, catalogue.common)
        made = make("reference", rest, context)
        if made.value is None or not any(c.isdigit() for c in made.value["number"]):
            continue
        value = {"kind": kind} if kind else {}
        yield {**value, **made.value}, tokens, made


def _items(lines: Sequence[tuple[Token, ...]], context: Context) -> Iterator[tuple[Token, ...]]:
    """One item a line, or several where semicolons part them; a line without a number goes with the next.

    A line that is a date only, or leads to one, goes on with the item before it.
    """
    held: list[Token] = []
    for line, following in zip(lines, [*lines[1:], ()], strict=False):
        for token in line:
            held.append(token)
            if token.text.endswith((";", "；")):
                yield tuple(held)
                held = []
        if held and any(any(c.isdigit() for c in t.text) for t in held) and not _is_date(following, context):
            yield tuple(held)
            held = []
    if held and any(any(c.isdigit() for c in t.text) for t in held):
        yield tuple(held)


def _is_date(line: Sequence[Token], context: Context) -> bool:
    kept = without_dates(tuple(line))
    return len(kept) < len(line) and all(t.text.casefold().strip(".,/") in (*context.date_words, "") for t in kept)


@lru_cache(maxsize=16)
def _paper_names(common: Common) -> tuple[tuple[str, str], ...]:
    """Printed names of papers as label keys, the longest first, with their kinds."""
    pairs = {
        (label_key(text, common).rstrip("№"), kind)
        for kind, labels in common.papers.items()
        for texts in labels.values()
        for text in texts
    }
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))


def _kind_of(text: str, names: Sequence[tuple[str, str]], common: Common) -> tuple[str, str]:
    """The kind a reference is called by, and the text after its name."""
    words = text.split()
    first_number = next((i for i, w in enumerate(words) if any(c.isdigit() for c in w)), len(words))
    for end in range(first_number, 0, -1):
        key = label_key(" ".join(words[:end]), common).replace("№", "")
        found = {kind for name, kind in names if name == key}
        if len(found) == 1:
            return found.pop(), " ".join(words[end:])
    series = words[first_number - 1] if first_number > 1 else ""
    if series.isupper() and len(series) <= 2 and series.casefold() not in common.number_words:
        first_number -= 1  # "Delivery note L 44128"
    return "", " ".join(words[first_number:]) or text


def plates_in(text: str) -> list[str]:
    """The plates of a text, parted by slashes, commas or words: tractor first."""
    out: list[str] = []
    for piece in re.split(r"\s*[/,;|]\s*|\s+[-–]\s+|\s{3,}", text):
        bare = re.sub(r"^[^\W\d_]{4,}[^:]*:?\s*", "", piece).strip(" .:")
        plate = codes.plate(bare) or codes.plate(piece.split(":")[-1])
        if plate:
            out.append(plate)
    return out


def is_signed(area: Field, boxes: Boxes, zone: Zone) -> bool | None:
    """True where an image or words besides the titles stand in the box; None where that cannot be told."""
    page = area.sheet.page(zone.page)
    if any(zone.box.holds(*picture.box.centre) for picture in page.pictures):
        return True
    words = [t for line in boxes.lines(area, zone) for t in line if sum(c.isalpha() for c in t.text) >= 3]
    return True if words else None
