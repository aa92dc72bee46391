"""Opening a PDF with pdfium: passwords, repair, and what the file says of itself. Runs in the child."""

from __future__ import annotations

import ctypes
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

_NAME_UNITS = 1024
_ATTACHMENTS = 200


class Refused(Exception):
    """The document cannot be opened; `cause` is one of the keys of `reader.REMEDIES`."""

    def __init__(self, cause: str, detail: str = "") -> None:
        super().__init__(cause, detail)
        self.cause = cause
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Opened:
    """An open pdfium document."""

    handle: Any
    pages: int
    encrypted: bool
    repaired: bool

    def about(self, tag: bytes) -> str:
        """A text of the information dictionary, such as the producer."""
        return _utf16(lambda buffer, size: pdfium.FPDF_GetMetaText(self.handle, tag, buffer, size))

    def attachments(self) -> list[str]:
        """Names of embedded files. Their content is somebody's claim about the page, not the page."""
        count = min(pdfium.FPDFDoc_GetAttachmentCount(self.handle), _ATTACHMENTS)
        items = (pdfium.FPDFDoc_GetAttachment(self.handle, i) for i in range(count))
        return [
            _utf16(lambda buffer, size, item=item: pdfium.FPDFAttachment_GetName(item, buffer, size))
            for item in items
            if item
        ]


@contextmanager
def open_document(data: bytes, passwords: Sequence[str] = ()) -> Iterator[Opened]:
    """The document, as it is or re-saved by pikepdf when pdfium cannot open it.

    Raises `Refused` with the cause "locked", "damaged", "empty" or "security".
    """
    handle, error = _load(data, passwords)
    keep, repaired = data, False
    if error == pdfium.FPDF_ERR_PASSWORD:
        raise Refused("locked")
    if error == pdfium.FPDF_ERR_SECURITY:
        raise Refused("security")
    if not handle or not _has_pages(handle):
        if handle:
            pdfium.FPDF_CloseDocument(handle)
        keep, repaired = _resaved(data, passwords), True
        handle, _ = _load(keep, ())
        if not handle:
            raise Refused("damaged")
    try:
        pages = pdfium.FPDF_GetPageCount(handle)
        if pages < 1:
            raise Refused("empty")
        encrypted = pdfium.FPDF_GetSecurityHandlerRevision(handle) != -1
        yield Opened(handle, pages, encrypted, repaired)
    finally:
        pdfium.FPDF_CloseDocument(handle)
        del keep  # pdfium reads from these bytes until the document is closed


def _load(data: bytes, passwords: Sequence[str]) -> tuple[Any, int]:
    """A handle, or none and pdfium's error code."""
    error = pdfium.FPDF_ERR_UNKNOWN
    for password in _spellings(passwords):
        handle = pdfium.FPDF_LoadMemDocument64(data, len(data), password)
        if handle:
            return handle, pdfium.FPDF_ERR_SUCCESS
        error = pdfium.FPDF_GetLastError()
        if error != pdfium.FPDF_ERR_PASSWORD:
            break
    return None, error


def _spellings(passwords: Sequence[str]) -> Iterator[bytes | None]:
    """No password, then each one as newer (UTF-8) and older (Latin-1) files spell it."""
    yield None
    for password in passwords:
        yield password.encode()
        if not password.isascii():
            try:
                yield password.encode("latin-1")
            except UnicodeEncodeError:
                continue


def _has_pages(handle: Any) -> bool:
    """Whether at least one of the first pages is there; their content is not parsed for this."""
    size = pdfium.FS_SIZEF()
    count = min(pdfium.FPDF_GetPageCount(handle), 3)
    return any(pdfium.FPDF_GetPageSizeByIndexF(handle, index, size) for index in range(count))


def _resaved(data: bytes, passwords: Sequence[str]) -> bytes:
    import pikepdf  # only damaged files pay for it

    out = io.BytesIO()
    for password in ("", *passwords):
        try:
            with pikepdf.open(io.BytesIO(data), password=password) as document:
                document.save(out, encryption=False)
                return out.getvalue()
        except pikepdf.PasswordError:
            continue
        except MemoryError:
            raise
        except Exception as error:  # a damaged file fails in many ways, none of them ours
            raise Refused("damaged", _reason(error)) from error
    raise Refused("locked")


def _reason(error: Exception) -> str:
    """What pikepdf says, without its name for our buffer."""
    return re.sub(r"(stream )?<_io\.BytesIO[^>]*>:? ?", "", str(error)).partition("\n")[0][:200]


def _utf16(call: Any) -> str:
    buffer = (ctypes.c_ushort * _NAME_UNITS)()
    size = call(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), ctypes.sizeof(buffer))
    units = min(max(int(size) // 2 - 1, 0), _NAME_UNITS)
    text = ctypes.string_at(buffer, 2 * units).decode("utf-16-le", "replace")
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
