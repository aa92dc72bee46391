"""Units and currencies as heads and cells print them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

_MONEY = """
    usd eur rub kzt cny rmb try gbp chf byn kgs amd uzs azn gel rsd евро руб тенге долл 美元 元 欧元 人民币 tl
    din rubles ruble рубли рублей рублях euro euros evro avro еуро yuan юань юаней tenge lira dollars
    доллары долларов dolar dinar рублі рубль юані теңге dinara динар динара dolari rublesi yuani доллар
"""
CURRENCIES = frozenset(_MONEY.split())
"""Words for money, folded."""


def unit_factor(tokens: Sequence[str], kind: str) -> tuple[Decimal, str] | None:
    """The factor to kilograms or cubic metres that a unit among `tokens` asks for, and the unit."""
    for token in tokens:
        factor = _UNITS[kind].get(token)
        if factor is not None:
            return factor, token
    return None


_KG = {"кг": 1, "kg": 1, "kgs": 1, "公斤": 1, "千克": 1, "kilogram": 1, "кило": 1, "кілограмм": 1}
_TONNES = ["t", "т", "тн", "тонн", "тонна", "тонны", "ton", "tons", "tonne", "tonnes", "mt", "吨", "公吨", "тонна"]
_GRAMS = ["g", "г", "гр", "gr", "gram", "grams", "грамм", "克"]
_POUNDS = ["lb", "lbs", "pounds", "磅"]
_CUBIC = ["m3", "м3", "cbm", "立方米", "куб", "cub", "m"]
_UNITS: dict[str, dict[str, Decimal]] = {
    "mass": {
        **{unit: Decimal(1) for unit in _KG},
        **{unit: Decimal(1000) for unit in _TONNES},
        **{unit: Decimal("0.001") for unit in _GRAMS},
        **{unit: Decimal("0.45359237") for unit in _POUNDS},
    },
    "volume": {
        **{unit: Decimal(1) for unit in _CUBIC},
        **{unit: Decimal("0.001") for unit in ("l", "л", "litre", "liter", "литр", "литров", "升", "dm3", "дм3")},
        **{unit: Decimal("0.000001") for unit in ("cm3", "см3")},
    },
}
