"""The document kinds and profiles as people and machines see them: `keruen kinds`."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from schemas.catalogue import Catalogue
from schemas.profiles import profiles


def as_json(catalogue: Catalogue) -> dict[str, Any]:
    """Every kind with its titles, required fields and languages, and every profile with what it needs."""
    return {
        "kinds": [
            {
                "kind": kind.name,
                "title": dict(kind.spec.title),
                "required": list(kind.required),
                "fields": [name for name, field in kind.spec.fields.items() if not field.hidden],
                "languages": _languages(kind.spec.anchors),
                "folder": str(kind.folder),
            }
            for kind in catalogue.kinds
        ],
        "profiles": [
            {"profile": name, "says": one.says.on("en"), "needs": [need.kind for need in one.needs]}
            for name, one in profiles().items()
        ],
    }


def print_view(catalogue: Catalogue, out: Console) -> None:
    """The same as tables."""
    view = as_json(catalogue)
    table = Table(show_edge=False, pad_edge=False)
    for name in ("kind", "title", "must have", "recognised in"):
        table.add_column(name, overflow="fold")
    for kind in view["kinds"]:
        table.add_row(kind["kind"], kind["title"]["en"], ", ".join(kind["required"]), " ".join(kind["languages"]))
    out.print(table)
    out.print()
    table = Table(show_edge=False, pad_edge=False)
    for name in ("profile", "what", "needs"):
        table.add_column(name, overflow="fold")
    for profile in view["profiles"]:
        table.add_row(profile["profile"], profile["says"], ", ".join(profile["needs"]))
    out.print(table)


def _languages(anchors: Any) -> list[str]:
    return sorted({anchor.language for anchor in anchors})
