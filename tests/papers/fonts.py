"""The fonts papers are set in: DejaVu (Debian `fonts-dejavu-core`), the PDF base fonts, Song for Chinese."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

CHINESE = "STSong-Light"
FAMILIES = {
    "sans": ("DejaVuSans", "DejaVuSans-Bold"),
    "serif": ("DejaVuSerif", "DejaVuSerif-Bold"),
    "mono": ("DejaVuSansMono", "DejaVuSansMono-Bold"),
    "helvetica": ("Helvetica", "Helvetica-Bold"),
    "times": ("Times-Roman", "Times-Bold"),
}
BASE_FAMILIES = ("helvetica", "times")
"""Not embedded and Latin-1 only; other letters fall back to DejaVu Sans."""

_FOLDERS = (
    Path("/usr/share/fonts/truetype/dejavu"),
    Path("/usr/share/fonts/dejavu"),
    Path("/usr/share/fonts/TTF"),
    Path("/usr/local/share/fonts"),
)


class FontMissing(RuntimeError):
    """A font file papers need is not on this machine; the message names the Debian package."""


def find_font(name: str) -> Path:
    """The file of a DejaVu font, or `FontMissing` saying where it was looked for and what to install."""
    for folder in _FOLDERS:
        if (path := folder / f"{name}.ttf").is_file():
            return path
    looked = ", ".join(str(folder) for folder in _FOLDERS)
    raise FontMissing(f"Font {name}.ttf is missing. Looked in: {looked}. Install the Debian package fonts-dejavu-core.")


@cache
def _register(name: str) -> str:
    if name.startswith("DejaVu"):
        pdfmetrics.registerFont(TTFont(name, str(find_font(name))))
    elif name == CHINESE:
        pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    return name


def _font_of(char: str, family: str, bold: bool) -> str:
    if ord(char) >= 0x2E80:
        return CHINESE
    if family in BASE_FAMILIES and not _in_latin1(char):
        return FAMILIES["sans"][bold]
    return FAMILIES[family][bold]


@cache
def _in_latin1(char: str) -> bool:
    return bool(char.encode("cp1252", errors="ignore"))


@cache
def font_runs(text: str, family: str, bold: bool = False) -> tuple[tuple[str, str], ...]:
    """`text` cut into (font name, run) so that every character has a font that holds it."""
    runs = groupby(text, key=lambda char: _font_of(char, family, bold))
    return tuple((_register(font), "".join(chars)) for font, chars in runs)


@cache
def text_width(text: str, size: float, family: str, bold: bool = False) -> float:
    """Width of `text` in points."""
    return float(sum(pdfmetrics.stringWidth(run, font, size) for font, run in font_runs(text, family, bold)))
