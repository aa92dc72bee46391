"""The review desk: a person's questions as forms in the Prefect UI.

`Desk` is imported on demand, since it brings all of Prefect's client with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.desk.board import Question
from connectors.desk.description import Link, Picture
from connectors.desk.links import dossier_link, queue_link, run_link

if TYPE_CHECKING:
    from connectors.desk.desk import Answered, Desk

__all__ = ["Answered", "Desk", "Link", "Picture", "Question", "dossier_link", "queue_link", "run_link"]


def __getattr__(name: str) -> Any:
    if name in ("Answered", "Desk"):
        from connectors.desk import desk

        return getattr(desk, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
