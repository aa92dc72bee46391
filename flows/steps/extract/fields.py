"""The fields of a kind on a sheet: labels to candidates, candidates to values, values to data with evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flows.steps import codes, days
from flows.steps.extract import parties
from flows.steps.extract.boxes import Boxes, boxes_of
from flows.steps.extract.candidates import Field, Spot, heading_of, spots_of
from flows.steps.extract.choose import Candidate, Chosen, Doubt, Result, candidate, choose, evidence_of
from flows.steps.extract.composed import is_signed, place_in, plates_in, references_in
from flows.steps.extract.labels import folded, marks_of
from flows.steps.extract.labels_model import Mark
from flows.steps.extract.sheet import Sheet, Token, text_of
from flows.steps.extract.totals import candidates_of, rows_of
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
    _parties(area, kind, catalogue, forms, result)
    _composed(area, kind, catalogue, forms, context, result)
    found = _candidates(area, kind, catalogue, forms, context)
    for one in candidates_of(table, spec, kind, catalogue, context):
        found.get(one.field, []).append(one)
    chosen = {name: choose(name, candidates) for name, candidates in found.items()}
    _settle_sums(kind, chosen)
    for name, outcome in chosen.items():
        if not kind.spec.fields[name].hidden:
            _record(kind, name, outcome, result)
    _currency_beside_amounts(kind, chosen, area, result)
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


# Parties


def _parties(area: Field, kind: Kind, catalogue: Catalogue, forms: Boxes, result: Result) -> None:
    """Each party from its box or from its best label; its tokens are then no value of another field."""
    for name, spec in kind.spec.fields.items():
        if spec.type != "party":
            continue
        blocks: list[tuple[float, parties.Block]] = []
        for mark in area.marks:
            quality = mark.quality(name)
            if quality < 0.5 or area.in_table(mark.page, mark.box) or spec.box:
                continue
            block = parties.block_of(area, mark, name)
            if block is not None:
                blocks.append((quality * (1.0 if mark.has_colon or mark.fit == 1.0 else 0.8), block))
        if spec.box and (zone := forms.zone(spec.box)) is not None:
            found = forms.block(area, zone)
            if found is not None:
                blocks.append((1.0, found))
        if spec.letterhead and not blocks and (head := parties.letterhead_of(area)) is not None:
            parts = parties.parts_of(head, catalogue.common)
            if {"tax_id", "phone", "email"} & parts.keys() and "address" in parts:
                blocks.append((0.75, head))
        _take_party(area, catalogue, name, blocks, result)


def _take_party(
    area: Field, catalogue: Catalogue, name: str, blocks: list[tuple[float, parties.Block]], result: Result
) -> None:
    read = [(quality, block, parties.parts_of(block, catalogue.common)) for quality, block in blocks]
    read = [(quality, block, parts) for quality, block, parts in read if _is_party(parts)]
    if not read:
        return
    read.sort(key=lambda one: -one[0] - 0.02 * min(len(one[2]), 6))
    quality, block, parts = read[0]
    rivals = [
        other for other in read[1:] if other[0] >= 0.84 * quality and _differs(other[2]["name"][0], parts["name"][0])
    ]
    if rivals:
        names = [parts["name"], *(other[2]["name"] for other in rivals)]
        at = tuple(evidence_of(tokens, text, 0.5) for text, tokens in names)
        result.doubts.append(_ambiguous(f"/{name}", [text for text, _ in names], at))
        return
    value: dict[str, str] = {}
    for part in ("name", "address", "country", "tax_id", "phone", "email"):
        if part in parts:
            text, tokens = parts[part]
            value[part] = text
            raw = text_of(tokens)
            confidence = min(1.0, quality) * (0.97 if part in ("name", "address") else 0.95)
            result.evidence[f"/{name}/{part}"] = evidence_of(tokens, raw, confidence * tokens[0].confidence)
    result.data[name] = value
    area.taken |= {(t.line, t.place) for line in block.lines for t in line}


def _is_party(parts: dict[str, parties.Part]) -> bool:
    """Whether the block has a name that can be one."""
    if "name" not in parts:
        return False
    name = parts["name"][0]
    letters = sum(c.isalpha() for c in name)
    return letters >= 2 and letters >= 0.3 * len(name) and len(name) < 160 and not days.readings(name[:12])


def _differs(one: str, two: str) -> bool:
    a, b = ("".join(c for c in text.casefold() if c.isalnum()) for text in (one, two))
    return not (a.startswith(b) or b.startswith(a))


# Places, papers referred to, plates, signatures


_COMPOSED = ("party", "place", "references", "signature")


def _composed(area: Field, kind: Kind, catalogue: Catalogue, forms: Boxes, context: Context, result: Result) -> None:
    """What stands in a box in several pieces."""
    for name, spec in kind.spec.fields.items():
        zone = forms.zone(spec.box) if spec.box else None
        if zone is None:
            continue
        lines = forms.lines(area, zone)
        if spec.type == "place":
            parts = place_in(lines, catalogue.common)
            if parts:
                result.data[name] = {part: value for part, (value, _) in parts.items()}
                for part, (_, tokens) in parts.items():
                    result.evidence[f"/{name}/{part}"] = evidence_of(tokens, text_of(tokens), 0.93)
        elif spec.type == "references":
            items = list(references_in(lines, catalogue, context))
            if items:
                result.data[name] = [value for value, _ in items]
            for i, (value, tokens) in enumerate(items):
                for part in value:
                    result.evidence[f"/{name}/{i}/{part}"] = evidence_of(tokens, text_of(tokens), 0.9)
        elif spec.type == "signature" and is_signed(area, forms, zone):
            result.data.setdefault(spec.part_of, {})[spec.part] = True
            title = area.sheet.lines[zone.mark.line].tokens[zone.mark.start : zone.mark.end]
            tokens = tuple(title)
            result.evidence[f"/{spec.part_of}/{spec.part}"] = evidence_of(tokens, text_of(tokens), 0.7, "something stands in the box")


# All other fields


def _candidates(
    area: Field, kind: Kind, catalogue: Catalogue, forms: Boxes, context: Context
) -> dict[str, list[Candidate]]:
    words = folded(catalogue.common.number_words) | {"№"}
    found: dict[str, list[Candidate]] = {name: [] for name, f in kind.spec.fields.items() if f.type not in _COMPOSED}
    for mark in area.marks:
        if mark.fit == 0.0 or area.in_table(mark.page, mark.box):
            continue
        if mark.is_weak and (mark.line, mark.start) in area.taken:
            continue
        for name in dict.fromkeys(m.field for m in mark.meanings if m.field in found):
            spec = kind.spec.fields[name]
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
    _dates_beside_numbers(kind, found, context)
    return found


def _title_weight(sheet: Sheet, mark: Mark) -> float:
    """A title counts at the head of the first page, and where it is set large."""
    first = sheet.pages[0]
    if mark.page != first.number:
        return 0.3
    height = mark.box.top / max(first.height, 1.0)
    return 1.0 if height < 0.35 else 0.8 if height < 0.5 else 0.4


def _of_label(area: Field, mark: Mark, name: str, spec: FieldSpec, context: Context) -> Iterator[Candidate]:
    quality = mark.quality(name)
    for spot in spots_of(area, mark, name, spec.where):
        if any((t.line, t.place) in area.taken for t in spot.tokens) and spot.where != "right":
            continue
        if spot.where == "below" and area.in_table(mark.page, spot.tokens[0].box):
            continue
        if spot.where == "column_total":
            yield from _column_total(name, spot, quality, context)
            continue
        yield from _judged(name, spec, _whole(area, spec, spot), quality, context)


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
        if area.on_line(line.index) and area.on_line(line.index)[0].end <= start:
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


# Totals


def _settle_sums(kind: Kind, chosen: dict[str, Chosen]) -> None:
    """Where candidates for a total or its part disagree, the ones that add up are taken."""
    for rule in kind.spec.sums:
        names = (rule.total, *rule.parts)
        if any(name not in chosen for name in names):
            continue
        options = {name: _options(chosen[name]) for name in names}
        spec = kind.spec.fields[rule.total]
        for hidden in spec.stands_in:
            if hidden in chosen and not options[rule.total]:
                options[rule.total] = _options(chosen[hidden])
        _settle(chosen, rule.total, rule.parts, options)


def _options(outcome: Chosen) -> list[Candidate]:
    return [outcome.best] if outcome.best is not None else list(outcome.rivals)


def _settle(chosen: dict[str, Chosen], total: str, parts: Sequence[str], options: dict[str, list[Candidate]]) -> None:
    sums: list[tuple[Candidate, ...]] = [()]
    for part in parts:
        sums = [(*done, one) for done in sums for one in options[part][:4]]
    fits = [
        (whole, pieces)
        for whole in options[total][:4]
        for pieces in sums
        if pieces and sum((Decimal(p.made.value) for p in pieces), Decimal(0)) == Decimal(whole.made.value)
    ]
    if len({(w.key, *(p.key for p in pieces)) for w, pieces in fits}) != 1:
        _doubt_stand_in(chosen, total, options)
        return
    whole, pieces = fits[0]
    for name, one in ((total, whole), *zip(parts, pieces, strict=True)):
        chosen[name] = Chosen(name, one, min(1.0, max(0.9, one.score)))


def _doubt_stand_in(chosen: dict[str, Chosen], total: str, options: dict[str, list[Candidate]]) -> None:
    """An amount due that no sum confirms is no total."""
    if chosen[total].best is None and not chosen[total].rivals and options[total]:
        chosen[total] = Chosen(total)


def _currency_beside_amounts(kind: Kind, chosen: dict[str, Chosen], area: Field, result: Result) -> None:
    """Where no label names the currency: the one printed beside the amounts, if it is one only."""
    name = next((n for n, f in kind.spec.fields.items() if f.type == "currency"), None)
    if name is None or name in result.data or any(d.pointer == f"/{name}" for d in result.doubts):
        return
    seen: dict[str, list[Token]] = {}
    for outcome in chosen.values():
        best = outcome.best
        if best is not None and kind.spec.fields[outcome.field].type == "money":
            for code in sorted(codes.currencies_in(_with_neighbours(area.sheet, best.tokens))):
                seen.setdefault(code, []).extend(best.tokens)
    if not seen:
        for line in area.sheet.lines:
            for code in sorted(_currencies_on(line.tokens)):
                seen.setdefault(code, []).extend(line.tokens)
    if len(seen) == 1:
        code, tokens = next(iter(seen.items()))
        beside = [t for t in tokens if t.line == tokens[0].line]
        result.data[name] = code
        result.evidence[f"/{name}"] = evidence_of(beside, text_of(beside), 0.85, "printed beside the amounts")
    elif seen:
        at = tuple(evidence_of([tokens[0]], text_of(tokens[:1]), 0.5) for tokens in seen.values())
        result.doubts.append(_ambiguous(f"/{name}", sorted(seen), at))


def _with_neighbours(sheet: Sheet, tokens: Sequence[Token]) -> str:
    """The amount with what stands right before and after it on its line."""
    line = sheet.lines[tokens[0].line]
    first, last = tokens[0].place, tokens[-1].place
    return text_of(line.tokens[max(0, first - 4) : last + 3])


_AMOUNT_IN_TEXT = re.compile(r"\d[\d .,'\u00a0\u2009\u202f]*")


def _currencies_on(tokens: Sequence[Token]) -> set[str]:
    """Currencies of a line that has an amount beside them, or of a column head ("Amount, USD")."""
    text = text_of(tokens)
    found = codes.currencies_in(text)
    if not found or not (_AMOUNT_IN_TEXT.search(text) or re.search(r"[,(/]\s*(?:[A-Z]{3}|[€£₽₸₺])", text)):
        return set()
    return found


# Into the record


def _record(kind: Kind, name: str, outcome: Chosen, result: Result) -> None:
    best = outcome.best
    if best is not None:
        if best.made.problem:  # the number of a reference is certain, its date is not
            result.doubts.append(_problem(kind, f"{name}/date", best))
        result.data[name] = best.made.value
        confidence = min(1.0, outcome.confidence)
        if isinstance(best.made.value, dict):
            for part in best.made.value:
                result.evidence[f"/{name}/{part}"] = evidence_of(best.tokens, best.text, confidence)
        elif isinstance(best.made.value, list):
            for i, item in enumerate(best.made.value):
                for part in item:
                    result.evidence[f"/{name}/{i}/{part}"] = evidence_of(best.tokens, best.text, confidence)
        else:
            result.evidence[f"/{name}"] = evidence_of(best.tokens, best.text, confidence)
        return
    if outcome.rivals:
        at = tuple(evidence_of(r.tokens, r.text, 0.5) for r in outcome.rivals)
        result.doubts.append(_ambiguous(f"/{name}", [_shown(r.made.value) for r in outcome.rivals], at))
    elif outcome.problem is not None:
        result.doubts.append(_problem(kind, name, outcome.problem))


def _shown(value: Any) -> str:
    return ", ".join(str(v) for v in value.values()) if isinstance(value, dict) else str(value)


def _ambiguous(pointer: str, values: Sequence[str], at: tuple[Any, ...]) -> Doubt:
    listed = " and ".join(f"“{value}”" for value in values)
    return Doubt(
        "reading.ambiguous",
        pointer,
        "A value is taken only where the paper leaves one reading.",
        f"Read {listed}, each as well placed as the other. Enter the right one.",
        at=at,
    )


def _problem(kind: Kind, name: str, problem: Candidate) -> Doubt:
    at = (evidence_of(problem.tokens, problem.text, 0.3),)
    meanings = " or ".join(problem.made.meanings)
    if problem.made.problem == "ambiguous_date":
        return Doubt(
            "reading.ambiguous_date",
            f"/{name}",
            "A date is taken only where day and month cannot be mistaken for each other.",
            f"“{problem.text}” can be {meanings}; nothing else on the paper decides. Enter the right day.",
            at=at,
        )
    if problem.made.problem == "ambiguous_number":
        return Doubt(
            "reading.ambiguous",
            f"/{name}",
            "A number is taken only where its decimal mark is certain.",
            f"“{problem.text}” can be {meanings}; nothing else on the paper decides. Enter the right one.",
            at=at,
        )
    return Doubt(
        "reading.unreadable",
        f"/{name}",
        "What is printed must be readable as a value of its field.",
        f"“{problem.text}” is no {kind.spec.fields[name].type}. Enter the value as it should be.",
        at=at,
    )
