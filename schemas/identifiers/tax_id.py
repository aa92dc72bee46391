"""Tax numbers of companies by country: judged where a check digit is published, never guessed elsewhere.

Sources: python-stdnum 2.2 (RU, BY, AZ, TR, RS, CN and the VAT numbers of Europe), `kz_bin` for Kazakhstan,
FTS album 5.23 for the lengths of KG (14) and AM (8). GE and UZ publish no check.

>>> check_tax_id("7707083893", "RU").outcome
<Outcome.HOLDS: 'holds'>
>>> check_tax_id("7707083894", "RU").why
'RU INN 7707083894: the check digit contradicts the number'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

import stdnum
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength, ValidationError

from schemas.identifiers import kz_bin
from schemas.identifiers.errors import InvalidIdentifier, WrongCheckDigit, WrongForm
from schemas.identifiers.letters import is_digits, to_latin
from schemas.record import Outcome


class TaxIdCheck(NamedTuple):
    """The outcome for one number; `number` is its compact form, `why` says what could be judged."""

    outcome: Outcome
    number: str
    why: str


class _Kind(NamedTuple):
    name: str
    module: Any


def _stdnum(name: str) -> Any:
    return import_module(f"stdnum.{name}")


# Every kind of number a company or sole trader of the country may print; one that fits is enough.
_CHECKED: dict[str, tuple[_Kind, ...]] = {
    "KZ": (_Kind("BIN/IIN", kz_bin),),
    "RU": (_Kind("INN", _stdnum("ru.inn")), _Kind("OGRN", _stdnum("ru.ogrn"))),
    "BY": (_Kind("UNP", _stdnum("by.unp")),),
    "AZ": (_Kind("VOEN", _stdnum("az.voen")),),
    "TR": (_Kind("VKN", _stdnum("tr.vkn")), _Kind("TCKN", _stdnum("tr.tckimlik"))),
    "RS": (_Kind("PIB", _stdnum("rs.pib")),),
    "CN": (_Kind("USCC", _stdnum("cn.uscc")),),
}
_LENGTHS: dict[str, tuple[str, tuple[int, ...], bool]] = {
    "KG": ("INN", (14,), True),
    "AM": ("TIN", (8,), True),
    "GE": ("identification code", (9, 11), False),
    "UZ": ("STIR", (9,), False),
}
"""Name, lengths, and whether a source confirms them: only then is another length wrong."""

_LABEL = re.compile(
    r"^(?:БСН|ЖСН|БИН|ИИН|ИНН|УНП|УНН|ВОЕН|VÖEN|VOEN|BIN|IIN|INN|UNP|VKN|TCKN|PIB|ПИБ|USCC|STIR|TIN|TAX\s*ID|VAT(?:\s*(?:NO|ID))?"
    r"|УИН|VERGİ\s*NO)(?:\s*/\s*(?:КПП|KPP|ИИН|IIN|БИН|BIN))?\s*[:№.#-]*\s*",
    re.IGNORECASE,
)


def compact(number: str, country: str = "") -> str:
    """The number without its printed label, separators, country prefix, or the KPP behind a Russian INN.

    >>> compact("ИНН/КПП 7707083893/770701001", "RU")
    '7707083893'
    """
    bare = _LABEL.sub("", number.strip())
    if country == "RU":
        bare = re.sub(r"^\s*(\d{10})\s*/\s*\d{9}\s*$", r"\1", bare)
    found = to_latin(bare).number
    if country in _CHECKED and found.startswith(country) and is_digits(found[2:]):
        found = found[2:]
    return found


def check_tax_id(value: str, country: str | None) -> TaxIdCheck:
    """Whether `value` can be a tax number of `country` (ISO 3166 alpha-2).

    Holds where a check digit or a confirmed length agrees; violated where it contradicts; could not check
    where the country is unknown or publishes no check.
    """
    country = (country or "").strip().upper()
    found = compact(value, country)
    if not found:
        return TaxIdCheck(Outcome.COULD_NOT_CHECK, found, "there is no number")
    if country in _CHECKED:
        return _by_check_digit(found, country)
    if country in _LENGTHS:
        return _by_length(found, country)
    return _by_vat_number(found, country)


def _by_check_digit(found: str, country: str) -> TaxIdCheck:
    faults = []
    for kind in _CHECKED[country]:
        fault = _fault(kind.module.validate, found)
        if fault is None:
            return TaxIdCheck(Outcome.HOLDS, found, f"{country} {kind.name}, check digit agrees")
        faults.append((kind.name, fault))
    if country == "CN" and len(found) == 15:
        why = f"CN {found}: a registration number of before October 2015; it has no check here"
        return TaxIdCheck(Outcome.COULD_NOT_CHECK, found, why)
    # The number is judged as the kind whose form it has.
    name, fault = next(((n, f) for n, f in faults if f == _CHECKSUM), faults[0])
    return TaxIdCheck(Outcome.VIOLATED, found, f"{country} {name} {found}: {fault}")


_CHECKSUM = "the check digit contradicts the number"


def _fault(validate: Callable[[str], str], number: str) -> str | None:
    try:
        validate(number)
    except (InvalidChecksum, WrongCheckDigit):
        return _CHECKSUM
    except (InvalidLength, InvalidFormat, WrongForm):
        return f"it does not have the form of such a number ({len(number)} characters)"
    except (ValidationError, InvalidIdentifier):
        return "one of its parts cannot occur"
    except (ValueError, KeyError, IndexError):  # stdnum trips over characters it does not expect
        return f"it does not have the form of such a number ({len(number)} characters)"
    return None


def _by_length(found: str, country: str) -> TaxIdCheck:
    name, lengths, confirmed = _LENGTHS[country]
    wanted = " or ".join(map(str, lengths))
    if is_digits(found) and len(found) in lengths:
        return TaxIdCheck(Outcome.HOLDS, found, f"{country} {name}, length agrees; it has no published check digit")
    outcome = Outcome.VIOLATED if confirmed else Outcome.COULD_NOT_CHECK
    return TaxIdCheck(outcome, found, f"{country} {name} {found}: expected {wanted} digits")


def _by_vat_number(found: str, country: str) -> TaxIdCheck:
    """Europe's VAT numbers; other numbers of those countries (registers, persons) cannot be told apart."""
    module = stdnum.get_cc_module(country.lower(), "vat") if re.fullmatch("[A-Z]{2}", country) else None
    if module is None:
        why = f"no check is known for tax numbers of {country}" if country else "its country is not known"
        return TaxIdCheck(Outcome.COULD_NOT_CHECK, found, why)
    fault = _fault(module.validate, found)
    if fault is None:
        return TaxIdCheck(Outcome.HOLDS, found, f"{country} VAT number, check digit agrees")
    if fault == _CHECKSUM and found.startswith((country, "EL" if country == "GR" else country)):
        return TaxIdCheck(Outcome.VIOLATED, found, f"{country} VAT number {found}: {fault}")
    return TaxIdCheck(
        Outcome.COULD_NOT_CHECK, found, f"{found} is no VAT number of {country}; other numbers have no check here"
    )


def validate(number: str, country: str) -> str:
    """The compact number, unless it cannot be a tax number of the country (`InvalidIdentifier`)."""
    checked = check_tax_id(number, country)
    if checked.outcome is Outcome.VIOLATED:
        kind = WrongCheckDigit if checked.why.endswith(_CHECKSUM) else WrongForm
        raise kind(checked.why)
    return checked.number


def is_valid(number: str, country: str) -> bool:
    """Whether the number is proved right by a check digit or a confirmed length."""
    return check_tax_id(number, country).outcome is Outcome.HOLDS


def format(number: str, country: str = "") -> str:
    """As compared and shown: without label and separators."""
    return compact(number, country)
