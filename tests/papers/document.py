"""What invoices and packing lists have in common: composing pages twice, title, goods rows, the foot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.papers.consignment import Consignment, Line
from tests.papers.paper import Facts, Look, Paper, Typist
from tests.papers.pen import Pen
from tests.papers.phrases import country_name
from tests.papers.sheet import MARGIN
from tests.papers.table import Column, Row, Table

FOOT = 48.0


@dataclass
class Sheet:
    """A paper being drawn: pen, typist and consignment, and how many pages it will have."""

    pen: Pen
    typist: Typist
    consignment: Consignment
    look: Look
    total_pages: int
    rng: Random
    facts: Facts = field(default_factory=Facts)

    @property
    def bottom(self) -> float:
        return self.pen.height - FOOT

    def new_page(self) -> float:
        """Prints the foot of this page and starts the next; returns where it begins."""
        self.foot()
        self.pen.new_page()
        return MARGIN

    def foot(self) -> None:
        if self.look.page_of and self.total_pages > 1:
            text = self.typist.words.one("page").format(n=self.pen.pages, m=self.total_pages)
            self.pen.text(self.pen.width - MARGIN, self.pen.height - 34, text, 7, align="right")

    def room_for(self, top: float, height: float) -> float:
        """`top`, or the top of a new page when `height` does not fit on this one."""
        return top if top + height <= self.bottom else self.new_page()


def compose(kind: str, consignment: Consignment, look: Look, seed: int, draw: Callable[[Sheet], None]) -> Paper:
    """Draws a paper; a second time when its pages are numbered, now that they are counted."""
    total = 1
    for _ in range(2):
        rng = Random(f"{kind}/{seed}")
        facts = Facts()
        sheet = Sheet(Pen(look.family, kind), Typist(look, rng, facts), consignment, look, total, rng, facts)
        draw(sheet)
        sheet.foot()
        total = sheet.pen.pages
        if total == 1 or not look.page_of:
            break
    return Paper(
        name=f"{kind}-{look.language.replace('/', '+')}-{look.name}-{seed}",
        kind=kind,
        language=look.language,
        layout=look.name,
        pages=total,
        pdf=sheet.pen.finish(),
        truth=facts.truth,
        printed=facts.printed,
    )


def title(sheet: Sheet, key: str, number: tuple[str, str] | None) -> float:
    """Prints the title, with number and date on its line when given; returns the top of what follows."""
    words, pen = sheet.typist.words, sheet.pen
    text = words.label(key)
    if number:
        text = f"{text} {words.one('title_number')} {number[0]} {words.one('dated')} {number[1]}"
    top = _letterhead(sheet) if sheet.look.letterhead and sheet.look.has("seller") else MARGIN
    size = 14.0
    while pen.measure(text, size, True) > pen.width - 2 * MARGIN:
        size -= 0.5
    align = sheet.rng.choice(("left", "centre"))
    pen.text(MARGIN if align == "left" else pen.width / 2, top, text, size, True, align)
    return top + size + 14


def _letterhead(sheet: Sheet) -> float:
    """The seller's name and particulars across the top of the page, over a rule."""
    pen = sheet.pen
    name, *particulars = sheet.typist.party("/seller", sheet.consignment.seller)
    pen.text(pen.width / 2, MARGIN - 12, name, 12, True, "centre")
    top = MARGIN + 5
    for line in pen.wrap("   ".join(particulars), pen.width - 2 * MARGIN, 7):
        pen.text(pen.width / 2, top, line, 7, align="centre")
        top += 9
    pen.rule(MARGIN, top + 2, pen.width - MARGIN, top + 2, 0.8)
    return top + 12


def goods_columns(sheet: Sheet, keys: Sequence[str]) -> list[Column]:
    """Columns of a table of goods with their headings; `key` or `key=suffix` for a currency after it."""
    look, words = sheet.look, sheet.typist.words
    texts = {"description", "article", "unit", "package_kind", "origin", "hs_code", "package_numbers"}
    columns = []
    for entry in keys:
        key, _, suffix = entry.partition("=")
        heading = words.label("col_" + key)
        columns.append(
            Column(
                key,
                f"{heading}, {suffix}" if suffix else heading,
                "left" if key in texts else ("centre" if key == "position" else "right"),
                grows=key == "description",
                unit=_unit_under(sheet, key) if look.units_row else "",
            )
        )
    return columns


def _unit_under(sheet: Sheet, key: str) -> str:
    kilo = "кг" if sheet.typist.script == "cyr" else "kg"
    cubic = "м³" if sheet.typist.script == "cyr" else "m³"
    return {"net": kilo, "gross": kilo, "volume": cubic}.get(key, "-")


def goods_cells(sheet: Sheet, index: int, line: Line, keys: Sequence[str]) -> dict[str, str]:
    """The printed cells of one line of goods, each noted as a fact."""
    typist, at = sheet.typist, f"/lines/{index}"
    language, main = sheet.look.language, typist.main
    makers: dict[str, Callable[[], str]] = {
        "position": lambda: typist.text(f"{at}/position", str(index + 1)),
        "description": lambda: typist.text(f"{at}/description", line.describe(language)),
        "article": lambda: typist.text(f"{at}/article", line.article),
        "hs_code": lambda: typist.text(f"{at}/hs_code", line.good.hs_code),
        "origin": lambda: typist.text(f"{at}/country_of_origin", country_name(line.origin, main), line.origin),
        "quantity": lambda: typist.number(f"{at}/quantity", line.quantity),
        "unit": lambda: typist.text(f"{at}/unit", line.unit(language)),
        "unit_price": lambda: typist.number(
            f"{at}/unit_price", line.unit_price, 2 if line.unit_price == round(line.unit_price, 2) else 3
        ),
        "amount": lambda: typist.number(f"{at}/amount", line.amount, 2),
        "packages": lambda: typist.text(f"{at}/packages", str(line.packages)),
        "package_kind": lambda: typist.text(f"{at}/package_kind", line.package_kind(language)),
        "package_numbers": lambda: typist.text(f"{at}/package_numbers", line.package_numbers),
        "net": lambda: typist.number(f"{at}/net_mass_kg", line.net_mass_kg, 2),
        "gross": lambda: typist.number(f"{at}/gross_mass_kg", line.gross_mass_kg, 2),
        "volume": lambda: typist.number(f"{at}/volume_m3", line.volume_m3, 3),
    }
    cells = {key: makers[key]() for key in (entry.partition("=")[0] for entry in keys)}
    if sheet.look.detail == "second_line":
        below = [
            f"{typist.words.one('col_hs_code')}: {makers['hs_code']()}",
            f"{typist.words.one('col_article')}: {makers['article']()}",
            f"{typist.words.one('col_origin')}: {makers['origin']()}",
        ]
        cells["description"] += "\n" + ", ".join(below[: 2 + index % 2])
        if not index % 2:
            _forget(sheet.facts, f"{at}/country_of_origin")
    return cells


def _forget(facts: Facts, pointer: str) -> None:
    _, _, index, key = pointer.split("/")
    del facts.truth["lines"][int(index)][key]
    del facts.printed[pointer]


def goods_table(
    sheet: Sheet, keys: Sequence[str], totals: Sequence[Row], sums: Callable[[int], dict[str, str]]
) -> Callable[[float], float]:
    """A function that draws the table of goods from a top on; `sums(n)` prints the sums of the first n lines."""
    look, words = sheet.look, sheet.typist.words
    rows = [Row(goods_cells(sheet, index, line, keys)) for index, line in enumerate(sheet.consignment.lines)]
    table = Table(
        pen=sheet.pen,
        columns=goods_columns(sheet, keys),
        ruling=look.table,
        size=look.size - 0.5,
        bottom=sheet.bottom,
        new_page=sheet.new_page,
        repeat_header=look.repeat_header,
        break_rows=look.break_rows,
    )
    if look.carried:
        table.carried = lambda n: Row({"description": words.one("carried"), **sums(n)}, "carried")
        table.brought = lambda n: Row({"description": words.one("brought"), **sums(n)}, "carried")
    return lambda top: table.draw([*rows, *totals], top)


def closing(sheet: Sheet, top: float) -> None:
    """Item count and the place for the signature, with a stamp over it on some papers."""
    words, pen, look = sheet.typist.words, sheet.pen, sheet.look
    top = sheet.room_for(top, 60)
    if look.item_count:
        text = words.one("items").format(k=len(sheet.consignment.lines))
        pen.text(MARGIN, top, text, look.size)
        top += look.size * 2
    label = words.label("signature")
    pen.text(MARGIN, top + 16, label, look.size)
    x = MARGIN + pen.measure(label, look.size) + 8
    pen.rule(x, top + 16 + look.size, x + 120, top + 16 + look.size)
    if look.stamped:
        name = sheet.consignment.seller.name(sheet.typist.script).split()[0][:12]
        pen.stamp(x + 90, top + 18, 26, (name, "* * *"), turn=12)
