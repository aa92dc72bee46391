"""A dossier's page in the Prefect UI, as markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from connectors.desk.description import paper_kind, paper_name
from connectors.desk.escape import escaped
from connectors.desk.words import Words
from schemas.record import CheckResult, Document, Fact, Finding


class Question(NamedTuple):
    """An open question of a dossier, and the run whose form asks it."""

    text: str
    run_id: str


def dossier_page(
    ref: str,
    state: str,
    result: CheckResult,
    questions: Sequence[Question],
    words: Words,
    link: Callable[[str], str],
) -> str:
    """State, open questions, missing papers, papers, findings and the agreed facts of a dossier."""
    parts = [f"# {words('dossier')} {escaped(ref)}: {escaped(words.of_state(state))}"]
    if questions:
        asked = [f"- [{escaped(one.text)}]({link(one.run_id)})" for one in questions]
        parts.append("\n".join([f"## {words('questions')}", "", *asked]))
    if result.missing:
        lacking = [f"- **{escaped(paper_kind(one.kind))}**: {escaped(one.why)}" for one in result.missing]
        parts.append("\n".join([f"## {words('missing')}", "", *lacking]))
    parts.append(f"## {words('papers')}\n\n{_papers(result.documents, words)}")
    parts.append(f"## {words('findings')}\n\n{_findings(result.findings, result.documents, words)}")
    if result.consignment:
        parts.append(f"## {words('facts')}\n\n{_facts(result.consignment, result.documents, words)}")
    return "\n\n".join(parts)


def _papers(documents: Sequence[Document], words: Words) -> str:
    rows = [
        [
            escaped(paper_kind(one.kind)),
            escaped(str(one.data.get("number", ""))),
            escaped(one.file),
            ", ".join(map(str, one.pages)),
        ]
        for one in documents
    ]
    return _table([words("kind"), words("number"), words("file"), words("pages")], rows)


def _findings(findings: Sequence[Finding], documents: Sequence[Document], words: Words) -> str:
    if not findings:
        return words("no_findings")
    names = {one.id: paper_name(one) for one in documents}
    rows = [
        [
            words(f"severity_{one.severity}"),
            escaped(one.says, 400),
            escaped(one.seen, 400),
            escaped(", ".join(dict.fromkeys(names.get(p.document, p.file) for p in one.places))),
            escaped(one.rule),
        ]
        for one in findings
    ]
    return _table([words(w) for w in ("severity", "rule", "seen", "papers")] + ["id"], rows)


def _facts(facts: dict[str, Fact], documents: Sequence[Document], words: Words) -> str:
    names = {one.id: paper_name(one) for one in documents}
    rows = [
        [
            escaped(name.replace("_", " ")),
            escaped(_plain(fact.value)),
            escaped(", ".join(dict.fromkeys(names.get(p.document, p.file) for p in fact.stated_by))),
        ]
        for name, fact in facts.items()
    ]
    return _table([words("what"), words("value"), words("papers")], rows)


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(_plain(part) for part in value.values())
    if isinstance(value, (list, tuple)):
        return "; ".join(_plain(part) for part in value)
    return str(value)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
