"""The delivery term of a paper that has no label for it: "CIP ALMATY" above the prices."""

from __future__ import annotations

import re

from flows.steps.extract.candidates import Field
from flows.steps.extract.choose import Result, evidence_of
from flows.steps.extract.sheet import Token, text_of
from flows.steps.normalise import Context, make
from schemas.catalogue import Kind

_BARE = re.compile(r"(?:EXW|FCA|FAS|FOB|CFR|CIF|CPT|CIP|DAP|DPU|DAT|DDP|DAF)[ ,]+[^\W\d_].{1,58}")
_MOST_WORDS = 8


def read_bare_incoterm(kind: Kind, area: Field, context: Context, result: Result) -> None:
    """Takes a run that is nothing but a delivery term and its place, where the paper has one such term only."""
    name = next((n for n, f in kind.spec.fields.items() if f.type == "incoterm"), None)
    if name is None or name in result.data or any(d.pointer.startswith(f"/{name}") for d in result.doubts):
        return
    found: dict[str, tuple[dict[str, str], list[Token]]] = {}
    for line in area.sheet.lines:
        for start in sorted(line.cuts):
            tokens = line.tokens[start : line.run_end(start)]
            text = text_of(tokens)
            if len(tokens) > _MOST_WORDS or not _BARE.fullmatch(text) or any(t.is_colon for t in tokens):
                continue
            made = make("incoterm", text, context)
            if made.value is not None and "place" in made.value:
                found.setdefault(f"{made.value['code']} {made.value['place']}".casefold(), (made.value, tokens))
    if len(found) != 1:
        return
    value, tokens = next(iter(found.values()))
    result.data[name] = value
    for part in value:
        result.evidence[f"/{name}/{part}"] = evidence_of(tokens, text_of(tokens), 0.85, "printed without a label")
