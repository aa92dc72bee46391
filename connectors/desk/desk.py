"""The review desk: exceptions as forms in the Prefect UI, dossiers as pages beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from prefect.client.schemas.actions import ArtifactCreate
from prefect.client.schemas.filters import ArtifactCollectionFilter, ArtifactCollectionFilterKey
from prefect.client.schemas.objects import FlowRun, State
from prefect.context import FlowRunContext
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL

from connectors.desk import form as forms
from connectors.desk import links, runs
from connectors.desk.board import Question, dossier_page
from connectors.desk.description import Link, Picture, describe, papers_of, readings_of, with_problems
from connectors.desk.words import Words
from connectors.settings import Settings
from schemas.record import CheckResult, Document, DossierException, Ruling

_NAME_LENGTH = 90
# A review takes seconds; one that has run so long has lost its process.
_LOST_AFTER = timedelta(minutes=10)
_MOST_TRIES = 5


class Answered(NamedTuple):
    """A form as it was filled in: the ruling it means, and the problems that keep it from being one."""

    ruling: Ruling
    problems: list[str]
    given: runs.Given


class Desk:
    """The exceptions and dossiers of one Prefect server, in the desk's language.

    Every method raises `Transient` when the server cannot be reached and `Permanent` when it refuses.
    """

    def __init__(self, settings: Settings) -> None:
        self.words = Words(settings.desk_language)
        # Inside the service the address is in the environment, also when the port was chosen at its start.
        self.api_url = (PREFECT_API_URL.value() or f"{settings.prefect_ui_url}/api").rstrip("/")

    @property
    def ui_url(self) -> str:
        """Address of the Prefect UI, without a slash at its end."""
        return self.api_url.removesuffix("/api")

    async def open_exception(
        self,
        exception: DossierException,
        pictures: Sequence[Picture] = (),
        *,
        documents: Sequence[Document] = (),
        further: Sequence[Link] = (),
        round: int = 0,
        asked: bool = False,
    ) -> str:
        """The id of the run whose form asks `exception`, opened if need be.

        The same exception and `round` give the same run, however often and however concurrently asked.
        `documents` give the papers their names and the table its readings; `asked` says on top that the
        sender has been asked; `further` are links below the one to the dossier.
        """
        papers = papers_of(exception, documents)
        asks = runs.Form(
            forms.form(exception, papers, self.words),
            describe(
                exception,
                self.words,
                pictures=pictures,
                readings=readings_of(exception, documents),
                links=[
                    Link(f"{self.words('dossier')} {exception.dossier}", self.dossier_link(exception.dossier)),
                    *further,
                ],
                is_asked=asked,
            ),
        )
        async with runs.prefect_api(self.api_url) as client:
            run = await runs.open_run(
                client,
                asks,
                key=f"{exception.id}:{round}",
                name=_short(f"{exception.dossier} · {exception.question}"),
                tags=[f"queue:{exception.queue}", f"dossier:{exception.dossier}"],
                parameters={"exception": exception.id, "dossier": exception.dossier},
            )
        return str(run.id)

    async def waits(self, run_id: str) -> bool:
        """Whether a form waits for an answer, or its answer is being worked.

        A run that lost its process after it was answered is put back to be worked, a few times at most.
        """
        async with runs.prefect_api(self.api_url) as client:
            try:
                run = await client.read_flow_run(UUID(run_id))
            except ObjectNotFound:
                return False
            if not _is_lost(run):
                return runs.is_waiting(run)
            if run.run_count >= _MOST_TRIES or await runs.last_answer(client, run.id) is None:
                return False
            await runs.requeue(client, run.id, "Its process was lost; the answer is worked again.")
            return True

    async def requeue_lost(self) -> int:
        """Put back all answered runs that are being worked by nobody; for the one process that works them."""
        async with runs.prefect_api(self.api_url) as client:
            lost = await runs.being_worked(client)
            for run in lost:
                await runs.requeue(client, run.id, "The service was started anew; the answer is worked again.")
        return len(lost)

    async def answer(self, run_id: str, ruling: Ruling) -> None:
        """Fill in and hand in the form of a run, as a person would.

        Raises `Permanent` when the run does not wait or the server refuses a value, `ValueError` when the
        form does not offer this answer.
        """
        async with runs.prefect_api(self.api_url) as client:
            run = await client.read_flow_run(UUID(run_id))
            asked = await runs.open_form(client, run)
            await runs.resume(client, run.id, forms.values_of(asked.schema, ruling))

    async def answered(self, run_id: str) -> Answered | None:
        """The newest answer given in the form of a run; None when there is none yet."""
        async with runs.prefect_api(self.api_url) as client:
            given = await runs.last_answer(client, UUID(run_id))
        if given is None:
            return None
        meant = forms.answer(given.form.schema, given.values)
        return Answered(meant.ruling, meant.problems, given)

    async def ask_again(self, run_id: str, answered: Answered, problems: Sequence[str]) -> State[Any]:
        """Suspend a running run once more: the same form as it was filled in, with the problems on top."""
        given = answered.given
        asks = runs.Form(
            forms.filled(given.form.schema, given.values),
            with_problems(given.form.description, problems, Words(given.form.schema["x-language"])),
        )
        async with runs.prefect_api(self.api_url) as client:
            return await runs.ask_again(client, UUID(run_id), asks, given.turn + 1)

    async def close(self, run_id: str, message: str) -> bool:
        """End a form that no longer asks anything; `message` is shown with its state. Whether it was open."""
        async with runs.prefect_api(self.api_url) as client:
            return await runs.cancel(client, UUID(run_id), message)

    async def publish_dossier(
        self, ref: str, state: str, result: CheckResult, questions: Sequence[Question] = ()
    ) -> None:
        """The dossier's page in the Prefect UI: state, papers, findings, what is missing, open questions."""
        page = dossier_page(ref, state, result, questions, self.words, lambda run: self.link(run))
        key = links.dossier_key(ref)
        within = FlowRunContext.get()
        run_id = within.flow_run.id if within and within.flow_run else None
        async with runs.prefect_api(self.api_url) as client:
            last = await client.read_latest_artifacts(
                artifact_filter=ArtifactCollectionFilter(key=ArtifactCollectionFilterKey(any_=[key])), limit=1
            )
            if last and last[0].data == page:
                return
            title = f"{self.words('dossier')} {ref}"
            await client.create_artifact(
                ArtifactCreate(key=key, type="markdown", description=title, data=page, flow_run_id=run_id)
            )

    def link(self, run_id: str) -> str:
        """Where the form of a run is answered."""
        return links.run_link(self.ui_url, run_id)

    def queue_link(self, queue: str) -> str:
        """All open forms of one queue."""
        return links.queue_link(self.ui_url, queue)

    def dossier_link(self, ref: str) -> str:
        """The page of a dossier."""
        return links.dossier_link(self.ui_url, ref)


def _is_lost(run: FlowRun) -> bool:
    """Whether a run broke off, or has been at work for longer than a review can take."""
    if run.state is None:
        return True
    if run.state.is_crashed() or run.state.is_failed():
        return True
    at_work = run.state.is_running() or run.state.is_pending()
    return at_work and datetime.now(UTC) - run.state.timestamp > _LOST_AFTER


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _NAME_LENGTH else line[: _NAME_LENGTH - 1] + "…"
