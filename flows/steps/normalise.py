"""From the text on the paper to the value in the data: decimals, days, codes; what cannot be made says why.

`make` never guesses: a text that can mean two values gives none and names both, a text that has the form of
a value but is none ("31.02.2026") is unreadable, and anything else is simply not a value of the type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flows.steps import codes, days, numbers
from schemas.catalogue import FieldType


@dataclass(frozen=True)
class Context:
    """What the rest of the paper says of how it is written."""

    style: numbers.Style | None = None
    order: days.Order | None = None
    languages: tuple[str, ...] = ()
    date_words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Made:
    """What became of a text: the `value` (None where none could be made), and how well the text fits the type.

    `problem` is "", "unreadable", "ambiguous_date" or "ambiguous_number"; `meanings` are the values it may have.
    """

    value: Any
    fit: float
    problem: str = ""
    meanings: tuple[str, ...] = ()
    parts: Mapping[str, Any] = field(default_factory=dict)


NOTHING = Made(None, 0.0)


def make(field_type: FieldType, text: str, context: Context) -> Made:
    """The value of a text as `field_type`; `NOTHING` where the text is no such value.

    >>> make("decimal", "1 234,50", Context()).value, make("date", "5 March 2026", Context()).value
    ('1234.50', '2026-03-05')
    """
    bare = " ".join(text.split()).strip(" :;|")
    if not bare or _is_blank(bare):
        return NOTHING
    if field_type in _COUNTED:  # "38 400.0 кг; брутто 39 150.0 кг"
        bare = bare.split(";")[0].rstrip()
    return _MAKERS[field_type](bare, context)


_COUNTED = frozenset({"decimal", "money", "mass", "volume", "integer"})


def _is_blank(text: str) -> bool:
    """Dots, dashes and underscores stand where nothing was filled in."""
    return not any(c.isalnum() for c in text) and not any(c in "€$£₽₸₺" for c in text)


def _text(text: str, context: Context) -> Made:
    return Made(text.strip(" ,;"), 0.8 if any(c.isalpha() for c in text) else 0.5)


def _identifier(text: str, context: Context) -> Made:
    """A number of a paper: what stands before a date or a word that leads to one."""
    found = [r for r in days.readings(text) if r.start > 0]
    head = text[: found[0].start] if found else text
    words = head.split()
    kept: list[str] = []
    for word in words:
        if kept and (word.casefold().strip(".,:/-()") in context.date_words or word == "|"):
            break
        kept.append(word)
    while kept and kept[0].strip(".:") in ("№", "No", "Nr", "N", "#", "N°", "no", "nr", "br", "бр", "-", "–"):
        kept.pop(0)
    number = " ".join(kept).strip(" .,;:/|")
    number = number.removeprefix("№").removeprefix("#").strip()
    if number.endswith(")") and "(" not in number:
        number = number.rstrip(")")
    if not number or len(number) > 60:
        return NOTHING
    if days.looks_like_date(number) and re.fullmatch(r"[\d./ -]+", number):
        return Made(number, 0.3)
    long_words = [w for w in number.split() if len(w) > 3 and not any(c.isdigit() for c in w) and not w.isupper()]
    pieces = number.split()
    digits = sum(c.isdigit() for c in number)
    if not long_words and 5 < len(pieces) <= 9 and all(len(piece) <= 5 for piece in pieces):
        return Made(number, 0.8)  # plates and other numbers set in groups
    if long_words or len(pieces) > 5:
        if any(c.isdigit() for c in pieces[0]) and len(pieces[0]) > 1:
            return Made(pieces[0].strip(" .,;:"), 0.6)
        return Made(number, 0.2)
    fit = 1.0 if digits else 0.4
    if len(pieces) > 2:
        fit *= 0.9
    return Made(number, fit)


def _date(text: str, context: Context) -> Made:
    found = days.readings(text)
    if not found:
        return Made(None, 0.5, "unreadable") if days.looks_like_date(text) else NOTHING
    first = found[0]
    whole = (first.end - first.start) / max(len(text), 1)
    fit = 1.0 if whole > 0.6 else 0.85 if first.start <= 12 else 0.6
    if len(found) > 1 and len({r.days for r in found}) > 1:
        fit = min(fit, 0.6)
    day = first.in_order(context.order)
    if day is None:
        return Made(None, fit, "ambiguous_date", tuple(sorted(d.isoformat() for d in first.days)))
    return Made(day.isoformat(), fit)


_PERCENT = re.compile(r"\(?\d{1,3}(?:[.,]\d+)? ?%\)?|% ?\d{1,3}(?:[.,]\d+)?")


def _money(text: str, context: Context) -> Made:
    bare = _PERCENT.sub(" ", text).strip(" ,;:=*")
    currencies = codes.currencies_in(bare)
    amount = _without_currency(bare)
    made = _number(amount, context)
    extra = {"currency": next(iter(currencies))} if len(currencies) == 1 else {}
    if made.value is not None or made.problem:
        printed = numbers.split(amount)
        if printed is not None and printed.after and not codes.currency(printed.after):
            return NOTHING  # "8 items" is no amount
        fit = made.fit * (1.0 if extra or "." in amount or "," in amount else 0.65)
        return Made(made.value, fit, made.problem, made.meanings, extra)
    return NOTHING


_CURRENCY_WORD = re.compile(r"[^\W\d_]+\.?(?:\s+[^\W\d_]+\.?)?|[€$£₽₸₺₼₾֏¥]|[A-Z]{2}\$")


def _without_currency(text: str) -> str:
    """The amount without the currency printed beside it, be it code, sign or name."""
    if text and codes.currency(text):
        return ""
    match = re.match(r"^([^\d\s(−–+-][^\d(−–+-]*?)?\s*([-−–(+]?\s*\d.*?)\s*([^\d\s)-][^\d]*)?$", text)
    if match is None:
        return text
    head, number, tail = (part or "" for part in match.groups())
    kept_head = "" if not head or codes.currency(head.strip()) else head + " "
    kept_tail = "" if not tail or codes.currency(tail.strip(" )")) else " " + tail
    if kept_tail and tail.strip().startswith(")"):
        kept_tail = ")"
    return f"{kept_head}{number}{kept_tail}".strip()


def _number(text: str, context: Context) -> Made:
    """A bare number; with words around it, it is none."""
    printed = numbers.split(text)
    if printed is None or (printed.before and printed.before.strip(" :=+*")) or len(printed.after) > 3:
        return NOTHING
    value = numbers.parse(text, context.style)
    if value is None:
        meanings = tuple(sorted({numbers.plain(r.value) for r in numbers.readings(text)}))
        return Made(None, 0.9, "ambiguous_number", meanings) if len(meanings) > 1 else NOTHING
    return Made(numbers.plain(value), 1.0 if not printed.after else 0.8)


_MASS_UNIT = re.compile(r"(?i)\s*(kgs?|кг|千克|公斤|kilogramm?s?|килограмм\w*|kg\.|кг\.)\.?\s*$")
_TONNES = re.compile(r"(?i)\s*(t|т|to|mt|тонн\w*|tons?|tonnes?|吨)\.?\s*$")
_VOLUME_UNIT = re.compile(r"(?i)\s*(m3|m³|м3|м³|cbm|куб\.? ?м|立方米|m\^3)\.?\s*$")


def _mass(text: str, context: Context) -> Made:
    return _measured(text, context, _MASS_UNIT, other=_TONNES)


def _volume(text: str, context: Context) -> Made:
    return _measured(text, context, _VOLUME_UNIT, other=None)


def _measured(text: str, context: Context, unit: re.Pattern[str], other: re.Pattern[str] | None) -> Made:
    bare = unit.sub("", text)
    if other is not None and bare == text and other.search(text):
        return Made(None, 0.8, "unreadable")
    made = _number(bare, context)
    if made.value is not None and Decimal(made.value) < 0:
        return NOTHING
    return made


def _integer(text: str, context: Context) -> Made:
    """A count; a unit may follow it ("24 паллеты", "120 ctns")."""
    match = re.match(r"^(\d[\d ,.'\u00a0\u2009\u202f]*?)\s*(?:\(|[^\W\d_]|$|个|件|/)", text)
    if match is None:
        return NOTHING
    digits = match[1].strip(" ,.")
    grouped = re.fullmatch(r"\d{1,3}(?:[ ,.'\u00a0\u2009\u202f]\d{3})+", digits)
    if not digits.isdigit() and not grouped:
        whole = numbers.parse(digits, context.style)
        if whole is None or whole != whole.to_integral_value():
            return NOTHING
        return Made(str(int(whole)), 0.8)
    count = re.sub(r"\D", "", digits).lstrip("0") or "0"
    words = len(text[match.end(1) :].split())
    return Made(count, 1.0 if words == 0 else 0.9 if words <= 3 else 0.6)


def _currency(text: str, context: Context) -> Made:
    found = codes.currency(text)
    if found:
        return Made(found, 1.0)
    inside = codes.currencies_in(text)
    if len(inside) == 1:
        return Made(next(iter(inside)), 0.7)
    first = codes.currency(text.split()[0])
    return Made(first, 0.7) if first and not inside else NOTHING


def _country(text: str, context: Context) -> Made:
    whole = codes.country(text)
    if whole:
        return Made(whole, 1.0)
    parts = [part for part in re.split(r"[,;/()\-–]| {2,}", text) if part.strip()]
    found = {code for code in map(codes.country, parts) if code}
    if len(found) == 1 and len(parts) <= 4:
        return Made(found.pop(), 0.8)
    return Made(None, 0.0, "", tuple(sorted(found)))


def _incoterm(text: str, context: Context) -> Made:
    found = codes.incoterm(text)
    if found is None:
        return NOTHING
    value = {"code": found.code}
    if found.place and len(found.place) <= 80:
        value["place"] = found.place
    if found.edition:
        value["edition"] = found.edition
    return Made(value, 1.0 if codes.latin(text).lstrip().startswith(found.code) else 0.8)


def _plate(text: str, context: Context) -> Made:
    found = codes.plate(text)
    return Made(found, 1.0) if found else NOTHING


def _containers(text: str, context: Context) -> Made:
    found = codes.containers(text)
    return Made([{"number": number} for number in found], 1.0) if found else NOTHING


def _reference(text: str, context: Context) -> Made:
    """The number of another paper, and its date where it stands beside it."""
    number = _identifier(text, context)
    if number.value is None or number.fit < 0.5:
        words = text.split()  # "контракт № / KT-636/26": the paper's name may stand before its number
        first = next((i for i, word in enumerate(words) if any(c.isdigit() for c in word)), 0)
        number = _identifier(" ".join(words[first:]), context) if 0 < first <= 4 else number
    if number.value is None or number.fit < 0.5:
        return NOTHING
    value = {"number": number.value}
    found = days.readings(text)
    problem, meanings = "", tuple[str, ...]()
    if found:
        day = found[0].in_order(context.order)
        if day is not None:
            value["date"] = day.isoformat()
        else:
            problem, meanings = "ambiguous_date", tuple(sorted(d.isoformat() for d in found[0].days))
    return Made(value, number.fit, problem, meanings)


def _place(text: str, context: Context) -> Made:
    """A place name with its country where one is printed after it."""
    bare = text.strip(" ,;")
    if not any(c.isalpha() for c in bare):
        return NOTHING
    return Made({"name": bare}, 0.8)


def _never(text: str, context: Context) -> Made:
    return NOTHING


_MAKERS: dict[str, Callable[[str, Context], Made]] = {
    "text": _text,
    "identifier": _identifier,
    "date": _date,
    "decimal": _number,
    "money": _money,
    "mass": _mass,
    "volume": _volume,
    "integer": _integer,
    "currency": _currency,
    "country": _country,
    "incoterm": _incoterm,
    "plate": _plate,
    "containers": _containers,
    "reference": _reference,
    "references": _never,
    "place": _place,
    "party": _never,
    "parties": _never,
    "signature": _never,
}


def context_of(texts: Sequence[str], languages: Sequence[str], date_words: Sequence[str]) -> Context:
    """How a paper writes numbers and dates, from all its runs of text."""
    return Context(
        style=numbers.decide(
            text for text in texts if any(c.isdigit() for c in text) and not days.looks_like_date(text)
        ),
        order=days.order_of(texts, languages),
        languages=tuple(languages),
        date_words=frozenset(word.casefold() for word in date_words),
    )
