"""Totals that stand in the table of goods: its closing lines, as candidates for the totals of the document."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from flows.steps import numbers
from flows.steps.extract.choose import Candidate
from flows.steps.extract.labels import label_key, lexicon_of
from flows.steps.extract.sheet import Token
from flows.steps.normalise import Context, Made, make
from flows.steps.tables import Lines, Total
from schemas.catalogue import Catalogue, Kind
from schemas.lines import LinesSpec
from schemas.page import Box

_NAMED, _ONLY, _GENERIC, _UNPROVEN = 1.0, 0.95, 0.8, 0.55


def rows_of(table: Lines) -> list[tuple[int, Box]]:
    """Where head and rows of the table stand, its closing lines left out."""
    bottoms: dict[int, float] = {}
    for evidence in table.evidence.values():
        if evidence.page is not None and evidence.box is not None:
            bottoms[evidence.page] = max(bottoms.get(evidence.page, 0.0), evidence.box[3])
    return [
        (page, box._replace(bottom=max(box.top, min(box.bottom, bottoms.get(page, box.bottom) + 1))))
        for page, box in table.regions
    ]


def candidates_of(
    table: Lines, spec: LinesSpec | None, kind: Kind, catalogue: Catalogue, context: Context
) -> Iterator[Candidate]:
    """What the lines of totals say, by the column they stand under and the words before them."""
    if spec is None:
        return
    for total in table.totals:
        fields = [name for name in spec.sums.get(total.column, ()) if name in kind.spec.fields]
        if total.kind != "total" or not fields or total.rows < len(table.items):
            continue
        for name, quality in _fields_named(total, fields, table, kind, catalogue):
            token = _token(total)
            made = make(kind.spec.fields[name].type, total.text, context)
            if made.value is None and total.value is not None:
                made = Made(numbers.plain(total.value), 0.95)
            yield Candidate(name, made, (token,), total.text, quality * made.fit, "table")
    yield from _of_only_row(table, spec, kind)


def _fields_named(
    total: Total, fields: list[str], table: Lines, kind: Kind, catalogue: Catalogue
) -> Iterator[tuple[str, float]]:
    """The fields a closing line can be: named by its words, the only one of its column, or by its sum."""
    meant = _named_in(total.label, kind, catalogue)
    if meant & set(fields):
        yield from ((name, _NAMED) for name in sorted(meant & set(fields)))
        return
    alone = sum(1 for other in table.totals if other.label == total.label and other.rows == total.rows) == 1
    is_money = alone or all(kind.spec.fields[name].type == "money" for name in fields)
    if is_money and any(kind.spec.fields[name].type == "money" for name in meant):  # "VAT", "Amount due"
        yield from ((name, _NAMED) for name in sorted(meant))
        return
    if len(fields) == 1:
        yield fields[0], _ONLY
    elif _is_sum_of(total, table):
        yield fields[-1], _GENERIC
    elif is_money and sum(1 for other in table.totals if other.column == total.column) == 1:
        yield fields[-1], _UNPROVEN  # printed once: the rules say that the rows do not add up to it


def _named_in(label: str, kind: Kind, catalogue: Catalogue) -> set[str]:
    """Fields whose label the words are, the weak ones included only where no other fits."""
    lexicon = lexicon_of(kind, catalogue)
    words = label.replace(":", " ").split()
    best: tuple[int, set[str]] = (0, set())
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            key = label_key(" ".join(words[start:end]), catalogue.common)
            named = {m.field for m in lexicon.get(key, ()) if m.kind == "field" and m.quality > 0.7}
            if named and len(key) > best[0]:
                best = (len(key), named)
    return best[1]


def _is_sum_of(total: Total, table: Lines) -> bool:
    values = [item[total.column] for item in table.items if total.column in item]
    return total.value is not None and bool(values) and sum(map(Decimal, values), Decimal(0)) == total.value


def _of_only_row(table: Lines, spec: LinesSpec, kind: Kind) -> Iterator[Candidate]:
    """Where the goods are one row and nothing closes them, what it says of masses and packages is the whole."""
    if len(table.items) != 1 or any(total.kind == "total" for total in table.totals) or not spec.one_row:
        return
    for column, fields in spec.sums.items():
        value = table.items[0].get(column)
        evidence = next((e for p, e in table.evidence.items() if p.endswith(f"/0/{column}")), None)
        for name in fields:
            if value is not None and evidence is not None and evidence.box is not None and name in kind.spec.fields:
                token = Token(
                    evidence.text, Box(*evidence.box), 0.0, evidence.page or 1, evidence.confidence, evidence.source
                )
                yield Candidate(name, Made(value, 0.95), (token,), evidence.text, 0.9, "table")


def _token(total: Total) -> Token:
    return Token(total.text, total.box, total.box.height, total.page)
