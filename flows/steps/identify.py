"""Which papers a file holds, and of which kind each is; "unknown" is an answer.

Phrases of a kind (`anchors`) are looked for on every page, letter errors allowed, and weighed by where they
stand and how large they are set. A page whose head bears a title begins a document; a page without one goes
on with the document before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz, process

from flows.steps.extract.labels import label_key, lexicon_of
from flows.steps.extract.setting import token_key
from flows.steps.extract.sheet import Line, Sheet, fold, sheet_of, text_of
from schemas.catalogue import UNKNOWN, Catalogue, Common
from schemas.page import Page

_ENOUGH = 0.7
"""What a kind must score on the first page of a document; a title at its head alone gives 1 and more."""
_LEAD = 1.15
"""How far the best kind must be ahead of the next."""
_HEAD = 0.3
"""The share of a page's height in which a title begins a document."""
_FUZZY_FROM = 9
_LONGEST = 13
"""Tokens a phrase may have, letters set apart counted singly."""
_FIELD_WEIGHT = 0.08
_NOTHING = "nothing is printed"
"""How the reader of pages begins its doubt about a blank one."""


@dataclass(frozen=True)
class Cut:
    """One document of a file: its kind, how sure that is, its pages, and the note of the title found."""

    kind: str
    confidence: float
    pages: tuple[Page, ...]
    note: str = ""


@dataclass
class _Seen:
    """What one page says of one kind."""

    score: float = 0.0
    title: float = 0.0
    """The weight of the best title at the head of the page."""
    note: str = ""
    phrases: set[str] = field(default_factory=set)


def identify(pages: Sequence[Page], catalogue: Catalogue) -> list[Cut]:
    """The documents among the pages, in order; every page is in exactly one, a blank one with what is before it."""
    cuts: list[list[Page]] = []
    seen: list[dict[str, _Seen]] = []
    for page in pages:
        sheet = sheet_of([page])
        here = _look(sheet, catalogue)
        if cuts and all(map(_is_blank, cuts[-1])):
            cuts[-1].append(page)  # the back of nothing: it goes with the paper after it
            seen[-1] = here
        elif not cuts or _begins(sheet, here, seen[-1] if seen else {}, cuts[-1], catalogue):
            cuts.append([page])
            seen.append(here)
        else:
            cuts[-1].append(page)
            _add(seen[-1], here)
    return [_judge(tuple(group), said) for group, said in zip(cuts, seen, strict=True)]


def _is_blank(page: Page) -> bool:
    """Whether nothing is on the page; a picture or text that could not be read is something."""
    return not page.words and not page.pictures and all(doubt.startswith(_NOTHING) for doubt in page.doubts)


def _judge(pages: tuple[Page, ...], said: dict[str, _Seen]) -> Cut:
    ranked = sorted(said.items(), key=lambda one: -one[1].score)
    if not ranked or ranked[0][1].score < _ENOUGH:
        return Cut(UNKNOWN, 1.0 - min(0.9, ranked[0][1].score if ranked else 0.0), pages)
    name, best = ranked[0]
    if name == UNKNOWN:
        return Cut(UNKNOWN, round(min(0.99, best.score), 2), pages)
    other = said.get(UNKNOWN, _Seen())
    if other.title >= 0.7 and best.title < 0.6:  # its labels may be shared, its title is another paper's
        return Cut(UNKNOWN, round(min(0.99, other.title), 2), pages)
    second = ranked[1][1].score if len(ranked) > 1 else 0.0
    if second > 0 and best.score < _LEAD * second:
        return Cut(UNKNOWN, 0.4, pages)
    lead = best.score / (best.score + max(second, 0.0) + 0.15)
    return Cut(name, round(min(0.99, lead), 2), pages, best.note)


def _add(total: dict[str, _Seen], page: dict[str, _Seen]) -> None:
    """A following page supports its document a little; its own title counts for nothing."""
    for name, here in page.items():
        total[name].score += 0.1 * max(0.0, here.score - here.title)


def _begins(
    sheet: Sheet, here: dict[str, _Seen], before: dict[str, _Seen], pages: Sequence[Page], catalogue: Catalogue
) -> bool:
    """Whether a new document begins on this page."""
    if not any(sheet.lines):
        return False
    number = _page_number(sheet, catalogue.common)
    if number is not None and number > 1:
        return False
    titled = {name: one for name, one in here.items() if one.title >= 0.7}
    if not titled:
        return number == 1 and all(page.words for page in pages) and _page_numbered(pages[-1], catalogue.common)
    best = max(titled, key=lambda name: titled[name].title)
    current = max(before, key=lambda name: before[name].score, default="")
    if best != current or before.get(best, _Seen()).score < _ENOUGH:
        return True
    return number == 1 or not _repeats_head(sheet, pages[0])


def _repeats_head(sheet: Sheet, first: Page) -> bool:
    """Whether the head of the page is that of the first page again: a running head, not a new paper."""

    def head(lines: Iterable[Line], height: float) -> set[str]:
        return {fold(text_of(line.tokens)) for line in lines if line.box.top < 0.3 * height} - {""}

    one = head(sheet.lines, sheet.pages[0].height)
    two = head(sheet_of([first]).lines, first.height)
    return len(one & two) >= max(1, 0.5 * min(len(one), len(two)))


def _page_numbered(page: Page, common: Common) -> bool:
    return _page_number(sheet_of([page]), common) is not None


def _page_number(sheet: Sheet, common: Common) -> int | None:
    """The number a page bears ("Page 2 of 3", "2 / 3", "第2页"), at its head or foot."""
    height = sheet.pages[0].height
    words = {fold(word) for word in common.page_words}
    for line in sheet.lines:
        if 0.15 * height < line.box.top < 0.85 * height:
            continue
        for start in sorted(line.cuts):
            tokens = line.tokens[start : line.run_end(start)]
            found = _number_of(text_of(tokens), words)
            if found is not None:
                return found
    return None


def _number_of(text: str, words: set[str]) -> int | None:
    pieces: list[str] = []
    for char in text:
        if pieces and (char.isdecimal() == pieces[-1][-1].isdecimal()) and not char.isspace():
            pieces[-1] += char
        elif not char.isspace():
            pieces.append(char)
        elif pieces and pieces[-1] != " ":
            pieces.append(" ")
    numbers = [int(p) for p in pieces if p.isdecimal() and len(p) <= 3]
    has_word = any(fold(p) in words for p in pieces if not p.isdecimal())
    if len(text) > 40 or not 1 <= len(numbers) <= 2:
        return None
    if has_word and len(numbers) == 2:
        return min(numbers)
    if has_word and len(pieces) <= 4:
        return numbers[0]
    bare = text.replace(" ", "")
    if len(numbers) == 2 and bare == f"{numbers[0]}/{numbers[1]}" and numbers[0] <= numbers[1]:
        return numbers[0]
    return None


@dataclass(frozen=True)
class _Phrase:
    """What a phrase says: for which kind, how much, and whether it is a title."""

    kind: str
    weight: float
    name: str
    title: bool = False
    note: str = ""


_QUALIFYING = frozenset({"for", "of", "для", "für", "pour", "о", "на"})
"""Words after which a title only says more of the same paper."""

_Lexicon = dict[str, tuple[_Phrase, ...]]


def _look(sheet: Sheet, catalogue: Catalogue) -> dict[str, _Seen]:
    """What the phrases on a page say of every kind."""
    lexicon = _lexicon_of(catalogue)
    words = catalogue.common.number_words
    found = {name: _Seen() for name in (*(kind.name for kind in catalogue.kinds), UNKNOWN)}
    body = _body(sheet)
    height = sheet.pages[0].height
    for line in sheet.lines:
        keys = [token_key(token.key, words) for token in line.tokens]
        for start in range(len(keys)):
            hits = _longest(line, keys, start, lexicon) if keys[start] else []
            if not hits and start in line.cuts and line.box.top < 0.5 * height:
                hits = _nearly(line, keys, start, lexicon)
            for number, (end, phrases) in enumerate(hits):
                if number and line.tokens[start].size < 1.2 * body and line is not sheet.lines[0]:
                    continue  # the first word of a label, not a title
                for phrase in phrases:
                    if phrase.kind == UNKNOWN and not _is_headline(line, start, end, body, height):
                        continue
                    set_as_title = _as_title(line, start, end, keys, body, height) if phrase.title else 1.0
                    _count(found[phrase.kind], phrase, phrase.weight * set_as_title)
    return found


def _is_headline(line: Line, start: int, end: int, body: float, height: float) -> bool:
    """Whether the words are the title of the paper, and not one of its labels: set large, or first and alone."""
    alone = line.index == 0 and start == 0 and end == len(line.tokens)
    large = line.tokens[start].size >= 1.2 * body
    return (large or alone) and line.box.top < _HEAD * height and start in line.cuts


def _longest(line: Line, keys: list[str], start: int, lexicon: _Lexicon) -> list[tuple[int, tuple[_Phrase, ...]]]:
    """The longest phrase that begins here, and the title it begins with ("INVOICE" of "INVOICE No.")."""
    key, found = "", []
    for end in range(start, min(len(keys), start + _LONGEST)):
        if end > start and (end in line.walls or line.tokens[end].is_colon):
            break
        key += keys[end]
        if keys[end] and key in lexicon:
            found.append((end + 1, lexicon[key]))
    titles = [hit for hit in found[:-1] if hit[1][0].title]
    return found[-1:] if not found or found[-1][1][0].title else [*found[-1:], *titles[-1:]]


def _nearly(line: Line, keys: list[str], start: int, lexicon: _Lexicon) -> list[tuple[int, tuple[_Phrase, ...]]]:
    """A title with a letter or two wrong, when it has its run to itself."""
    end = line.run_end(start)
    key = "".join(keys[start:end])
    if not _FUZZY_FROM <= len(key) <= 60:
        return []
    titles = [k for k, phrases in lexicon.items() if phrases[0].title and abs(len(k) - len(key)) <= 2]
    near = process.extractOne(key, titles, scorer=fuzz.ratio, score_cutoff=88)
    return [(end, lexicon[near[0]])] if near is not None else []


def _as_title(line: Line, start: int, end: int, keys: list[str], body: float, height: float) -> float:
    """How much a phrase is set as a title: high on the page, large, at the start of its run, with little after it."""
    stop = line.run_end(end - 1) if end - 1 < len(keys) else end
    tail = next((i for i in range(end, stop) if not keys[i].isalpha()), stop)
    rest = len("".join(keys[end:tail]))
    if start == 0 and end < stop and keys[end] in _QUALIFYING and end - start > 1:
        rest = 0  # "Bill of lading for ocean transport"
    alone = 1.0 if rest == 0 else 0.7 if rest <= 16 else 0.25
    if start not in line.cuts:
        before = line.tokens[start - 1].text
        alone *= 0.9 if before.endswith(("/", "|", "-", "–", "(")) or line.tokens[start - 1].is_colon else 0.35
    place = line.box.top / max(height, 1.0)
    high = 1.0 if place < _HEAD else 0.7 if place < 0.5 else 0.25
    large = 1.0 if line.tokens[start].size >= 1.2 * body else 0.85
    if (
        large < 1.0 and line.index > 0 and end < stop and keys[end] == "№"
    ):  # "Invoice No." among the labels of another paper
        large = 0.45
    return alone * high * large


@lru_cache(maxsize=16)
def _lexicon_of(catalogue: Catalogue) -> _Lexicon:
    """Anchors of all kinds, and labels that only one kind has: each of its fields found speaks a little for it."""
    found: dict[str, list[_Phrase]] = {}
    common = catalogue.common
    for kind in catalogue.kinds:
        for anchor in kind.spec.anchors:
            phrase = _Phrase(kind.name, anchor.weight, anchor.text, anchor.title, anchor.note)
            found.setdefault(label_key(anchor.text, common), []).append(phrase)
        for anchor in kind.spec.against:
            phrase = _Phrase(kind.name, -anchor.weight, f"not {anchor.text}")
            found.setdefault(label_key(anchor.text, common), []).append(phrase)
    for texts in common.other_titles.values():
        for text in texts:
            if label_key(text, common) not in found:
                found[label_key(text, common)] = [_Phrase(UNKNOWN, 1.0, text, title=True)]
    owners: dict[str, set[str]] = {}
    for kind in catalogue.kinds:
        for key in lexicon_of(kind, catalogue):
            owners.setdefault(key, set()).add(kind.name)
    for kind in catalogue.kinds:
        for key, meanings in lexicon_of(kind, catalogue).items():
            names = [m.field for m in meanings if m.kind in ("field", "box") and m.quality > 0.7]
            if names and owners[key] == {kind.name} and key not in found:
                found[key] = [_Phrase(kind.name, _FIELD_WEIGHT, f"field {names[0]}")]
    return {key: tuple(sorted(phrases, key=lambda p: not p.title)) for key, phrases in found.items()}


def _body(sheet: Sheet) -> float:
    """The size most of the page is set in."""
    sizes = sorted(t.size for line in sheet.lines for t in line.tokens)
    return sizes[len(sizes) // 2] if sizes else 10.0


def _count(found: _Seen, phrase: _Phrase, weight: float) -> None:
    """Each phrase counts once; of titles only the best."""
    if phrase.title:
        if weight > found.title:
            found.score += weight - found.title
            found.title, found.note = weight, phrase.note
    elif phrase.name not in found.phrases:
        found.phrases.add(phrase.name)
        found.score += weight
