"""Codes as papers print them: currencies, countries, Incoterms, plates, containers; look-alike letters folded.

Names come from CLDR (through babel) in all languages, and from what the trade writes besides ("KNR", "РК").
A sign that several currencies share ("$" alone beside "HK$") names one only where the trade means one by it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from babel import Locale

_NAME_LANGUAGES = (
    "en",
    "ru",
    "de",
    "fr",
    "zh",
    "kk",
    "tr",
    "sr",
    "sr_Latn",
    "uk",
    "az",
    "ka",
    "uz",
    "es",
    "it",
    "hy",
    "be",
    "ky",
)

# Cyrillic and Greek letters that look like Latin ones, for codes only.
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХІЈЅаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJSaeopcyxijsABEZHIKMNOPTYX")

_TRADE_COUNTRIES = {
    "KNR": "CN", "КНР": "CN", "PRC": "CN", "P.R.C.": "CN", "P.R. China": "CN", "PR China": "CN", "Китайская Народная Республика": "CN",
    "People's Republic of China": "CN", "P.R.China": "CN", "中华人民共和国": "CN", "Mainland China": "CN", "Volksrepublik China": "CN",
    "РК": "KZ", "Республика Казахстан": "KZ", "Қазақстан Республикасы": "KZ", "ҚР": "KZ", "Republic of Kazakhstan": "KZ", "Kasachstan": "KZ", "Kazakistan": "KZ", "Kazahstan": "KZ", "哈萨克斯坦共和国": "KZ",
    "РФ": "RU", "Российская Федерация": "RU", "Russian Federation": "RU", "Rusya": "RU", "Ресей": "RU", "Ресей Федерациясы": "RU", "Rusya Federasyonu": "RU", "Руска Федерација": "RU", "Ruska Federacija": "RU", "俄罗斯联邦": "RU", "俄罗斯": "RU", "Russische Föderation": "RU",
    "РБ": "BY", "Республика Беларусь": "BY", "Republic of Belarus": "BY", "Белоруссия": "BY", "Беларусь": "BY", "Belorusija": "BY", "Белорусија": "BY", "Weißrussland": "BY", "白俄罗斯": "BY", "Belarus": "BY", "Biélorussie": "BY",
    "Türkiye": "TR", "Turkiye": "TR", "Turkey": "TR", "Турция": "TR", "Türkiye Cumhuriyeti": "TR", "Turkish Republic": "TR", "Турецкая Республика": "TR", "Turska": "TR", "Турска": "TR", "Republic of Türkiye": "TR",
    "Republic of Serbia": "RS", "Република Србија": "RS", "Republika Srbija": "RS", "Республика Сербия": "RS", "Srbija": "RS", "Сербия": "RS",
    "Kyrgyzstan": "KG", "Кыргызстан": "KG", "Киргизия": "KG", "КР": "KG", "Кыргызская Республика": "KG", "Kyrgyz Republic": "KG", "Қырғызстан": "KG",
    "Республика Армения": "AM", "Republic of Armenia": "AM", "РА": "AM", "Республика Узбекистан": "UZ", "Republic of Uzbekistan": "UZ",
    "Azerbaijan Republic": "AZ", "Республика Азербайджан": "AZ", "Азербайджанская Республика": "AZ", "Грузия": "GE", "Georgia": "GE", "Gürcistan": "GE", "Gruzija": "GE",
    "ФРГ": "DE", "Deutschland": "DE", "Federal Republic of Germany": "DE", "Германия": "DE", "BRD": "DE",
    "USA": "US", "U.S.A.": "US", "США": "US", "UK": "GB", "U.K.": "GB", "Great Britain": "GB", "England": "GB", "Англия": "GB", "Великобритания": "GB",
    "UAE": "AE", "U.A.E.": "AE", "ОАЭ": "AE", "BAE": "AE", "Южная Корея": "KR", "South Korea": "KR", "Korea": "KR", "Korea, Republic of": "KR", "Республика Корея": "KR",
    "Czech Republic": "CZ", "Czechia": "CZ", "Чехия": "CZ", "Holland": "NL", "The Netherlands": "NL", "Голландия": "NL", "Нидерланды": "NL", "Iran": "IR", "Иран": "IR",
    "Taiwan": "TW", "Тайвань": "TW", "Тайвань (Китай)": "TW", "Viet Nam": "VN", "Вьетнам": "VN", "Hong Kong": "HK", "Гонконг": "HK", "Молдова": "MD", "Молдавия": "MD",
    "Ile de la Réunion": "RE", "La Réunion": "RE",
}  # fmt: skip

_CURRENCY_SIGNS = {
    "€": "EUR", "£": "GBP", "₽": "RUB", "₸": "KZT", "₺": "TRY", "₼": "AZN", "₾": "GEL", "֏": "AMD", "₴": "UAH", "US$": "USD", "U$": "USD", "$": "USD", "USD$": "USD",
    "CN¥": "CNY", "RMB¥": "CNY", "₹": "INR", "₩": "KRW", "zł": "PLN", "Kč": "CZK", "HK$": "HKD", "C$": "CAD", "A$": "AUD", "S$": "SGD", "元": "CNY",
}  # fmt: skip

_TRADE_CURRENCIES = {
    "RMB": "CNY", "RUR": "RUB", "TL": "TRY", "руб": "RUB", "руб.": "RUB", "рубль": "RUB", "рублей": "RUB", "рубли": "RUB", "росс. руб.": "RUB", "рос. руб.": "RUB", "российский рубль": "RUB", "российских рублей": "RUB", "российские рубли": "RUB", "Российский рубль": "RUB",
    "бел. руб.": "BYN", "белорусский рубль": "BYN", "белорусских рублей": "BYN", "белорусские рубли": "BYN", "BYR": "BYN",
    "тенге": "KZT", "теңге": "KZT", "тг": "KZT", "тг.": "KZT", "tenge": "KZT", "теңгемен": "KZT", "қазақстан теңгесі": "KZT",
    "евро": "EUR", "euro": "EUR", "euros": "EUR", "еуро": "EUR", "欧元": "EUR", "evro": "EUR", "евра": "EUR", "avro": "EUR", "evra": "EUR", "€uro": "EUR",
    "долл. США": "USD", "доллар США": "USD", "доллары США": "USD", "долларов США": "USD", "долл": "USD", "долл.": "USD", "дол. США": "USD", "АҚШ доллары": "USD", "US dollar": "USD", "US dollars": "USD", "U.S. dollars": "USD", "US-Dollar": "USD", "ABD doları": "USD", "ABD Doları": "USD", "ABD dolarları": "USD", "американски долар": "USD", "američki dolar": "USD", "амерички долар": "USD", "美元": "USD", "dollar US": "USD", "dollars US": "USD", "dollars américains": "USD", "dollar américain": "USD",
    "юань": "CNY", "юани": "CNY", "юаней": "CNY", "китайский юань": "CNY", "китайских юаней": "CNY", "китайские юани": "CNY", "人民币": "CNY", "yuan": "CNY", "Chinese yuan": "CNY", "Chinese Yuan Renminbi": "CNY", "қытай юані": "CNY", "юан": "CNY", "Çin yuanı": "CNY", "кинески јуан": "CNY", "kineski juan": "CNY", "juan": "CNY", "јуан": "CNY",
    "Türk Lirası": "TRY", "турецкая лира": "TRY", "турецких лир": "TRY", "турецкие лиры": "TRY", "турска лира": "TRY", "turska lira": "TRY", "динар": "RSD", "динара": "RSD", "RSD": "RSD", "dinar": "RSD", "dinara": "RSD", "din": "RSD", "дин": "RSD", "сом": "KGS", "сомов": "KGS", "лари": "GEL", "драм": "AMD", "манат": "AZN", "фунт стерлингов": "GBP", "pound sterling": "GBP", "卢布": "RUB", "坚戈": "KZT", "ruble": "RUB", "rubles": "RUB", "roubles": "RUB", "Rubel": "RUB", "Rus rublesi": "RUB", "ruska rublja": "RUB", "рубља": "RUB", "руска рубља": "RUB", "rublja": "RUB", "Schweizer Franken": "CHF", "ресей рублі": "RUB", "рубль РФ": "RUB", "рублях": "RUB",
}  # fmt: skip

INCOTERMS = frozenset(["EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DAT", "DDP", "DDU", "DAF", "DES", "DEQ"])
_INCOTERM = re.compile(r"(?<![A-Z])(EXW|FCA|FAS|FOB|CFR|CIF|CPT|CIP|DAP|DPU|DAT|DDP|DDU|DAF|DES|DEQ|C&F|CNF)(?![A-Z])")
_EDITION = re.compile(r"(?<!\d)(19[89]0|20[0-3]0)(?!\d)")
_CONTAINER = re.compile(r"(?<![A-Z0-9])([A-Z]{3}[UJZ])[\s-]?(\d{3})[\s.-]?(\d{3})[\s./-]?(\d)(?!\d)")


class Incoterm(NamedTuple):
    """A delivery term as printed: code, named place, edition (what is not printed is empty)."""

    code: str
    place: str
    edition: str


def latin(text: str) -> str:
    """The text with Cyrillic and Greek look-alikes as the Latin letters they look like: for codes only."""
    return unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKES)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold().replace("ı", "i"))
    return "".join(c for c in plain if c.isalnum() and not unicodedata.combining(c))


@lru_cache(maxsize=4096)
def country(text: str) -> str | None:
    """ISO 3166 alpha-2 of a printed country: a code, or a name in any of the languages; None if it is none.

    >>> country("КНР"), country("Türkiye"), country("Republic of Kazakhstan"), country("DE"), country("Mars")
    ('CN', 'TR', 'KZ', 'DE', None)
    """
    bare = text.strip(" .,;:()[]«»\"'")
    code = latin(bare)
    if len(code) == 2 and code.isupper() and code in _country_codes() and _fold(bare) not in _trade_country_names():
        return code
    if len(code) == 3 and code.isupper() and code in _alpha3():
        return _alpha3()[code]
    found = _country_names().get(_fold(bare))
    if found is None and (inside := re.fullmatch(r"(.+?)\s*[(/,]\s*([^()/,]+)\)?", bare)):
        codes = {country(part) for part in inside.groups()} - {None}
        found = codes.pop() if len(codes) == 1 else None
    return found


@cache
def _country_codes() -> frozenset[str]:
    return frozenset(
        c
        for c in map(str, Locale("en").territories)
        if len(c) == 2 and c.isalpha() and c not in ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ")
    )


@cache
def _trade_country_names() -> dict[str, str]:
    return {_fold(name): code for name, code in _TRADE_COUNTRIES.items()}


@cache
def _country_names() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in _NAME_LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in _country_codes():
                found.setdefault(_fold(name), code)
    return found | _trade_country_names()


@cache
def _alpha3() -> dict[str, str]:
    pairs = "CHN CN KAZ KZ RUS RU BLR BY TUR TR SRB RS KGZ KG ARM AM UZB UZ AZE AZ GEO GE DEU DE FRA FR USA US GBR GB ITA IT POL PL ESP ES NLD NL BEL BE TJK TJ TKM TM MNG MN UKR UA LTU LT LVA LV EST EE KOR KR JPN JP IND IN IRN IR ARE AE"
    words = pairs.split()
    return dict(zip(words[::2], words[1::2], strict=True))


@lru_cache(maxsize=4096)
def currency(text: str) -> str | None:
    """ISO 4217 code of a printed currency: code, unambiguous sign, or name; None if it is none.

    >>> currency("US$"), currency("теңге"), currency("Euro"), currency("¥"), currency("kg")
    ('USD', 'KZT', 'EUR', None, None)
    """
    bare = text.strip(" .,;:()[]«»\"'")
    if bare in _CURRENCY_SIGNS:
        return _CURRENCY_SIGNS[bare]
    code = latin(bare)
    if len(code) == 3 and code.isupper() and code in _currency_codes():
        return code
    found = _currency_names().get(_fold(bare))
    if found is None and (inside := re.fullmatch(r"(.+?)\s*[(/,]\s*([^()/,]+)\)?", bare)):
        codes = {currency(part) for part in inside.groups()} - {None}
        found = codes.pop() if len(codes) == 1 else None
    return found


@cache
def _currency_codes() -> frozenset[str]:
    current = "AED AFN ALL AMD ARS AUD AZN BAM BDT BGN BHD BRL BYN CAD CHF CLP CNY COP CZK DKK DZD EGP EUR GBP GEL HKD HRK HUF IDR ILS INR IQD IRR ISK JOD JPY KES KGS KRW KWD KZT LBP LKR MAD MDL MKD MNT MXN MYR NOK NZD OMR PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD SYP THB TJS TMT TND TRY TWD UAH USD UZS VND ZAR"
    return frozenset(current.split())


@cache
def _currency_names() -> dict[str, str]:
    found: dict[str, str] = {}
    doubled: set[str] = set()
    for language in _NAME_LANGUAGES:
        for code, name in Locale.parse(language).currencies.items():
            key = _fold(name)
            if code in _currency_codes():
                if found.setdefault(key, code) != code:
                    doubled.add(key)
    kept = {key: code for key, code in found.items() if key not in doubled}
    return kept | {_fold(name): code for name, code in _TRADE_CURRENCIES.items()}


_CODE_IN_TEXT = re.compile(
    r"(?<![A-Za-zА-Яа-я])([A-ZА-Я]{3})(?![A-Za-zА-Яа-я])|(US\$|HK\$|[€£₽₸₺₼₾֏₴₹$])|(?<!\w)(руб|тенге|теңге|евро)(?!\w)"
)


def currencies_in(text: str) -> set[str]:
    """The currencies printed as code or unambiguous sign anywhere in the text ("EUR 12.50", "12,50 €")."""
    found = {currency(next(g for g in m.groups() if g)) for m in _CODE_IN_TEXT.finditer(text)}
    return {code for code in found if code is not None}


def incoterm(text: str) -> Incoterm | None:
    """The delivery term in a text; None where there is none, or more than one.

    >>> incoterm("DAP Алматы, Казахстан (Incoterms 2020)")
    Incoterm(code='DAP', place='Алматы, Казахстан', edition='2020')
    """
    folded = _upper_codes(text)
    found = list(_INCOTERM.finditer(folded))
    if len({_canonical(m[1]) for m in found}) != 1:
        return None
    match = found[0]
    edition = _EDITION.search(text)
    place = _place_in(text[match.end() :]) or ""
    return Incoterm(_canonical(match[1]), place, edition[1] if edition else "")


def _canonical(code: str) -> str:
    return "CFR" if code in ("C&F", "CNF") else code


def _upper_codes(text: str) -> str:
    """Look-alikes folded letter for letter, so that places in the text stay the same."""
    return text.translate(_LOOK_ALIKES)


def _place_in(text: str) -> str:
    rest = re.sub(r"(?i)[(\[]?[,;\s]*(incoterms?|инкотермс|国际贸易术语)[®\s,'’(]*(19[89]0|20[0-3]0)?[)\]]?", " ", text)
    rest = _EDITION.sub(" ", rest)
    rest = re.sub(r"\(\s*\)", " ", rest)
    return " ".join(rest.split()).strip(" -–—:,;.()（）")


def containers(text: str) -> list[str]:
    """Container numbers in the text, in the form ABCU1234567; check digits are judged elsewhere."""
    return [f"{m[1]}{m[2]}{m[3]}{m[4]}" for m in _CONTAINER.finditer(latin(text).upper())]


def plate(text: str) -> str | None:
    """A vehicle plate in Latin capitals, set as printed; None where it cannot be one.

    >>> plate("А123ВС 777"), plate("BG 1826-YY"), plate("Volvo")
    ('A123BC 777', 'BG 1826-YY', None)
    """
    printed = " ".join(latin(text).upper().split())
    joined = re.sub(r"[\s.\-·•]", "", printed)
    if not re.fullmatch(r"[A-Z0-9ÄÖÜŠŽČĆĐ\u0400-\u04ff\u4e00-\u9fff]{4,12}", joined):
        return None
    digits = sum(c.isdigit() for c in joined)
    return printed if 2 <= digits < len(joined) or digits >= 5 else None
