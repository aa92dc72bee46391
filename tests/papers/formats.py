"""How papers print numbers, days and currencies, each in the ways real papers do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

NUMBER_STYLES = {
    "1,234.56": (",", "."),
    "1.234,56": (".", ","),
    "1 234,56": (" ", ","),
    "1\u00a0234,56": ("\u00a0", ","),
    "1\u2009234,56": ("\u2009", ","),
    "1'234.56": ("'", "."),
    "1234.56": ("", "."),
    "1234,56": ("", ","),
}


def decimal_text(value: Decimal) -> str:
    """The value as truth holds it: plain digits, no exponent, no trailing zeros after the point."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def print_number(value: Decimal, style: str, places: int | None = None) -> str:
    """The number as printed in `style`; `places` fixes the decimals, else as many as the value has."""
    thousands, point = NUMBER_STYLES[style]
    text = decimal_text(value) if places is None else f"{value:.{places}f}"
    whole, _, fraction = text.partition(".")
    whole = f"{int(whole):,}".replace(",", thousands)
    return whole + point + fraction if fraction else whole


_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "sr": "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar",
    "sr-Cyrl": "јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}

DATE_STYLES = {
    "en": ("iso", "long", "short", "dots", "slashes"),
    "ru": ("dots", "dots", "long", "iso"),
    "kk": ("dots", "dots", "long", "iso"),
    "zh": ("long", "iso", "long"),
    "tr": ("dots", "long", "slashes"),
    "sr": ("dots", "long", "dots-final"),
    "sr-Cyrl": ("dots", "long", "dots-final"),
    "de": ("dots", "long", "iso"),
    "fr": ("slashes", "long", "dots"),
}


def print_day(day: date, style: str, language: str) -> str:
    """The day as printed: `dots` 05.03.2026, `slashes` 05/03/2026 (day first), `iso`, `long`, `short`."""
    if style == "dots":
        return f"{day:%d.%m.%Y}"
    if style == "dots-final":
        return f"{day:%d.%m.%Y}."
    if style == "slashes":
        return f"{day:%d/%m/%Y}"
    if style == "iso":
        return day.isoformat()
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    month = _MONTHS[language].split()[day.month - 1]
    if style == "short":
        return f"{day.day:02d}-{month[:3]}-{day.year}"
    return {
        "ru": f"{day.day} {month} {day.year} г.",
        "kk": f"{day.year} ж. {day.day} {month}",
        "de": f"{day.day}. {month} {day.year}",
        "sr": f"{day.day}. {month} {day.year}.",
        "sr-Cyrl": f"{day.day}. {month} {day.year}.",
    }.get(language, f"{day.day} {month} {day.year}")


SYMBOLS = {"EUR": "€", "USD": "US$", "RUB": "₽", "KZT": "₸", "TRY": "₺", "CNY": "CN¥"}

CURRENCY_NAMES = {
    "EUR": {"en": "Euro", "ru": "евро", "kk": "еуро", "zh": "欧元", "tr": "Avro", "sr": "evro", "de": "Euro"},
    "USD": {
        "en": "US dollars",
        "ru": "доллары США",
        "kk": "АҚШ доллары",
        "zh": "美元",
        "tr": "ABD Doları",
        "sr": "američki dolar",
        "de": "US-Dollar",
        "fr": "dollars US",
    },
    "CNY": {"en": "Chinese Yuan", "ru": "китайский юань", "zh": "人民币", "tr": "Çin Yuanı"},
    "RUB": {"en": "Russian rubles", "ru": "российские рубли", "kk": "ресей рублі", "zh": "卢布"},
    "KZT": {"ru": "тенге", "kk": "теңге", "en": "Kazakhstani tenge"},
    "TRY": {"tr": "Türk Lirası", "en": "Turkish Lira", "ru": "турецкая лира"},
}


def print_currency(code: str, style: str, language: str) -> str:
    """The currency as `code`, `symbol` or `name`; the code where the language has no such form here."""
    if style == "symbol":
        return SYMBOLS.get(code, code)
    if style == "name":
        return CURRENCY_NAMES.get(code, {}).get(language, code)
    return code
