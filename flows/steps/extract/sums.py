"""Amounts that must agree: totals and their parts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flows.steps.extract.choose import Candidate, Chosen
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
    largest = max((Decimal(one.made.value) for one in options[total]), default=Decimal(0))
    if fits and Decimal(fits[0][0].made.value) < largest:  # a sum before freight is no grand total
        return
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
