"""Freight container numbers, ISO 6346: owner code, category, serial number, check digit.

Source: ISO 6346:2022; letters count 10 to 38 without multiples of 11, place i weighs 2^i, sum mod 11 mod 10.

>>> validate("csqu 305438-3")
'CSQU3054383'
>>> format("CSQU3054383")
'CSQU 305438 3'
>>> validate("CSQU3054384")
Traceback (most recent call last):
...
schemas.identifiers.errors.WrongCheckDigit: container CSQU3054384: check digit is 4, the number before it gives 3
"""

from __future__ import annotations

import re

from schemas.identifiers.errors import InvalidIdentifier, WrongCheckDigit, WrongForm
from schemas.identifiers.letters import Repaired, to_latin

# U freight container, J detachable equipment, Z trailer or chassis.
_FORM = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}")
_LETTERS = "0123456789A?BCDEFGHIJK?LMNOPQRSTU?VWXYZ"


def compact(number: str) -> str:
    """Latin capitals and digits without separators; Cyrillic look-alikes become Latin."""
    return repair(number).number


def repair(number: str) -> Repaired:
    """The compact number, with the letters exchanged on the way: what a person may want to know."""
    return to_latin(number)


def calc_check_digit(number: str) -> str:
    """The check digit that belongs to the first ten characters of a compact number.

    >>> calc_check_digit("CSQU305438")
    '3'
    """
    return str(sum(_LETTERS.index(c) << i for i, c in enumerate(number[:10])) % 11 % 10)


def validate(number: str) -> str:
    """The compact number, if form and check digit are right; else `WrongForm` or `WrongCheckDigit`."""
    found = compact(number)
    if not _FORM.fullmatch(found):
        raise WrongForm(
            f"container {found or number!r}: expected three letters of the owner, U, J or Z, and seven digits"
        )
    expected = calc_check_digit(found)
    if found[10] != expected:
        raise WrongCheckDigit(f"container {found}: check digit is {found[10]}, the number before it gives {expected}")
    return found


def is_valid(number: str) -> bool:
    """Whether `validate` accepts the number."""
    try:
        validate(number)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:
    """As painted on the box: `CSQU 305438 3`."""
    found = compact(number)
    return " ".join(part for part in (found[:4], found[4:10], found[10:]) if part)
