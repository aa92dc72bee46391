"""Commercial invoices."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from tests.papers.consignment import CENT, Consignment
from tests.papers.document import Sheet, closing, compose, goods_table, title
from tests.papers.formats import print_currency, print_day
from tests.papers.paper import Entry, Look, Paper
from tests.papers.phrases import country_name
from tests.papers.sheet import MARGIN, draw_header
from tests.papers.table import Row


def make_invoice(consignment: Consignment, look: Look, seed: int = 0) -> Paper:
    """The commercial invoice of a consignment in a look; `seed` picks wordings."""
    return compose("commercial_invoice", consignment, look, seed, _draw)


def _draw(sheet: Sheet) -> None:
    look = sheet.look
    at_number = None
    if look.number_in_title and look.has("number") and look.has("issue_date"):
        number = sheet.typist.text("/number", sheet.consignment.invoice_number)
        at_number = (number, sheet.typist.day("/issue_date", sheet.consignment.invoice_date))
    top = title(sheet, "title_invoice", at_number)
    top = draw_header(sheet.pen, _entries(sheet, at_number is not None), top, look.design, look.size)
    top = _table(sheet, top)
    if look.extras:
        top = _bank(sheet, top + 6)
    closing(sheet, top + 10)


def _bank(sheet: Sheet, top: float) -> float:
    """Bank details of no bank there is."""
    top = sheet.room_for(top, 24)
    label = sheet.typist.words.label("bank")
    lines = [f"{label}: Vydum Bank, SWIFT VYDMXX00", "IBAN XX00 0000 1234 5678 9000 00"]
    return sheet.pen.lines(MARGIN, top, lines, sheet.look.size)


def _entries(sheet: Sheet, number_is_printed: bool) -> list[Entry]:
    c, typist, look, words = sheet.consignment, sheet.typist, sheet.look, sheet.typist.words
    entries: list[Entry] = []

    def add(name: str, label: str, *lines: str) -> None:
        entries.append(Entry(words.label(label), lines, name in _PARTIES))

    if not number_is_printed:
        if look.has("number"):
            add("number", "number", typist.text("/number", c.invoice_number))
        if look.has("issue_date"):
            add("issue_date", "issue_date", typist.day("/issue_date", c.invoice_date))
    for name in _PARTIES:
        party = getattr(c, name)
        if look.has(name) and not (look.letterhead and name == "seller"):
            add(name, name, *typist.party(f"/{name}", party, short=name in ("consignor", "consignee")))
    if look.has("contract"):
        day = f"{words.one('dated')} {typist.day('/contract/date', c.contract_date)}"
        add("contract", "contract", f"{typist.text('/contract/number', c.contract_number)} {day}")
    if look.extras:
        due = c.invoice_date + timedelta(days=30)
        add("due", "due", print_day(due, look.dates, typist.main))
        add("customer_number", "customer_number", f"{10000 + len(c.order) * 317 + c.packages}")
    if look.has("order"):
        add("order", "order", typist.text("/order", c.order))
    if look.has("incoterm"):
        add("incoterm", "incoterm", _incoterm(sheet))
    if look.has("payment_terms"):
        add("payment_terms", "payment_terms", typist.text("/payment_terms", c.payment_terms(look.language)))
    if look.has("currency") and _currency_in_header(look):
        add("currency", "currency", typist.currency(c.currency, look.currency))
    origin = c.lines[0].origin
    if look.has("country_of_origin"):
        printed = country_name(origin, typist.main)
        add("country_of_origin", "country_of_origin", typist.text("/country_of_origin", printed, origin))
    if look.has("country_of_dispatch"):
        code = c.consignor.country
        printed = country_name(code, typist.main)
        add("country_of_dispatch", "country_of_dispatch", typist.text("/country_of_dispatch", printed, code))
    if look.has("transport"):
        plates = f"{c.truck_plate} / {c.trailer_plate}"
        add("transport", "transport", typist.text("/transport/number", plates))
    return entries


_PARTIES = ("seller", "buyer", "consignor", "consignee")


def _currency_in_header(look: Look) -> bool:
    return look.currency != "symbol" and look.totals == "block"


def _incoterm(sheet: Sheet) -> str:
    c, typist = sheet.consignment, sheet.typist
    code = typist.text("/incoterm/code", c.incoterm)
    place = typist.text("/incoterm/place", c.incoterm_place[typist.script])
    edition = "2020"
    if sheet.rng.random() < 0.5 and "2020" not in typist.words.label("incoterm"):
        joint = "Инкотермс" if typist.script == "cyr" else "Incoterms"
        return f"{code} {place}, {joint} {typist.text('/incoterm/edition', edition)}"
    if "2020" in typist.words.label("incoterm"):
        typist.facts.put("/incoterm/edition", edition, edition)
    return f"{code} {place}"


def _table(sheet: Sheet, top: float) -> float:
    c, typist, look = sheet.consignment, sheet.typist, sheet.look
    shown = print_currency(c.currency, look.currency, typist.main) if look.has("currency") else ""
    headed = shown if look.currency == "code" and shown else ""
    details = ["article", "hs_code", "origin"] if look.detail == "columns" else []
    if look.detail == "columns" and sheet.rng.random() < 0.5:
        details.remove(sheet.rng.choice(details))
    masses = ["net", "gross"] if sheet.rng.random() < 0.35 else []
    keys = ["position", "description", *details, "quantity", "unit"]
    keys += [f"unit_price={headed}" if headed else "unit_price", f"amount={headed}" if headed else "amount", *masses]
    if headed:
        typist.currency(c.currency, look.currency)
    totals: list[Row] = []
    if look.totals == "footer" and look.has("total_amount"):
        totals = _footer(sheet, shown, bool(masses))

    def sums(count: int) -> dict[str, str]:
        return {"amount": typist.show(sum((line.amount for line in c.lines[:count]), Decimal(0)), 2)}

    top = goods_table(sheet, keys, totals, sums)(top)
    if look.totals == "block" and look.has("total_amount"):
        top = _total_block(sheet, top + 6, shown)
    return _masses(sheet, top + 6, bool(masses) and look.totals == "footer")


def _sums(sheet: Sheet) -> list[tuple[str, str]]:
    """Label and printed amount of each sum: the total alone, or net, tax and total."""
    c, typist, percent = sheet.consignment, sheet.typist, sheet.look.tax_percent
    label = typist.words.label
    if percent is None:
        return [(label("total"), typist.number("/total_amount", c.total_amount, 2))]
    tax = (c.total_amount * percent / 100).quantize(CENT)
    return [
        (label("net"), typist.number("/net_amount", c.total_amount, 2)),
        (f"{label('tax')} {percent}%", typist.number("/tax_amount", tax, 2)),
        (label("total"), typist.number("/total_amount", c.total_amount + tax, 2)),
    ]


def _footer(sheet: Sheet, shown: str, masses: bool) -> list[Row]:
    """The sums as rows at the foot of the table; masses, where they have columns, in the last."""
    c, typist, look = sheet.consignment, sheet.typist, sheet.look
    rows = []
    for label, amount in _sums(sheet):
        cells = {"description": f"{label}, {shown}" if shown else label, "amount": amount}
        rows.append(Row(cells, "total"))
    if shown:
        typist.currency(c.currency, look.currency)
    if masses and look.has("net_mass_kg"):
        rows[-1].cells["net"] = typist.number("/net_mass_kg", c.net_mass_kg, 2)
    if masses and look.has("gross_mass_kg"):
        rows[-1].cells["gross"] = typist.number("/gross_mass_kg", c.gross_mass_kg, 2)
    return rows


def _total_block(sheet: Sheet, top: float, shown: str) -> float:
    """Sums as lines at the right, below the table."""
    c, typist, pen, look = sheet.consignment, sheet.typist, sheet.pen, sheet.look
    top = sheet.room_for(top, 40)
    right = pen.width - MARGIN - 4
    size = look.size + 1
    if shown:
        typist.currency(c.currency, look.currency)
    for label, amount in _sums(sheet):
        text = f"{amount} {shown}" if shown and look.currency != "name" else amount
        words = f"{label} ({shown})" if shown and look.currency == "name" else label
        pen.text(right, top, text, size, True, "right")
        pen.text(right - max(90, pen.measure(text, size, True) + 14), top, words + ":", size, True, "right")
        top += size * 1.6
    return top


def _masses(sheet: Sheet, top: float, are_printed: bool) -> float:
    """Packages and masses of the whole, as lines below the table."""
    c, typist, pen, look = sheet.consignment, sheet.typist, sheet.pen, sheet.look
    lines: list[str] = []
    if look.has("packages"):
        lines.append(f"{typist.words.label('packages')}: {typist.text('/packages', str(c.packages))}")
    if look.has("package_kind") and look.has("packages"):
        kind = c.lines[0].package_kind(look.language)
        if all(line.good.package == c.lines[0].good.package for line in c.lines):
            lines.append(f"{typist.words.label('package_kind')}: {typist.text('/package_kind', kind)}")
    if look.has("net_mass_kg") and not are_printed:
        lines.append(f"{typist.words.label('net_mass_kg')}: {typist.number('/net_mass_kg', c.net_mass_kg, 2)}")
    if look.has("gross_mass_kg") and not are_printed:
        gross = typist.number("/gross_mass_kg", c.gross_mass_kg, 2)
        lines.append(f"{typist.words.label('gross_mass_kg')}: {gross}")
    top = sheet.room_for(top, len(lines) * look.size * 1.3)
    for line in lines:
        pen.text(MARGIN, top, line, look.size)
        top += look.size * 1.3
    return top
