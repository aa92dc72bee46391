"""Parties that stand without a label: the issuer in its letterhead or footer, the addressee in the window."""

from __future__ import annotations

from collections.abc import Iterator

from flows.steps.extract.candidates import Field
from flows.steps.extract.labels_model import Mark
from flows.steps.extract.parties import Block, is_end_of_name, is_firm
from flows.steps.extract.party_parts import Part, parts_of
from flows.steps.extract.sheet import Line, Token, box_of, fold, text_of
from schemas.catalogue import Common

_TOP, _FOOT = 0.22, 0.87
"""Shares of the page's height: a letterhead begins above the first, a footer below the second."""
_WINDOW = (0.09, 0.38)
"""Where the addressee of a letter stands (DIN 5008 A and B, US and French windows)."""

Run = tuple[Token, ...]


def issuer_of(area: Field, common: Common) -> tuple[dict[str, Part], Block] | None:
    """The firm whose letterhead or footer the first page bears, and its block; None where it is not certain.

    A firm is certain where its block says its tax number, telephone or mail, or where its name stands on the
    paper again (line of the sender, footer, signature); two such firms are none.
    """
    heads = {fold(text_of(block.lines[0])): block for block in _blocks(area, 0.0, _TOP) if _is_head(area, block)}
    found: list[tuple[dict[str, Part], Block]] = []
    for block in heads.values():
        parts = parts_of(block, common)
        if "name" in parts and ({"tax_id", "phone", "email"} & parts.keys() or _times_printed(area, parts) > 1):
            found.append((parts, block))
    if len(found) > 1:
        found = [one for one in found if {"tax_id", "phone", "email"} & one[0].keys()] or found
    if len(found) != 1:
        return None
    parts, block = found[0]
    return _with_footer(area, parts, common), block


def letterhead_of(area: Field) -> Block | None:
    """The lines above the title of the first page: the issuer's own name and address, where it prints them there."""
    first = area.sheet.pages[0]
    titles = [m for m in area.marks if "title" in m.kinds and m.page == first.number and m.fit >= 0.6]
    if not titles:
        return None
    title = min(titles, key=lambda m: m.box.top)
    if title.box.top > 0.35 * first.height:
        return None
    lines = [
        tuple(line.tokens[start : line.run_end(start)])
        for line in area.sheet.lines_between(first.number, 0.0, title.box.top)
        if line.box.bottom <= title.box.top + 1
        for start in sorted(line.cuts)
    ]
    heads = [m for line in lines for m in area.on_line(line[0].line) if "field" in m.kinds and "part" not in m.kinds]
    firms = [line for line in lines if is_firm(text_of(line))]
    if any(line[0].line > firms[0][0].line + 1 and not _is_aligned(firms[0], line) for line in firms):
        return None  # the addressee's window stands below it
    if not lines or len(lines) > 10 or any(not m.is_weak for m in heads):
        return None
    return Block(title, tuple(lines), first.width)


def addressee_of(area: Field, common: Common, issuer: str) -> tuple[dict[str, Part], Block] | None:
    """The firm a letter is addressed to: the one block in the window that begins with the name of another firm."""
    page = area.sheet.pages[0]
    found = [
        (parts, block)
        for block in _blocks(area, *_WINDOW)
        if len(block.lines) >= 3 and block.lines[0][0].box.x0 < 0.4 * page.width
        for parts in [parts_of(block, common)]
        if "name" in parts and "address" in parts and _differ(parts["name"][0], issuer)
    ]
    return found[0] if len(found) == 1 else None


def _differ(one: str, two: str) -> bool:
    a, b = fold(one), fold(two)
    return not a.startswith(b) and not b.startswith(a)


def _times_printed(area: Field, parts: dict[str, Part]) -> int:
    name = fold(parts["name"][0])
    return sum(fold(text_of(line.tokens)).count(name) for line in area.sheet.lines)


def _is_head(area: Field, block: Block) -> bool:
    """Whether a block at the top can be a letterhead: at the very top, or above or beside the title."""
    page = area.sheet.pages[0]
    titles = [m.box for m in area.marks if "title" in m.kinds and m.page == page.number and m.fit >= 0.6]
    top = block.lines[0][0].box.top
    return top < 0.09 * page.height or any(top <= box.bottom for box in titles if box.top < 0.3 * page.height)


def _blocks(area: Field, low: float, high: float) -> Iterator[Block]:
    """Blocks on the first page that begin with the name of a firm between the two heights, under no label."""
    page = area.sheet.pages[0]
    for line in area.sheet.by_page.get(page.number, []):
        if not low * page.height <= line.box.top <= high * page.height:
            continue
        for start in sorted(line.cuts):
            run = tuple(line.tokens[start : line.run_end(start)])
            if not is_firm(text_of(run)) or _is_spoken_for(area, line, run):
                continue
            begun = _begun_above(area, run) if is_end_of_name(text_of(run)) else ()
            if is_end_of_name(text_of(run)) and not begun:
                continue
            lines = [*((begun,) if begun else ()), run, *_below(area, run)]
            yield Block(_mark_of(run, line), tuple(lines), _right_of(area, line, run))


def _begun_above(area: Field, run: Run) -> Run:
    """The line right above that a name broken in two begins on, set as its second line is."""
    box = box_of(run)
    for line in area.sheet.lines_between(run[0].page, box.top - 1.6 * run[0].size, box.top):
        for start in sorted(line.cuts):
            above = tuple(line.tokens[start : line.run_end(start)])
            set_alike = abs(above[0].size - run[0].size) < 0.5 and abs(box_of(above).x0 - box.x0) < 3
            if line.index < run[0].line and set_alike and not any(c.isdigit() for t in above for c in t.text):
                return above
    return ()


def _is_spoken_for(area: Field, line: Line, run: Run) -> bool:
    """Whether the run belongs to a party read already, to a table, or to a label before, in or right above it."""
    if any((line.index, t.place) in area.taken for t in run) or area.in_table(line.page, run[0].box):
        return True
    if any(_is_label(m, line) and m.start <= run[-1].place for m in area.on_line(line.index)):
        return True
    for above in area.sheet.lines_between(line.page, run[0].box.top - 1.6 * run[0].size, run[0].box.top):
        for mark in area.on_line(above.index):
            if above.index < line.index and _is_label(mark, above) and abs(mark.box.x0 - run[0].box.x0) < 8:
                return mark.end >= above.run_end(mark.start)
    return False


def _is_label(mark: Mark, line: Line) -> bool:
    """Whether a mark is set as a label, and is no word of an address ("Unit 9", "No. 88")."""
    if "title" in mark.kinds or "part" in mark.kinds:
        return False
    if mark.kinds & {"field", "box"} and mark.start in line.cuts and not mark.is_weak:
        return True
    return mark.has_colon or (mark.fit >= 0.6 and mark.end >= line.run_end(mark.start))


def _below(area: Field, first: Run) -> Iterator[Run]:
    """The lines under the first, at its left edge, its right edge or its centre, up to a gap or a label."""
    last = first
    for line in area.sheet.lines_between(first[0].page, box_of(first).bottom, box_of(first).bottom + 110):
        if line.index <= first[0].line:
            continue
        runs = [tuple(line.tokens[c : line.run_end(c)]) for c in sorted(line.cuts)]
        run = next((r for r in runs if _is_aligned(first, r)), None)
        if run is None:
            if line.box.top - box_of(last).bottom > 1.5 * first[0].size:
                return
            continue
        gap = box_of(run).top - box_of(last).bottom
        larger = run[0].size > 1.4 * last[0].size
        if larger or gap > 1.1 * max(run[0].size, last[0].size, 6.0) or is_firm(text_of(run)):
            return
        if any(
            m.start <= run[-1].place and m.end > run[0].place and _is_label(m, line) for m in area.on_line(line.index)
        ):
            return
        if any("title" in m.kinds and m.start == run[0].place for m in area.on_line(line.index)):
            return
        yield run
        last = run


def _is_aligned(first: Run, other: Run) -> bool:
    one, two = box_of(first), box_of(other)
    edges = ((one.x0, two.x0), (one.x1, two.x1), ((one.x0 + one.x1) / 2, (two.x0 + two.x1) / 2))
    return any(abs(a - b) < 3 for a, b in edges)


def _right_of(area: Field, line: Line, run: Run) -> float:
    after = [c for c in line.cuts if c > run[-1].place]
    return line.tokens[min(after)].box.x0 - 2 if after else area.sheet.page(line.page).width


def _mark_of(run: Run, line: Line) -> Mark:
    return Mark((), line.index, run[0].place, run[0].place, line.page, run[0].box, "", 1.0)


def _with_footer(area: Field, parts: dict[str, Part], common: Common) -> dict[str, Part]:
    """The parts with what the footer of the first page says of the same firm."""
    page = area.sheet.pages[0]
    lines = [line for line in area.sheet.by_page.get(page.number, []) if line.box.top > _FOOT * page.height]
    runs = [tuple(line.tokens[c : line.run_end(c)]) for line in lines for c in sorted(line.cuts)]
    name = fold(parts["name"][0])
    own = next((run for run in runs if fold(text_of(run)).startswith(name)), None)
    if own is None:
        return parts
    merged = dict(parts)
    column = parts_of(Block(_mark_of(own, lines[0]), (own, *_below(area, own)), page.width), common)
    if "country" in column and "country" not in merged and "address" in column:
        merged |= {"address": column["address"], "country": column["country"]}
    everything = parts_of(Block(_mark_of(own, lines[0]), tuple(runs), page.width), common)
    for part in ("tax_id", "phone", "email"):
        if part in everything:
            merged.setdefault(part, everything[part])
    return merged
