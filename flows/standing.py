"""How things stand, from the ledger alone: every dossier, one in full, the open questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from connectors.ledger import DropState, ExceptionState, Ledger, OpenException
from connectors.settings import Settings
from flows import printing
from schemas.record import CheckResult


@dataclass(frozen=True)
class Overview:
    """Every dossier, papers without one, and drops that wait for a worker."""

    dossiers: Sequence[Any]
    unplaced: int
    waiting_drops: int

    def as_json(self) -> dict[str, Any]:
        return {
            "dossiers": [
                {
                    "dossier": d.ref,
                    "state": d.state,
                    "revision": d.revision,
                    "papers": d.papers,
                    "open_questions": d.questions,
                    "opened_at": d.opened_at.isoformat(),
                    "changed_at": d.changed_at.isoformat(),
                }
                for d in self.dossiers
            ],
            "unplaced_papers": self.unplaced,
            "waiting_drops": self.waiting_drops,
        }


@dataclass(frozen=True)
class Story:
    """One dossier in full: papers, decision, questions, releases, what happened."""

    ref: str
    state: str
    papers: Sequence[Any]
    result: CheckResult | None
    questions: Sequence[OpenException]
    releases: Sequence[Any]
    events: Sequence[Any]

    def as_json(self) -> dict[str, Any]:
        return {
            "dossier": self.ref,
            "state": self.state,
            "papers": [
                {"file": p.name, "source": p.source, "sha256": p.sha256, "kind": p.kind, "state": p.state, "why": p.why}
                for p in self.papers
            ],
            "decision": self.result.model_dump(mode="json") if self.result else None,
            "exceptions": [{**q.body.model_dump(mode="json"), "state": q.state} for q in self.questions],
            "releases": [
                {"revision": r.revision, "location": r.location, "released_at": r.released_at.isoformat()}
                for r in self.releases
            ],
            "events": [{"at": e.at.isoformat(), "what": e.what, **e.detail} for e in self.events],
        }

    def print(self, out: Console) -> None:
        out.print(f"dossier [bold]{escape(self.ref)}[/]: {self.state}")
        table = Table(show_edge=False, pad_edge=False)
        for name in ("paper", "kind", "counts", "filed because"):
            table.add_column(name, overflow="fold")
        for paper in self.papers:
            table.add_row(escape(paper.name), paper.kind, paper.state, escape(paper.why))
        out.print(table)
        if self.result:
            printing.result(out, self.result)
        for question in self.questions:
            out.print(f"{question.state}: {escape(question.body.question)} ({question.body.id})")
        for release in self.releases:
            out.print(f"released as revision {release.revision}: {escape(release.location)}")


def open_ledger(settings: Settings) -> Ledger:
    """The ledger of these settings, brought to this version."""
    return Ledger(settings.ledger_url.get_secret_value())


def overview(ledger: Ledger) -> Overview:
    """Every dossier and what waits outside of one."""
    unplaced = sum(1 for q in ledger.exceptions.all() if q.document_id is not None)
    waiting = len(ledger.drops.all((DropState.TAKEN, DropState.WORKING)))
    return Overview(ledger.dossiers.all(), unplaced, waiting)


def story(ledger: Ledger, ref: str) -> Story | None:
    """One dossier by its name."""
    dossier = ledger.dossiers.find(ref)
    if dossier is None:
        return None
    return Story(
        ref=dossier.ref,
        state=dossier.state,
        papers=ledger.dossiers.papers(dossier.id),
        result=ledger.dossiers.result(dossier.id),
        questions=ledger.exceptions.of_dossier(dossier.id),
        releases=ledger.dossiers.releases(dossier.id),
        events=ledger.dossiers.events(dossier.id),
    )


def open_questions(ledger: Ledger) -> list[OpenException]:
    """The questions that wait for a person, oldest first."""
    return ledger.exceptions.all((ExceptionState.OPEN, ExceptionState.ASKED))
