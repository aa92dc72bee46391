"""A paper with its truth, the look it is drawn in, and the sheet that keeps both in step while drawing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from tests.papers.consignment import Party
from tests.papers.fonts import BASE_FAMILIES
from tests.papers.formats import DATE_STYLES, NUMBER_STYLES, decimal_text, print_currency, print_day, print_number
from tests.papers.phrases import script_of
from tests.papers.words import Words

DESIGNS = ("inline", "above", "columns", "boxed", "pairs")
"""How labels and values of the header stand: `label: value`, label above value, two columns of blocks,
boxed cells, label column and value column."""

TABLES = ("ruled", "half", "header", "none")
"""Rules of a table: all cells, horizontal rules only, a rule under the header only, none."""


@dataclass(frozen=True)
class Look:
    """Every choice of appearance of one invoice or packing list."""

    language: str
    design: str = "columns"
    table: str = "ruled"
    totals: str = "footer"
    numbers: str = "1 234,56"
    dates: str = "dots"
    currency: str = "code"
    family: str = "sans"
    size: float = 8.0
    detail: str = "columns"
    """`columns`: code, article and origin have columns; `second_line`: they stand below the description."""
    number_in_title: bool = False
    repeat_header: bool = True
    carried: bool = False
    page_of: bool = True
    item_count: bool = False
    units_row: bool = False
    break_rows: bool = False
    stamped: bool = False
    letterhead: bool = False
    """The seller stands at the top of the page without a label, as on a firm's own paper."""
    extras: bool = False
    """Also prints what no field asks for: due date, customer number, bank details."""
    tax_percent: int | None = None
    """Prints net amount, tax of so many per cent, and a total of both; None: a total alone."""
    script: str = ""
    """The alphabet names are typed in (`cyr`, `lat`, `zh`); empty: that of the language."""
    absent: frozenset[str] = field(default_factory=frozenset)
    """Names of top-level fields (`currency`, `incoterm`, `total_amount`, ...) this paper does not print."""

    @property
    def name(self) -> str:
        return f"{self.design}-{self.table}-{self.totals}"

    def has(self, name: str) -> bool:
        return name not in self.absent


def random_look(rng: Random, language: str, **fixed: Any) -> Look:
    """A look drawn at random for a language; `fixed` choices are kept."""
    main = language.split("/")[0]
    european = ("1.234,56", "1 234,56", "1\u00a0234,56", "1234,56")
    numbers = {
        "en": ("1,234.56", "1,234.56", "1234.56", "1'234.56"),
        "zh": ("1,234.56", "1234.56"),
        "tr": ("1.234,56", "1.234,56", "1234,56"),
        "sr": ("1.234,56",),
        "sr-Cyrl": ("1.234,56",),
        "de": ("1.234,56", "1.234,56", "1'234.56"),
        "fr": ("1\u00a0234,56", "1 234,56", "1\u2009234,56"),
        "ru": ("1 234,56", "1\u00a0234,56", "1\u2009234,56", "1234,56", "1,234.56", "1234.56"),
    }
    families = ["sans", "serif", "sans", "mono"]
    if main in ("en", "de", "fr") and "/" not in language:
        families += [*BASE_FAMILIES, *BASE_FAMILIES]
    look = Look(
        language=language,
        design=rng.choice(DESIGNS),
        table=rng.choice(TABLES),
        totals=rng.choice(("footer", "block")),
        numbers=rng.choice(numbers.get(main, european)),
        dates=rng.choice(DATE_STYLES[main]),
        currency=rng.choice(("code", "code", "symbol", "name")),
        family=rng.choice(families),
        size=rng.choice((7.0, 7.5, 8.0, 8.5)),
        detail=rng.choice(("columns", "columns", "second_line")),
        number_in_title=rng.random() < 0.25,
        repeat_header=rng.random() < 0.75,
        carried=rng.random() < 0.3,
        page_of=rng.random() < 0.7,
        item_count=rng.random() < 0.3,
        units_row=rng.random() < 0.2,
        break_rows=rng.random() < 0.25,
        stamped=rng.random() < 0.3,
        letterhead=rng.random() < 0.12,
        extras=rng.random() < 0.4,
        tax_percent=rng.choice((0, 18, 20)) if rng.random() < 0.2 and main not in ("zh", "kk") else None,
        script=rng.choice(("cyr", "lat")) if language == "ru/en" else "",
        absent=frozenset(
            name
            for name in (
                "incoterm",
                "contract",
                "order",
                "payment_terms",
                "country_of_origin",
                "country_of_dispatch",
                "consignor",
                "package_kind",
                "transport",
                "marks",
                "containers",
                "pallets",
                "volume_m3",
            )
            if rng.random() < 0.35
        ),
    )
    if look.family == "mono":
        look = replace(look, size=min(look.size, 7.0))
    assert look.numbers in NUMBER_STYLES
    return replace(look, **fixed)


@dataclass(frozen=True)
class Paper:
    """One paper: its bytes, and the truth of what is printed on it.

    `truth` has the field names of the document kinds; `printed` maps the JSON Pointer of every value in it
    to the text on the page; `layout` names the look in words, `pages` counts.
    """

    name: str
    kind: str
    language: str
    layout: str
    pages: int
    pdf: bytes
    truth: dict[str, Any]
    printed: dict[str, str]
    arguments: dict[str, Any] = field(default_factory=dict)


class Facts:
    """Collects the truth while a paper is drawn: a value enters only together with its printed text."""

    def __init__(self) -> None:
        self.truth: dict[str, Any] = {}
        self.printed: dict[str, str] = {}

    def put(self, pointer: str, value: str | bool | int, printed: str) -> str:
        """Notes that `value` stands at `pointer`; returns `printed`, to be drawn."""
        keys = pointer.strip("/").split("/")
        node: Any = self.truth
        for key, following in zip(keys, [*keys[1:], ""], strict=True):
            if isinstance(node, list):
                while len(node) <= int(key):
                    node.append([] if following.isdigit() else {})
                if following:
                    node = node[int(key)]
                else:
                    node[int(key)] = value
            elif following:
                node = node.setdefault(key, [] if following.isdigit() else {})
            else:
                node[key] = value
        self.printed[pointer] = printed
        return printed


@dataclass(frozen=True)
class Entry:
    """A label of the header with the lines printed for it."""

    label: str
    lines: tuple[str, ...]
    is_party: bool = False


class Typist:
    """Prints the values of one paper in its look, and notes each as a fact."""

    def __init__(self, look: Look, rng: Random, facts: Facts) -> None:
        self.look = look
        self.words = Words(look.language, rng)
        self.facts = facts
        self.script = look.script or script_of(look.language)

    @property
    def main(self) -> str:
        return self.words.main

    def number(self, pointer: str, value: Decimal, places: int | None = None) -> str:
        return self.facts.put(pointer, decimal_text(value), self.show(value, places))

    def show(self, value: Decimal, places: int | None = None) -> str:
        """A number printed without noting it (carried sums, counts)."""
        return print_number(value, self.look.numbers, places)

    def day(self, pointer: str, day: date) -> str:
        return self.facts.put(pointer, day.isoformat(), print_day(day, self.look.dates, self.main))

    def text(self, pointer: str, text: str, value: str | None = None) -> str:
        return self.facts.put(pointer, text if value is None else value, text)

    def currency(self, code: str, style: str) -> str:
        printed = print_currency(code, style, self.main)
        return self.facts.put("/currency", code, printed)

    def party(self, pointer: str, party: Party, short: bool = False) -> tuple[str, ...]:
        """The lines of a party: name, address with country, tax number, telephone, mail."""
        address = party.address(self.script, self.main)
        lines = [
            self.text(f"{pointer}/name", party.name(self.script)),
            self.text(f"{pointer}/address", address),
        ]
        self.facts.put(f"{pointer}/country", party.country, address)
        lines.append(f"{self.words.one('tax_' + party.country)} {self.text(f'{pointer}/tax_id', party.tax_id)}")
        if not short:
            lines.append(f"{self.words.one('phone')} {self.text(f'{pointer}/phone', party.phone)}")
            lines.append(f"{self.words.one('email')}: {self.text(f'{pointer}/email', party.email)}")
        return tuple(lines)
