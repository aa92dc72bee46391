"""The currency of a paper that has no label for it: printed beside its amounts, in a column head, or in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.steps import codes
from flows.steps.extract.candidates import Field
from flows.steps.extract.choose import Chosen, Result, evidence_of
from flows.steps.extract.sheet import Line, Sheet, Token, text_of
from flows.steps.extract.words import ambiguous
from schemas.catalogue import Kind


def read_currency_beside_amounts(kind: Kind, chosen: dict[str, Chosen], area: Field, result: Result) -> None:
    """Where no label names the currency: the one printed beside the amounts, if it is one only."""
    name = next((n for n, f in kind.spec.fields.items() if f.type == "currency"), None)
    if name is None or name in result.data or any(d.pointer == f"/{name}" for d in result.doubts):
        return
    seen: dict[str, list[Token]] = {}
    for outcome in chosen.values():
        best = outcome.best
        if best is not None and kind.spec.fields[outcome.field].type == "money":
            for code in sorted(codes.currencies_in(_with_neighbours(area.sheet, best.tokens))):
                seen.setdefault(code, []).extend(best.tokens)
    if not seen:
        for line in area.sheet.lines:
            for code in sorted(_currencies_on(line.tokens)):
                seen.setdefault(code, []).extend(line.tokens)
    if not seen:
        for line in area.sheet.lines:
            for code in sorted(_alone_on(line)):
                seen.setdefault(code, []).extend(line.tokens)
    if not seen and (yuan := _yuan(area.sheet)):
        seen["CNY"] = list(yuan)
    if len(seen) == 1:
        code, tokens = next(iter(seen.items()))
        beside = [t for t in tokens if t.line == tokens[0].line]
        result.data[name] = code
        result.evidence[f"/{name}"] = evidence_of(beside, text_of(beside), 0.85, "printed beside the amounts")
    elif seen:
        at = tuple(evidence_of([tokens[0]], text_of(tokens[:1]), 0.5) for tokens in seen.values())
        result.doubts.append(ambiguous(f"/{name}", sorted(seen), at))


def _with_neighbours(sheet: Sheet, tokens: Sequence[Token]) -> str:
    """The amount with what stands right before and after it on its line."""
    line = sheet.lines[tokens[0].line]
    first, last = tokens[0].place, tokens[-1].place
    return text_of(line.tokens[max(0, first - 4) : last + 3])


_AMOUNT_IN_TEXT = re.compile(r"\d[\d .,'\u00a0\u2009\u202f]*")


def _currencies_on(tokens: Sequence[Token]) -> set[str]:
    """Currencies of a line that has an amount beside them, or of a column head ("Amount, USD")."""
    text = text_of(tokens)
    found = codes.currencies_in(text)
    if not found or not (_AMOUNT_IN_TEXT.search(text) or re.search(r"[,(/]\s*(?:[A-Z]{3}|[€£₽₸₺])", text)):
        return set()
    return found


def _alone_on(line: Line) -> set[str]:
    """Currencies that have a run to themselves: the second line of a column head ("Price, | USD")."""
    runs = (text_of(line.tokens[start : line.run_end(start)]).strip(" ,()") for start in line.cuts)
    return {code for run in runs if re.fullmatch(r"[A-Z]{3}", run) and (code := codes.currency(run))}


_YEN_SIGN = re.compile(r"[¥￥]\s?\d|\d\s?[¥￥]")
_YUAN = re.compile(r"人民币|RMB")


def _yuan(sheet: Sheet) -> Sequence[Token]:
    """The words that say the sign ¥ of this paper is the yuan, not the yen: its amount in words begins with them."""
    if not any(_YEN_SIGN.search(text_of(line.tokens)) for line in sheet.lines):
        return ()
    return next((line.tokens for line in sheet.lines if _YUAN.search(text_of(line.tokens))), ())
