"""Registration plates of trucks and trailers, brought to one form so that two papers can be compared.

No check digit exists, and national patterns change; `validate` only refuses what cannot be a plate at all.
Cyrillic letters that have a Latin twin become it; Chinese characters (新A12345, 粤B1234挂) stay.

>>> compact("В 123 АС-77")
'B123AC77'
>>> same("新A 12345", "新A·12345")
True
"""

from __future__ import annotations

import re

from schemas.identifiers.errors import InvalidIdentifier, WrongForm
from schemas.identifiers.letters import to_latin

# Compact patterns of the corridor's countries, general knowledge: enough to tell a plate from another number.
_NATIONAL = re.compile(
    r"[0-9]{3}[A-Z]{2,3}[0-9]{2}"  # KZ
    r"|[0-9]{2}[A-Z]{3}[0-9]{2}"  # KZ trailer
    r"|[A-Z][0-9]{3}[A-Z]{2,3}"  # KZ before 2012
    r"|[ABEKMHOPCTYX][0-9]{3}[ABEKMHOPCTYX]{2}[0-9]{2,3}"  # RU
    r"|[ABEKMHOPCTYX]{2}[0-9]{6,7}"  # RU trailer
    r"|[\u4e00-\u9fff][A-Z][A-Z0-9]{4,6}[\u4e00-\u9fff]?"  # CN, trailers end in 挂
    r"|[0-9]{2}[A-Z]{2}[0-9]{3}"  # AZ
    r"|[A-Z]{2}[0-9]{3}[A-Z]{2}"  # GE, FR
    r"|[0-9]{2}[A-Z]{1,3}[0-9]{2,4}"  # TR
    r"|[A-Z]{1,3}[0-9]{3,5}[A-Z]{2}"  # RS
    r"|[0-9]{2}KG[0-9]{3}[A-Z]{3}|[0-9]{5}[A-Z]{3}|[0-9]{2}[A-Z][0-9]{3}[A-Z]{2}"  # KG, UZ
    r"|[0-9]{4}[A-Z]{2}[0-9]|[A-Z]{2}[0-9]{5}|[A-Z][0-9]{4}[A-Z][0-9]"  # BY
    r"|[A-Z]{1,3}[A-Z]{1,2}[0-9]{3,4}"  # DE
)


def compact(number: str) -> str:
    """Capitals and digits without separators, Latin where Cyrillic only looks different.

    З stays: on a plate it is a letter, never the digit 3.
    """
    plain = number.upper().replace("З", "\x00")
    return to_latin(plain).number.replace("\x00", "З")


def validate(number: str) -> str:
    """The compact plate: 4 to 13 letters and digits with at least two digits; else `WrongForm`."""
    found = compact(number)
    if not 4 <= len(found) <= 13 or not found.isalnum() or sum(c.isdigit() for c in found) < 2:
        raise WrongForm(f"plate {number!r}: expected 4 to 13 letters and digits, at least two of them digits")
    return found


def is_valid(number: str) -> bool:
    """Whether `validate` accepts the plate."""
    try:
        validate(number)
    except InvalidIdentifier:
        return False
    return True


def looks_like(number: str) -> bool:
    """Whether the number has the pattern of a plate of one of the corridor's countries."""
    return bool(_NATIONAL.fullmatch(compact(number)))


def same(one: str, other: str) -> bool:
    """Whether two spellings are the same plate."""
    return compact(one) == compact(other) != ""


def format(number: str) -> str:
    """As compared and shown: without separators."""
    return compact(number)
