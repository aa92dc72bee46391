"""PDFs for the tests of the reader: ordinary ones drawn with reportlab, hostile ones written by hand."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pikepdf
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
SIZE = (400, 300)


def drawn(*pages: Callable[[Canvas], None], size: tuple[float, float] = SIZE) -> bytes:
    """A PDF with a page for each function that draws one."""
    if "DejaVu" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("DejaVu", FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1)
    for draw in pages:
        canvas.setFont("DejaVu", 12)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def written(text: str, *, x: float = 50, y: float = 200) -> bytes:
    """A PDF of one page with one line of text."""
    return drawn(lambda canvas: canvas.drawString(x, y, text))


def long_paper(pages: int) -> bytes:
    """Pages full of the same small words."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("DejaVu", 6)
        for row in range(40):
            canvas.drawString(20, 10 + 7 * row, "carton pallet crate " * 5)

    return drawn(*[draw] * pages)


def changed(data: bytes, change: Callable[[pikepdf.Pdf], None], lock: pikepdf.Encryption | bool = False) -> bytes:
    """The PDF after `change` was applied to it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        change(document)
        document.save(out, encryption=lock)
    return out.getvalue()


def locked(data: bytes, password: str) -> bytes:
    """The PDF protected by a user password (AES-256)."""
    return changed(data, lambda _: None, pikepdf.Encryption(user=password, owner="owner", R=6))


def by_hand(content: bytes, *, entries: bytes = b"", resources: bytes = b"", more: bytes = b"") -> bytes:
    """A PDF of one page as bare objects: 4 is its content stream, `more` holds further objects from 5 on."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]/Contents 4 0 R/Resources<<"
        + resources
        + b">>>>endobj\n4 0 obj<<"
        + entries
        + b"/Length "
        + str(len(content)).encode()
        + b">>stream\n"
        + content
        + b"\nendstream endobj\n"
        + more
        + b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def _deflated(piece: bytes, times: int) -> bytes:
    packer = zlib.compressobj(1)
    return b"".join(packer.compress(piece) for _ in range(times)) + packer.flush()


def bomb() -> bytes:
    """One page whose content inflates to 600 MiB of white space."""
    return by_hand(_deflated(b" " * (1 << 20), 600), entries=b"/Filter/FlateDecode")


def path_flood() -> bytes:
    """One page with six million lines in 0.2 MB."""
    return by_hand(_deflated(b"1 1 m 9 9 l S\n" * 10_000, 600), entries=b"/Filter/FlateDecode")


def self_calling_form() -> bytes:
    """A page with a form that draws itself twice."""
    form = b"/F Do /F Do"
    return by_hand(
        b"/F Do",
        resources=b"/XObject<</F 5 0 R>>",
        more=b"5 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 400 300]/Resources<</XObject<</F 5 0 R>>>>/Length "
        + str(len(form)).encode()
        + b">>stream\n"
        + form
        + b"\nendstream endobj\n",
    )


def nested_forms(depth: int = 11, width: int = 10) -> bytes:
    """Forms within forms: `width ** depth` drawings in a few kilobytes."""
    objects = []
    for level in range(depth):
        number = 5 + level
        last = level == depth - 1
        body = b"0 0 1 1 re f " if last else b"/F Do " * width
        inner = b"" if last else b"/XObject<</F %d 0 R>>" % (number + 1)
        objects.append(
            b"%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 400 300]/Resources<<%s>>"
            b"/Length %d>>stream\n%s\nendstream endobj\n" % (number, inner, len(body), body)
        )
    return by_hand(b"/F Do", resources=b"/XObject<</F 5 0 R>>", more=b"".join(objects))


def cyclic_pages() -> bytes:
    """A page tree that contains itself."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def garbage() -> bytes:
    """A PDF header, then noise."""
    return b"%PDF-1.7\n" + bytes((i * 7919 + i * i) % 251 for i in range(50_000))
