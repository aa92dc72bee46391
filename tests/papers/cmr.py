"""CMR consignment notes: boxes 1 to 25 in two or three languages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random
from typing import Any

from tests.papers.cmr_form import BOXES, GEOMETRIES, FormPen, Titles
from tests.papers.consignment import Consignment, Line
from tests.papers.paper import Facts, Look, Paper, Typist, random_look
from tests.papers.pen import Pen
from tests.papers.phrases import country_name

TITLES_FOR = {
    "ru": ("ru/de", "ru/en", "ru/de/en"),
    "kk": ("ru/en", "ru/de"),
    "en": ("en/fr", "en/de/fr", "tr/en"),
    "zh": ("zh/en", "ru/zh"),
    "tr": ("tr/en", "tr/en/fr"),
    "sr": ("sr/en", "sr/de"),
    "sr-Cyrl": ("sr-Cyrl/en", "sr-Cyrl/ru"),
    "de": ("de/fr", "de/en"),
    "fr": ("fr/en", "fr/de"),
    "ru/en": ("ru/en", "ru/en/de"),
    "zh/en": ("zh/en", "zh/en/ru"),
}
"""Languages of the printed titles for each language the values are typed in."""

PLATES_AT = ("25", "18", "16")


@dataclass(frozen=True)
class Form:
    """Every choice of appearance of one CMR note."""

    language: str
    titles: str
    geometry: str = "classic"
    numbers: str = "1 234,56"
    dates: str = "dots"
    family: str = "sans"
    value_size: float = 7.5
    plates_at: str = "25"
    total_row: bool = True
    stamped: bool = True
    script: str = ""
    """The alphabet names are typed in; empty: that of the language."""
    absent: frozenset[str] = field(default_factory=frozenset)

    def has(self, name: str) -> bool:
        return name not in self.absent


def random_form(rng: Random, language: str, **fixed: Any) -> Form:
    """A form drawn at random for a language; `fixed` choices are kept."""
    look = random_look(rng, language)
    geometry = rng.choice(GEOMETRIES)
    optional = ("volume_m3", "carrier_reservations", "special_agreements", "customs_instructions", "marks")
    form = Form(
        language=language,
        titles=rng.choice(TITLES_FOR[language]),
        geometry=geometry,
        numbers=look.numbers,
        dates=look.dates,
        family=rng.choice(("sans", "serif")) if geometry != "typed" else rng.choice(("mono", "sans")),
        value_size=rng.choice((7.0, 7.5, 8.0)),
        plates_at=rng.choice(("25", "25", *PLATES_AT)),
        total_row=rng.random() < 0.7,
        stamped=rng.random() < 0.6,
        script=look.script,
        absent=frozenset(name for name in optional if rng.random() < 0.4),
    )
    return replace(form, **fixed)


def make_cmr(consignment: Consignment, form: Form, seed: int = 0) -> Paper:
    """The CMR note of a consignment; `seed` picks wordings."""
    rng = Random(f"cmr/{seed}")
    facts = Facts()
    look = Look(form.language, numbers=form.numbers, dates=form.dates, family=form.family, script=form.script)
    typist = Typist(look, rng, facts)
    pen = Pen(form.family, "cmr")
    drift = (rng.uniform(0, 5), rng.uniform(0, 2.5)) if form.geometry == "typed" else (0.0, 0.0)
    draw = FormPen(pen, Titles(form.titles, rng), form.geometry, form.value_size, drift)
    _Note(consignment, form, typist, draw, rng).draw()
    return Paper(
        name=f"cmr-{form.language.replace('/', '+')}-{form.geometry}-{form.titles.replace('/', '+')}-{seed}",
        kind="cmr",
        language=form.language,
        layout=f"{form.geometry}-{form.titles}",
        pages=1,
        pdf=pen.finish(),
        truth=facts.truth,
        printed=facts.printed,
    )


@dataclass
class _Note:
    consignment: Consignment
    form: Form
    typist: Typist
    form_pen: FormPen
    rng: Random

    def draw(self) -> None:
        contents = {
            "1": self._party("consignor"),
            "2": self._party("consignee"),
            "3": self._delivery(),
            "4": self._taking_over(),
            "5": self._documents(),
            "16": self._party("carrier"),
            "17": (),
            "18": self._reservations(),
            "13": self._instructions(),
            "14": (),
            "15": self._payment(),
            "19": (),
            "20": self._agreements(),
            "21": self._issued(),
            "22": (),
            "23": (),
            "24": (),
            "25": self._plates("25"),
        }
        self._title()
        for number, lines in contents.items():
            self.form_pen.box(number, lines)
        self._goods()
        if self.form.stamped:
            self._stamps()

    def _title(self) -> None:
        pen, typist = self.form_pen.pen, self.typist
        x0, top, x1, bottom = BOXES["title"]
        if self.form.geometry != "typed":
            pen.box(x0, top, x1, bottom, 0.6)
        y = top + 4
        for title in self.form_pen.titles.of("title"):
            y = pen.lines(x0 + 6, y, pen.wrap(title, x1 - x0 - 60, 7.5, True), 7.5, True)
        pen.text(x1 - 8, top + 4, "CMR", 17, True, "right")
        if self.form.has("number"):
            label = self.form_pen.titles.of("number")[0]
            number = typist.text("/number", self.consignment.cmr_number)
            pen.text(x0 + 6, bottom - 16, label, 7.5)
            pen.text(x0 + 12 + pen.measure(label, 7.5), bottom - 17.5, number, 10, True)

    def _party(self, name: str) -> tuple[str, ...]:
        if not self.form.has(name):
            return ()
        lines = self.typist.party(f"/{name}", getattr(self.consignment, name), short=True)
        return lines + self._plates("16") if name == "carrier" else lines

    def _place(self, pointer: str, city: dict[str, str]) -> str:
        typist = self.typist
        name = typist.text(f"{pointer}/name", city[typist.script])
        country = country_name(city["country"], typist.main)
        return f"{name}, {typist.text(f'{pointer}/country', country, city['country'])}"

    def _delivery(self) -> tuple[str, ...]:
        if not self.form.has("place_of_delivery"):
            return ()
        return (self._place("/place_of_delivery", self.consignment.to_city),)

    def _taking_over(self) -> tuple[str, ...]:
        place = self._place("/place_of_taking_over", self.consignment.from_city)
        if not self.form.has("date_of_taking_over"):
            return (place,)
        day = self.typist.day("/date_of_taking_over", self.consignment.cmr_date)
        return (f"{place}, {day}",) if self.rng.random() < 0.3 else (place, day)

    def _documents(self) -> tuple[str, ...]:
        if not self.form.has("attached_documents"):
            return ()
        c, typist = self.consignment, self.typist
        lines = []
        for i, (label, number, day) in enumerate(
            (
                ("doc_invoice", c.invoice_number, c.invoice_date),
                ("doc_packing", c.packing_list_number, c.packing_list_date),
            )
        ):
            at = f"/attached_documents/{i}"
            kind = typist.words.one(label)
            typist.facts.put(f"{at}/kind", ("commercial_invoice", "packing_list")[i], kind)
            dated = f"{typist.words.one('dated')} {typist.day(f'{at}/date', day)}"
            lines.append(f"{kind} {typist.text(f'{at}/number', number)} {dated}")
        return tuple(lines)

    def _plates(self, box: str) -> tuple[str, ...]:
        c, typist = self.consignment, self.typist
        if self.form.plates_at != box or not self.form.has("truck_plate"):
            return ()
        tractor = typist.text("/truck_plate", c.truck_plate)
        trailer = typist.text("/trailer_plate", c.trailer_plate)
        both = f"{tractor} / {trailer}"
        return (both,) if box == "25" else (f"{typist.words.one('transport')}: {both}",)

    def _reservations(self) -> tuple[str, ...]:
        lines = self._plates("18")
        if self.form.has("carrier_reservations") and not lines:
            text = {"cyr": "Без оговорок. Погрузка силами отправителя", "zh": "货物由发货人装车计数"}.get(
                self.typist.script, "Shipper's load and count"
            )
            lines += (self.typist.text("/carrier_reservations", text),)
        return lines

    def _instructions(self) -> tuple[str, ...]:
        if not self.form.has("customs_instructions"):
            return ()
        city = self.consignment.to_city[self.typist.script]
        text = {"cyr": f"Таможенная очистка: {city}", "zh": f"目的地海关：{city}"}.get(
            self.typist.script, f"Customs clearance at {city}"
        )
        return (self.typist.text("/customs_instructions", text),)

    def _payment(self) -> tuple[str, ...]:
        return (f"{self.consignment.incoterm} {self.consignment.incoterm_place[self.typist.script]}",)

    def _agreements(self) -> tuple[str, ...]:
        if not self.form.has("special_agreements"):
            return ()
        text = {"cyr": "Перегруз запрещён", "zh": "禁止转载"}.get(self.typist.script, "No transhipment allowed")
        return (self.typist.text("/special_agreements", text),)

    def _issued(self) -> tuple[str, ...]:
        typist = self.typist
        place = typist.text("/issue_place", self.consignment.from_city[typist.script])
        if not self.form.has("issue_date"):
            return (place,)
        return (f"{place}   {typist.day('/issue_date', self.consignment.cmr_date)}",)

    def _goods(self) -> None:
        c, form, typist = self.consignment, self.form, self.typist
        groups = group_by_good(c.lines)
        rows = [self._goods_row(i, group) for i, group in enumerate(groups)]
        if len(groups) == 1 or form.total_row:
            packages = typist.text("/packages", str(c.packages))
            gross = typist.number("/gross_mass_kg", c.gross_mass_kg, 2)
            volume = typist.number("/volume_m3", c.volume_m3, 3) if form.has("volume_m3") else ""
            if len(groups) > 1:
                label = typist.words.one("sum")
                rows.append({"9": label, "7": packages, "11": gross, "12": volume})
        self.form_pen.goods(rows, ())

    def _goods_row(self, index: int, group: list[Line]) -> dict[str, str]:
        c, typist, at = self.consignment, self.typist, f"/goods/{index}"
        main, good = typist.main, group[0].good
        alone = len(group) == len(c.lines)
        packages = c.packages if alone else sum(line.packages for line in group)
        gross = c.gross_mass_kg if alone else sum((line.gross_mass_kg for line in group), Decimal(0))
        volume = c.volume_m3 if alone else sum((line.volume_m3 for line in group), Decimal(0))
        description = " / ".join(good.describe(one) for one in self.form.language.split("/"))
        cells = {
            "7": typist.text(f"{at}/packages", str(packages)),
            "8": typist.text(f"{at}/package_kind", group[0].package_kind(main)),
            "9": typist.text(f"{at}/description", description),
            "11": typist.number(f"{at}/gross_mass_kg", gross, 2),
        }
        if self.form.has("hs_code"):
            cells["10"] = typist.text(f"{at}/hs_code", good.hs_code)
        if self.form.has("marks"):
            cells["6"] = typist.text(f"{at}/marks", c.marks)
        if self.form.has("volume_m3"):
            cells["12"] = typist.number(f"{at}/volume_m3", volume, 3)
        return cells

    def _stamps(self) -> None:
        for box, party in (("22", self.consignment.consignor), ("23", self.consignment.carrier)):
            x0, top, x1, bottom = BOXES[box]
            words = party.name(self.typist.script).strip("«»").split()
            lines = (words[0][:14], words[-1].strip("«»")[:14])
            x = (x0 + x1) / 2 + self.rng.uniform(-20, 20)
            self.form_pen.pen.stamp(
                x, (top + bottom) / 2 + self.rng.uniform(-4, 8), 34, lines, self.rng.uniform(-20, 20)
            )


def group_by_good(lines: tuple[Line, ...]) -> list[list[Line]]:
    """Lines of the same goods together, as a CMR note states them."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.good.hs_code, []).append(line)
    return list(groups.values())
