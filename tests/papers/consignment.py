"""A made-up consignment: everything its papers say, closed arithmetically; nothing in it exists.

Names, streets and container owner codes are invented; tax numbers are random with valid check digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.papers.identifiers import TAX_ID, container, plates
from tests.papers.phrases import MODEL, PACKAGES, PAYMENT, UNITS, country_name, in_language, rows_of

CENT = Decimal("0.01")
GRAM = Decimal("0.001")


@dataclass(frozen=True)
class Party:
    """A firm as its papers name it, in up to three alphabets."""

    names: dict[str, str]
    addresses: dict[str, str]
    country: str
    tax_id: str
    phone: str
    email: str

    def name(self, script: str) -> str:
        return self.names.get(script) or self.names["lat"]

    def address(self, script: str, language: str) -> str:
        """The address with the country at its end, in the paper's language."""
        text = self.addresses.get(script) or self.addresses["lat"]
        joint = "，" if script == "zh" and self.addresses.get("zh") else ", "
        return text + joint + country_name(self.country, language)


@dataclass(frozen=True)
class Good:
    """A sort of goods: its commodity code, its names in all languages and how it is packed."""

    hs_code: str
    unit: str
    package: str
    names: dict[str, str]

    def describe(self, language: str) -> str:
        return in_language(self.names, language)


@dataclass(frozen=True)
class Line:
    """One line of goods. `amount` is quantity times unit price, rounded to the cent."""

    good: Good
    article: str
    model: str
    origin: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    packages: int
    first_package: int
    net_mass_kg: Decimal
    gross_mass_kg: Decimal
    volume_m3: Decimal

    def describe(self, language: str) -> str:
        """The description in one language or, joined by a slash, in two."""
        names = [self.good.describe(one) for one in language.split("/")]
        first = language.split("/")[0]
        return f"{' / '.join(names)}, {in_language(MODEL['model'], first)} {self.model}"

    def unit(self, language: str) -> str:
        return in_language(UNITS[self.good.unit], language.split("/")[0])

    def package_kind(self, language: str) -> str:
        return in_language(PACKAGES[self.good.package], language.split("/")[0])

    @property
    def package_numbers(self) -> str:
        last = self.first_package + self.packages - 1
        return f"{self.first_package}-{last}" if self.packages > 1 else str(self.first_package)


@dataclass(frozen=True)
class Consignment:
    """All that the three papers of one consignment can say. Sums are kept as fields so a plant can break one."""

    seller: Party
    buyer: Party
    consignor: Party
    consignee: Party
    carrier: Party
    lines: tuple[Line, ...]
    currency: str
    total_amount: Decimal
    invoice_number: str
    packing_list_number: str
    cmr_number: str
    contract_number: str
    contract_date: date
    order: str
    invoice_date: date
    packing_list_date: date
    cmr_date: date
    incoterm: str
    incoterm_place: dict[str, str]
    from_city: dict[str, str]
    to_city: dict[str, str]
    payment: str
    packages: int
    pallets: int
    net_mass_kg: Decimal
    gross_mass_kg: Decimal
    volume_m3: Decimal
    marks: str
    truck_plate: str
    trailer_plate: str
    container: str
    driver: str

    def payment_terms(self, language: str) -> str:
        return in_language(PAYMENT[self.payment], language.split("/")[0])


CORRIDORS = ("CN-KZ", "CN-RU", "TR-KZ", "RS-RU", "BY-KZ", "RU-KZ", "DE-KZ", "FR-BY", "CN-RS", "KZ-TR", "DE-FR")

_CURRENCY = {"BY": "RUB", "RU": "RUB", "DE": "EUR", "FR": "EUR", "RS": "EUR"}


def make_consignment(seed: int, corridor: str = "CN-KZ", lines: int = 6) -> Consignment:
    """The consignment of a seed: from the first country of `corridor` to the second, with so many lines."""
    rng = Random(f"{seed}/{corridor}")
    origin, destination = corridor.split("-")
    seller = other_party(rng, origin)
    buyer = other_party(rng, destination)
    consignor = seller if rng.random() < 0.6 else other_party(rng, origin, other_than=(seller,))
    consignee = buyer if rng.random() < 0.6 else other_party(rng, destination, other_than=(buyer,))
    haulier = rng.choice((origin, destination)) if origin != "CN" else destination
    carrier = other_party(rng, haulier, other_than=(seller, buyer, consignor, consignee))
    goods = _lines(rng, origin, lines)
    day = date(2026, 1, 12) + timedelta(days=rng.randint(0, 200))
    shipped = day + timedelta(days=rng.randint(0, 4))
    tractor, trailer = plates(rng, haulier)
    packages = sum(line.packages for line in goods)
    from_city, to_city = _city(rng, origin), _city(rng, destination)
    incoterm = rng.choice(("FCA", "CPT", "DAP", "EXW", "CIP", "FOB" if origin in ("CN", "TR") else "FCA"))
    return Consignment(
        seller=seller,
        buyer=buyer,
        consignor=consignor,
        consignee=consignee,
        carrier=carrier,
        lines=goods,
        currency=_CURRENCY.get(origin) or rng.choice(("USD", "EUR", "CNY" if origin == "CN" else "USD")),
        total_amount=sum((line.amount for line in goods), Decimal(0)),
        invoice_number=_number(rng, day, "INV"),
        packing_list_number=_number(rng, day, "PL"),
        cmr_number=rng.choice(
            (f"{rng.randint(10000, 9999999)}", f"KZ-{rng.randint(1000, 99999)}", f"A {rng.randint(100000, 999999)}")
        ),
        contract_number=f"{rng.choice(('KT', 'ДГ', 'C', 'EXP'))}-{rng.randint(11, 989)}/{day:%y}",
        contract_date=day - timedelta(days=rng.randint(30, 400)),
        order=f"PO-{rng.randint(1000, 99999)}",
        invoice_date=day,
        packing_list_date=day + timedelta(days=rng.randint(0, (shipped - day).days)),
        cmr_date=shipped,
        incoterm=incoterm,
        incoterm_place=from_city if incoterm in ("FCA", "EXW", "FOB") else to_city,
        from_city=from_city,
        to_city=to_city,
        payment=rng.choice(tuple(PAYMENT)),
        packages=packages,
        pallets=max(1, packages // rng.randint(8, 30)),
        net_mass_kg=sum((line.net_mass_kg for line in goods), Decimal(0)),
        gross_mass_kg=sum((line.gross_mass_kg for line in goods), Decimal(0)),
        volume_m3=sum((line.volume_m3 for line in goods), Decimal(0)),
        marks=f"{rng.choice(('KRN', 'TST', 'VDM', 'QLO'))}-{rng.randint(100, 999)}",
        truck_plate=tractor,
        trailer_plate=trailer,
        container=container(rng),
        driver=rng.choice(("Probnik Vydum", "Misalov Erken", "Ornek Hayali")),
    )


def _number(rng: Random, day: date, prefix: str) -> str:
    return rng.choice(
        (
            f"{prefix}-{day:%Y}-{rng.randint(1, 9999):04d}",
            f"{rng.randint(10, 9999)}/{day:%y}",
            f"{prefix}{day:%y%m}{rng.randint(1, 99):02d}",
            f"{rng.choice('ABKQT')}{rng.choice('XZLM')}-{rng.randint(100, 99999)}",
            f"{rng.randint(100000, 99999999)}",
        )
    )


def other_party(rng: Random, country: str, other_than: tuple[Party, ...] = ()) -> Party:
    """A made-up firm of a country that is none of `other_than`."""
    taken = {party.names["lat"] for party in other_than}
    rows = [row for row in rows_of("people") if row[0] == country and row[1] not in taken]
    if not rows:  # a country with few made-up firms: a branch of another of them
        rows = [row for row in rows_of("people") if row[0] == "KZ" and row[1] not in taken]
    code, name, cyrillic, chinese, address, cyrillic_address, chinese_address = rng.choice(rows)
    dial = {"KZ": "+7 700", "RU": "+7 900", "BY": "+375 29", "CN": "+86 579", "TR": "+90 212"}
    names = {"lat": name, "cyr": cyrillic, "zh": chinese}
    addresses = {"lat": address, "cyr": cyrillic_address, "zh": chinese_address}
    return Party(
        names={script: text for script, text in names.items() if text},
        addresses={script: text for script, text in addresses.items() if text},
        country=code,
        tax_id=TAX_ID[code](rng),
        phone=f"{dial.get(code, '+49 40')} 000 {rng.randint(10, 99)} {rng.randint(10, 99)}",
        email=f"office@{''.join(c for c in name.split()[0].lower() if c.isascii() and c.isalpha())}.example",
    )


def _city(rng: Random, country: str) -> dict[str, str]:
    _, latin, cyrillic, chinese = rng.choice([row for row in rows_of("cities") if row[0] == country])
    return {"lat": latin, "cyr": cyrillic, "zh": chinese, "country": country}


def _lines(rng: Random, origin: str, count: int) -> tuple[Line, ...]:
    rows = rng.sample(rows_of("goods"), k=min(count, rng.randint(1, 5)))
    per_row = sorted(rng.randrange(len(rows)) for _ in range(count - len(rows)))
    order = sorted([*range(len(rows)), *per_row])
    lines: list[Line] = []
    for index in order:
        first = lines[-1].first_package + lines[-1].packages if lines else 1
        lines.append(_line(rng, rows[index], origin, first))
    return tuple(lines)


def _between(rng: Random, span: str, step: Decimal) -> Decimal:
    low, high = (Decimal(part) for part in span.split("-"))
    return low + step * rng.randint(0, int((high - low) / step))


def _line(rng: Random, row: tuple[str, ...], origin: str, first_package: int) -> Line:
    hs_code, unit, prices, masses, per_package, package, *names = row
    packages = rng.randint(1, 40)
    quantity = Decimal(packages * int(per_package)) - rng.randint(0, int(per_package) // 2)
    if unit in ("kg", "m2") and rng.random() < 0.4:
        quantity += Decimal(rng.randint(1, 9)) / 10
    price = _between(rng, prices, CENT)
    if rng.random() < 0.15:  # prices of cheap goods go to a tenth of a cent
        price += Decimal(rng.randint(1, 9)) / 1000
    net = (quantity * _between(rng, masses, CENT)).quantize(Decimal("0.1"))
    gross = (net * Decimal(rng.randint(103, 118)) / 100).quantize(Decimal("0.1")) + packages * Decimal("0.1")
    return Line(
        good=Good(
            hs_code, unit, package, dict(zip(("ru", "en", "zh", "tr", "sr", "de", "fr", "kk"), names, strict=True))
        ),
        article=f"{rng.choice('ABCDEFGH')}{rng.randint(100, 9999)}-{rng.randint(1, 99):02d}",
        model=f"{rng.choice(('XK', 'VR', 'TM', 'NQ', 'LS'))}-{rng.randint(10, 999)}",
        origin=origin,
        quantity=quantity,
        unit_price=price,
        amount=(quantity * price).quantize(CENT),
        packages=packages,
        first_package=first_package,
        net_mass_kg=net,
        gross_mass_kg=gross,
        volume_m3=(gross / rng.randint(180, 420)).quantize(GRAM) + GRAM,
    )
