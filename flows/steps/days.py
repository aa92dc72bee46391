"""Days as papers print them, in any of the languages, and which day `05/03/2026` is.

A text can mean two days (day/month or month/day). Which one a paper means is decided by its other dates
(`25/03/2026` can only be day/month) or by a language that knows one order only; otherwise it stays open.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from babel import Locale


class Order(StrEnum):
    """The order of a date written in figures with slashes or dashes."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


class Reading(NamedTuple):
    """One date found in a text: the days it can mean by order, and where in the text it stands.

    An unambiguous date has the same day in both places, or only one of them.
    """

    day_first: date | None
    month_first: date | None
    start: int
    end: int

    @property
    def days(self) -> frozenset[date]:
        return frozenset(day for day in (self.day_first, self.month_first) if day is not None)

    @property
    def certain(self) -> date | None:
        """The day, where the text can mean only one."""
        return next(iter(self.days)) if len(self.days) == 1 else None

    def in_order(self, order: Order | None) -> date | None:
        if self.certain is not None or order is None:
            return self.certain
        return self.day_first if order is Order.DAY_FIRST else self.month_first


# Languages in which a date in figures is always written day first.
DAY_FIRST_LANGUAGES = frozenset({"ru", "de", "fr", "tr", "sr", "sr-Latn", "kk", "it", "es", "az", "ka", "uz"})

_MONTH_LANGUAGES = ("en", "ru", "de", "fr", "tr", "kk", "sr", "sr_Latn", "uk", "az", "uz", "ka", "es", "it", "pl")
_TRADE_MONTHS = {"sept": 9, "мая": 5, "нояб": 11, "juni": 6, "juli": 7, "jun": 6, "jul": 7, "maj": 5, "avg": 8}
_EARLIEST, _LATEST = 1950, 2099

_ISO = re.compile(r"(?<!\d)(?P<y>\d{4})(?P<s>[-./]) ?(?P<m>\d{1,2})(?P=s) ?(?P<d>\d{1,2})(?!\d)")
_DOTTED = re.compile(r"(?<![\d.])(?P<d>\d{1,2})\. ?(?P<m>\d{1,2})\. ?(?P<y>\d{4}|\d{2})(?![\d])(?!\.\d)")
_FIGURES = re.compile(r"(?<![\d/-])(?P<a>\d{1,2}) ?(?P<s>[-/]) ?(?P<b>\d{1,2}) ?(?P=s) ?(?P<y>\d{4}|\d{2})(?![\d/-])")
_CHINESE = re.compile(r"(?<!\d)(?P<y>\d{4}) ?年 ?(?P<m>\d{1,2}) ?月 ?(?P<d>\d{1,2}) ?日?")
_DAY_WORD = re.compile(
    r"(?<!\d)[«\"“„']?(?P<d>\d{1,2})[»\"”“']?(?:\.|-?(?:st|nd|rd|th|го|е|er))?[\s.\-/]*(?P<w>[^\W\d_]{3,12})\.?[\s,.\-/']*(?P<y>\d{4}|\d{2})(?!\d)"
)
_WORD_DAY = re.compile(r"(?P<w>[^\W\d_]{3,12})\.?\s*(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})(?!\d)")
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<y>\d{4})\s*(?:жылғы|жылдың|жыл|ж\.?|г\.?|года)?[\s.\-/]+[«\"]?(?P<d>\d{1,2})[»\"]?[\s.\-/]+(?P<w>[^\W\d_]{3,12})"
)
_YEAR_WORD_DAY = re.compile(r"(?<!\d)(?P<y>\d{4})[\s\-./]+(?P<w>[^\W\d_]{3,12})\.?[\s\-./]+(?P<d>\d{1,2})(?!\d)")


def readings(text: str) -> list[Reading]:
    """Every date in the text, left to right; texts that are no day of any calendar are left out.

    >>> [r.certain.isoformat() for r in readings("от «05» марта 2026 г., 2026年3月5日")]
    ['2026-03-05', '2026-03-05']
    >>> sorted(day.isoformat() for day in readings("05/03/2026")[0].days)
    ['2026-03-05', '2026-05-03']
    """
    plain = _plain(text)
    found: list[Reading] = []
    for pattern in (_CHINESE, _ISO, _DOTTED, _FIGURES, _DAY_WORD, _YEAR_FIRST, _YEAR_WORD_DAY, _WORD_DAY):
        for match in _every(pattern, plain):
            reading = _reading(match)
            if reading is not None and not any(reading.start < r.end and r.start < reading.end for r in found):
                found.append(reading)
    return sorted(found, key=lambda r: r.start)


def _every(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Every match, those that begin within another one included ("26 dated 22 July 2026")."""
    match = pattern.search(text)
    while match is not None:
        yield match
        match = pattern.search(text, match.start() + 1)


def looks_like_date(text: str) -> bool:
    """Whether the text has the form of a date, be it a day of the calendar or not ("31.02.2026")."""
    plain = _plain(text)
    return any(p.search(plain) for p in (_ISO, _DOTTED, _FIGURES, _CHINESE))


def order_of(texts: Iterable[str], languages: Sequence[str]) -> Order | None:
    """The order of the dates of one paper, from those that can be only one thing, else from its languages.

    Dates that contradict each other decide nothing. Languages decide only where every one of them
    writes the day first.
    """
    seen = {order for text in texts for order in _orders_in(text)}
    if len(seen) == 1:
        return next(iter(seen))
    if not seen and languages and all(language in DAY_FIRST_LANGUAGES for language in languages):
        return Order.DAY_FIRST
    return None


def _orders_in(text: str) -> Iterable[Order]:
    for match in _FIGURES.finditer(_plain(text)):
        first, second = int(match["a"]), int(match["b"])
        if first > 12 >= second and _day(match["y"], second, first):
            yield Order.DAY_FIRST
        if second > 12 >= first and _day(match["y"], first, second):
            yield Order.MONTH_FIRST


def _reading(match: re.Match[str]) -> Reading | None:
    groups = match.groupdict()
    if "a" in groups:
        first, second = int(groups["a"]), int(groups["b"])
        day_first, month_first = _day(groups["y"], second, first), _day(groups["y"], first, second)
    else:
        month = _month(groups["w"]) if "w" in groups else int(groups["m"])
        day_first = month_first = _day(groups["y"], month, int(groups["d"])) if month else None
    if day_first is None and month_first is None:
        return None
    return Reading(day_first, month_first, match.start(), match.end())


def _day(year: str, month: int, day: int) -> date | None:
    whole = int(year) if len(year) == 4 else 2000 + int(year)
    if not _EARLIEST <= whole <= _LATEST:
        return None
    try:
        return date(whole, month, day)
    except ValueError:
        return None


def _plain(text: str) -> str:
    """Digits and dashes of all scripts as ASCII ones, letter for letter, so that places stay the same."""
    out = []
    for char in text.casefold() if len(text.casefold()) == len(text) else text:
        digit = unicodedata.decimal(char, None)
        if digit is not None:
            out.append(str(digit))
        elif char in "–—−‐‑":
            out.append("-")
        elif char in "\u00a0\u2009\u202f":
            out.append(" ")
        elif char in "．":
            out.append(".")
        elif char in "／":
            out.append("/")
        else:
            out.append(char)
    return "".join(out)


def _month(word: str) -> int | None:
    folded = _fold(word)
    months = _months()
    if folded in months:
        return months[folded]
    return next((number for name, number in months.items() if len(folded) >= 4 and name.startswith(folded)), None)


def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold().replace("ı", "i"))
    return "".join(c for c in plain if c.isalpha())


@cache
def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for language in _MONTH_LANGUAGES:
        names = Locale.parse(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in names[context][width].items():
                    if len(_fold(name)) >= 3:
                        found.setdefault(_fold(name), number)
    return found | _TRADE_MONTHS
