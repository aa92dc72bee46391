"""Small words of the trade in each language: units, packages, payment terms, and the tables of made-up names."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.papers.words import to_serbian_cyrillic

_COLUMNS = ("ru", "en", "zh", "tr", "sr", "de", "fr", "kk")


@cache
def rows_of(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of one of the `|`-separated tables beside this module."""
    lines = (Path(__file__).parent / f"{name}.txt").read_text("utf-8").splitlines()
    return tuple(tuple(line.split("|")) for line in lines if line and not line.startswith("#"))


def in_language(texts: dict[str, str], language: str) -> str:
    """The text for a language; Serbian Cyrillic is made from the Latin."""
    if language == "sr-Cyrl":
        return to_serbian_cyrillic(texts["sr"])
    return texts[language]


def script_of(language: str) -> str:
    """The alphabet a paper of this language is typed in: `cyr`, `zh` or `lat`."""
    main = language.split("/")[0]
    return {"ru": "cyr", "kk": "cyr", "sr-Cyrl": "cyr", "zh": "zh"}.get(main, "lat")


@cache
def country_name(code: str, language: str) -> str:
    row = next(row for row in rows_of("places") if row[0] == code)
    return in_language(dict(zip(_COLUMNS, row[1:], strict=True)), language)


def _terms(name: str) -> dict[str, dict[str, str]]:
    """One set of `terms.txt`: key to its text in each language."""
    rows = (row for row in rows_of("terms") if row[0].startswith(name + "."))
    return {row[0].partition(".")[2]: dict(zip(_COLUMNS, row[1:], strict=True)) for row in rows}


UNITS = _terms("units")
PACKAGES = _terms("packages")
PAYMENT = _terms("payment")
MODEL = _terms("model")
