"""Text from papers on its way into markdown: shown as it is, never obeyed."""

from __future__ import annotations

import re

# All but letters, digits and signs that no reader of markdown or HTML gives a meaning to.
_SIGNS = re.compile(r"[^\w ,;:%?№«»“”„–—…°§€£¥$/'\"\u2060.-]|_|(?<!\w)-|-(?!\w)")
_TURNS = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SCHEME = re.compile(r"(?i)\b(https?|ftp|mailto|javascript|data):")
_WORD_JOINER = "\u2060"


def escaped(text: str, limit: int = 300) -> str:
    """`text` on one line, each sign with a meaning as a character reference, no link made of an address.

    Marks that turn the direction of writing are dropped; longer text ends in `…` after `limit` characters.

    >>> escaped("<b>12|480</b>")
    '&#60;b&#62;12&#124;480&#60;/b&#62;'
    """
    line = " ".join(text.split())
    if len(line) > limit:
        line = line[: limit - 1] + "…"
    line = _SCHEME.sub(rf"\1{_WORD_JOINER}:", _TURNS.sub("", line))
    line = re.sub(r"(?i)\bwww\.", f"www{_WORD_JOINER}.", line)
    return _SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", line)
