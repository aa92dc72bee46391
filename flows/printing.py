"""Tables for people: what was read, what was found, how dossiers and questions stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from schemas.record import CheckResult, Document, Finding, Place, Severity

if TYPE_CHECKING:
    from connectors.ledger import OpenException

_COLOURS = {Severity.STOP: "red", Severity.ASK: "yellow", Severity.NOTE: "cyan"}
_STATES = {"cleared": "green", "released": "green", "held": "red", "waiting": "yellow", "rejected": "magenta"}
_FIGURES = {"packages": "packages", "gross_mass_kg": "kg gross", "net_mass_kg": "kg net"}
_MOST_LINES = 12
"""Line items shown of a document; all of them are in the JSON."""


def console() -> Console:
    """Where tables go; as wide as the terminal, 140 columns when there is none."""
    found = Console()
    return found if found.is_terminal else Console(width=140)


def documents(out: Console, read: Iterable[Document]) -> None:
    """What was read from each paper, value by value with its evidence."""
    for document in read:
        pages = f"pages {_range(document.pages)}" if document.pages else "no page"
        title = (
            f"{escape(document.file)}: [bold]{document.kind}[/] "
            f"({document.kind_confidence:.0%}), {pages} {' '.join(document.languages)}"
        )
        table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
        for name in ("field", "value", "as printed", "page", "source", "sure"):
            table.add_column(name, overflow="fold")
        skipped = 0
        for pointer, value in leaves(document.data):
            if _line_number(pointer) >= _MOST_LINES:
                skipped += 1
                continue
            found = document.evidence.get(pointer)
            table.add_row(
                pointer.lstrip("/"),
                Text(str(value)),
                Text(found.text if found else ""),
                str(found.page or "") if found else "",
                found.source if found else "",
                f"{found.confidence:.0%}" if found else "",
            )
        out.print(table)
        if skipped:
            out.print(f"  … and {skipped} more values of later lines (all of them: --json)")
        findings(out, document.findings)
        out.print()


def result(out: Console, checked: CheckResult) -> None:
    """A decision, what led to it, and what the papers agree on."""
    colour = _STATES[checked.decision]
    out.print(f"[bold {colour}]{checked.decision}[/] on {checked.day} (profile {checked.profile})")
    for missing in checked.missing:
        out.print(f"  missing: [bold]{missing.kind}[/]: {escape(missing.why)}")
    findings(out, checked.findings)
    table = Table(title="What the papers say", title_justify="left", show_edge=False, pad_edge=False)
    for name in ("fact", "value", "stated by"):
        table.add_column(name, overflow="fold")
    for name, fact in checked.consignment.items():
        table.add_row(name, Text(_short(fact.value)), Text(", ".join(place(p) for p in fact.stated_by)))
    if checked.consignment:
        out.print(table)


def findings(out: Console, found: Sequence[Finding]) -> None:
    """Findings, gravest first."""
    if not found:
        return
    table = Table(show_edge=False, pad_edge=False, show_header=False)
    for column in ("severity", "rule", "what"):
        table.add_column(column, overflow="fold")
    for finding in sorted(found, key=lambda f: list(Severity).index(f.severity)):
        colour = _COLOURS[finding.severity]
        where = "; ".join(place(p) for p in finding.places)
        what = Text(finding.seen)
        if where:
            what.append(f"\n{where}", style="dim")
        table.add_row(f"[{colour}]{finding.severity}[/]", finding.rule, what)
    out.print(table)


def dossiers(out: Console, rows: Sequence[Any], unplaced: int, waiting_drops: int) -> None:
    """How every dossier stands."""
    table = Table(show_edge=False, pad_edge=False)
    for name in ("dossier", "state", "papers", "open questions", "changed"):
        table.add_column(name)
    for row in rows:
        state = f"[{_STATES.get(row.state, 'white')}]{row.state}[/]"
        table.add_row(escape(row.ref), state, str(row.papers), str(row.questions or ""), _when(row.changed_at))
    out.print(table)
    if unplaced:
        out.print(f"[yellow]{unplaced} papers wait to be told which dossier they belong to[/]")
    if waiting_drops:
        out.print(f"{waiting_drops} drops wait to be worked")


def exceptions(out: Console, questions: Sequence[OpenException], link: Any) -> None:
    """Open questions, oldest first, each with the address of its form."""
    if not questions:
        out.print("No question is open.")
        return
    for question in questions:
        body = question.body
        out.print(
            f"[bold]{body.id}[/]  {escape(body.dossier)}  [yellow]{body.queue}[/]  "
            f"{question.state} since {_when(question.opened_at)}"
        )
        out.print(f"  {escape(body.question)}")
        for field in body.fields:
            out.print(f"    {escape(field.title)}: [bold]{escape(field.value or '(nothing)')}[/]", soft_wrap=True)
            out.print(f"      [dim]--set {escape(field.document)}#{escape(field.pointer)}=…[/]", soft_wrap=True)
        if question.run_id:
            out.print(f"  {link(question.run_id)}")
    out.print(f"{len(questions)} open")


def in_brief(document: Document) -> str:
    """What was read from a paper in one line: its main figures, and how many values and lines there are."""
    data = document.data
    figures = []
    if data.get("total_amount"):
        figures.append(f"{data['total_amount']} {data.get('currency', '(no currency)')}")
    figures += [f"{data[name]} {unit}" for name, unit in _FIGURES.items() if data.get(name)]
    rows = len(data.get("lines") or data.get("goods") or ())
    return ", ".join([*figures, f"{rows} lines", f"{sum(1 for _ in leaves(data))} values"])


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Every plain value of a JSON document with its pointer.

    >>> list(leaves({"a": {"b": "1"}, "c": ["x"]}))
    [('/a/b', '1'), ('/c/0', 'x')]
    """
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{pointer}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{pointer}/{number}")
    else:
        yield pointer, value


def place(where: Place) -> str:
    """A place in words: file, page, pointer."""
    page = f", page {where.page}" if where.page else ""
    return f"{where.file}{page} {where.pointer}".strip()


def _line_number(pointer: str) -> int:
    parts = pointer.split("/")
    return int(parts[2]) if len(parts) > 2 and parts[2].isdigit() else -1


def _range(pages: Sequence[int]) -> str:
    return str(pages[0]) if len(pages) == 1 else f"{pages[0]}-{pages[-1]}"


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(str(v) for v in value.values())
    if isinstance(value, list | tuple):
        return "; ".join(_short(v) for v in value)
    return str(value)


def _when(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")
