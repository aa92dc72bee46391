"""Where the labels of a kind stand on a sheet.

A label is looked up by its folded letters, so case, punctuation, spaces and the many ways to print "No." do
not count; where the letters are nearly a label (typing and recognition errors) rapidfuzz decides. A phrase
in the middle of a sentence is no label; one at the start of a run, or before a colon, is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process

from flows.steps.extract.labels_model import STOP, Mark, Meaning
from flows.steps.extract.setting import (
    followed,
    past_brackets,
    past_units,
    setting,
    tail_to_colon,
    token_key,
)
from flows.steps.extract.sheet import Line, Sheet, box_of, fold
from flows.steps.extract.wrapped import wrapped_marks
from schemas.catalogue import Catalogue, Common, Kind, Labels

_LONGEST_LABEL = 9
_FUZZY_FROM = 7
_FUZZY_LIKE = 88.0


class Lexicon(dict[str, tuple[Meaning, ...]]):
    """Label keys and what they mean."""

    @cached_property
    def long_keys(self) -> list[str]:
        """The keys long enough to be known with a letter wrong."""
        return [key for key in self if len(key) >= _FUZZY_FROM]

    @cached_property
    def in_order(self) -> list[str]:
        return sorted(self)


def label_key(text: str, common: Common) -> str:
    """The key under which a printed label is looked up."""
    return "".join(token_key(fold(piece), common.number_words) for piece in text.replace("№", " № ").split())


def lexicon_of(kind: Kind, catalogue: Catalogue) -> Lexicon:
    """All labels of the kind, of party and place parts, and those that only bound a value."""
    return _lexicon(kind, catalogue.common)


def _with_number_word(labels: Labels, common: Common) -> Labels:
    """The labels that lack a word for "number", with one after them and before them."""
    return {
        language: tuple(
            made for text in texts if "№" not in label_key(text, common) for made in (f"{text} №", f"№ {text}")
        )
        for language, texts in labels.items()
    }


@lru_cache(maxsize=64)
def _lexicon(kind: Kind, common: Common) -> Lexicon:
    found: dict[str, list[Meaning]] = {}

    def put(labels: Labels, meaning: Meaning) -> None:
        for language, texts in labels.items():
            for text in texts:
                key = label_key(text, common)
                if key:
                    found.setdefault(key, []).append(replace(meaning, language=language))

    for name, field in kind.spec.fields.items():
        put(field.labels, Meaning(name, 1.0, ""))
        if field.type in ("identifier", "reference"):
            put(_with_number_word(field.labels, common), Meaning(name, 1.0, ""))
        put(field.weak_labels, Meaning(name, 0.6, ""))
    numbers = [name for name, f in kind.spec.fields.items() if f.type == "identifier" and "heading" in f.where]
    for anchor in kind.spec.anchors:
        if anchor.title:
            for name in numbers:
                put({anchor.language: (f"{anchor.text} №",)}, Meaning(name, 1.0, ""))
            put({anchor.language: (anchor.text,)}, Meaning("title", 1.0, "", "title", anchor.note))
    for number, box in kind.spec.boxes.items():
        put(box.labels, Meaning(f"box {number}", 1.0, "", "box"))
    put(kind.spec.other_labels, Meaning(STOP, 1.0, "", "stop"))
    put(common.other_labels, Meaning(STOP, 1.0, "", "stop"))
    for part, labels in common.party.items():
        put(labels, Meaning(part, 0.9, "", "part"))
    return Lexicon({key: tuple(dict.fromkeys(meanings)) for key, meanings in found.items()})


def marks_of(sheet: Sheet, kind: Kind, catalogue: Catalogue) -> list[Mark]:
    """Every label of the kind on the sheet, in reading order; the longest one where several begin."""
    lexicon = lexicon_of(kind, catalogue)
    words = catalogue.common.number_words
    single = [mark for line in sheet.lines for mark in _marks_on(line, lexicon, words)]
    begun = {(mark.line, mark.start) for mark in single if "field" in mark.kinds or "box" in mark.kinds}
    pairs = wrapped_marks(sheet, lexicon, lexicon.in_order, lambda token: token_key(token.key, words), begun)
    wrapped = [mark for pair in pairs for mark in pair]
    taken = {(mark.line, place) for mark in wrapped for place in range(mark.start, mark.end)}
    kept = [m for m in single if not any((m.line, place) in taken for place in range(m.start, m.end))]
    return sorted([*kept, *wrapped], key=lambda mark: (mark.line, mark.start))


def _marks_on(line: Line, lexicon: Lexicon, number_words: tuple[str, ...]) -> Iterator[Mark]:
    keys = [token_key(token.key, number_words) for token in line.tokens]
    place = 0
    while place < len(keys):
        found = _longest(line, keys, place, lexicon) if keys[place] else None
        if found is None:
            place += 1
            continue
        found = _with_twin(line, keys, *found, lexicon)
        mark = _mark(line, place, *found, lexicon, number_words)
        if mark is None:
            place += 1
            continue
        yield mark
        place = mark.end


def _longest(
    line: Line, keys: list[str], start: int, lexicon: Lexicon
) -> tuple[int, tuple[Meaning, ...], float] | None:
    key, best = "", None
    stop = min(len(keys), start + _LONGEST_LABEL + 4)
    end = start
    while end < stop and not (end > start and _breaks(line, end)):
        key += keys[end]
        end += 1
        meanings = lexicon.get(key)
        if meanings is not None and keys[end - 1]:
            best = (end, meanings, 1.0)
    if best is None and len(key) >= _FUZZY_FROM and (start in line.cuts):
        return _nearly(line, keys, start, end, lexicon)
    return best


def _with_twin(
    line: Line, keys: list[str], end: int, meanings: tuple[Meaning, ...], like: float, lexicon: Lexicon
) -> tuple[int, tuple[Meaning, ...], float]:
    """The label with the same label in another script right after it: "发票号 Invoice No.", "买方 BILL TO"."""
    if end >= len(keys) or not keys[end] or _breaks(line, end) or _is_han(keys[end - 1]) == _is_han(keys[end]):
        return end, meanings, like
    twin = _longest(line, keys, end, lexicon)
    if twin is None or twin[2] < 1.0 or any(c.isdigit() for c in "".join(keys[end : twin[0]])):
        return end, meanings, like
    fields = {m.field for m in twin[1]}
    shared = tuple(m for m in meanings if m.field in fields and m.kind != "stop")
    return twin[0], shared or meanings, like


def _is_han(key: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in key)


def _breaks(line: Line, place: int) -> bool:
    """Whether a label cannot go on over this place: a wall, a colon, or a gap wider than letters spread."""
    if place in line.walls or line.tokens[place].is_colon:
        return True
    before, token = line.tokens[place - 1], line.tokens[place]
    return token.box.x0 - before.box.x1 > 1.6 * max(token.size, 4.0)


def _nearly(
    line: Line, keys: list[str], start: int, end: int, lexicon: Lexicon
) -> tuple[int, tuple[Meaning, ...], float] | None:
    """A label with a letter or two wrong: only where a run or a colon ends right after it."""
    for stop in range(end, start, -1):
        ends = stop == len(keys) or stop in line.cuts or line.tokens[stop].is_colon
        key = "".join(keys[start:stop])
        if not ends or len(key) < _FUZZY_FROM or any(c.isdigit() for c in key):
            continue
        near = process.extractOne(key, lexicon.long_keys, scorer=fuzz.ratio, score_cutoff=_FUZZY_LIKE)
        if near is not None and abs(len(near[0]) - len(key)) <= 2:
            return stop, lexicon[near[0]], near[1] / 100 * 0.9
    return None


def _mark(
    line: Line,
    start: int,
    end: int,
    meanings: tuple[Meaning, ...],
    like: float,
    lexicon: Lexicon,
    words: tuple[str, ...],
) -> Mark | None:
    tokens = line.tokens
    end = past_units(line, end)
    inner = end
    end = past_units(line, past_brackets(line, end))
    if end > inner:
        meanings = _meant_in_brackets(line, inner, end, meanings, lexicon, words)
    tail = tail_to_colon(line, end, lexicon, words)
    if tail > end:
        end, like = tail, like * 0.8
    colon = end < len(tokens) and tokens[end].is_colon
    if not colon and end > start and tokens[end - 1].text.endswith((":", "：")):
        colon = True
    fit = setting(line, start, end, colon)
    if not colon and end < len(tokens) and end not in line.cuts:
        fit *= followed(line, end, meanings, words)
    if end < len(tokens) and tokens[end].is_colon:
        end += 1
    if fit == 0.0:
        return None
    begin = line.run_start(start) if start not in line.cuts and tokens[start - 1].text in ("/", "|", "／") else start
    text = " ".join(t.text for t in tokens[start:end])
    return Mark(meanings, line.index, start, end, line.page, box_of(tokens[begin:end]), text, fit * like, colon)


def _meant_in_brackets(
    line: Line, start: int, end: int, meanings: tuple[Meaning, ...], lexicon: Lexicon, words: tuple[str, ...]
) -> tuple[Meaning, ...]:
    """What the label in brackets says where it contradicts the one before it: "Alıcı (Consignee)"."""
    key = "".join(token_key(token.key, words) for token in line.tokens[start:end])
    inner = tuple(m for m in lexicon.get(key, ()) if m.kind == "field")
    fields = {m.field for m in meanings if m.kind == "field"}
    return inner if inner and fields and not fields & {m.field for m in inner} else meanings
