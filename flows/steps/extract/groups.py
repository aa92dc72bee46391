"""Fields of several parts: parties, places, papers referred to, signatures."""

from __future__ import annotations

from flows.steps import days
from flows.steps.extract import parties
from flows.steps.extract.boxes import Boxes
from flows.steps.extract.candidates import Field
from flows.steps.extract.choose import Candidate, Result, evidence_of
from flows.steps.extract.composed import is_signed, place_in, references_in
from flows.steps.extract.party_parts import Part, parts_of
from flows.steps.extract.sheet import text_of
from flows.steps.extract.unlabelled import addressee_of, issuer_of, letterhead_of
from flows.steps.extract.words import ambiguous, problem_with
from flows.steps.normalise import Context
from schemas.catalogue import Catalogue, Kind


def read_parties(area: Field, kind: Kind, catalogue: Catalogue, forms: Boxes, result: Result) -> None:
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
        if (
            spec.letterhead
            and all(quality < 0.7 for quality, _ in blocks)
            and (head := letterhead_of(area)) is not None
        ):
            parts = parts_of(head, catalogue.common)
            named = "name" in parts and not parties.is_other_than_party(parts["name"][0], catalogue.common.page_words)
            if named and {"tax_id", "phone", "email"} & parts.keys() and "address" in parts:
                blocks.append((0.75, head))
        _take_party(area, catalogue, name, blocks, result)
    _read_unlabelled(area, kind, catalogue, result)


def _read_unlabelled(area: Field, kind: Kind, catalogue: Catalogue, result: Result) -> None:
    """The issuer and the addressee of a letter, where no label names them."""
    told = {doubt.pointer for doubt in result.doubts}
    issuers = [name for name, spec in kind.spec.fields.items() if spec.letterhead]
    found = issuer_of(area, catalogue.common) if issuers else None
    if found is not None:
        for name in issuers:
            if name not in result.data and f"/{name}" not in told:
                _put(name, *found, area, result)
    own = next((result.data[name]["name"] for name in issuers if name in result.data), "")
    for name, spec in kind.spec.fields.items():
        if spec.addressee and own and name not in result.data and f"/{name}" not in told:
            window = addressee_of(area, catalogue.common, own)
            if window is not None:
                _put(name, *window, area, result)


def _put(name: str, parts: dict[str, Part], block: parties.Block, area: Field, result: Result) -> None:
    if _is_party(parts):
        result.data[name] = _written(f"/{name}", parts, 0.8, result)
        area.taken |= {(t.line, t.place) for line in block.lines for t in line}


def _take_party(
    area: Field, catalogue: Catalogue, name: str, blocks: list[tuple[float, parties.Block]], result: Result
) -> None:
    read = [(quality, block, parts_of(block, catalogue.common)) for quality, block in blocks]
    counters = catalogue.common.page_words
    read = [
        (quality, block, parts)
        for quality, block, parts in read
        if _is_party(parts) and not parties.is_other_than_party(text_of(block.lines[0]), counters)
    ]
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
        result.doubts.append(ambiguous(f"/{name}", [text for text, _ in names], at))
        return
    result.data[name] = _written(f"/{name}", parts, quality, result)
    area.taken |= {(t.line, t.place) for line in block.lines for t in line}


def _written(pointer: str, parts: dict[str, Part], quality: float, result: Result) -> dict[str, str]:
    """The parts as a value, their evidence put down under `pointer`."""
    value: dict[str, str] = {}
    for part in ("name", "address", "country", "tax_id", "phone", "email"):
        if part in parts:
            text, tokens = parts[part]
            value[part] = text
            confidence = min(1.0, quality) * (0.97 if part in ("name", "address") else 0.95)
            result.evidence[f"{pointer}/{part}"] = evidence_of(
                tokens, text_of(tokens), confidence * tokens[0].confidence
            )
    return value


def _take_listed(area: Field, catalogue: Catalogue, name: str, block: parties.Block | None, result: Result) -> None:
    """The parties of a box that may hold several, one below the other, each beginning with a firm's name."""
    if block is None:
        return
    starts = [0, *(i for i, line in enumerate(block.lines) if i and parties.LEGAL_FORM.search(text_of(line)))]
    ends = [*starts[1:], len(block.lines)]
    values: list[dict[str, str]] = []
    for start, end in zip(starts, ends, strict=True):
        parts = parts_of(parties.Block(block.mark, block.lines[start:end], block.right), catalogue.common)
        if _is_party(parts):
            values.append(_written(f"/{name}/{len(values)}", parts, 0.9, result))
    if values:
        result.data[name] = values
        area.taken |= {(t.line, t.place) for line in block.lines for t in line}


def _is_party(parts: dict[str, Part]) -> bool:
    """Whether the block has a name that can be one."""
    if "name" not in parts:
        return False
    name = parts["name"][0]
    letters = sum(c.isalpha() for c in name)
    return letters >= 2 and letters >= 0.3 * len(name) and len(name) < 160 and not days.readings(name[:12])


def _differs(one: str, two: str) -> bool:
    a, b = ("".join(c for c in text.casefold() if c.isalnum()) for text in (one, two))
    return not (a.startswith(b) or b.startswith(a))


COMPOSED = ("party", "parties", "place", "references", "signature")


def read_composed(
    area: Field, kind: Kind, catalogue: Catalogue, forms: Boxes, context: Context, result: Result
) -> None:
    """What stands in a box in several pieces."""
    for name, spec in kind.spec.fields.items():
        zone = forms.zone(spec.box) if spec.box else None
        if zone is None:
            continue
        lines = forms.lines(area, zone)
        if spec.type == "parties":
            _take_listed(area, catalogue, name, forms.block(area, zone), result)
        elif spec.type == "place":
            parts = place_in(lines, catalogue.common)
            if parts:
                result.data[name] = {part: value for part, (value, _) in parts.items()}
                for part, (_, tokens) in parts.items():
                    result.evidence[f"/{name}/{part}"] = evidence_of(tokens, text_of(tokens), 0.93)
        elif spec.type == "references":
            items = list(references_in(lines, catalogue, context))
            if items:
                result.data[name] = [value for value, _, _ in items]
            for i, (value, tokens, made) in enumerate(items):
                if made.problem:
                    one = Candidate(name, made, tokens, text_of(tokens), 0.9)
                    result.doubts.append(problem_with(kind, f"{name}/{i}/date", one))
                for part in value:
                    result.evidence[f"/{name}/{i}/{part}"] = evidence_of(tokens, text_of(tokens), 0.9)
        elif spec.type == "signature" and is_signed(area, forms, zone):
            result.data.setdefault(spec.part_of, {})[spec.part] = True
            title = area.sheet.lines[zone.mark.line].tokens[zone.mark.start : zone.mark.end]
            tokens = tuple(title)
            result.evidence[f"/{spec.part_of}/{spec.part}"] = evidence_of(
                tokens, text_of(tokens), 0.7, "something stands in the box"
            )
