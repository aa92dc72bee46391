"""What concerns the dossier as a whole: papers nobody knows, and papers that come twice."""

from __future__ import annotations

from schemas.record import Document
from schemas.rules.data import Subject, text
from schemas.rules.judgement import Application, Judgement, Violation, could_not_check, paper, shape, violated
from schemas.rules.shapes.across import distinct, letters_of


@shape("no_unknown_paper", scope="dossier", fewest_fields=0)
def no_unknown_paper(subject: Subject, application: Application) -> Judgement:
    """Every paper of the dossier was recognised as some kind."""
    if not subject.documents:
        return could_not_check("the dossier has no papers")
    return violated(
        Violation(f"{document.file}, {_pages(document)}: the kind of this paper was not recognised", ((document, ""),))
        for document in subject.documents
        if document.kind == "unknown"
    )


@shape("no_number_twice", scope="dossier", fewest_fields=1)
def no_number_twice(subject: Subject, application: Application) -> Judgement:
    """No two papers of a kind bear one number with different content (`[commercial_invoice, cmr]`)."""
    found: list[Violation] = []
    numbered = False
    for kind in application.rule.fields:
        by_number: dict[str, list[Document]] = {}
        for document in distinct(subject.of(kind)):
            if number := letters_of(text(document.data.get("number"))):
                numbered = True
                by_number.setdefault(number, []).append(document)
        for group in by_number.values():
            if len(group) > 1:
                files = ", ".join(f"{d.file} ({_pages(d)})" for d in group)
                seen = f"{len(group)} papers are {paper(group[0])}, with different content: {files}"
                found.append(Violation(seen, tuple((d, "/number") for d in group)))
    return violated(found) if numbered else could_not_check("no paper with a number is in the dossier")


def _pages(document: Document) -> str:
    if not document.pages:
        return "no page"
    first, last = document.pages[0], document.pages[-1]
    return f"page {first}" if first == last else f"pages {first} to {last}"
