"""From the pages of a file to its documents: identify, extract, normalise, read the lines, check the schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from jsonschema.exceptions import ValidationError

from flows.steps import tables
from flows.steps.extract.charges import Charge, as_data, charges_of
from flows.steps.extract.choose import Doubt, Result
from flows.steps.extract.fields import extract, languages_of
from flows.steps.extract.labels import marks_of
from flows.steps.extract.sheet import sheet_of
from flows.steps.identify import Cut, identify
from flows.steps.tables import Lines, read_lines
from schemas.catalogue import UNKNOWN, Catalogue, Kind
from schemas.lines import lines_spec
from schemas.page import Page
from schemas.record import Document, Evidence, Severity


def documents_from(pages: Sequence[Page], *, file: str, sha256: str, catalogue: Catalogue) -> list[Document]:
    """The papers in a file with what was read of each: data, evidence, and a finding for all that was not read.

    `file` and `sha256` go into the documents as given. A file without pages gives no documents.
    """
    return [_document(cut, file, sha256, catalogue) for cut in identify(pages, catalogue)]


def _document(cut: Cut, file: str, sha256: str, catalogue: Catalogue) -> Document:
    name = f"{sha256[:16]}-{cut.pages[0].number}"
    result, languages = Result(), tuple[str, ...]()
    if cut.kind != UNKNOWN:
        kind = catalogue.kind(cut.kind)
        result, languages = _read(cut, kind, catalogue)
    result.doubts[:0] = list(_page_doubts(cut))
    return Document(
        id=name,
        file=file,
        sha256=sha256,
        kind=cut.kind,
        kind_confidence=cut.confidence,
        pages=tuple(page.number for page in cut.pages),
        languages=languages,
        data=result.data,
        evidence=result.evidence,
        findings=tuple(doubt.finding(file, name) for doubt in result.doubts),
    )


def _read(cut: Cut, kind: Kind, catalogue: Catalogue) -> tuple[Result, tuple[str, ...]]:
    sheet = sheet_of(cut.pages)
    spec = lines_spec(kind.folder)
    table = read_lines(cut.pages, spec, pointer=f"/{spec.into}") if spec is not None else Lines()
    result = extract(sheet, kind, catalogue, table, spec)
    if spec is not None and table.items:
        result.data[spec.into] = table.items
        result.evidence |= table.evidence
    if "charges" in kind.schema["properties"]:
        _add_charges(charges_of(sheet, table, result.data, result.evidence), result)
    result.doubts += [_of_lines(doubt) for doubt in table.findings]
    if cut.note and kind.spec.note_field:
        result.data[kind.spec.note_field] = cut.note
        if cut.note in kind.spec.asked_notes:
            result.doubts.append(_noted(kind, cut.note))
    result.doubts += _schema_doubts(result, kind)
    return result, languages_of(marks_of(sheet, kind, catalogue))


def _add_charges(charges: Sequence[Charge], result: Result) -> None:
    """Freight, insurance and discounts beside the goods."""
    data, evidence = as_data(charges)
    if data:
        result.data["charges"] = data
        result.evidence |= evidence


def _noted(kind: Kind, note: str) -> Doubt:
    """A paper of the kind that is no ordinary one."""
    return Doubt(
        "reading.document_type",
        f"/{kind.spec.note_field}",
        f"A {kind.title().lower()} of a shipment takes nothing back and changes no other.",
        f"By its title this is a {note.replace('_', ' ')}. Its amounts were read as printed, signs included. "
        "Confirm that it belongs to this shipment.",
    )


_LINES_SAY = {
    "lines.arithmetic": "In every row of goods quantity times price is the amount.",
    "lines.not_whole": "Every row of goods is read, once.",
    "lines.no_rows": "A table of goods has rows.",
    "lines.no_header": "A table of goods has a head that names its columns.",
    "lines.unreadable": "What is printed must be readable as a value of its column.",
}


def _of_lines(doubt: tables.Doubt) -> Doubt:
    """A doubt about the table of goods, in the form of all others."""
    at: tuple[Evidence, ...] = ()
    if doubt.page is not None:
        at = (Evidence(page=doubt.page, box=doubt.box.rounded() if doubt.box is not None else None),)
    says = _LINES_SAY.get(doubt.rule, "A value is taken only where the paper leaves one reading.")
    return Doubt(doubt.rule, doubt.pointer, says, doubt.seen, at=at)


def _page_doubts(cut: Cut) -> Iterator[Doubt]:
    """Pages whose text cannot be trusted, and what became of their values; a blank page is only noted."""
    recognised: list[Evidence] = []
    for page in cut.pages:
        at = Evidence(page=page.number, box=(0.0, 0.0, round(page.width, 1), round(page.height, 1)))
        for doubt in page.doubts:
            if "OCR" in doubt and any(word.source == "ocr" for word in page.words):
                recognised += [] if at in recognised else [at]
                continue
            is_blank = doubt.startswith(_BLANK) and not page.words
            yield Doubt(
                "reading.no_text",
                "",
                "Every page has text that can be read.",
                f"Page {page.number}: {doubt}. "
                + (_NOTHING_THERE if is_blank else _SOME_READ if page.words else _NOTHING_READ),
                Severity.NOTE if is_blank else Severity.ASK,
                (at,),
            )
    if recognised:
        numbers = ", ".join(str(at.page) for at in recognised)
        yield Doubt(
            "reading.recognised_text",
            "",
            "Text that a scanner recognised is compared with the picture.",
            f"Page {numbers}: the text is a scanner's reading of a picture. Its values have confidence 0.5; "
            "compare them with the picture and correct what differs.",
            Severity.ASK,
            tuple(recognised),
        )


_BLANK = "nothing is printed"
"""How the reader of pages begins its doubt about a blank one."""
_NOTHING_THERE = "It holds nothing; if something is printed there, enter it."
_NOTHING_READ = "Its values were not read; enter them, or ask for a digital copy."
_SOME_READ = "What could be read of it was taken; compare it with the page and enter what is missing."


def _schema_doubts(result: Result, kind: Kind) -> list[Doubt]:
    """What the JSON Schema of the kind says of the data, in words for people."""
    told = {doubt.pointer for doubt in result.doubts}
    out: list[Doubt] = []
    for error in sorted(kind.validator.iter_errors(result.data), key=lambda e: [str(p) for p in e.absolute_path]):
        if error.validator == "required":
            out += [_missing(kind, error, told)] if _missing_pointer(error) not in told else []
            continue
        pointer = _pointer(error.absolute_path)
        out.append(
            Doubt(
                f"schema.{error.validator}",
                pointer,
                f"The {kind.field_title(pointer)} of a {kind.title().lower()} has its proper form.",
                _seen(error, kind, pointer),
                at=tuple(e for p, e in result.evidence.items() if p == pointer or p.startswith(f"{pointer}/"))[:1],
            )
        )
    return out


def _pointer(path: Any) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def _missing_pointer(error: ValidationError) -> str:
    given = error.instance if isinstance(error.instance, dict) else {}
    required: Sequence[str] = error.validator_value  # type: ignore[assignment]
    name = next(n for n in required if n not in given and f"'{n}'" in error.message)
    return f"{_pointer(error.absolute_path)}/{name}"


def _missing(kind: Kind, error: ValidationError, told: set[str]) -> Doubt:
    pointer = _missing_pointer(error)
    title = kind.field_title(pointer)
    dotted = ".".join(part for part in pointer.strip("/").split("/") if not part.isdigit())
    return Doubt(
        f"{kind.name}.{dotted}.required",
        pointer,
        f"A {kind.title().lower()} states its {title}.",
        f"{title[:1].upper()}{title[1:]} {_was(title)} not found on the paper. "
        "Enter what is printed; otherwise ask the sender for a complete paper.",
    )


def _was(title: str) -> str:
    noun = title.split(" (")[0]
    return "were" if noun.endswith("s") and not noun.endswith("ss") else "was"


def _seen(error: ValidationError, kind: Kind, pointer: str) -> str:
    title = kind.field_title(pointer) or kind.title()
    shown = str(error.instance)[:80]
    if error.validator == "additionalProperties":
        return f"{title}: {error.message}. Only the fields of the kind are kept."
    if error.validator == "enum":
        values: Sequence[Any] = error.validator_value  # type: ignore[assignment]
        allowed = ", ".join(map(str, values))
        return f"{title} reads “{shown}”; it can be one of {allowed}. Enter the right one."
    return f"{title} reads “{shown}”, which is not what it must look like. Enter it as printed on the paper."
