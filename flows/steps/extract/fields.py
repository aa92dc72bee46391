"""The fields of a kind on a sheet: labels to candidates, candidates to values, values to data with evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from flows.steps import days
from flows.steps.extract.boxes import Boxes, boxes_of
from flows.steps.extract.candidates import Field, Spot, heading_of, spots_of
from flows.steps.extract.choose import Candidate, Result, candidate, choose
from flows.steps.extract.composed import plates_in
from flows.steps.extract.currency import read_currency_beside_amounts
from flows.steps.extract.grand_total import doubt_smaller_totals
from flows.steps.extract.groups import COMPOSED, read_composed, read_parties
from flows.steps.extract.incoterm import read_bare_incoterm
from flows.steps.extract.joined import joined_spots
from flows.steps.extract.labels import marks_of
from flows.steps.extract.labels_model import Mark
from flows.steps.extract.seals import add_seals
from flows.steps.extract.setting import folded
from flows.steps.extract.sheet import Line, Sheet, text_of
from flows.steps.extract.sums import settle_sums
from flows.steps.extract.totals import candidates_of, rows_of
from flows.steps.extract.vehicles import plates_named, plates_paired
from flows.steps.extract.words import record
from flows.steps.normalise import Context, Made, context_of, make
from flows.steps.tables import Lines
from schemas.catalogue import Catalogue, FieldSpec, Kind
from schemas.lines import LinesSpec


def extract(sheet: Sheet, kind: Kind, catalogue: Catalogue, table: Lines, spec: LinesSpec | None) -> Result:
    """The header fields of the kind as data with evidence, and doubts where a value was there but none was made.

    `table` is the table of goods of the same pages (read under `spec`): header values are not looked for in
    it, and its lines of totals are candidates for the totals of the document.
    """
    marks = marks_of(sheet, kind, catalogue)
    area = Field(sheet, marks, rows_of(table))
    result = Result()
    languages = languages_of(marks)
    context = context_of(_texts(sheet), languages, catalogue.common.date_words)
    if table.style is not None and context.style is None:
        context = replace(context, style=table.style)
    forms = boxes_of(area, kind, catalogue.common)
    read_parties(area, kind, catalogue, forms, result)
    read_composed(area, kind, catalogue, forms, context, result)
    found = _candidates(area, kind, catalogue, forms, context)
    for one in candidates_of(table, spec, kind, catalogue, context):
        found.get(one.field, []).append(one)
    chosen = {name: choose(name, candidates) for name, candidates in found.items()}
    settle_sums(kind, chosen)
    doubt_smaller_totals(kind, chosen, area, context)
    for name, outcome in chosen.items():
        if not kind.spec.fields[name].hidden:
            record(kind, name, outcome, result)
    read_currency_beside_amounts(kind, chosen, area, result)
    read_bare_incoterm(kind, area, context, result)
    add_seals(kind, chosen, result)
    return result


def languages_of(marks: Sequence[Mark]) -> tuple[str, ...]:
    """The languages of the labels, the most used first; one that only shares words with another is left out."""
    votes: dict[str, float] = {}
    for mark in marks:
        if mark.fit < 0.6 or mark.is_weak:
            continue
        spoken = {m.language.split("-")[0] for m in mark.meanings if m.language}
        for language in spoken:
            votes[language] = votes.get(language, 0.0) + 1.0 / len(spoken)
    if not votes:
        return ()
    most = max(votes.values())
    kept = [language for language, count in votes.items() if count >= max(1.0, 0.3 * most)]
    return tuple(sorted(kept, key=lambda language: (-votes[language], language)))


def _texts(sheet: Sheet) -> list[str]:
    out: list[str] = []
    for line in sheet.lines:
        starts = sorted(line.cuts)
        for i, start in enumerate(starts):
            end = starts[i + 1] if i + 1 < len(starts) else len(line.tokens)
            out.append(text_of(line.tokens[start:end]))
    return out


def _candidates(
    area: Field, kind: Kind, catalogue: Catalogue, forms: Boxes, context: Context
) -> dict[str, list[Candidate]]:
    words = folded(catalogue.common.number_words) | {"№"}
    found: dict[str, list[Candidate]] = {name: [] for name, f in kind.spec.fields.items() if f.type not in COMPOSED}
    for mark in area.marks:
        if mark.fit == 0.0 or area.in_table(mark.page, mark.box):
            continue
        taken = (mark.line, mark.start) in area.taken
        for name in dict.fromkeys(m.field for m in mark.meanings if m.field in found):
            spec = kind.spec.fields[name]
            if taken and mark.weight(name) < 0.7:  # "No: 41" of an address
                continue
            mark = _of_title(area, mark, name, spec)
            if not spec.box or spec.labels:
                found[name] += _of_label(area, mark, name, spec, context)
        if "title" in mark.kinds:
            for name, spec in kind.spec.fields.items():
                if "heading" in spec.where and (spot := heading_of(area, mark, words)):
                    found[name] += _judged(name, spec, spot, 0.9 * mark.fit * _title_weight(area.sheet, mark), context)
    for name, spec in kind.spec.fields.items():
        if name in found and spec.box and (zone := forms.zone(spec.box)):
            found[name] += [
                one
                for spot, quality in forms.spots(area, zone, name, spec)
                for one in _judged(name, spec, spot, quality, context)
            ]
    named = list(plates_named(area, kind, catalogue.common))
    found |= {name: [one for one in named if one.field == name] for name in {one.field for one in named}}
    if not any(found[name] for name in found if kind.spec.fields[name].type == "plate"):
        for one in _plates_of_parties(area, kind, forms):
            found[one.field].append(one)
    _dates_beside_numbers(kind, found, context)
    return found


def _plates_of_parties(area: Field, kind: Kind, forms: Boxes) -> Iterator[Candidate]:
    """Plates under the address in a party's box, where no other place says any."""
    for spec in kind.spec.fields.values():
        zone = forms.zone(spec.box) if spec.type in ("party", "parties") and spec.box else None
        if zone is not None:
            yield from plates_paired(kind, zone.mark, forms.lines(area, zone))


def _of_title(area: Field, mark: Mark, name: str, spec: FieldSpec) -> Mark:
    """The word for "number" right beside the title of the paper means the paper's own, in whatever size it is set."""
    if spec.type != "identifier" or mark.weight(name) >= 0.7:
        return mark
    for title in area.marks:
        if "title" not in title.kinds or title.page != mark.page or not title.names(name):
            continue
        gap = mark.box.x0 - title.box.x1
        level = title.box.top - 1 <= mark.box.centre[1] <= title.box.bottom + 1
        if level and -1 <= gap < 2 * max(title.box.height, 6.0):
            return replace(mark, meanings=tuple(replace(m, quality=1.0) for m in mark.meanings if m.field == name))
    return mark


def _title_weight(sheet: Sheet, mark: Mark) -> float:
    """A title counts at the head of the first page, and where it is set large."""
    first = sheet.pages[0]
    if mark.page != first.number:
        return 0.3
    height = mark.box.top / max(first.height, 1.0)
    return 1.0 if height < 0.35 else 0.8 if height < 0.5 else 0.4


_MEASURES = ("mass", "volume", "integer", "decimal", "money")


def _of_label(area: Field, mark: Mark, name: str, spec: FieldSpec, context: Context) -> Iterator[Candidate]:
    quality = mark.quality(name)
    if spec.type == "mass" and _BARE_MASS.fullmatch(mark.text.strip(" .:")):
        yield from _with_unit(area, mark, name, spec, context)
        return
    if spec.type in _MEASURES:
        for spot in joined_spots(area, mark, name):
            yield from _judged(name, spec, spot, quality, context)
    for spot in spots_of(area, mark, name, spec.where):
        if any((t.line, t.place) in area.taken for t in spot.tokens) and spot.where != "right":
            continue
        if spot.where == "below" and area.in_table(mark.page, spot.tokens[0].box):
            continue
        if spot.where == "column_total":
            yield from _column_total(name, spot, quality, context)
            continue
        yield from _judged(name, spec, _whole(area, spec, spot), quality, context)


_BARE_MASS = re.compile(
    r"(?i)(?:(?:total|итого|gesamt|toplam|ukupno|укупно)\s+)?"
    r"(?:net|netto|neto|gross|brutto|bruto|brut|brüt|нетто|брутто|нето|бруто)"
)


def _with_unit(area: Field, mark: Mark, name: str, spec: FieldSpec, context: Context) -> Iterator[Candidate]:
    """What a label says that names no mass ("Net" is of money too): only what is printed in kilograms."""
    for spot in (*joined_spots(area, mark, name), *spots_of(area, mark, name, spec.where)):
        line = area.sheet.lines[mark.line]
        if spot.where != "column_total" and any(_KILOGRAM.search(t) for t in (spot.text, _near(line, mark))):
            yield from _judged(name, spec, spot, mark.quality(name), context)


_KILOGRAM = re.compile(
    r"(?i)(?<![^\W\d_])(?:kgs?|кг|公斤|千克|kilogram\w*|килограмм\w*|mass\w*|масс\w*|вес\w*|weight\w*)"
)


def _near(line: Line, mark: Mark) -> str:
    """The run the label stands in and the one after it."""
    end = line.run_end(mark.end - 1)
    end = line.run_end(end) if end < len(line.tokens) else end
    return text_of(line.tokens[line.run_start(mark.start) : end])


def _whole(area: Field, spec: FieldSpec, spot: Spot) -> Spot:
    """A text of several lines is followed down its column."""
    if not spec.several_lines:
        return spot
    tokens = list(spot.tokens)
    last = tokens[-1]
    for line in area.sheet.lines_between(last.page, last.box.bottom, last.box.bottom + 60):
        if line.index <= last.line:
            continue
        start = next((c for c in sorted(line.cuts) if abs(line.tokens[c].box.x0 - spot.tokens[0].box.x0) < 3), None)
        if start is None or line.tokens[start].box.top - last.box.bottom > 0.8 * last.size:
            break
        if area.mark_at(line.index, start) is not None or area.in_table(line.page, line.box):
            break
        run = line.tokens[start : line.run_end(start)]
        left = spot.mark.box.x0 - 8 if spot.where == "right" else spot.tokens[0].box.x0
        if any(left <= token.box.x0 for token in line.tokens[:start]):  # a row of its own
            break
        tokens += run
        last = run[-1]
    return Spot(spot.mark, tuple(tokens), spot.trust, spot.where)


def _judged(name: str, spec: FieldSpec, spot: Spot, quality: float, context: Context) -> Iterator[Candidate]:
    text = spot.text
    if spec.values:
        code = _coded(spec, text)
        if code:
            yield candidate(name, spot, Made(code, 0.9), quality)
        return
    made = _nth(spec, text) if spec.nth else make(spec.type, text, context)
    if made.value is None and not made.problem:
        return
    if spec.type == "incoterm" and made.value is not None:
        made = _with_edition_of_label(made, spot)
    read = made.value if isinstance(made.value, str) else text
    if isinstance(made.value, dict):
        read = str(made.value.get("number", text))
    if any(re.search(pattern, read) for pattern in spec.never):
        return
    if spec.pattern and made.value is not None and not re.search(spec.pattern, read):
        return
    yield candidate(name, spot, made, quality)


def _with_edition_of_label(made: Made, spot: Spot) -> Made:
    """The edition is often printed in the label: "Incoterms 2020: FCA Riga"."""
    edition = re.search(r"(?<!\d)(?:19[89]0|20[0-3]0)(?!\d)", spot.mark.text)
    if edition is None or "edition" in made.value:
        return made
    return replace(made, value={**made.value, "edition": edition[0]})


def _nth(spec: FieldSpec, text: str) -> Made:
    """The first or second of several plates behind one label."""
    plates = plates_in(text)
    return Made(plates[spec.nth - 1], 0.95) if len(plates) >= spec.nth and len(plates) <= 3 else Made(None, 0.0)


def _coded(spec: FieldSpec, text: str) -> str:
    folded = text.casefold()
    found = {code for code, words in spec.values.items() if any(word.casefold() in folded for word in words)}
    return found.pop() if len(found) == 1 else ""


def _column_total(name: str, spot: Spot, quality: float, context: Context) -> Iterator[Candidate]:
    """The last number of a column where it is the sum of the others."""
    values = [make("decimal", t.text, context).value for t in spot.tokens]
    if any(v is None for v in values):
        return
    numbers = [Decimal(v) for v in values]
    if sum(numbers[:-1], Decimal(0)) == numbers[-1]:
        last = Spot(spot.mark, spot.tokens[-1:], spot.trust, spot.where)
        yield candidate(name, last, Made(values[-1], 1.0), quality)


def _dates_beside_numbers(kind: Kind, found: dict[str, list[Candidate]], context: Context) -> None:
    """The date printed right after the paper's own number ("№ 12 от 5 марта") is the paper's date."""
    headed = [n for n, f in kind.spec.fields.items() if "heading" in f.where]
    dates = [n for n in headed if kind.spec.fields[n].type == "date"]
    for number in (n for n in headed if kind.spec.fields[n].type == "identifier"):
        for one in list(found.get(number, ())):
            after = days.readings(one.text)
            if one.where in ("right", "heading") and after and after[0].start > 0:
                made = make("date", one.text[after[0].start :], context)
                for name in dates:
                    found[name].append(Candidate(name, made, one.tokens, one.text, one.score * 0.97, "heading"))
