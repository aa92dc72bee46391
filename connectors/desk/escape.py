"""Text from papers on its way into markdown: shown as it is, never obeyed."""

from __future__ import annotations

import re

# Every sign a reader of markdown or HTML may give a meaning to. A backslash takes it away in both UIs,
# while Prefect's first one shows character references as they are written.
_SIGNS = re.compile(r"[!#$&()*+<=>@\[\\\]^_`{|}~]|(?<!\w)-|-(?!\w)")
_TURNS = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SCHEME = re.compile(r"(?i)\b(https?|ftp|mailto|javascript|data):")
_WORD_JOINER = "\u2060"


def escaped(text: str, limit: int = 300) -> str:
    """`text` on one line, each sign with a meaning behind a backslash, no link made of an address.

    Control characters and marks that turn the direction of writing are dropped. Longer text ends in `…`
    after `limit` characters.

    >>> print(escaped("<b>12|480</b>"))
    \\<b\\>12\\|480\\</b\\>
    """
    line = " ".join(text.split())
    if len(line) > limit:
        line = line[: limit - 1] + "…"
    line = _SCHEME.sub(rf"\1{_WORD_JOINER}:", _TURNS.sub("", line))
    line = re.sub(r"(?i)\bwww\.", f"www{_WORD_JOINER}.", line)
    return _SIGNS.sub(r"\\\g<0>", line)
