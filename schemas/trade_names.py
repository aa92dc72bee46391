"""What the trade writes for countries and currencies: `trade_names.yaml`, typed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from schemas.datafile import Data, read_model

_FILE = Path(__file__).with_suffix(".yaml")


class TradeNames(Data):
    """Names by the code they stand for."""

    countries: dict[str, tuple[str, ...]]
    alpha3: dict[str, str]
    currencies: dict[str, tuple[str, ...]]
    signs: dict[str, tuple[str, ...]]
    currency_codes: tuple[str, ...]


@cache
def trade_names() -> TradeNames:
    """The names, read once. `DataFileError` says what is wrong with the file."""
    return read_model(_FILE, TradeNames)
