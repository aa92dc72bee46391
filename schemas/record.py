"""The record: documents with their evidence, what rules find in them, and what is decided.

A document's `data` is plain JSON (decimals as strings, days as ISO dates). Beside it lies its evidence,
a map from JSON Pointer (RFC 6901) to where the value came from. Findings, corrections and frames on the
page image all name a place by the same pointers.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.page import Source

Edges = tuple[float, float, float, float]
"""x0, top, x1, bottom in points from the top left of the page."""

Confidence = Annotated[float, Field(ge=0.0, le=1.0)]


class Record(BaseModel):
    """Base of everything written down: unknown keys are errors, values do not change after the fact."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Evidence(Record):
    """Where one value came from. `text` is what stands on the paper, before any normalising.

    A value made from others (`source="rule"`) has no box of its own and names the pointers of its `inputs`.
    """

    page: int | None = None
    box: Edges | None = None
    text: str = ""
    source: Source = "text"
    confidence: Confidence = 1.0
    inputs: tuple[str, ...] = ()
    note: str = ""


class Drop(Record):
    """What arrived, as it arrived; its bytes travel beside it and go to the archive under their SHA-256.

    `source` and `version` together name one arrival: `file:///inbox/a/cmr.pdf` with size and modification
    time, `s3://bucket/key` with version id or ETag. `group` is the folder or key prefix it was dropped in,
    relative to the inbox ("" at its top): papers of one group belong to one dossier.
    """

    source: str
    version: str
    name: str
    group: str = ""
    sender: str = ""
    received_at: datetime


class Severity(StrEnum):
    """How much a finding weighs: `stop` and `ask` hold a dossier, `note` is only shown."""

    STOP = "stop"
    ASK = "ask"
    NOTE = "note"


class Outcome(StrEnum):
    """What came of applying one rule."""

    HOLDS = "holds"
    VIOLATED = "violated"
    COULD_NOT_CHECK = "could_not_check"


class Place(Record):
    """A value on a paper: the file, the JSON Pointer in the document's data, and where it is printed."""

    file: str
    pointer: str
    page: int | None = None
    box: Edges | None = None
    document: str = ""
    """The `Document.id`; tells two papers of one file apart."""


class Finding(Record):
    """What one rule says of a document or a dossier.

    `says` is the rule's text, `seen` what was found instead (both values, and the difference where there is
    one), `basis` on whose authority.
    """

    rule: str
    severity: Severity
    says: str
    seen: str
    places: tuple[Place, ...] = ()
    basis: str = ""


class Document(Record):
    """One paper found in a drop, with what was read from it."""

    id: str
    """Stable name of this paper: first 16 hex digits of the file's SHA-256, a dash, its first page."""
    file: str
    sha256: str
    kind: str
    kind_confidence: Confidence
    pages: tuple[int, ...]
    languages: tuple[str, ...] = ()
    data: dict[str, Any] = Field(default_factory=dict)
    evidence: dict[str, Evidence] = Field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def place(self, pointer: str) -> Place:
        """The place of a pointer in this document, with page and box where the evidence knows them."""
        found = self.evidence.get(pointer)
        if found is None:  # a group such as /seller or /lines/3: point at its first member
            found = next((e for p, e in self.evidence.items() if p.startswith(pointer + "/")), None)
        return Place(
            file=self.file,
            pointer=pointer,
            page=found.page if found else (self.pages[0] if self.pages else None),
            box=found.box if found else None,
            document=self.id,
        )


class Verdict(StrEnum):
    """What `check` decides of a dossier."""

    WAITING = "waiting"
    HELD = "held"
    CLEARED = "cleared"


class Missing(Record):
    """A paper the profile asks for that the dossier does not have, and why it is needed."""

    kind: str
    why: str


class Checked(Record):
    """The outcome of one rule on one dossier (or on one document of it)."""

    rule: str
    outcome: Outcome
    document: str = ""
    why: str = ""


class Fact(Record):
    """The agreed value of one fact of the consignment, who states it, and the rule that chose."""

    value: Any
    stated_by: tuple[Place, ...]
    chosen_by: str


class CheckResult(Record):
    """What `check(documents, day)` returns, and what `keruen check --json` prints."""

    decision: Verdict
    day: str
    profile: str
    documents: tuple[Document, ...]
    consignment: dict[str, Fact]
    findings: tuple[Finding, ...]
    missing: tuple[Missing, ...]
    checked: tuple[Checked, ...]


class Queue(StrEnum):
    """The desks an exception can be routed to."""

    DECLARANT = "declarant"
    DOCUMENTS = "documents"
    COMPLIANCE = "compliance"
    FINANCE = "finance"


class AnswerField(Record):
    """A value a person may correct in the form of an exception: typed and prefilled."""

    document: str
    pointer: str
    title: str
    type: Literal["decimal", "integer", "date", "code", "text"]
    value: str = ""
    """As it stands now; empty when nothing was read."""
    pattern: str = ""
    country: str = ""
    """For a tax number: the country of its party, whose check digit then applies."""


class DossierException(Record):
    """Findings of one dossier that a person must answer as one question, routed to one queue."""

    id: str
    """Stable: the same question about the same values of the same dossier has the same id."""
    dossier: str
    queue: Queue
    question: str
    findings: tuple[Finding, ...]
    fields: tuple[AnswerField, ...] = ()
    choices: tuple[str, ...] = ()
    """For a question with named answers (which dossier?): the answers; empty otherwise."""


class Choice(StrEnum):
    """What a person may answer to an exception."""

    ACCEPT = "accept"
    CORRECT = "correct"
    ASK_SENDER = "ask_sender"
    REJECT = "reject"


class Ruling(Record):
    """The person's answer. `values` maps `document#pointer` to the corrected text of each field."""

    exception: str
    choice: Choice
    values: dict[str, str] = Field(default_factory=dict)
    placement: str = ""
    """For a question with named answers: the answer."""
    document: str = ""
    """For `reject`: the `Document.id` of the paper turned down; needed when the findings touch several."""
    operator: str
    reason: str
