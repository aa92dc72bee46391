"""Plates named by what bears them: "Truck: BX19 KLM", "Тягач Е902КХ196 Полуприцеп ВА1185 66"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from flows.steps import codes
from flows.steps.extract.candidates import Field, Spot
from flows.steps.extract.choose import Candidate, candidate
from flows.steps.extract.labels_model import Mark, Meaning
from flows.steps.extract.sheet import Line, Token, box_of, fold, text_of
from flows.steps.normalise import Made
from schemas.catalogue import Common, Kind

_LONGEST_PLATE = 5
"""Tokens a plate may be set in."""


def plates_named(area: Field, kind: Kind, common: Common) -> Iterator[Candidate]:
    """Candidates for the plate fields: `nth` 1 is the tractor's, 2 the trailer's."""
    names = {spec.nth: name for name, spec in kind.spec.fields.items() if spec.type == "plate" and spec.nth}
    vehicles = _vehicles(common)
    words = _passed_over(common)
    for line in area.sheet.lines:
        if not names or area.in_table(line.page, line.box):
            continue
        for start in range(len(line.tokens)):
            nth, end = _named_at(line, start, vehicles)
            if nth not in names or not _opens(line, start, vehicles):
                continue
            spot = _plate_after(line, start, end, vehicles, words)
            if spot is not None:
                yield candidate(names[nth], spot, Made(codes.plate(spot.text.strip(" ,;/")), 1.0), 1.0)


@lru_cache(maxsize=16)
def _vehicles(common: Common) -> Mapping[str, int]:
    return {
        fold(text): nth
        for nth, labels in ((1, common.vehicle["tractor"]), (2, common.vehicle["trailer"]))
        for texts in labels.values()
        for text in texts
    }


@lru_cache(maxsize=16)
def _passed_over(common: Common) -> frozenset[str]:
    """Words between the vehicle and its plate: "reg. no.", "гос. номер"."""
    texts = [text for labels in common.vehicle["plate"].values() for text in labels]
    return frozenset(fold(word) for text in (*texts, *common.number_words) for word in text.split()) | {"no", ""}


def _named_at(line: Line, start: int, vehicles: Mapping[str, int]) -> tuple[int, int]:
    """Which vehicle the words at a place name, and where they end; 0 where none."""
    found, key = (0, start), ""
    for end in range(start, min(start + 3, len(line.tokens))):
        key += line.tokens[end].key
        if line.tokens[end].key and key in vehicles:
            found = (vehicles[key], end + 1)
    return found


def _opens(line: Line, start: int, vehicles: Mapping[str, int]) -> bool:
    """Whether a label can begin here: a run does, or what stands before it ends in a digit or a mark."""
    if start == 0 or start in line.cuts:
        return True
    before = line.tokens[start - 1].text
    if before in ("/", "|", "+"):  # "Возило / приколица" names two at once, "A123BC / Прицеп" does not
        nth = _named_at(line, start, vehicles)[0]
        begun = line.run_start(start - 1)
        if any(_named_at(line, at, vehicles) == (nth, start - 1) for at in range(begun, start - 1)):
            return True  # the same in two languages
        return any(c.isdigit() for t in line.tokens[line.run_start(start - 1) : start] for c in t.text)
    return before[-1:].isdigit() or not before[-1:].isalnum()


def _plate_after(line: Line, start: int, end: int, vehicles: Mapping[str, int], words: frozenset[str]) -> Spot | None:
    place = end
    while place < len(line.tokens) and line.tokens[place].key in words:
        if line.tokens[place].text in ("/", "|", "+"):  # "Truck / trailer" names two at once
            return None
        place += 1
    stop = place
    while stop < len(line.tokens) and stop - place < _LONGEST_PLATE:
        if stop > place and (stop in line.cuts or line.tokens[stop].text in ("/", "|", ",", ";", "+")):
            break
        if _named_at(line, stop, vehicles)[0]:
            break
        stop += 1
        if line.tokens[stop - 1].text.endswith((",", ";", "/")):
            break
    tokens = tuple(line.tokens[place:stop])
    if not tokens or not codes.plate(text_of(tokens).strip(" ,;/")):
        return None
    return Spot(_mark(line, start, place), tokens, 1.0, "right")


def plates_paired(kind: Kind, mark: Mark, lines: Sequence[tuple[Token, ...]]) -> Iterator[Candidate]:
    """Tractor and trailer where a line of the box under `mark` is nothing but their plates."""
    names = {spec.nth: name for name, spec in kind.spec.fields.items() if spec.type == "plate" and spec.nth}
    for tokens in lines if {1, 2} <= names.keys() else ():
        pair = plate_pair(text_of(tokens).strip(" ,;"))
        if pair is not None:
            spot = Spot(mark, tokens, 1.0, "box")
            yield from (candidate(names[nth], spot, Made(plate, 1.0), 0.8) for nth, plate in enumerate(pair, start=1))


_PLATE_PAIR = re.compile(r"(?=[^/]*\d{2})(?=[^/]*[^\W\d_])[^/,]{5,10}\s*/\s*(?=.*\d{2})(?=.*[^\W\d_])[^/,]{5,10}")
_LONGEST_LETTERS = 3


def plate_pair(text: str) -> tuple[str, str] | None:
    """The plates of tractor and trailer where a line is nothing else ("34 ABC 551 / 34 DRS 552")."""
    if not _PLATE_PAIR.fullmatch(text) or text != text.upper():
        return None
    if any(len(word) > _LONGEST_LETTERS for word in re.findall(r"[^\W\d_]+", text)):
        return None
    first, second = (codes.plate(piece.strip()) for piece in text.split("/"))
    return (first, second) if first and second else None


def names_vehicles(tokens: Sequence[Token], common: Common) -> bool:
    """Whether a line of a party's box says plates: a pair of them, or one after the word for a vehicle."""
    text = text_of(tokens).strip(" ,;")
    if plate_pair(text):
        return True
    vehicles, words = _vehicles(common), _passed_over(common)
    line = Line(0, tokens[0].page, list(tokens), box_of(tokens), {0}, set())
    for start in range(len(tokens)):
        nth, end = _named_at(line, start, vehicles)
        if nth and _plate_after(line, start, end, vehicles, words) is not None:
            return True
    return False


def _mark(line: Line, start: int, end: int) -> Mark:
    tokens = line.tokens[start:end]
    text = " ".join(t.text for t in tokens)
    return Mark((Meaning("vehicle", 1.0, ""),), line.index, start, end, line.page, box_of(tokens), text, 1.0)
