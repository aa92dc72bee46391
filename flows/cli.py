"""The command `keruen`: parses, calls one function, prints. Exit statuses are in `flows.exit_status`."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from connectors.errors import ConnectorError
from connectors.settings import SettingsError, describe, load
from flows.exit_status import ExitStatus, of_documents, of_verdict

app = typer.Typer(
    name="keruen",
    help="Reads the papers of a shipment, checks them, and asks a person only what a machine must not decide.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
s3 = typer.Typer(help="The S3 side of the inbox.", no_args_is_help=True)
app.add_typer(s3, name="s3")

# Typer carries its own copy of click and shows of its errors only this one; its base is any wrong use.
_MISUSE: Any = typer.BadParameter.__base__

Files = Annotated[list[Path], typer.Argument(help="PDF files, or folders of them.", metavar="FILE…")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for machines instead of tables for people.")]


@app.command()
def read(files: Files, as_json: AsJson = False) -> None:
    """Read papers: kind, fields and line items, each with its evidence."""
    from flows import printing
    from flows.house import House
    from flows.opening import read_files

    documents = read_files(House(load()), _existing(files), progress=sys.stderr.isatty())
    if as_json:
        _print_json({"documents": [d.model_dump(mode="json") for d in documents]})
    else:
        printing.documents(printing.console(), documents)
    raise typer.Exit(of_documents(documents))


@app.command()
def check(
    files: Files,
    day: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day whose rules apply.", metavar="DAY")],
    profile: Annotated[str, typer.Option(help="Which papers the dossier needs; see `keruen kinds`.")] = "",
    as_json: AsJson = False,
) -> None:
    """Check papers as one dossier against the rules in force on a day. No server is needed."""
    from flows import printing
    from flows.house import House
    from flows.opening import read_files
    from flows.steps.check import check as check_dossier

    settings = load(**({"profile": profile} if profile else {}))
    documents = read_files(House(settings), _existing(files), progress=sys.stderr.isatty())
    result = check_dossier(documents, day.date(), profile=settings.profile or None)
    if as_json:
        _print_json(result.model_dump(mode="json"))
    else:
        printing.result(printing.console(), result)
    unreadable = of_documents(documents)
    raise typer.Exit(unreadable or of_verdict(result.decision))


@app.command()
def up(
    background: Annotated[bool, typer.Option(help="Return as soon as the service is up.")] = False,
) -> None:
    """Start the service: Prefect server, intake and the desk. Ctrl-C ends it."""
    from flows.service import Service

    service = Service(load())
    if background:
        typer.echo(service.start().ui_url)
        return
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    service.run_forever()


@app.command()
def down() -> None:
    """End the service of this home."""
    from flows.service import Service

    typer.echo("ended" if Service(load()).stop() else "it was not running")


@app.command()
def drop(
    files: Files,
    dossier: Annotated[str, typer.Option(help="Folder of the inbox; papers of one folder are one dossier.")] = "",
) -> None:
    """Put files into the inbox. Several files dropped together belong to one dossier."""
    from flows.dropping import drop_files

    for place in drop_files(load(), _existing(files), dossier, datetime.now().astimezone()):
        typer.echo(place)


@app.command()
def status(dossier: Annotated[str, typer.Argument(help="One dossier, in full.")] = "", as_json: AsJson = False) -> None:
    """How every dossier stands, or one of them in full."""
    from flows import printing, standing

    ledger = standing.open_ledger(load())
    if dossier:
        story = standing.story(ledger, dossier)
        if story is None:
            _fail(f"there is no dossier {dossier!r}; `keruen status` lists them", ExitStatus.USAGE)
        if as_json:
            _print_json(story.as_json())
        else:
            story.print(printing.console())
        return
    overview = standing.overview(ledger)
    if as_json:
        _print_json(overview.as_json())
    else:
        printing.dossiers(printing.console(), overview.dossiers, overview.unplaced, overview.waiting_drops)


@app.command()
def exceptions(as_json: AsJson = False) -> None:
    """The questions that wait for a person, with the address of each form."""
    from connectors.desk import run_link
    from flows import printing, standing
    from flows.service import Service

    settings = load()
    questions = standing.open_questions(standing.open_ledger(settings))
    ui_url = Service(settings).ui_url

    def link(run_id: str) -> str:
        return run_link(ui_url, run_id)

    if as_json:
        _print_json(
            [
                {
                    **q.body.model_dump(mode="json"),
                    "state": q.state,
                    "opened_at": q.opened_at.isoformat(),
                    "link": link(q.run_id) if q.run_id else None,
                }
                for q in questions
            ]
        )
    else:
        printing.exceptions(printing.console(), questions, link)


@app.command()
def answer(
    exception: Annotated[str, typer.Argument(help="The exception's id; see `keruen exceptions`.")],
    choice: Annotated[str, typer.Argument(help="accept, correct, ask_sender or reject.")],
    operator: Annotated[str, typer.Option(help="Who answers.")],
    reason: Annotated[str, typer.Option(help="Why; goes into the record.")],
    value: Annotated[
        list[str] | None, typer.Option("--set", help="A corrected field: /pointer=VALUE or DOCUMENT#/pointer=VALUE.")
    ] = None,
    document: Annotated[str, typer.Option(help="For reject: the paper turned down.")] = "",
    dossier: Annotated[str, typer.Option(help="For a paper without a dossier: where it belongs.")] = "",
) -> None:
    """Answer a question from the command line, as the form in the Prefect UI does."""
    from flows.answering import answer as answer_question

    outcome = answer_question(
        load(), exception, choice, operator, reason, values=value or [], document=document, placement=dossier
    )
    if outcome.refused:
        _fail(f"not taken: {outcome.refused}", ExitStatus.USAGE)
    if outcome.problems:
        _fail("not taken:\n" + "\n".join(f"  {p}" for p in outcome.problems), ExitStatus.USAGE)
    typer.echo(f"{outcome.dossier}: {outcome.dossier_state}")


@app.command()
def kinds(as_json: AsJson = False) -> None:
    """The document kinds Keruen reads, and the profiles that say which of them a dossier needs."""
    from flows import catalogue_view, printing
    from flows.house import House

    found = House(load()).catalogue
    if as_json:
        _print_json(catalogue_view.as_json(found))
    else:
        catalogue_view.print_view(found, printing.console())


@app.command()
def explain(
    rule: Annotated[str, typer.Argument(help="The id of a rule, as findings name it.")],
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DAY")] = None,
) -> None:
    """What a rule says, what we read it to mean, on whose authority, and its cases."""
    from flows.house import House
    from schemas.rules.explain import explain as explain_rule

    try:
        typer.echo(explain_rule(rule, day.date() if day else House.today()))
    except KeyError as e:
        _fail(str(e.args[0]), ExitStatus.USAGE)


@app.command()
def settings() -> None:
    """Every setting, its value (secrets masked) and where it came from."""
    for one in describe(load()):
        typer.echo(f"{one.name} = {one.value or '(empty)'}    [{one.origin}]")


@s3.command("setup")
def s3_setup() -> None:
    """Make the queue, its dead letter queue and the bucket notification of the S3 inbox; safe to repeat."""
    from connectors.object_store_setup import ensure_notifications

    done = ensure_notifications(load())
    for line in done.changed or ("all was there already",):
        typer.echo(line)
    typer.echo(f"KERUEN_QUEUE_URL={done.queue_url}")


def main() -> NoReturn:
    """Entry of the console script: errors become one message and an exit status."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    try:
        status = app(standalone_mode=False)  # what `typer.Exit` carries comes back as a number
    except typer.Abort:
        status = 130
    except _MISUSE as e:
        e.show()
        status = ExitStatus.USAGE
    except SettingsError as e:
        _fail(str(e), ExitStatus.USAGE)
    except ConnectorError as e:
        _fail(str(e), ExitStatus.OUTSIDE)
    sys.exit(status if isinstance(status, int) else ExitStatus.CLEARED)


def _existing(paths: list[Path]) -> list[Path]:
    """The files named, folders opened; an input that is not there is a usage error."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        elif path.is_file():
            files.append(path)
        else:
            _fail(f"there is no file {path}", ExitStatus.UNREADABLE)
    if not files:
        _fail("no file was found in " + ", ".join(map(str, paths)), ExitStatus.UNREADABLE)
    return files


def _print_json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def _fail(message: str, status: ExitStatus) -> NoReturn:
    sys.stderr.write(f"keruen: {message}\n")
    sys.exit(status)
