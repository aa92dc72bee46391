"""Three papers of one consignment, written by hand as data: what checking them must make of them."""

from __future__ import annotations

import copy
from typing import Any

from schemas.record import Document, Evidence, Finding

SELLER = {"name": "Vydumka Trading Co., Ltd.", "country": "CN", "tax_id": "91110000600037341L"}
BUYER = {"name": "ТОО «Шығыс Транс»", "country": "KZ", "tax_id": "230340281402"}

INVOICE: dict[str, Any] = {
    "number": "INV-2026/14",
    "issue_date": "2026-03-02",
    "seller": SELLER,
    "buyer": BUYER,
    "currency": "USD",
    "total_amount": "1500",
    "incoterm": {"code": "DAP", "place": "Almaty"},
    "contract": {"number": "KT-11/25", "date": "2025-12-01"},
    "net_mass_kg": "400",
    "gross_mass_kg": "450.4",
    "packages": "12",
    "transport": {"number": "123ABC02 / 45DEF02"},
    "lines": [
        {
            "position": "1", "description": "Centrifugal pump", "hs_code": "8413702900", "country_of_origin": "CN",
            "quantity": "10", "unit": "pcs", "unit_price": "100", "amount": "1000",
        },
        {
            "position": "2", "description": "Ball valve", "hs_code": "8481808199", "country_of_origin": "CN",
            "quantity": "100", "unit": "pcs", "unit_price": "5", "amount": "500",
        },
    ],
}  # fmt: skip
PACKING_LIST: dict[str, Any] = {
    "number": "PL-14",
    "issue_date": "2026-03-03",
    "invoice": {"number": "INV 2026-14", "date": "2026-03-02"},
    "seller": SELLER,
    "consignee": {"name": "Shygys Trans LLP"},
    "containers": [{"number": "CSQU 305438 3"}],
    "packages": "12",
    "net_mass_kg": "400",
    "gross_mass_kg": "450.4",
    "lines": [
        {
            "position": "1", "description": "Centrifugal pump", "quantity": "10", "unit": "pcs", "packages": "10",
            "net_mass_kg": "300", "gross_mass_kg": "330.2",
        },
        {
            "position": "2", "description": "Ball valve", "quantity": "100", "unit": "pcs", "packages": "2",
            "net_mass_kg": "100", "gross_mass_kg": "120.2",
        },
    ],
}  # fmt: skip
CMR: dict[str, Any] = {
    "number": "0077812",
    "consignor": {"name": "VYDUMKA TRADING CO LTD", "country": "CN"},
    "consignee": {"name": "ЖШС «Шығыс Транс»", "country": "KZ"},
    "carrier": {"name": "ТОО Жол", "country": "KZ", "tax_id": "971240001315"},
    "place_of_taking_over": {"name": "Urumqi", "country": "CN"},
    "place_of_delivery": {"name": "Almaty", "country": "KZ"},
    "date_of_taking_over": "2026-03-04",
    "issue_date": "2026-03-04",
    "attached_documents": [
        {"kind": "commercial_invoice", "number": "INV-2026/14", "date": "2026-03-02"},
        {"kind": "packing_list", "number": "PL-14"},
    ],
    "containers": ["СSQU3054383"],
    "goods": [{"packages": "12", "package_kind": "cartons", "gross_mass_kg": "450", "hs_code": "841370"}],
    "packages": "12",
    "gross_mass_kg": "450",
    "truck_plate": "123 АВС 02",
    "trailer_plate": "45DEF02",
}
_DATA = {"commercial_invoice": INVOICE, "packing_list": PACKING_LIST, "cmr": CMR}


def document(kind: str, data: dict[str, Any], number: int = 1, findings: tuple[Finding, ...] = ()) -> Document:
    """A document of hand-written data; its first level has evidence with a box."""
    mark = f"{kind}{number}".encode().hex()[:16].ljust(16, "0")
    evidence = {
        f"/{name}": Evidence(page=1, box=(10.0, 20.0 + i, 90.0, 30.0 + i), text=value)
        for i, (name, value) in enumerate(data.items())
        if isinstance(value, str)
    }
    return Document(
        id=f"{mark}-1",
        file=f"{kind}{number}.pdf",
        sha256=mark * 4,
        kind=kind,
        kind_confidence=1.0,
        pages=(1, 2),
        data=data,
        evidence=evidence,
        findings=findings,
    )


def dossier(**changes: dict[str, Any]) -> list[Document]:
    """The three papers, with some values changed: `dossier(cmr={"gross_mass_kg": "500"})`; None removes."""
    papers = []
    for kind, data in _DATA.items():
        changed = copy.deepcopy(data) | copy.deepcopy(changes.get(kind, {}))
        papers.append(document(kind, {name: value for name, value in changed.items() if value is not None}))
    return papers
