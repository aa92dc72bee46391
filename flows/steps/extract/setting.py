"""How a phrase is set on its line: as a label, as a part of a longer one, or within other words."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache

from flows.steps.extract.labels_model import Meaning
from flows.steps.extract.sheet import Line, fold


@lru_cache(maxsize=65536)
def token_key(key: str, number_words: tuple[str, ...]) -> str:
    if key in folded(number_words):
        return "№"
    for ending in ("nummer", "numarasi", "nr"):
        if key.endswith(ending) and len(key) > len(ending) + 2:
            return key.removesuffix(ending) + "№"
    return key


@lru_cache(maxsize=16)
def folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(fold(word) for word in words)


_UNITS = frozenset(("kg", "kgs", "кг", "килограмм", "公斤", "千克", "m3", "м3", "cbm", "立方米", "t", "шт", "pcs"))


_RATE = re.compile(r"\(?\d{1,2}(?:[.,]\d+)? ?%\)?:?")


def past_units(line: Line, end: int) -> int:
    """The end of a label with the unit printed after it: "Net weight, kg", "Poids brut en kg"."""
    place = end
    while place < len(line.tokens) and place < end + 2 and place not in line.walls:
        key = line.tokens[place].key
        if key in _UNITS:
            return place + 1
        if _RATE.fullmatch(line.tokens[place].text):  # "VAT 20%"
            return place + 1
        if key.isdecimal() and place + 1 < len(line.tokens) and line.tokens[place + 1].text.strip(":)") == "%":
            return place + 2
        if key not in ("in", "в", "en", ""):
            break
        if line.tokens[place].is_colon:
            break
        place += 1
    return end


def tail_to_colon(line: Line, end: int, lexicon: Container[str], words: tuple[str, ...]) -> int:
    """The end of a label that goes on in unlisted words up to its colon ("Customs value of the goods:")."""
    for place in range(end, min(end + 5, len(line.tokens))):
        token = line.tokens[place]
        if token.is_colon:
            return place
        if place in line.cuts or any(c.isdigit() for c in token.text) or token_key(token.key, words) in lexicon:
            return end
        if token.text in ("/", "|"):
            return end
    return end


def past_brackets(line: Line, end: int) -> int:
    """The end of a label that goes on in brackets: "Rechnungssumme Brutto (inkl. USt.)", "Gewicht (kg)"."""
    tokens = line.tokens
    if end >= len(tokens) or end in line.walls or not tokens[end].text.startswith(("(", "（", "[")):
        return end
    for stop in range(end, min(end + 6, len(tokens))):
        if stop > end and stop in line.walls:
            return end
        if tokens[stop].text.rstrip(":").endswith((")", "）", "]")):
            return stop + 1
    return end


def setting(line: Line, start: int, end: int, colon: bool) -> float:
    """How a phrase is set: as a label (1), or within other words (0: it is no label)."""
    before = line.tokens[start - 1] if start else None
    opens = start in line.cuts or before is None
    if not opens and before is not None:
        if before.text.strip("().").isdigit() and len(before.text) <= 4:  # the number of a box, or of a row
            opens = line.run_start(start - 1) == start - 1
        elif (
            before.text.rstrip().endswith(
                ("/", "|", ",", ";", ".", "(", "•", "·", "-", "–", "—", "／", "。", "，", "；")
            )
            or before.is_colon
        ):
            opens = colon or before.text.endswith(("/", "|", "(", "／", "•"))
            if not opens and end in (len(line.tokens), *line.cuts):
                opens = before.text in ("/", "|", "-", "–", "—")
    if opens:
        return 1.0
    return 0.6 if colon else 0.0


_FIRM = frozenset(
    [
        "mchj",
        "ooo",
        "zao",
        "oao",
        "pte",
        "pty",
        "gmbh",
        "ag",
        "kg",
        "ug",
        "ltd",
        "llc",
        "inc",
        "sarl",
        "sas",
        "sa",
        "srl",
        "spa",
        "doo",
        "ad",
        "co",
        "corp",
        "plc",
        "bv",
        "nv",
        "oy",
        "ab",
        "as",
        "sti",
        "ltdsti",
        "limited",
        "jsc",
        "llp",
        "ооо",
        "ао",
        "зао",
        "оао",
        "пао",
        "ип",
        "тоо",
        "чп",
        "жшс",
        "жк",
        "оо",
    ]
)


_JOINING = frozenset(("of", "de", "du", "des", "der", "par", "by", "на", "за"))


def _goes_on(line: Line, end: int, words: tuple[str, ...]) -> bool:
    """Whether the phrase is the beginning of a longer label: "TERMS | OF SALE", "CUSTOMER | P.O. NO."."""
    rest = line.tokens[end : line.run_end(end)]
    if any(c.isdigit() for t in rest for c in t.text) or any(not t.key for t in rest):
        return False
    if rest[0].key in _JOINING and len(rest) > 1:
        return True
    return len(rest) <= 4 and len(rest) > 1 and token_key(rest[-1].key, words) == "№"


def followed(line: Line, end: int, meanings: tuple[Meaning, ...], words: tuple[str, ...]) -> float:
    """How far a phrase without a colon can be a label, by the word right after it.

    "Lieferant GmbH" is a firm and "Bank transfer" is a value: a label that only bounds other values, or one
    that a firm's legal form follows, is none there.
    """
    after = line.tokens[end]
    if after.key in _FIRM:
        return 0.0
    if _goes_on(line, end, words):
        return 0.0
    if any(c.isdigit() for c in after.text) or not after.key or not after.text[:1].isalpha():
        return 1.0
    if all(m.kind in ("stop", "part") for m in meanings):
        return 0.0
    return 0.75 if after.text[:1].islower() else 0.9
