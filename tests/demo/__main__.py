"""`make run`: the main job once, from the drop to the decision, with what was read and found."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from connectors.desk import run_link
from connectors.ledger import Dossier, ExceptionState, Ledger
from connectors.settings import Settings, load
from flows import printing
from flows.dropping import drop_files
from flows.service import Service
from flows.standing import open_ledger
from schemas.states import DossierState
from tests.demo.samples import SAMPLES, stamped

_DECIDED = {DossierState.HELD, DossierState.CLEARED, DossierState.RELEASED}
_LIMIT_SECONDS = 180.0


def main() -> int:
    """Runs the demonstration; 0 when every dossier was decided as it should be."""
    out = printing.console()
    settings = load()
    service = Service(settings)
    was_up = service.is_up()
    began = time.monotonic()
    out.print("starting the service …" if not was_up else "the service is running")
    running = service.start()
    try:
        up_after = time.monotonic() - began
        names = _drop(settings)
        dossiers = _wait(open_ledger(settings), names)
        took = time.monotonic() - began
        _show(out, open_ledger(settings), dossiers, running.ui_url)
        is_right = all(d.state is s.expected for s, d in zip(SAMPLES, dossiers, strict=True))
    finally:
        if not was_up:
            service.stop()
    out.print(f"\nservice up after {up_after:.1f} s, all decided after {took:.1f} s")
    _say_where(out, running.ui_url, was_up)
    if not is_right:
        out.print("[red]not every dossier was decided as it should be; see above[/]")
    return 0 if is_right else 1


def _drop(settings: Settings) -> list[str]:
    """Drops the samples as papers never seen before: each run stamps them, as the same bytes are worked once."""
    stamp = datetime.now().astimezone().strftime("%m%d-%H%M%S")
    names = []
    for sample in SAMPLES:
        name = f"{sample.name}-{stamp}"
        folder = settings.home / "demo" / name
        folder.mkdir(parents=True, exist_ok=True)
        for paper in sample.papers():
            (folder / paper.name).write_bytes(stamped(paper.read_bytes(), stamp))
        drop_files(settings, sorted(folder.iterdir()), name, datetime.now().astimezone())
        names.append(name)
    return names


def _wait(ledger: Ledger, names: Sequence[str]) -> list[Dossier]:
    deadline = time.monotonic() + _LIMIT_SECONDS
    while time.monotonic() < deadline:
        found = [ledger.dossiers.find(name) for name in names]
        unsettled = set(ledger.dossiers.unsettled())
        ready = [d for d in found if d and len(d.documents) == 3 and d.id not in unsettled]
        if len(ready) == len(names) and all(d.state in _DECIDED for d in ready) and not _open_drops(ledger):
            return ready
        time.sleep(0.2)
    stands = ", ".join(f"{d.ref}: {d.state}" if d else "nothing yet" for d in found)
    raise SystemExit(f"not all decided within {_LIMIT_SECONDS:.0f} s ({stands}); see the logs in .keruen/logs")


def _open_drops(ledger: Ledger) -> bool:
    from connectors.ledger import DropState

    return bool(ledger.drops.all((DropState.TAKEN, DropState.WORKING)))


def _show(out: Console, ledger: Ledger, dossiers: Sequence[Dossier], ui_url: str) -> None:
    for sample, dossier in zip(SAMPLES, dossiers, strict=True):
        colour = "red" if dossier.state is DossierState.HELD else "green"
        out.rule(f"[bold]{escape(dossier.ref)}[/] · {sample.what} · [bold {colour}]{dossier.state}[/]", align="left")
        table = Table(show_edge=False, pad_edge=False)
        for name in ("paper", "kind", "number", "what was read", "in"):
            table.add_column(name, overflow="fold")
        for document in dossier.documents:
            table.add_row(
                document.file,
                f"{document.kind} ({document.kind_confidence:.0%})",
                str(document.data.get("number", "")),
                printing.in_brief(document),
                " ".join(document.languages),
            )
        out.print(table)
        result = ledger.dossiers.result(dossier.id)
        if result:
            printing.findings(out, [f for f in result.findings if f.severity != "note"])
        for question in ledger.exceptions.of_dossier(dossier.id):
            if question.state is ExceptionState.OPEN:
                out.print(f"[yellow]waits for {question.body.queue}:[/] {escape(question.body.question)}")
                out.print(f"  form: {run_link(ui_url, question.run_id)}", soft_wrap=True)


def _say_where(out: Console, ui_url: str, was_up: bool) -> None:
    if was_up:
        out.print(f"Prefect UI: {ui_url}")
    else:
        out.print(f"Prefect UI: {ui_url} (the service has ended; `make up` starts it again, `make down` ends it)")


if __name__ == "__main__":
    sys.exit(main())
