"""The door to digital PDFs: `read` gives the pages of a file, or says why it cannot and what to do."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connectors.errors import Unreadable
from connectors.pdf import process, wire
from connectors.pdf.limits import Limits
from schemas.page import Page

DEFAULT_LIMITS = Limits()


class Locked(Unreadable):
    """The document opens only with a password that was not given."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A PDF as read: its pages, and what the file says of itself.

    `attachments` names embedded files (factur-x.xml, ...): they are the sender's claim about the page, never
    read as the page. `notes` tells what was left out of the pages because a person cannot see it. `repaired`
    is set when the file was damaged and had to be re-saved before it opened.
    """

    pages: tuple[Page, ...]
    page_count: int
    producer: str = ""
    encrypted: bool = False
    repaired: bool = False
    attachments: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read(data: bytes, *, limits: Limits = DEFAULT_LIMITS, passwords: Sequence[str] = ()) -> Reading:
    """All pages of a PDF, read in a child process under `limits`.

    Raises `Locked` for a password that is missing, `Unreadable` for anything else that is wrong with the
    document or too large in it, `Transient` when no child process can be had. Blocks; call it through
    `asyncio.to_thread` from asynchronous code.
    """
    job = {"do": "read", "passwords": list(passwords), "limits": limits.model_dump()}
    head, body = ask(job, data, limits)
    try:
        pages = wire.unpack_pages(head["pages"], body)
        return Reading(
            pages,
            len(pages),
            str(head["producer"]),
            bool(head["encrypted"]),
            bool(head["repaired"]),
            tuple(head["attachments"]),
            tuple(head["notes"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(_garbled_answer()) from error


def ask(job: dict[str, Any], data: bytes, limits: Limits) -> tuple[dict[str, Any], memoryview]:
    """A child's answer to a job on a document, with every failure as `Unreadable`."""
    if not data:
        raise Unreadable("The file is empty (0 bytes). Ask the sender for it again.")
    if len(data) > limits.file_bytes:
        raise Unreadable(
            f"The PDF has {len(data):,} bytes; at most {limits.file_bytes:,} are read. "
            "Split it or raise the limit `file_bytes`."
        )
    try:
        head, body = wire.unpack(process.run(job, data, limits.wall_seconds))
    except process.Ended as ended:
        raise Unreadable(_death(ended, limits)) from ended
    except ValueError as error:
        raise Unreadable(_garbled_answer()) from error
    if "refused" in head:
        raise _refusal(str(head["refused"]), str(head.get("detail", "")), job, limits)
    return head, body


def _refusal(cause: str, detail: str, job: dict[str, Any], limits: Limits) -> Unreadable:
    if cause == "locked":
        tried = len(job["passwords"])
        seen = f"none of the {tried} given password(s) opens it" if tried else "no password was given"
        return Locked(
            f"The PDF is protected by a password and {seen}. Ask the sender for the password or an open copy."
        )
    reasons = {
        "damaged": "The file is damaged or not a PDF and could not be repaired{}. Ask the sender for it again.",
        "security": "The PDF is encrypted in a way that is not supported{}. Ask the sender for an open copy.",
        "empty": "The PDF has no page that can be opened{}. Ask the sender for it again.",
        "memory": _too_much_memory(limits) + "{}",
        "pages": f"The PDF has {detail} pages; at most {limits.pages} are read. Split it or raise the limit `pages`.",
        "no such page": f"The PDF has {detail} page(s); page {job.get('page')} is not among them.",
        "page": f"Page {job.get('page')} is damaged and cannot be drawn. Ask the sender for the file again.",
        "fault": f"The PDF reader itself failed on this document: {detail}. "
        "Keep the file aside for a person and report this message with it.",
    }
    reason = reasons.get(cause, f"The PDF cannot be read: {cause}{{}}.")
    return Unreadable(reason.replace("{}", f" ({detail})" if detail else ""))


def _death(ended: process.Ended, limits: Limits) -> str:
    remedy = "Keep it aside for a person; do not try it again by itself."
    if ended.signal == signal.SIGXCPU:
        return f"Reading the PDF took more than {limits.cpu_seconds} s of CPU time. {remedy}"
    if ended.signal == signal.SIGALRM:
        return f"Reading the PDF took more than {limits.wall_seconds:g} s. {remedy}"
    if ended.signal == signal.SIGABRT or ended.signal == signal.SIGTRAP:
        return _too_much_memory(limits)
    if ended.signal:
        name = signal.Signals(ended.signal).name
        return f"The PDF made its reader crash ({name}). {remedy}"
    return f"The PDF ended its reader (wait status {ended.status}). {remedy}"


def _too_much_memory(limits: Limits) -> str:
    return (
        f"Reading the PDF takes more memory than the limit of {limits.memory_bytes // 2**20} MiB, "
        "or made its reader abort. Keep it aside for a person; do not try it again by itself."
    )


def _garbled_answer() -> str:
    return "The PDF made its reader answer nonsense. Keep it aside for a person; do not try it again by itself."
