"""Kazakhstan's business and individual identification numbers (БИН, ИИН): twelve digits, the last a check.

Source: rules of the Ministry of Justice of Kazakhstan on forming identification numbers; weights 1 to 11
mod 11, and where that gives 10, weights 3 to 11, 1, 2. Where both give 10 the number is not issued.

>>> validate("971240001315")
'971240001315'
>>> validate("971240001316")
Traceback (most recent call last):
...
schemas.identifiers.errors.WrongCheckDigit: BIN/IIN 971240001316: check digit is 6, the number before it gives 5
"""

from __future__ import annotations

from schemas.identifiers.errors import InvalidIdentifier, WrongCheckDigit, WrongForm
from schemas.identifiers.letters import is_digits, to_latin

_WEIGHTS = (tuple(range(1, 12)), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2))


def compact(number: str) -> str:
    """The number without separators."""
    return to_latin(number).number


def calc_check_digit(number: str) -> str | None:
    """The check digit of the first eleven digits; None where no number is issued for them."""
    for weights in _WEIGHTS:
        rest = sum(int(d) * w for d, w in zip(number[:11], weights, strict=True)) % 11
        if rest < 10:
            return str(rest)
    return None


def validate(number: str) -> str:
    """The compact number, if form and check digit are right; else `WrongForm` or `WrongCheckDigit`."""
    found = compact(number)
    if len(found) != 12 or not is_digits(found):
        raise WrongForm(f"BIN/IIN {found or number!r}: expected twelve digits, {len(found)} characters stand there")
    expected = calc_check_digit(found)
    if expected is None:
        raise WrongCheckDigit(f"BIN/IIN {found}: numbers that begin so are not issued")
    if found[11] != expected:
        raise WrongCheckDigit(f"BIN/IIN {found}: check digit is {found[11]}, the number before it gives {expected}")
    return found


def is_valid(number: str) -> bool:
    """Whether `validate` accepts the number."""
    try:
        validate(number)
    except InvalidIdentifier:
        return False
    return True


def is_company(number: str) -> bool:
    """Whether a compact number is a BIN: its fifth digit is 4 (resident), 5 (non-resident) or 6 (joint)."""
    return len(number) == 12 and number[4] in "456"


def format(number: str) -> str:
    """As printed: twelve digits without separators."""
    return compact(number)
