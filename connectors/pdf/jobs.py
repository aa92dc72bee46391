"""What a child does with one document, and the limits it does it under."""

from __future__ import annotations

import resource
import signal
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import pypdfium2.raw as pdfium

from connectors.pdf import canvas, wire
from connectors.pdf.document import Refused, open_document
from connectors.pdf.pages import PageLimits, read_page


def answer(job: Mapping[str, Any], data: bytes) -> bytes:
    """Do one job under its limits; the answer is a message of `wire`, whatever happens in Python."""
    limits = job["limits"]
    confine(limits)
    try:
        return _JOBS[job["do"]](job, data, limits)
    except Refused as refused:
        return wire.pack({"refused": refused.cause, "detail": refused.detail})
    except MemoryError:
        return wire.pack({"refused": "memory", "detail": ""})
    except Exception as error:  # a fault of ours; the parent names it, for here is no log
        where = traceback.extract_tb(error.__traceback__)[-1]
        detail = f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"
        return wire.pack({"refused": "fault", "detail": detail[:300]})


def confine(limits: Mapping[str, Any]) -> None:
    """Give this process its limits for good: memory, CPU time, wall time, written bytes, open files."""
    memory, cpu = limits["memory_bytes"], limits["cpu_seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["written_bytes"], limits["written_bytes"]))
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits["open_files"], limits["open_files"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in (signal.SIGALRM, signal.SIGXCPU, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits["wall_seconds"])


def _read(job: Mapping[str, Any], data: bytes, limits: Mapping[str, Any]) -> bytes:
    with open_document(data, job["passwords"]) as document:
        if document.pages > limits["pages"]:
            raise Refused("pages", str(document.pages))
        bounds = PageLimits(limits["chars_per_page"], limits["rulings_per_page"])
        pages, notes = [], []
        for index in range(document.pages):
            page, about = read_page(document.handle, index, bounds)
            pages.append(page)
            notes.extend(about)
        heads, body = wire.pack_pages(pages)
        head = {
            "pages": heads,
            "notes": notes,
            "producer": document.about(b"Producer"),
            "encrypted": document.encrypted,
            "repaired": document.repaired,
            "attachments": document.attachments(),
        }
        return wire.pack(head, body)


def _draw(job: Mapping[str, Any], data: bytes, limits: Mapping[str, Any]) -> bytes:
    with open_document(data, job["passwords"]) as document:
        if not 1 <= job["page"] <= document.pages:
            raise Refused("no such page", str(document.pages))
        page = pdfium.FPDF_LoadPage(document.handle, job["page"] - 1)
        if not page:
            raise Refused("page")
        try:
            sketch = canvas.Sketch(job["box"], job["frames"], job["dpi"], job["max_width"])
            mime, image = canvas.draw(page, sketch, limits["picture_pixels"])
            return wire.pack({"mime": mime}, image)
        finally:
            pdfium.FPDF_ClosePage(page)


_JOBS: dict[str, Callable[[Mapping[str, Any], bytes, Mapping[str, Any]], bytes]] = {
    "read": _read,
    "draw": _draw,
}
