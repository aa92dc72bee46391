"""Whether two printed names mean the same company, across scripts, legal forms, quotes and spellings.

Names are folded: legal form taken off, Cyrillic and diacritics brought to Latin, sounds that are spelt in
several ways reduced to one spelling. What then is (nearly) equal is the same; what is far apart is
different; between the two nobody decides but a person.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz


class Likeness(StrEnum):
    """What comparing two names says."""

    SAME = "same"
    DOUBT = "doubt"
    DIFFERENT = "different"


class Folded(NamedTuple):
    """A name reduced to comparable tokens, and the class of its legal form ("" where none is printed)."""

    text: str
    form: str
    foreign: bool
    """Whether letters stayed that cannot be brought to Latin (Chinese, Georgian, Armenian, Arabic)."""


# Limited company, joint-stock company, sole trader: spellings of one class are one form.
_FORMS = {
    "limited": (
        "тоо ооо жшс ошпт чуп тдо оод жчк ллс сарл срл гмбх лтд mmc mms llp llc ltd limited gmbh mbh "
        "srl sarl sas doo d.o.o. "
        "bv b.v. s.r.l. s.r.o. sro spzoo sp.z o.o. kft oy ab aps lda sl s.l. шпс шпк xk мчж mchj qmj ooo too "
        "pte pty unipessoal"
    ),
    "stock": (
        "ао оао зао пао ақ ак ад jsc ojsc pjsc cjsc ag a.g. sa s.a. as a.s. aş a.ş. spa s.p.a. ad a.d. inc corp "
        "plc nv n.v. аж аш а.ш. инк корп"
    ),
    "sole": "ип жк чп и.п. пбоюл ek e.k. e.u. eu şahıs",
    "partnership": "kg ohg gbr kgaa co company compagnie cie & und and et ve и ко ве энд",
}
_LONG_FORMS = {
    "limited": (
        "товарищество с ограниченной ответственностью",
        "общество с ограниченной ответственностью",
        "жауапкершілігі шектеулі серіктестігі",
        "жауапкершілігі шектеулі серіктестік",
        "limited liability company",
        "limited liability partnership",
        "gesellschaft mit beschränkter haftung",
        "društvo sa ograničenom odgovornošću",
        "друштво са ограниченом одговорношћу",
        "limited şirketi",
        "ltd. şti.",
        "ltd şti",
        "ltd. sti.",
        "ltd sti",
        "məhdud məsuliyyətli cəmiyyəti",
        "sp. z o.o.",
        "d.o.o.",
        "d. o. o.",
        "д.о.о.",
        "т.о.о.",
        "limited sirketi",
        "s.r.l.",
        "s.r.o.",
        "b.v.",
        "有限责任公司",
        "有限公司",
    ),
    "stock": (
        "публичное акционерное общество",
        "открытое акционерное общество",
        "закрытое акционерное общество",
        "акционерное общество",
        "акционерлік қоғамы",
        "joint stock company",
        "joint-stock company",
        "anonim şirketi",
        "a.ş.",
        "s.p.a.",
        "s.a.",
        "n.v.",
        "股份有限公司",
    ),
    "sole": ("индивидуальный предприниматель", "жеке кәсіпкер", "individual entrepreneur"),
}
_WORD_FORMS = {word: form for form, words in _FORMS.items() for word in words.split()}

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    "ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "і": "i", "ї": "i", "є": "e",
    "ґ": "g", "ў": "u", "ҳ": "h", "ј": "i", "љ": "li", "њ": "ni", "ћ": "c", "ђ": "dz", "џ": "dz", "ҷ": "ch", "ӯ": "u",
}  # fmt: skip
_LATIN = {"ı": "i", "ł": "l", "ø": "o", "æ": "e", "ß": "ss", "đ": "dz", "ə": "a", "œ": "e", "þ": "t", "ð": "d"}
# One spelling for what transliteration spells in several ways; longest first.
_SOUNDS = (
    ("dzh", "c"), ("dj", "c"),
    ("shch", "sh"), ("sch", "sh"), ("tsch", "ch"), ("kh", "h"), ("gh", "g"), ("zh", "z"), ("sh", "s"), ("ch", "c"),
    ("ts", "c"), ("tz", "c"), ("ck", "k"), ("ph", "f"), ("th", "t"), ("qu", "kv"), ("q", "k"), ("x", "ks"),
    ("w", "v"), ("y", "i"), ("j", "i"), ("ie", "e"), ("ii", "i"), ("ee", "i"), ("oo", "u"), ("ou", "u"),
)  # fmt: skip
# Words of company names that are borrowed by sound, or shortened; as they look after folding.
_WORDS = {
    "treid": "trade", "treiding": "trading", "logistik": "logistics", "logistic": "logistics",
    "logistika": "logistics", "servis": "service", "indastri": "industri",
    "san": "sanai", "tic": "ticaret", "sti": "", "sirketi": "", "kompani": "",
    "fruit": "frut", "fruits": "fruts",
}  # fmt: skip
_SAME_AT = 92.0
_DIFFERENT_BELOW = 72.0


@lru_cache(maxsize=4096)
def fold(name: str) -> Folded:
    """The name as compared.

    >>> fold('ТОО «Шығыс Транс»').text == fold("Shygys Trans LLP").text
    True
    """
    text = _bare(unicodedata.normalize("NFKC", name).casefold())
    text, form = _without_long_form(text)
    words = [w for w in re.split(r"[^\w.&]+|_", text) if w]
    kept: list[str] = []
    for word in words:
        found = _WORD_FORMS.get(word) or _WORD_FORMS.get(word.strip("."))
        if found is None:
            kept.append(word.replace(".", " "))
        elif found != "partnership" and not form:
            form = found
    latin = _sounds(_latin(" ".join(kept) if kept else " ".join(words)))
    plain = " ".join(w for w in (_WORDS.get(w, w) for w in re.findall(r"\w+", latin)) if w)
    return Folded(plain, form, any(c.isalpha() and not c.isascii() for c in plain))


def compare(one: str, other: str) -> Likeness:
    """Whether two printed names mean the same company; a name in two languages counts as each of them."""
    verdicts = [_compare(a, b) for a in _versions(one) for b in _versions(other)]
    for likeness in (Likeness.SAME, Likeness.DOUBT):
        if likeness in verdicts:
            return likeness
    return Likeness.DIFFERENT


def in_cyrillic(name: str) -> bool:
    """Whether the name is (also) written in Cyrillic: foreign names are spelt there by ear."""
    return any("\u0400" <= c <= "\u052f" for c in name)


def _versions(name: str) -> list[str]:
    """The whole name, and its halves around a slash or a bracket: `上海东方 / Shanghai Dongfang`."""
    parts = [p.strip() for p in re.split(r"\s*/\s*|[()（）]|\n", name)]
    halves = [p for p in parts if sum(c.isalpha() for c in p) >= 4 and fold(p).text]
    return list(dict.fromkeys([name, *halves])) if len(halves) > 1 else [name]


def _compare(one: str, other: str) -> Likeness:
    a, b = fold(one), fold(other)
    if not a.text or not b.text:
        return Likeness.DOUBT
    if a.foreign != b.foreign:
        return Likeness.DOUBT  # a Chinese and a Latin name say nothing about each other
    likeness = _likeness(a.text, b.text)
    if likeness is Likeness.SAME and a.form and b.form and a.form != b.form:
        return Likeness.DOUBT  # a limited company and a sole trader of one name are two parties
    return likeness


def _likeness(a: str, b: str) -> Likeness:
    if sorted(a.split()) == sorted(b.split()) or a.replace(" ", "") == b.replace(" ", ""):
        return Likeness.SAME
    if _numbers(a) != _numbers(b):
        return Likeness.DOUBT if fuzz.ratio(a, b) >= _DIFFERENT_BELOW else Likeness.DIFFERENT
    whole = max(fuzz.token_sort_ratio(a, b), fuzz.ratio(a.replace(" ", ""), b.replace(" ", "")))
    if whole >= _SAME_AT and min(len(a), len(b)) >= 8:
        return Likeness.SAME
    if whole >= _DIFFERENT_BELOW or fuzz.token_set_ratio(a, b) >= _SAME_AT:
        return Likeness.DOUBT
    return Likeness.DIFFERENT


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _without_long_form(text: str) -> tuple[str, str]:
    # "股份有限公司" holds "有限公司": the longer words first.
    for pattern, form in _long_form_patterns():
        shorter, count = pattern.subn(" ", text)
        if count:
            return shorter, form
    return text, ""


@cache
def _long_form_patterns() -> list[tuple[re.Pattern[str], str]]:
    """Longest first: "股份有限公司" holds "有限公司". Chinese has no word boundaries."""
    pairs = sorted(((_bare(w), form) for form, words in _LONG_FORMS.items() for w in words), key=lambda p: -len(p[0]))
    return [
        (re.compile(rf"(?<!\w){re.escape(w)}(?!\w)" if ord(w[0]) < 0x3000 else re.escape(w)), form) for w, form in pairs
    ]


def _bare(text: str) -> str:
    """Without diacritics, except where they make another letter of a Cyrillic alphabet (й, ё, ї)."""
    kept = (unicodedata.normalize("NFKD", c) if c.isascii() or ord(c) < 0x400 else c for c in text)
    return "".join(c for c in "".join(kept) if not unicodedata.combining(c)).replace("ı", "i")


def _latin(text: str) -> str:
    spelt = "".join(_CYRILLIC.get(c, c) for c in text.replace("дж", "c"))
    bare = "".join(c for c in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(c))
    return "".join(_LATIN.get(c, c) for c in bare)


def _sounds(text: str) -> str:
    for spelt, sound in _SOUNDS:
        text = text.replace(spelt, sound)
    return re.sub(r"([a-z])\1+", r"\1", text)
