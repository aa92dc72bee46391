"""An answer given on the command line: the same as one given in the form."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from connectors.errors import Permanent, Transient
from connectors.ledger import Ledger, OpenException
from connectors.settings import Settings
from flows.service import Service, child_environment
from flows.standing import open_ledger, open_questions
from schemas.record import Choice, Ruling

if TYPE_CHECKING:
    from flows.rulings import RulingOutcome


def answer(
    settings: Settings,
    exception: str,
    choice: str,
    operator: str,
    reason: str,
    *,
    values: Sequence[str] = (),
    document: str = "",
    placement: str = "",
) -> RulingOutcome:
    """Records a ruling and decides the dossier again; the form of the question is closed.

    `exception` may be the beginning of an id. `values` are `/pointer=VALUE`, or `DOCUMENT#/pointer=VALUE` when
    several papers have the field. The service must be up, because what follows is shown in the Prefect UI.
    """
    question = _find(open_ledger(settings), exception)
    ruling = Ruling(
        exception=question.body.id,
        choice=_choice(choice),
        values=dict(_assignment(question, v) for v in values),
        document=document,
        placement=placement,
        operator=operator,
        reason=reason,
    )
    service = Service(settings)
    running = service.running()
    if running is None or not service.is_up():
        raise Transient("The service is not running, so nothing can be released. Start it with `keruen up`.")
    # Prefect reads its settings when it is imported, so the address of the server has to be there before.
    os.environ.update(child_environment(settings) | {"PREFECT_API_URL": running.api_url})
    from flows.house import House
    from flows.rulings import record_elsewhere

    return asyncio.run(record_elsewhere(ruling, House(settings)))


def _find(ledger: Ledger, beginning: str) -> OpenException:
    found = [q for q in open_questions(ledger) if q.body.id.startswith(beginning)]
    if len(found) != 1:
        what = "no open question" if not found else f"{len(found)} open questions"
        raise Permanent(f"{what} begins with {beginning!r}; `keruen exceptions` lists them.")
    return found[0]


def _choice(text: str) -> Choice:
    try:
        return Choice(text.replace("-", "_"))
    except ValueError:
        raise Permanent(f"{text!r} is not an answer; choose one of {', '.join(Choice)}.") from None


def _assignment(question: OpenException, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Permanent(f"--set {text!r} has no '='; write /pointer=VALUE.")
    if "#" in name:
        return name, value
    pointer = name if name.startswith("/") else f"/{name}"
    fitting = [f"{f.document}#{f.pointer}" for f in question.body.fields if f.pointer == pointer]
    if len(fitting) != 1:
        offered = ", ".join(f"{f.document}#{f.pointer}" for f in question.body.fields) or "none"
        raise Permanent(f"--set {text!r} names {len(fitting)} fields of this question; its fields are {offered}.")
    return fitting[0], value
