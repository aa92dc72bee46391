"""Codes as papers print them: currencies, countries, Incoterms, plates, containers; look-alike letters folded.

Names come from CLDR (through babel) in all languages, and from what the trade writes besides ("KNR", "РК"):
`schemas/trade_names.yaml`.
A sign that several currencies share ("$" alone beside "HK$") names one only where the trade means one by it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from babel import Locale

from schemas.trade_names import trade_names

_NAME_LANGUAGES = (
    "en",
    "ru",
    "de",
    "fr",
    "zh",
    "kk",
    "tr",
    "sr",
    "sr_Latn",
    "uk",
    "az",
    "ka",
    "uz",
    "es",
    "it",
    "hy",
    "be",
    "ky",
)

_ADDRESS_LANGUAGES = (
    "pl",
    "lt",
    "lv",
    "et",
    "nl",
    "cs",
    "sk",
    "hu",
    "ro",
    "bg",
    "fi",
    "sv",
    "da",
    "pt",
    "el",
    "ko",
    "ja",
)
"""Further languages in which papers name countries; a name the first ones know too keeps their meaning."""

# Cyrillic and Greek letters that look like Latin ones, for codes only.
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХІЈЅаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJSaeopcyxijsABEZHIKMNOPTYX")

_INCOTERM = re.compile(r"(?<![A-Z])(EXW|FCA|FAS|FOB|CFR|CIF|CPT|CIP|DAP|DPU|DAT|DDP|DDU|DAF|DES|DEQ|C&F|CNF)(?![A-Z])")
_EDITION = re.compile(r"(?<!\d)(19[89]0|20[0-3]0)(?!\d)")
_CONTAINER = re.compile(r"(?<![A-Z0-9])([A-Z]{3}[UJZ])[\s-]?(\d{3})[\s.-]?(\d{3})[\s./-]?(\d)(?!\d)")


class Incoterm(NamedTuple):
    """A delivery term as printed: code, named place, edition (what is not printed is empty)."""

    code: str
    place: str
    edition: str


def latin(text: str) -> str:
    """The text with Cyrillic and Greek look-alikes as the Latin letters they look like: for codes only."""
    return unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKES)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold().replace("ı", "i"))
    return "".join(c for c in plain if c.isalnum() and not unicodedata.combining(c))


@lru_cache(maxsize=4096)
def country(text: str) -> str | None:
    """ISO 3166 alpha-2 of a printed country: a code, or a name in any of the languages; None if it is none.

    >>> country("КНР"), country("Türkiye"), country("Republic of Kazakhstan"), country("DE"), country("Mars")
    ('CN', 'TR', 'KZ', 'DE', None)
    """
    bare = text.strip(" .,;:()[]«»\"'")
    code = latin(bare)
    if len(code) == 2 and code.isupper() and code in _country_codes() and _fold(bare) not in _trade_country_names():
        return code
    if len(code) == 3 and code.isupper() and code in _alpha3():
        return _alpha3()[code]
    found = _country_names().get(_fold(bare))
    if found is None and (inside := re.fullmatch(r"(.+?)\s*[(/,]\s*([^()/,]+)\)?", bare)):
        codes = {country(part) for part in inside.groups()} - {None}
        found = codes.pop() if len(codes) == 1 else None
    return found


@cache
def _country_codes() -> frozenset[str]:
    return frozenset(
        c
        for c in map(str, Locale("en").territories)
        if len(c) == 2 and c.isalpha() and c not in ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ")
    )


@cache
def _trade_country_names() -> dict[str, str]:
    return {_fold(name): code for code, names in trade_names().countries.items() for name in names}


@cache
def _country_names() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in (*_NAME_LANGUAGES, *_ADDRESS_LANGUAGES):
        for code, name in Locale.parse(language).territories.items():
            if code in _country_codes():
                found.setdefault(_fold(name), code)
    return found | _trade_country_names()


@cache
def _alpha3() -> dict[str, str]:
    return {three: two for two, three in trade_names().alpha3.items()}


@lru_cache(maxsize=4096)
def currency(text: str) -> str | None:
    """ISO 4217 code of a printed currency: code, unambiguous sign, or name; None if it is none.

    >>> currency("US$"), currency("теңге"), currency("Euro"), currency("¥"), currency("kg")
    ('USD', 'KZT', 'EUR', None, None)
    """
    bare = text.strip(" .,;:()[]«»\"'")
    if bare in _signs():
        return _signs()[bare]
    code = latin(bare)
    if len(code) == 3 and code.isupper() and code in _currency_codes():
        return code
    found = _currency_names().get(_fold(bare))
    if found is None and (inside := re.fullmatch(r"(.+?)\s*[(/,]\s*([^()/,]+)\)?", bare)):
        codes = {currency(part) for part in inside.groups()} - {None}
        found = codes.pop() if len(codes) == 1 else None
    return found


@cache
def _currency_codes() -> frozenset[str]:
    return frozenset(trade_names().currency_codes)


@cache
def _signs() -> dict[str, str]:
    return {sign: code for code, signs in trade_names().signs.items() for sign in signs}


@cache
def _currency_names() -> dict[str, str]:
    """Folded names of currencies, those left out that CLDR gives to two."""
    found: dict[str, str] = {}
    doubled: set[str] = set()
    for language in _NAME_LANGUAGES:
        for code, name in Locale.parse(language).currencies.items():
            if code in _currency_codes() and found.setdefault(_fold(name), code) != code:
                doubled.add(_fold(name))
    kept = {key: code for key, code in found.items() if key not in doubled}
    return kept | {_fold(name): code for code, names in trade_names().currencies.items() for name in names}


_CODE_IN_TEXT = re.compile(
    r"(?<![A-Za-zА-Яа-я])([A-ZА-Я]{3})(?![A-Za-zА-Яа-я])|(US\$|HK\$|[€£₽₸₺₼₾֏₴₹$])|(?<!\w)(руб|тенге|теңге|евро)(?!\w)"
)


def currencies_in(text: str) -> set[str]:
    """The currencies printed as code or unambiguous sign anywhere in the text ("EUR 12.50", "12,50 €")."""
    found = {currency(next(g for g in m.groups() if g)) for m in _CODE_IN_TEXT.finditer(text)}
    return {code for code in found if code is not None}


def incoterm(text: str) -> Incoterm | None:
    """The delivery term in a text; None where there is none, or more than one.

    >>> incoterm("DAP Алматы, Казахстан (Incoterms 2020)")
    Incoterm(code='DAP', place='Алматы, Казахстан', edition='2020')
    """
    folded = _upper_codes(text)
    found = list(_INCOTERM.finditer(folded))
    if len({_canonical(m[1]) for m in found}) != 1:
        return None
    match = found[0]
    edition = _EDITION.search(text)
    place = _place_in(text[match.end() :]) or ""
    return Incoterm(_canonical(match[1]), place, edition[1] if edition else "")


def _canonical(code: str) -> str:
    return "CFR" if code in ("C&F", "CNF") else code


def _upper_codes(text: str) -> str:
    """Look-alikes folded letter for letter, so that places in the text stay the same."""
    return text.translate(_LOOK_ALIKES)


def _place_in(text: str) -> str:
    rest = re.sub(r"(?i)[(\[]?[,;\s]*(incoterms?|инкотермс|国际贸易术语)[®\s,'’(]*(19[89]0|20[0-3]0)?[)\]]?", " ", text)
    rest = _EDITION.sub(" ", rest)
    rest = re.sub(r"\(\s*\)", " ", rest)
    return " ".join(rest.split()).strip(" -–—:,;.()（）")


def containers(text: str) -> list[str]:
    """Container numbers in the text, in the form ABCU1234567; check digits are judged elsewhere."""
    return [f"{m[1]}{m[2]}{m[3]}{m[4]}" for m in _CONTAINER.finditer(latin(text).upper())]


def plate(text: str) -> str | None:
    """A vehicle plate in Latin capitals, set as printed; None where it cannot be one.

    >>> plate("А123ВС 777"), plate("BG 1826-YY"), plate("Volvo")
    ('A123BC 777', 'BG 1826-YY', None)
    """
    printed = " ".join(latin(text).upper().split())
    joined = re.sub(r"[\s.\-·•]", "", printed)
    if not re.fullmatch(r"[A-Z0-9ÄÖÜŠŽČĆĐ\u0400-\u04ff\u4e00-\u9fff]{4,12}", joined):
        return None
    digits = sum(c.isdigit() for c in joined)
    return printed if 2 <= digits < len(joined) or digits >= 5 else None
