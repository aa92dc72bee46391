"""An exception as the desk gets it: two papers that state different masses."""

from __future__ import annotations

import io
import uuid

from PIL import Image, ImageDraw

from connectors.desk import Picture
from schemas.record import AnswerField, Document, DossierException, Evidence, Finding, Queue, Severity

CMR = Document(
    id="aaaaaaaaaaaaaaaa-1",
    file="cmr.pdf",
    sha256="a" * 64,
    kind="cmr",
    kind_confidence=1.0,
    pages=(1,),
    data={"number": "000123", "gross_mass_kg": "12840", "issue_date": "2026-11-03"},
    evidence={
        "/gross_mass_kg": Evidence(page=1, box=(360, 300, 430, 312), text="12 840,00", confidence=0.97),
        "/issue_date": Evidence(page=1, text="03.11.2026"),
    },
)
INVOICE = Document(
    id="bbbbbbbbbbbbbbbb-1",
    file="invoice.pdf",
    sha256="b" * 64,
    kind="commercial_invoice",
    kind_confidence=1.0,
    pages=(1, 2),
    data={"number": "77|*x* <b>y</b>", "gross_mass_kg": "12480"},
    evidence={"/gross_mass_kg": Evidence(page=2, text="12 480 kg")},
)
MASSES = Finding(
    rule="consignment.gross_mass_agrees",
    severity=Severity.ASK,
    says="The gross mass is the same on all papers.",
    seen="CMR 12840 kg, invoice 12480 kg: 360 kg apart.",
    places=(CMR.place("/gross_mass_kg"), INVOICE.place("/gross_mass_kg")),
    basis="A made-up basis, for tests only.",
)
CMR_MASS = f"{CMR.id}#/gross_mass_kg"
INVOICE_MASS = f"{INVOICE.id}#/gross_mass_kg"


def masses_disagree(id_: str = "") -> DossierException:
    """A question about two masses and a date that was not read; each call is a question of its own."""
    fields = (
        AnswerField(
            document=CMR.id, pointer="/gross_mass_kg", title="CMR: gross mass, kg", type="decimal", value="12840"
        ),
        AnswerField(
            document=INVOICE.id,
            pointer="/gross_mass_kg",
            title="Invoice: gross mass, kg",
            type="decimal",
            value="12480",
        ),
        AnswerField(document=CMR.id, pointer="/issue_date", title="CMR: date", type="date", value="2026-11-03"),
        AnswerField(document=INVOICE.id, pointer="/issue_date", title="Invoice: date", type="date"),
    )
    return DossierException(
        id=id_ or uuid.uuid4().hex,
        dossier="2026-000017",
        queue=Queue.DECLARANT,
        question="The CMR says 12840 kg gross, the invoice 12480 kg. Which is right?",
        findings=(MASSES,),
        fields=fields,
    )


def which_dossier() -> DossierException:
    """A question with named answers: a paper that fits two dossiers."""
    place = INVOICE.place("")
    finding = Finding(
        rule="placement.one_dossier",
        severity=Severity.ASK,
        says="A paper fits one dossier.",
        seen="It fits two.",
        places=(place,),
    )
    return DossierException(
        id=uuid.uuid4().hex,
        dossier="2026-000017",
        queue=Queue.DOCUMENTS,
        question="Which dossier does the invoice belong to?",
        findings=(finding,),
        choices=("2026-000017", "2026-000018", "a new dossier"),
    )


def picture() -> Picture:
    """A drawn page with one value framed."""
    image = Image.new("RGB", (900, 420), "white")
    draw = ImageDraw.Draw(image)
    for top in range(30, 400, 40):
        draw.text((40, top), "11 Gross weight in kg   12 840,00", fill="black")
    draw.rectangle((160, 105, 260, 130), outline="red", width=3)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return Picture(buffer.getvalue(), "image/png", "CMR 000123, page 1")
