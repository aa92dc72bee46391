"""What a person sees above the form of an exception, as markdown: question, picture, readings, rule, choices."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from connectors.desk.escape import escaped
from connectors.desk.form import Paper
from connectors.desk.words import Words
from schemas.record import Document, DossierException, Evidence, Finding

_MOST_ROWS = 12


class Picture(NamedTuple):
    """An image of a page or a part of it, with the field framed. `mime` is `image/png` or `image/jpeg`."""

    data: bytes
    mime: str
    caption: str


class Link(NamedTuple):
    """A place to go on to from the form."""

    title: str
    url: str


class Reading(NamedTuple):
    """A value as it stands on one paper. `text` is what is printed, `sure` a share of one."""

    what: str
    paper: str
    page: int | None
    value: str
    text: str
    sure: float | None
    source: str


def papers_of(exception: DossierException, documents: Iterable[Document] = ()) -> list[Paper]:
    """The papers an exception is about, each with a short name: its kind and number if known, else its file."""
    known = {document.id: document for document in documents}
    files = {place.document: place.file for f in exception.findings for place in f.places if place.document}
    files.update((field.document, "") for field in exception.fields if field.document not in files)
    return [Paper(id_, _name(known.get(id_), file or id_)) for id_, file in files.items()]


def readings_of(exception: DossierException, documents: Iterable[Document]) -> list[Reading]:
    """What was read at each place the exception is about, each once, in the order of its fields and findings."""
    known = {document.id: document for document in documents}
    titles = {(field.document, field.pointer): field for field in exception.fields}
    places = [place for finding in exception.findings for place in finding.places if place.pointer]
    wanted = [*titles, *((place.document, place.pointer) for place in places)]
    named = {(place.document, place.pointer): place for place in places}
    found = []
    for key in dict.fromkeys(wanted):
        document, field, place = known.get(key[0]), titles.get(key), named.get(key)
        what = field.title if field else key[1]
        value = _value(document, key[1]) or (field.value if field else "")
        evidence = document.evidence.get(key[1], Evidence()) if document else Evidence()
        found.append(
            Reading(
                what=what,
                paper=_name(document, place.file if place else key[0]),
                page=evidence.page or (place.page if place else None),
                value=value,
                text=evidence.text,
                sure=evidence.confidence if evidence.text else None,
                source=evidence.source,
            )
        )
    return found


def describe(
    exception: DossierException,
    words: Words,
    *,
    pictures: Sequence[Picture] = (),
    readings: Sequence[Reading] = (),
    links: Sequence[Link] = (),
    is_asked: bool = False,
) -> str:
    """The markdown above the form. All text from papers is escaped; pictures travel inside as data URIs."""
    parts = [f"### {escaped(exception.question, 400)}"]
    if is_asked:
        parts.append(f"> **{words('sender_asked')}**")
    if readings:
        parts.append(_table(readings, words))
    parts += [_picture(picture) for picture in pictures]
    parts += [_rule(finding, words) for finding in _once(exception.findings)]
    parts.append(_choices(exception, words))
    if links:
        parts.append(" · ".join(f"[{escaped(link.title)}]({link.url})" for link in links))
    return "\n\n".join(parts)


def with_problems(description: str, problems: Sequence[str], words: Words) -> str:
    """The description with the reasons why an answer could not be taken on top."""
    mark = "<!-- problems -->"  # what stands above it belongs to an earlier answer
    below = description.split(mark, 1)[-1].lstrip()
    lines = [f"> - {escaped(problem, 600)}" for problem in problems]
    return "\n".join([f"> **⚠ {words('not_taken')}**", ">", *lines, "", mark, "", below])


def _picture(picture: Picture) -> str:
    data = base64.b64encode(picture.data).decode("ascii")
    caption = escaped(picture.caption)
    return f"![{caption}](data:{picture.mime};base64,{data})\n\n*{caption}*"


def _table(readings: Sequence[Reading], words: Words) -> str:
    head = [words(word) for word in ("what", "paper", "page", "value", "on_paper", "confidence")]
    rows = [
        [
            escaped(one.what),
            escaped(one.paper),
            str(one.page or ""),
            f"**{escaped(one.value)}**" if one.value else f"*{words('was_empty')}*",
            escaped(one.text),
            _sure(one, words),
        ]
        for one in readings[:_MOST_ROWS]
    ]
    lines = [_row(head), "|---|---|--:|---|---|--:|", *map(_row, rows)]
    if len(readings) > _MOST_ROWS:
        lines += ["", words("and_more", count=len(readings) - _MOST_ROWS)]
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _sure(reading: Reading, words: Words) -> str:
    if reading.source == "person":
        return words("by_person")
    if reading.source == "rule":
        return words("worked_out") if reading.value else ""
    return f"{reading.sure:.0%}" if reading.sure is not None else ""


def _rule(finding: Finding, words: Words) -> str:
    lines = [
        f"**{words('rule')}** {escaped(finding.says, 600)} ({escaped(finding.rule)})",
        f"**{words('seen')}** {escaped(finding.seen, 600)}",
    ]
    if finding.basis:
        lines.append(f"**{words('basis')}** {escaped(finding.basis, 600)}")
    return "\n\n".join(lines)


def _choices(exception: DossierException, words: Words) -> str:
    if exception.choices:
        does = [(words("placement", choice="…"), words("placement_does"))]
    else:
        does = [(words("accept"), words("accept_does"))]
        if exception.fields:
            does.append((words("correct"), words("correct_does")))
    does.append((words("ask_sender"), words("ask_sender_does")))
    does.append((words("reject", paper="…"), words("reject_does")))
    return "\n".join([f"**{words('what_follows')}**", "", *(f"- **{shown}**: {text}" for shown, text in does)])


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that say and saw the same are shown once."""
    return list({(f.rule, f.seen): f for f in findings}.values())


def paper_name(document: Document) -> str:
    """A paper in a few words: its kind with its number, or with its file when no number was read."""
    number = document.data.get("number")
    return f"{paper_kind(document.kind)} {number or f'({_file_name(document.file)})'}"


def paper_kind(kind: str) -> str:
    """A kind of document as a person reads it: `packing_list` is "Packing list", `cmr` "CMR"."""
    name = kind.replace("_", " ")
    return name.upper() if len(name) < 5 else name[:1].upper() + name[1:]


def _name(document: Document | None, file: str) -> str:
    return paper_name(document) if document else _file_name(file)


def _file_name(file: str) -> str:
    return file.rsplit("/", 1)[-1]


def _value(document: Document | None, pointer: str) -> str:
    """The value at a JSON Pointer (RFC 6901); empty when there is none or it is a group."""
    here: object = document.data if document else None
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(here, dict):
            here = here.get(key)
        elif isinstance(here, list) and key.isdigit() and int(key) < len(here):
            here = here[int(key)]
        else:
            return ""
    return "" if here is None or isinstance(here, (dict, list)) else str(here)
