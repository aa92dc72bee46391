"""What the words of a head or of a line of totals mean, by the lexicon of a kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

from flows.steps.tables.layout import is_han
from flows.steps.tables.units import unit_factor
from schemas.lines import ColumnSpec, LinesSpec, fold

_LONGEST_HEAD = 60
_MOST_REMEMBERED = 60_000
_readers: dict[int, Reader] = {}
_POSITION_SIGNS = re.compile(r"\s*[#№]\s*")


class Meaning(NamedTuple):
    """What a head says: the share of its letters that names each column, and its words that name none."""

    shares: dict[str, float]
    rest: tuple[str, ...]
    is_other: bool
    """It heads a table that is not items."""


def _by_word(spec: LinesSpec, column: ColumnSpec) -> dict[str, list[frozenset[str]]]:
    """The words of each head of a column, by the least of them."""
    found: dict[str, list[frozenset[str]]] = {}
    for phrase in {frozenset(spec.plain_words(p)) for phrases in column.heads.values() for p in phrases}:
        if phrase:
            found.setdefault(min(phrase), []).append(phrase)
    return found


class Reader:
    """Reads heads and totals by one `LinesSpec`; keeps what it has read."""

    def __init__(self, spec: LinesSpec) -> None:
        self.spec = spec
        self._heads = spec.heads
        self._read: dict[str, Meaning] = {}
        self._known: dict[str, bool] = {}
        self._phrases = {name: _by_word(spec, column) for name, column in spec.columns.items()}
        self._han = {name: tuple(column.heads.get("zh", ())) for name, column in spec.columns.items()}

    def knows(self, text: str) -> bool:
        """Whether a single word occurs in heads, or names a column by itself."""
        if text not in self._known:
            words = self.spec.plain_words(text)
            known = all(w in self.spec.vocabulary or w.isdigit() or _is_han_run(w) for w in words)
            self._known[text] = known or bool(self.meaning(text).shares)
        return self._known[text]

    def may_name(self, name: str, words: AbstractSet[str], text: str) -> bool:
        """Whether words could name a column: all words of one of its heads are among them."""
        phrases = self._phrases[name]
        return any(phrase <= words for word in words & phrases.keys() for phrase in phrases[word]) or (
            any(is_han(char) for char in text) and any(run in text for run in self._han[name])
        )

    def is_full(self) -> bool:
        """Whether so much is remembered that it is time to start anew."""
        return len(self._read) + len(self._known) > _MOST_REMEMBERED

    def meaning(self, text: str) -> Meaning:
        """Which columns the text of a head names."""
        if text not in self._read:
            self._read[text] = self._meaning(text)
        return self._read[text]

    def _meaning(self, text: str) -> Meaning:
        tokens = [self.spec.synonyms.get(token, token) for token in _tokens(text)]
        if not tokens:
            found = {"position": 1.0} if _POSITION_SIGNS.fullmatch(text) and "position" in self.spec.columns else {}
            return Meaning(found, (), False)
        if self._is_per_package(text):
            each = self._said_of_each([token for token in tokens if token not in self.spec.package_words])
            if each is not None:
                return each
        return self._said(tokens)

    def _said_of_each(self, tokens: list[str]) -> Meaning | None:
        """What a head says of each package ("CBM/ctn", "kg per carton"); None where it names no measure."""
        each = self._said(tokens)
        if not each.shares:
            name = next((name for name, kind in _EACH_UNIT if unit_factor(tokens, kind)), "")
            return each._replace(shares={name: 1.0} if name in self.spec.columns else {}) if name else None
        if not each.shares.keys() & _EACH.keys():
            return None
        shares = {_EACH.get(name, name): share for name, share in each.shares.items()}
        return each._replace(shares={name: share for name, share in shares.items() if name in self.spec.columns})

    def _said(self, tokens: list[str]) -> Meaning:
        matches, rest, others = self._cover(tokens)
        if any(self._is_counted(names) for _, names in matches):  # "Net weight, total" is no amount
            matches = [(found, names) for found, names in matches if found not in self.spec.sum_words]
        letters = sum(len(t) for t in rest if t not in self.spec.noise and not t.isdigit())
        letters += sum(len(found) for found, _ in matches) + others
        shares: dict[str, float] = {}
        for found, names in matches:
            for name in names:
                shares[name] = shares.get(name, 0.0) + len(found) / letters
        return Meaning(shares, tuple(rest), others * 2 > letters)

    def _is_counted(self, names: Sequence[str]) -> bool:
        return all(self.spec.columns[name].type in ("number", "mass", "volume") for name in names)

    def _is_per_package(self, text: str) -> bool:
        """Whether a head says "per carton" of its numbers: after a stroke, or by a word for it."""
        after = text.replace("／", "/").partition("/")[2]
        return any(word in self.spec.package_words for word in fold(after).split()[:1]) or any(
            phrase in fold(text) for phrase in self.spec.per_package
        )

    def _cover(self, tokens: list[str]) -> tuple[list[tuple[str, tuple[str, ...]]], list[str], int]:
        """The longest phrases first: what they are and their columns, the tokens left, letters of other heads."""
        free = [True] * len(tokens)
        matches: list[tuple[str, tuple[str, ...]]] = []
        others = 0
        for start, end, text in _spans(tokens):
            if not all(free[start:end]):
                continue
            names = self._heads.get(text, ())
            is_other = not names and text in self.spec.other_heads
            if not names and not is_other and end - start > 1 and text in self.spec.noise:
                tokens = [*tokens[:start], text, *[""] * (end - start - 1), *tokens[end:]]
            if names or is_other:
                free[start:end] = [False] * (end - start)
                others += len(text) if is_other else 0
                matches += [(text, names)] if names else []
        return matches, [token for token, is_free in zip(tokens, free, strict=True) if is_free and token], others

    def total_kind(self, text: str) -> str:
        """`carried`, `count`, `charge`, `total` or `end` for the words of a line that closes a table; else empty."""
        spec = self.spec
        if _begins_with(text, spec.charges):
            return "charge"
        kind = _total_kind(text, spec.carried, spec.counts, spec.totals, spec.endings, spec.total_words)
        if not kind and self._says_sum(text):
            return "total"
        return kind

    def is_sum_word(self, word: str) -> bool:
        """Whether a word is "total" in some language, alone or as the beginning of a Chinese one."""
        plain = fold(word).split()
        return bool(plain) and (
            plain[0] in self.spec.sum_words
            or (is_han(plain[0][0]) and any(is_han(s[0]) and s in plain[0] for s in self.spec.sum_words))
        )

    def is_page_number(self, text: str) -> bool:
        """Whether a line says no more than which page this is."""
        if len(text) >= 40:
            return False
        words = [word for word in _folded(text) if not word.isdigit()]
        return 0 < len(words) <= 5 and all(word in self.spec.page_words for word in words)

    def holds_sum_word(self, text: str) -> bool:
        """Whether one of the words says "total"."""
        return any(self.is_sum_word(word) for word in text.split())

    def holds_tax_word(self, text: str) -> bool:
        """Whether one of the words names a tax, or what is taken off or put on top."""
        return any(word in self.spec.tax_words for word in fold(text).split())

    def _says_sum(self, text: str) -> bool:
        """Whether a word such as "total" stands among words that only go with it."""
        words = [word for word in fold(text).split() if not word.isdigit()]
        return any(word in self.spec.sum_words for word in words) and all(
            _may_follow(word, self.spec.total_words) or word in self.spec.sum_words for word in words
        )


_EACH = {
    "quantity": "per_package",
    "net_mass_kg": "unit_mass",
    "gross_mass_kg": "unit_mass",
    "volume_m3": "unit_volume",
}
"""What a column says of all, and what it says of each package."""
_EACH_UNIT = (("unit_mass", "mass"), ("unit_volume", "volume"))


def reader_of(spec: LinesSpec) -> Reader:
    """The reader of a spec; the same one each time, as long as it does not remember too much."""
    found = _readers.get(id(spec))
    if found is None or found.spec is not spec or found.is_full():
        if len(_readers) > 64:
            _readers.clear()
        found = _readers[id(spec)] = Reader(spec)
    return found


@lru_cache(maxsize=16384)
def _total_kind(
    text: str,
    carried: frozenset[str],
    counts: frozenset[str],
    totals: frozenset[str],
    endings: frozenset[str],
    total_words: frozenset[str],
) -> str:
    tokens = [token for token in _tokens(text) if not token.isdigit()]
    if not tokens:
        return ""
    starts = ["".join(tokens[:n]) for n in range(min(8, len(tokens)), 0, -1)]
    for phrases, kind in ((carried, "carried"), (endings, "end"), (counts, "count"), (totals, "total")):
        for n, start in zip(range(len(starts), 0, -1), starts, strict=True):
            if start not in phrases:
                continue
            is_free = kind == "end" or (kind == "carried" and len(start) >= 5 and len(tokens) - n <= 4)
            if is_free or all(_may_follow(token, total_words) for token in tokens[n:]):
                return kind
    return ""


@lru_cache(maxsize=16384)
def _begins_with(text: str, phrases: frozenset[str]) -> bool:
    """Whether the first words of a text are one of the phrases."""
    tokens = _folded(text)
    return any("".join(tokens[:n]) in phrases for n in range(min(5, len(tokens)), 0, -1))


def _may_follow(token: str, total_words: frozenset[str]) -> bool:
    return token in total_words or len(token) == 1 or any(c.isdigit() for c in token)


@lru_cache(maxsize=4096)
def _folded(text: str) -> tuple[str, ...]:
    tokens: list[str] = []
    for word in fold(text).split():
        run = ""
        for char in word:
            if is_han(char):
                tokens += [run] if run else []
                tokens.append(char)
                run = ""
            else:
                run += char
        tokens += [run] if run else []
    return tuple(tokens)


def _tokens(text: str) -> list[str]:
    return list(_folded(text))


def _spans(tokens: list[str]) -> list[tuple[int, int, str]]:
    found = []
    for start in range(len(tokens)):
        text = ""
        for end in range(start, min(len(tokens), start + 12)):
            text += tokens[end]
            if len(text) > _LONGEST_HEAD:
                break
            found.append((start, end + 1, text))
    found.sort(key=lambda span: -len(span[2]))
    return found


@lru_cache(maxsize=16384)
def letters_in(text: str) -> int:
    """How many letters a word has."""
    return sum(1 for char in text if char.isalpha())


def _is_han_run(token: str) -> bool:
    return all(is_han(char) for char in token)
