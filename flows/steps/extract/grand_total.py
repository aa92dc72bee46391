"""A sum that is no grand total: a larger one, called a total, stands below it in the same column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from flows.steps.extract.candidates import Field
from flows.steps.extract.choose import Candidate, Chosen
from flows.steps.extract.sheet import Line, Token, box_of, text_of
from flows.steps.normalise import Context, Made, make
from schemas.catalogue import Kind

_TOTAL_WORD = re.compile(
    r"(?i)(?:grand\s+)?(?:total|totale|totaal|totalt|gesamt|итого|всего|toplam|razem|ukupno|укупно|celkem|spolu|összesen)"
)
_EDGE = 8.0
"""How far the right edges of amounts of one column may lie apart."""


def doubt_smaller_totals(kind: Kind, chosen: dict[str, Chosen], area: Field, context: Context) -> None:
    """Takes the larger total where the amounts between the two lead from one to the other; else neither is taken."""
    for rule in kind.spec.sums:
        outcome = chosen.get(rule.total)
        if outcome is None or outcome.best is None or kind.spec.fields[rule.total].type != "money":
            continue
        best = outcome.best
        column = list(_below(best, area, context))
        own = Decimal(best.made.value)
        larger = [at for at, (line, _, made) in enumerate(column) if _is_total(line) and Decimal(made.value) > own]
        if not larger:
            continue
        last = max(larger, key=lambda at: Decimal(column[at][2].value))
        _, tokens, made = column[last]
        grand = Candidate(rule.total, made, tokens, text_of(tokens), best.score, "below")
        steps = [Decimal(step.value) for _, _, step in column[:last]]
        if _leads_to(own, steps, Decimal(made.value)):
            chosen[rule.total] = Chosen(rule.total, grand, min(outcome.confidence, 0.9))
        else:
            chosen[rule.total] = Chosen(rule.total, rivals=(best, grand))


def _below(best: Candidate, area: Field, context: Context) -> Iterator[tuple[Line, tuple[Token, ...], Made]]:
    """The amounts that end where the total ends, on the lines under it, from above to below."""
    box = box_of(best.tokens)
    page = best.tokens[0].page
    for line in area.sheet.lines_between(page, box.bottom, area.sheet.page(page).height):
        if line.box.top < box.bottom - 1:
            continue
        for start in sorted(line.cuts):
            tokens = tuple(line.tokens[start : line.run_end(start)])
            made = make("money", text_of(tokens), context)
            if made.value is not None and start > 0 and abs(tokens[-1].box.x1 - box.x1) < _EDGE:
                yield line, tokens, made


def _is_total(line: Line) -> bool:
    return any(_TOTAL_WORD.match(text_of(line.tokens[start : line.run_end(start)])) for start in line.cuts)


def _leads_to(own: Decimal, steps: list[Decimal], whole: Decimal) -> bool:
    """Whether the amounts added one by one give the larger total; one that repeats the sum so far adds nothing."""
    so_far = own
    for step in steps:
        if step != so_far:
            so_far += step
    return so_far == whole
