"""Numbers as papers print them: every value a text can mean, and which one a document means.

`1,234` is one and a bit in Almaty and a thousand in London. A text is therefore read in every style that
fits it; the style of the document is then decided by its other numbers (`1,234.50` can only be one
thing) and by its arithmetic (quantity x unit price = amount, parts = total). What stays open stays open:
`parse` gives None, never a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import NamedTuple


class Style(Enum):
    """How a document prints numbers: the mark between groups of digits, and the decimal mark.

    Named group first; the styles without a group print `1234.56`.
    """

    POINT = ("", ".")
    COMMA_POINT = (",", ".")
    SPACE_POINT = (" ", ".")
    APOSTROPHE_POINT = ("'", ".")
    COMMA = ("", ",")
    POINT_COMMA = (".", ",")
    SPACE_COMMA = (" ", ",")
    APOSTROPHE_COMMA = ("'", ",")

    @property
    def group(self) -> str:
        return self.value[0]

    @property
    def decimal(self) -> str:
        return self.value[1]


class Reading(NamedTuple):
    """One value a text can mean, and the style in which it does. Printed decimal places are kept."""

    style: Style
    value: Decimal


class Printed(NamedTuple):
    """A number taken apart: what stands before it, its sign and digits, and what follows (unit, currency)."""

    before: str
    is_negative: bool
    digits: str
    after: str


class Product(NamedTuple):
    """Three texts of a row of which the first two multiply to the third."""

    quantity: str
    unit_price: str
    amount: str


class Sum(NamedTuple):
    """Texts that add up to `total`."""

    parts: tuple[str, ...]
    total: str


Relation = Product | Sum

_APOSTROPHES = "'’‘ʼ`´′"
_MINUSES = "-−–‐‑﹣"
_SUPERSCRIPTS = {ord(mark): f"^{n}" for n, mark in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
_DIGITS = r"[.,]?[0-9](?:[0-9.,']|[ ](?=[0-9]{2,3}(?![0-9])))*"
_CURRENCY = "$¢£¤¥֏฿₠-⃀"
_PRINTED = re.compile(
    rf"(?P<before>[^0-9{_MINUSES}]*?)\s*(?P<minus>[{_MINUSES}])?\s*(?P<sign>[{_CURRENCY}])?\s*"
    rf"(?P<digits>{_DIGITS})(?P<blank>[{_MINUSES}]{{1,2}})?"
    rf"(?P<after>\s*(?:[^\W\d_]|[%‰№*\"{_CURRENCY}])[^0-9]{{0,30}}?(?:\^?[23])?)?"
)
_IN_BRACKETS = re.compile(r"(?P<before>[^0-9()]*)\((?P<inner>[^()]*)\)(?P<after>[^0-9()]*)")
# A word may stand before a number ("Total: 5"); glued to it, only a currency may ("USD5", but not "INV5").
_BEFORE = re.compile(rf"[+=≈~:*]?\s*(?:[^\W\d_]{{1,8}}(?:[.:]\s*|\s+|\s*[{_CURRENCY}]))?[{_CURRENCY}]?\s*")
_CODE = re.compile(r"(?:USD|EUR|GBP|CHF|CNY|RMB|JPY|RUB|KZT|BYN|KGS|AMD|UZS|AZN|GEL|TRY|RSD|TL)\s*")
# Words that multiply: "3 万" is not three.
_MULTIPLIERS = re.compile(
    r"万|亿|тыс|млн|млрд|милл|мың|mln|mio|mill|milyon|milion|bill|mrd|thous|tsd|taus|hilj|хиљ|bin\b|k\b", re.I
)
_GROUPED = {
    ",": re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}"),  # and 12,34,567 of India
    ".": re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+"),
    " ": re.compile(r"[0-9]{1,3}(?: [0-9]{3})+"),
    "'": re.compile(r"[0-9]{1,3}(?:'[0-9]{3})+"),
}
_PLAIN = re.compile(r"[0-9]+")
_LONGEST = 64
_STYLES = tuple(Style)
_MARKS = tuple((style, (style.group, style.decimal)) for style in Style)


def clean(text: str) -> str:
    """The text with digits, blanks, apostrophes and marks of all scripts folded to the ASCII ones."""
    if text.isascii():
        return " ".join(text.replace("`", "'").split())
    raised = text.translate(_SUPERSCRIPTS)  # before NFKC makes 12³ a hundred and twenty-three
    plain = unicodedata.normalize("NFKC", raised)
    digits = "".join(_ascii_digit(mark) for mark in plain)
    for mark in _APOSTROPHES:
        digits = digits.replace(mark, "'")
    return " ".join(digits.split())


def split(text: str) -> Printed | None:
    """Take a printed number apart; None when the text is not one number with at most a unit or currency.

    >>> split("USD 1,234.50")
    Printed(before='USD', is_negative=False, digits='1,234.50', after='')
    >>> split("(12,5) кг")
    Printed(before='', is_negative=True, digits='12,5', after='кг')
    """
    bare = clean(text)
    bracketed = _IN_BRACKETS.fullmatch(bare)
    if bracketed:
        bare = f"{bracketed['before']}{bracketed['inner']} {bracketed['after']}".strip()
    found = _PRINTED.fullmatch(bare) if len(bare) <= _LONGEST else None
    if found is None:
        return None
    before = bare[: found.start("digits")].strip(_MINUSES)
    if before and not (_BEFORE.fullmatch(before) or _CODE.fullmatch(before)):
        return None
    digits, blank, after = found["digits"], found["blank"] or "", (found["after"] or "").strip()
    if blank and digits[-1] in ".,":  # "25,-": no cents
        digits, blank = digits[:-1], ""
    elif digits.endswith(".") and not after:  # "25." ends a sentence, or is an ordinal
        digits = digits[:-1]
    if digits[-1] in ".,'" or len(blank) > 1 or _MULTIPLIERS.match(after):
        return None
    is_negative = bool(bracketed or found["minus"] or blank)
    return Printed(before.strip(), is_negative, digits, after)


def readings(text: str) -> list[Reading]:
    """Every value the text can mean, by style; empty when it is no number.

    >>> sorted({str(r.value) for r in readings("1,234")})
    ['1.234', '1234']
    >>> {str(r.value) for r in readings("1 234,50 kg")}
    {'1234.50'}
    """
    return list(_readings(text))


def parse(text: str, style: Style | None = None) -> Decimal | None:
    """The one value of the text: the only one it can have, or the one `style` gives it; else None.

    >>> parse("1,234"), parse("1,234", Style.COMMA_POINT), parse("12,5")
    (None, Decimal('1234'), Decimal('12.5'))
    """
    found = _readings(text)
    values = {reading.value for reading in found}
    if len(values) == 1:
        return found[0].value
    return next((reading.value for reading in found if reading.style is style), None)


def is_ambiguous(text: str) -> bool:
    """Whether the text is a number of more than one possible value."""
    return len({reading.value for reading in _readings(text)}) > 1


def decide(texts: Iterable[str] = (), relations: Iterable[Relation] = ()) -> Style | None:
    """The style of the document these numbers come from; None when nothing decides it.

    A relation that closes in some styles and not in others outweighs any number of single texts;
    texts that contradict each other decide only where few stand against many.
    """
    by_text = [_fitting(text) for text in texts]
    by_relation = [closing(relation) for relation in relations]
    decimal = _decimal_mark(by_relation, lead=4) or _decimal_mark(by_text, lead=8)
    if decimal is None:
        return None
    group = _group_mark([*by_relation, *by_text], decimal)
    return Style((group, decimal))


def closing(relation: Relation) -> frozenset[Style]:
    """The styles in which the relation's numbers close, within the rounding of the printed digits."""
    if isinstance(relation, Product):
        texts: Sequence[str] = relation
    else:
        texts = (*relation.parts, relation.total)
    by_text = [{reading.style: reading.value for reading in _readings(text)} for text in texts]
    return frozenset(
        style
        for style in _STYLES
        if all(style in values for values in by_text)
        and _closes([values[style] for values in by_text], isinstance(relation, Product))
    )


def multiplies(quantity: Decimal, unit_price: Decimal, amount: Decimal) -> bool:
    """Whether quantity x unit price = amount, within the rounding of the digits printed.

    A factor without decimals counts as exact.
    """
    slack = ulp(amount) / 2 + _rounding(unit_price) * abs(quantity) + _rounding(quantity) * abs(unit_price)
    return abs(quantity * unit_price - amount) <= slack


def adds_up(parts: Iterable[Decimal], total: Decimal) -> bool:
    """Whether the parts give the total, within half a unit of the last digit printed of the total."""
    return abs(sum(parts, Decimal(0)) - total) <= ulp(total) / 2


def ulp(value: Decimal) -> Decimal:
    """One unit of the last printed digit: 0.01 for 12.50."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def plain(value: Decimal) -> str:
    """The number as JSON carries it: `"1789.50"`, never with an exponent."""
    return format(value, "f")


@lru_cache(maxsize=32768)
def _readings(text: str) -> tuple[Reading, ...]:
    printed = split(text)
    if printed is None:
        return ()
    sign = -1 if printed.is_negative else 1
    if _PLAIN.fullmatch(printed.digits):
        whole = sign * Decimal(printed.digits)
        return tuple(Reading(style, whole) for style in _STYLES)
    values = ((style, _value(printed.digits, *marks)) for style, marks in _MARKS)
    return tuple(Reading(style, sign * value) for style, value in values if value is not None)


def _ascii_digit(mark: str) -> str:
    digit = unicodedata.decimal(mark, None)
    return mark if digit is None else str(digit)


def _value(digits: str, group: str, decimal: str) -> Decimal | None:
    whole, mark, fraction = digits.rpartition(decimal)
    if not mark:
        whole, fraction = digits, ""
    if decimal in whole or (mark and not _PLAIN.fullmatch(fraction)):
        return None
    if not whole:
        return Decimal("0." + fraction) if mark else None
    if not _PLAIN.fullmatch(whole):
        pattern = _GROUPED.get(group)
        if pattern is None or whole.startswith("0") or not pattern.fullmatch(whole):
            return None
        whole = whole.replace(group, "")
    return Decimal(f"{whole}.{fraction}" if fraction else whole)


def _fitting(text: str) -> frozenset[Style]:
    return frozenset(reading.style for reading in _readings(text))


def _closes(values: list[Decimal], is_product: bool) -> bool:
    if is_product:
        return multiplies(values[0], values[1], values[2])
    return adds_up(values[:-1], values[-1])


def _rounding(factor: Decimal) -> Decimal:
    return ulp(factor) / 2 if ulp(factor) < 1 else Decimal(0)


def _decimal_mark(votes: list[frozenset[Style]], lead: int) -> str | None:
    count = {".": 0, ",": 0}
    for styles in votes:
        marks = {style.decimal for style in styles}
        if len(marks) == 1:
            count[marks.pop()] += 1
    winner, loser = sorted(count, key=lambda mark: -count[mark])
    if count[winner] == 0 or count[winner] < lead * count[loser]:
        return None
    return winner


def _group_mark(votes: list[frozenset[Style]], decimal: str) -> str:
    seen: dict[str, int] = {}
    for styles in votes:
        groups = {style.group for style in styles if style.decimal == decimal}
        if len(groups) == 1 and "" not in groups:
            group = groups.pop()
            seen[group] = seen.get(group, 0) + 1
    other = "," if decimal == "." else "."
    if other in seen:  # once seen as a group mark it can never be the decimal mark here
        return other
    return max(seen, key=lambda mark: seen[mark], default="")
