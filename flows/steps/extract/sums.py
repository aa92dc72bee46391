"""Amounts that must agree: totals and their parts, and the currency printed beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from flows.steps import codes
from flows.steps.extract.candidates import Field
from flows.steps.extract.choose import Candidate, Chosen, Result, evidence_of
from flows.steps.extract.sheet import Sheet, Token, text_of
from flows.steps.extract.words import ambiguous
from schemas.catalogue import Kind


def settle_sums(kind: Kind, chosen: dict[str, Chosen]) -> None:
    """Where candidates for a total or its part disagree, the ones that add up are taken."""
    for rule in kind.spec.sums:
        names = (rule.total, *rule.parts)
        if any(name not in chosen for name in names):
            continue
        options = {name: _options(chosen[name]) for name in names}
        spec = kind.spec.fields[rule.total]
        for hidden in spec.stands_in:
            if hidden in chosen and not options[rule.total]:
                options[rule.total] = _options(chosen[hidden])
        _settle(chosen, rule.total, rule.parts, options)


def _options(outcome: Chosen) -> list[Candidate]:
    return [outcome.best] if outcome.best is not None else list(outcome.rivals)


def _settle(chosen: dict[str, Chosen], total: str, parts: Sequence[str], options: dict[str, list[Candidate]]) -> None:
    sums: list[tuple[Candidate, ...]] = [()]
    for part in parts:
        sums = [(*done, one) for done in sums for one in options[part][:4]]
    fits = [
        (whole, pieces)
        for whole in options[total][:4]
        for pieces in sums
        if pieces and sum((Decimal(p.made.value) for p in pieces), Decimal(0)) == Decimal(whole.made.value)
    ]
    if len({(w.key, *(p.key for p in pieces)) for w, pieces in fits}) != 1:
        _doubt_stand_in(chosen, total, options)
        return
    whole, pieces = fits[0]
    for name, one in ((total, whole), *zip(parts, pieces, strict=True)):
        chosen[name] = Chosen(name, one, min(1.0, max(0.9, one.score)))


def _doubt_stand_in(chosen: dict[str, Chosen], total: str, options: dict[str, list[Candidate]]) -> None:
    """An amount due that no sum confirms is no total."""
    if chosen[total].best is None and not chosen[total].rivals and options[total]:
        chosen[total] = Chosen(total)


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
