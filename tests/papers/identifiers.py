"""Made-up numbers with valid check digits: tax numbers by country, containers, and how to spoil one.

Algorithms are written here from their published descriptions, apart from those the project checks with.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Digits = list[int]


def _weighted(digits: Digits, weights: list[int]) -> int:
    return sum(d * w for d, w in zip(digits, weights, strict=False))


def _text(digits: Digits) -> str:
    return "".join(map(str, digits))


def kz_bin(rng: Random) -> str:
    """A business identification number: year and month of registration, 40, five digits, check digit."""
    while True:
        body = f"{rng.randint(5, 24):02d}{rng.randint(1, 12):02d}40{rng.randint(0, 99999):05d}"
        digits = [int(c) for c in body]
        check = _weighted(digits, list(range(1, 12))) % 11
        if check == 10:
            check = _weighted(digits, [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11
        if check < 10:
            return _text([*digits, check])


def ru_inn(rng: Random) -> str:
    digits = [int(c) for c in f"{rng.choice((77, 78, 50, 66, 54))}{rng.randint(0, 9999999):07d}"]
    check = _weighted(digits, [2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10
    return _text([*digits, check])


def by_unp(rng: Random) -> str:
    while True:
        digits = [int(c) for c in f"{rng.choice((1, 2, 3, 5, 6, 7))}{rng.randint(0, 9999999):07d}"]
        check = _weighted(digits, [29, 23, 19, 17, 13, 7, 5, 3]) % 11
        if check < 10:
            return _text([*digits, check])


def tr_vkn(rng: Random) -> str:
    digits = [int(c) for c in f"{rng.randint(100000000, 999999999)}"]
    total = 0
    for place, digit in enumerate(digits):
        shifted = (digit + 9 - place) % 10
        if shifted:
            total += (shifted * 2 ** (9 - place)) % 9 or 9
    return _text([*digits, (10 - total % 10) % 10])


def rs_pib(rng: Random) -> str:
    digits = [int(c) for c in f"{rng.randint(10000001, 99999999)}"]
    product = 10
    for digit in digits:
        product = ((digit + product) % 10 or 10) * 2 % 11
    return _text([*digits, (11 - product) % 10])


_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def cn_uscc(rng: Random) -> str:
    area = rng.choice(("330782", "440300", "320500", "650100", "310115"))
    body = f"91{area}MA" + "".join(rng.choice(_USCC) for _ in range(7))
    total = sum(_USCC.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + _USCC[(31 - total % 31) % 31]


def de_vat(rng: Random) -> str:
    """A German VAT number (ISO 7064 mod 11, 10)."""
    digits = [int(c) for c in f"{rng.randint(10000000, 99999999)}"]
    product = 10
    for digit in digits:
        product = ((digit + product) % 10 or 10) * 2 % 11
    return "DE" + _text([*digits, (11 - product) % 10])


def fr_vat(rng: Random) -> str:
    """A French VAT number over a SIREN with a valid Luhn digit."""
    digits = [int(c) for c in f"{rng.randint(30000000, 89999999)}"]
    doubled = [d * 2 - 9 * (d > 4) if i % 2 else d for i, d in enumerate(digits)]
    siren = int(_text(digits)) * 10 + (10 - sum(doubled) % 10) % 10
    return f"FR{(12 + 3 * (siren % 97)) % 97:02d}{siren}"


TAX_ID: dict[str, Callable[[Random], str]] = {
    "KZ": kz_bin,
    "RU": ru_inn,
    "BY": by_unp,
    "TR": tr_vkn,
    "RS": rs_pib,
    "CN": cn_uscc,
    "DE": de_vat,
    "FR": fr_vat,
}


def container_check_digit(first_ten: str) -> int:
    """The eleventh character of an ISO 6346 container number."""
    values = [v for v in range(10, 39) if v % 11]
    total = 0
    for place, char in enumerate(first_ten):
        value = int(char) if char.isdigit() else values[ord(char) - ord("A")]
        total += value * 2**place
    return total % 11 % 10


def container(rng: Random) -> str:
    """A container number of an owner code that is not registered (second letter Q)."""
    owner = rng.choice("KVZX") + "Q" + rng.choice("AEOY") + "U"
    body = f"{owner}{rng.randint(0, 999999):06d}"
    return f"{body}{container_check_digit(body)}"


def spoil_last_digit(number: str) -> str:
    """The same number with another last digit, so that its check fails."""
    return number[:-1] + str((int(number[-1]) + 3) % 10) if number[-1].isdigit() else number[:-1] + "0"


def plates(rng: Random, country: str) -> tuple[str, str]:
    """Registration plates of a tractor and its trailer in the country's form."""
    letters = "ABCEHKMOPTXY"

    def some(count: int) -> str:
        return "".join(rng.choice(letters) for _ in range(count))

    n = rng.randint
    if country == "KZ":
        region = f"{n(1, 17):02d}"
        return f"{n(100, 999)}{some(3)}{region}", f"{n(10, 99)}{some(3)}{region}"
    if country == "RU":
        return f"{some(1)}{n(100, 999)}{some(2)}{n(10, 99)}", f"{some(2)}{n(1000, 9999)}{n(10, 99)}"
    if country == "BY":
        return f"{some(2)}{n(1000, 9999)}-{n(1, 7)}", f"A{n(1000, 9999)}{some(1)}-{n(1, 7)}"
    if country == "TR":
        return f"34 {some(3)} {n(100, 999)}", f"34 {some(2)} {n(1000, 9999)}"
    if country == "RS":
        return f"BG {n(1000, 9999)}-{some(2)}", f"AE-{n(100, 999)} BG"
    return f"XA{n(10000, 99999)}", f"XA{n(1000, 9999)}G"
