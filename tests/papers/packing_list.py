"""Packing lists."""

from __future__ import annotations

from decimal import Decimal

from tests.papers.consignment import Consignment
from tests.papers.document import Sheet, closing, compose, goods_table, title
from tests.papers.paper import Entry, Look, Paper
from tests.papers.sheet import MARGIN, draw_header
from tests.papers.table import Row


def make_packing_list(consignment: Consignment, look: Look, seed: int = 0) -> Paper:
    """The packing list of a consignment in a look; `seed` picks wordings."""
    return compose("packing_list", consignment, look, seed, _draw)


def _draw(sheet: Sheet) -> None:
    look, typist, c = sheet.look, sheet.typist, sheet.consignment
    at_number = None
    if look.number_in_title and look.has("number") and look.has("issue_date"):
        day = typist.day("/issue_date", c.packing_list_date)
        number = typist.text("/number", c.packing_list_number)
        at_number = (number, day)
    top = title(sheet, "title_packing", at_number)
    top = draw_header(sheet.pen, _entries(sheet, at_number is not None), top, look.design, look.size)
    closing(sheet, _table(sheet, top) + 10)


def _entries(sheet: Sheet, number_is_printed: bool) -> list[Entry]:
    c, typist, look, words = sheet.consignment, sheet.typist, sheet.look, sheet.typist.words
    entries: list[Entry] = []
    if not number_is_printed:
        if look.has("number"):
            number = typist.text("/number", c.packing_list_number)
            entries.append(Entry(words.label("pl_number"), (number,)))
        if look.has("issue_date"):
            day = typist.day("/issue_date", c.packing_list_date)
            entries.append(Entry(words.label("pl_date"), (day,)))
    if look.has("invoice"):
        day = f"{words.one('dated')} {typist.day('/invoice/date', c.invoice_date)}"
        number = typist.text("/invoice/number", c.invoice_number)
        entries.append(Entry(words.label("invoice_ref"), (f"{number} {day}",)))
    for name in ("seller", "buyer", "consignee"):
        if look.has(name) and not (look.letterhead and name == "seller"):
            lines = typist.party(f"/{name}", getattr(c, name), short=True)
            entries.append(Entry(words.label(name), lines, True))
    if look.has("marks"):
        entries.append(Entry(words.label("marks"), (typist.text("/marks", c.marks),)))
    if look.has("containers"):
        number = typist.text("/containers/0/number", c.container)
        entries.append(Entry(words.label("containers"), (number,)))
    return entries


def _table(sheet: Sheet, top: float) -> float:
    c, typist, look, rng = sheet.consignment, sheet.typist, sheet.look, sheet.rng
    keys = ["position", "description"]
    if look.detail == "columns":
        keys += ["article", "hs_code"] if rng.random() < 0.5 else ["article"]
    keys += ["quantity", "unit", "packages"]
    if rng.random() < 0.4:
        keys.append("package_kind")
    if rng.random() < 0.4:
        keys.insert(1, "package_numbers")
    keys += ["net", "gross"]
    has_volume = look.has("volume_m3")
    if has_volume:
        keys.append("volume")

    def sums(count: int) -> dict[str, str]:
        lines = c.lines[:count]
        return {
            "packages": str(sum(line.packages for line in lines)),
            "net": typist.show(sum((line.net_mass_kg for line in lines), Decimal(0)), 2),
            "gross": typist.show(sum((line.gross_mass_kg for line in lines), Decimal(0)), 2),
        }

    totals = [Row(_footer_cells(sheet), "total")] if look.totals == "footer" else []
    top = goods_table(sheet, keys, totals, sums)(top)
    return _block(sheet, top + 8)


def _footer_cells(sheet: Sheet) -> dict[str, str]:
    c, typist, look = sheet.consignment, sheet.typist, sheet.look
    cells = {"description": typist.words.label("sum")}
    if look.has("packages"):
        cells["packages"] = typist.text("/packages", str(c.packages))
    if look.has("net_mass_kg"):
        cells["net"] = typist.number("/net_mass_kg", c.net_mass_kg, 2)
    if look.has("gross_mass_kg"):
        cells["gross"] = typist.number("/gross_mass_kg", c.gross_mass_kg, 2)
    if look.has("volume_m3"):
        cells["volume"] = typist.number("/volume_m3", c.volume_m3, 3)
    return cells


def _block(sheet: Sheet, top: float) -> float:
    """Totals as lines below the table (all of them, or the pallets alone when the table has a footer)."""
    c, typist, look, words = sheet.consignment, sheet.typist, sheet.look, sheet.typist.words
    lines: list[tuple[str, str]] = []
    if look.totals == "block":
        if look.has("packages"):
            lines.append((words.label("packages"), typist.text("/packages", str(c.packages))))
        if look.has("net_mass_kg"):
            lines.append((words.label("net_mass_kg"), typist.number("/net_mass_kg", c.net_mass_kg, 2)))
        if look.has("gross_mass_kg"):
            gross = typist.number("/gross_mass_kg", c.gross_mass_kg, 2)
            lines.append((words.label("gross_mass_kg"), gross))
        if look.has("volume_m3"):
            lines.append((words.label("volume_m3"), typist.number("/volume_m3", c.volume_m3, 3)))
    if look.has("pallets"):
        lines.append((words.label("pallets"), typist.text("/pallets", str(c.pallets))))
    top = sheet.room_for(top, len(lines) * look.size * 1.4)
    for label, value in lines:
        sheet.pen.text(MARGIN, top, f"{label}: {value}", look.size)
        top += look.size * 1.4
    return top
