"""A party block: which lines under or beside "Seller" belong to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flows.steps.extract.candidates import Field, has_own_value_below, last_of_bilingual, right_bound
from flows.steps.extract.labels_model import Mark
from flows.steps.extract.sheet import Line, Token, text_of
from schemas.page import Box

_FORMS = (
    r"ltd|llc|inc|gmbh|ag|kg|s\.?a\.?|sarl|s\.a\.r\.l|d\.?o\.?o|a\.?ş|a\.?s|şti|co|corp|plc|bv|b\.v|nv|oy|ab|srl|s\.r\.l"
    r"|spa|s\.p\.a|tic|san|llp|jsc|ojsc|pjsc|limited|sas|sasu|eurl|e\.k|mchj|xk|ooo|zao|oao|pao|pte|pty|kft|zrt"
    r"|s\.r\.o|ohg|gbr|too|лтд|гмбх|кг|инк|сарл|жшс|ақ|ооо|тоо|ао|ип|чп|д\.?о\.?о"
)
LEGAL_FORM = re.compile(rf"(?i)(?:\b(?:{_FORMS})\.?|有限公司|集团|公司|»|”|\")\s*$")
"""A text that ends in the legal form of a firm."""
_LEGAL_FORM_BEFORE = re.compile(
    r"^(?:ООО|ТОО|АО|ПАО|ЗАО|ОАО|ИП|ЧП|УП|ОДО|ЖШС|АҚ|ЖК|OOO|TOO|AO|ZAO|PT|SC|ДОО|ОсОО)\s+[«\"“„\w]"
)


def is_firm(text: str) -> bool:
    """Whether a line is the name of a firm, by its legal form; a line with a comma before the form's end is none.

    >>> is_firm("Brunnhuber Ventiltechnik GmbH"), is_firm("ООО «ТрансЕвроЛайн»"), is_firm("12 High Street")
    (True, True, False)
    """
    bare = text.strip(" ,;")
    letters = sum(c.isalpha() for c in bare)
    if not 4 <= len(bare) <= 90 or "@" in bare or ":" in bare or letters < 0.6 * len(bare) or bare[0].isdigit():
        return False
    return bool((LEGAL_FORM.search(bare) and not LEGAL_FORM.fullmatch(bare)) or _LEGAL_FORM_BEFORE.match(bare))


_ROUTE = re.compile(r"(?i)\S\s+(?:to|nach|до)\s+\S")
_TERM = re.compile(r"(?:EXW|FCA|FAS|FOB|CFR|CIF|CPT|CIP|DAP|DPU|DAT|DDP|DAF)[\s,]+\S")


def is_other_than_party(text: str, page_words: Sequence[str] = ()) -> bool:
    """Whether a line where a party could stand is a route, a delivery term or a page counter.

    >>> [is_other_than_party(text) for text in ("Graz to Almaty by truck", "FCA Graz", "Graz GmbH")]
    [True, True, False]
    """
    bare = text.strip(" ,;:")
    if is_firm(bare):
        return False
    words = re.findall(r"[^\W\d_]+", bare)
    counted = bool(words) and len(words) <= 2 and any(c.isdigit() for c in bare)
    if counted and words[0].casefold() in {word.casefold() for word in page_words}:
        return True
    return bool(_ROUTE.search(bare) or _TERM.match(bare))


_END_OF_NAME = frozenset({"ticaret", "sanayi", "tic", "san", "company", "limited", "mbh", "ve", "and", "und", "i", "и"})


def is_end_of_name(text: str) -> bool:
    """Whether a line is only the end of a firm's name, its beginning being on the line before.

    >>> is_end_of_name("TİCARET A.Ş."), is_end_of_name("CO., LTD."), is_end_of_name("Merkez A.Ş.")
    (True, True, False)
    """
    words = [word.strip(".,&").casefold().replace("i̇", "i") for word in text.split()]
    forms = [bool(re.fullmatch(rf"(?i)(?:{_FORMS})\.?", word.strip(",&"))) for word in text.split() if word != "&"]
    rest = [word for word in words if word]
    return bool(rest) and any(forms) and all(f or w in _END_OF_NAME for f, w in zip(forms, rest, strict=False))


@dataclass(frozen=True)
class Block:
    """The lines of a party, without its label; `right` is how far a line of it may go."""

    mark: Mark
    lines: tuple[tuple[Token, ...], ...]
    right: float


def block_of(area: Field, mark: Mark, name: str) -> Block | None:
    """The lines that belong to the label of a party; None when nothing stands there."""
    mark = _whole_label(area, mark, name)
    line = area.sheet.lines[mark.line]
    first = _beside(area, line, mark)
    right = _block_right(area, mark, first)
    left = _block_left(mark, first)
    lines: list[tuple[Token, ...]] = [tuple(first)] if first else []
    size = line.tokens[mark.start].size
    bottom = mark.box.bottom
    pitch = 0.0
    values_at = [first[0].box.x0 if first else -1.0]  # then where values of part labels begin
    for below in area.sheet.lines_between(mark.page, mark.box.bottom, mark.box.bottom + 20 * max(size, 7.0)):
        if below.index <= mark.line:
            continue
        if first and _is_row_of_other(area, below, mark, name, first[0].box.x0):
            break
        tokens = _column_run(area, below, left, right, values_at, mark.box.x0 - 8)
        if not tokens:
            if below.box.top - bottom > 2.4 * max(size, 7.0):
                break
            continue
        step = tokens[0].box.top - bottom
        limit = 1.9 * max(tokens[0].size, 6.0) if not lines else max(1.4 * max(tokens[0].size, 6.0), 1.5 * pitch)
        if (
            step > limit
            or _ends_block(area, below, tokens, mark, lines)
            or _floor_between(
                area, mark, bottom, tokens, bool(lines) and not _is_part_row(area, below, tokens, values_at)
            )
        ):
            break
        if lines:
            pitch = max(pitch, step)
        lines.append(tuple(tokens))
        bottom = max(t.box.bottom for t in tokens)
        if len(lines) > 12:
            break
    lines = [run for run in lines if any(t.key for t in run)]
    return Block(mark, tuple(lines), right) if lines else None


def _whole_label(area: Field, mark: Mark, name: str) -> Mark:
    """The label with its translations beside and below it."""
    mark = _with_lead(area, _past_other_labels(area, last_of_bilingual(area, mark, name)))
    if _beside(area, area.sheet.lines[mark.line], mark):
        return mark
    for other in area.marks:
        if (
            other.names(name)
            and other.page == mark.page
            and mark.line < other.line
            and 0 <= other.box.top - mark.box.top < 2.2 * max(mark.box.height, 6)
            and abs(other.box.x0 - mark.box.x0) < 12
        ):
            return _past_other_labels(area, last_of_bilingual(area, other, name))
    return mark


def _with_lead(area: Field, mark: Mark) -> Mark:
    """The label with the word that leads its run where no list has it: "致 TO:"."""
    line = area.sheet.lines[mark.line]
    start = line.run_start(mark.start)
    lead = line.tokens[start : mark.start]
    if not lead or len(lead) > 2 or any(c.isdigit() for t in lead for c in t.text):
        return mark
    return replace(mark, start=start, box=Box.around([mark.box, *(t.box for t in lead)]))


def _past_other_labels(area: Field, mark: Mark) -> Mark:
    """The label with those joined to it by a slash: "EXPORTER / SHIPPER"."""
    line = area.sheet.lines[mark.line]
    while (
        not mark.has_colon and mark.end + 1 < len(line.tokens) and line.tokens[mark.end].text in ("/", "|", "／", "&")
    ):
        other = area.mark_at(mark.line, mark.end + 1)
        if other is None or other.start != mark.end + 1 or "field" not in other.kinds or mark.end + 1 in line.walls:
            break
        mark = replace(other, meanings=mark.meanings, start=mark.start, box=Box.around([mark.box, other.box]))
    return mark


def _beside(area: Field, line: Line, mark: Mark) -> list[Token]:
    """The value on the label's own line, if it begins there."""
    start = mark.end
    while start < len(line.tokens) and not line.tokens[start].key and start not in line.walls:
        start += 1
    follower = next((m for m in area.on_line(mark.line) if m.start >= start and _bounds_party(m, line)), None)
    stop = follower.start if follower is not None else len(line.tokens)
    end = min(line.run_end(start), stop) if start < len(line.tokens) else start
    tokens = line.tokens[start:end]
    if tokens and start in line.walls and has_own_value_below(area, mark):
        return []
    if tokens and not mark.has_colon and start in line.cuts:
        wide = tokens[0].box.x0 - mark.box.x1 > 160
        if wide and start not in line.walls:
            return []
    if tokens and not mark.has_colon and start not in line.cuts and tokens[0].text[:1].islower():
        return []
    if tokens and not mark.has_colon and LEGAL_FORM.fullmatch(text_of(tokens)):  # "Lieferant GmbH" is a name
        return []
    return tokens


def _bounds_party(mark: Mark, line: Line) -> bool:
    """Whether a label on the party's own line begins something else ("No: 9" in an address does not)."""
    return "part" not in mark.kinds and not mark.is_weak and (mark.start in line.cuts or mark.has_colon)


def _block_left(mark: Mark, first: Sequence[Token]) -> float:
    if first and first[0].box.x0 - mark.box.x0 > 4:
        return mark.box.x0 - 4 if first[0].box.x0 - mark.box.x1 < 12 else first[0].box.x0 - 6
    return mark.box.x0 - 8


def _block_right(area: Field, mark: Mark, first: Sequence[Token]) -> float:
    if not first:
        return right_bound(area, mark)
    line = area.sheet.lines[mark.line]
    bounds = [area.sheet.page(mark.page).width]
    after = [c for c in line.cuts if c > first[-1].place]
    if after:
        bounds.append(line.tokens[min(after)].box.x0 - 2)
    wall = area.sheet.wall_right_of(mark.page, first[0].box.x0, mark.box.centre[1])
    if wall is not None:
        bounds.append(wall)
    return min(bounds)


def _column_run(
    area: Field, line: Line, left: float, right: float, values_at: list[float], labels_at: float
) -> list[Token]:
    """The first run of the line that begins within the column, with runs that follow closely.

    The label of a part ("Address:") takes the next run with it, however far; lines that begin where such
    values began belong to the block too, where no label stands before them (`values_at` remembers the places).
    """
    out: list[Token] = []
    part_ends = 0
    for place, token in enumerate(line.tokens):
        if not out:
            alone = place == 0 or line.tokens[place - 1].box.x1 < labels_at
            goes_on = alone and any(abs(token.box.x0 - x) < 3 for x in values_at) and place in line.cuts
            begins = left <= token.box.x0 < right and (place in line.cuts or token.box.x0 - left < 14)
            if not goes_on and not begins:
                continue
            if not goes_on and token.box.x0 - left > 90:
                return []
            if not goes_on and place not in line.cuts and line.run_start(place) not in line.walls:
                begun = line.run_start(place)
                if line.tokens[begun].box.x0 >= left - 30:
                    out = line.tokens[begun:place]
            mark = area.mark_at(line.index, place)
            part_ends = mark.end if mark is not None and "part" in mark.kinds and mark.start == place else 0
        elif place < part_ends:
            pass
        elif place == part_ends and token.box.x0 < line.tokens[place - 1].box.x1 + 200:
            values_at.append(token.box.x0)
            wall = area.sheet.wall_right_of(line.page, token.box.x0, token.box.centre[1])
            right = wall if wall is not None else area.sheet.page(line.page).width
        elif (
            (place in line.cuts and _begins_other(area, line, place))
            or token.box.x0 >= right
            or place in line.walls
            or token.box.x0 - out[-1].box.x1 > 2.2 * max(token.size, 5.0)
        ):
            break
        out.append(token)
    return out


_NUMBER_KEYS = frozenset({"no", "nr", "num", "br", "бр", "nº", "kat", "daire", "д", "кв"})


def is_unknown_label(tokens: Sequence[Token], begun: Sequence[tuple[Token, ...]]) -> bool:
    """A label no list has: words up to a colon, or words set smaller than the lines of the block before them."""
    if not begun:
        return False
    colon = next((i for i, t in enumerate(tokens) if t.is_colon), None)
    if colon and tokens[colon - 1].key in _NUMBER_KEYS:  # "Bulvarı No: 120" is an address
        return False
    if colon is not None and colon <= 5 and not any(c.isdigit() for t in tokens[:colon] for c in t.text):
        return colon == len(tokens) - 1 or (colon >= 1 and len(tokens[0].key) > 3 and not _known_part(tokens[0]))
    usual = max(t.size for t in begun[0])
    return all(t.size < 0.9 * usual for t in tokens) and not any(c.isdigit() for t in tokens for c in t.text)


def _known_part(token: Token) -> bool:
    return token.key in ("tel", "fax", "email", "mail", "phone", "web", "тел", "факс", "inn", "bin", "инн", "бин")


def _first_labels(area: Field, line: Line, tokens: Sequence[Token]) -> list[Mark]:
    """The labels among the first words of a run: one, or the same in two languages."""
    at = tokens[0].place
    return [m for m in area.on_line(line.index) if at <= m.start <= at + 3]


def _ends_block(
    area: Field, line: Line, tokens: Sequence[Token], label: Mark, begun: Sequence[tuple[Token, ...]]
) -> bool:
    """Whether another field begins on this line (the parts of a party do not end it)."""
    there = area.mark_at(line.index, tokens[0].place)
    if there is None or there.start != tokens[0].place:
        return is_unknown_label(tokens, begun)
    if any(m.has_colon and m.fit >= 0.6 and "part" not in m.kinds for m in _first_labels(area, line, tokens)):
        return True
    if area.in_table(line.page, line.box):
        return True
    kinds = there.kinds
    if "part" in kinds:
        return False
    if kinds == {"stop"} and not there.has_colon and there.end < line.run_end(there.start):  # "Unit 9, Calder Wharf"
        return False
    if "title" in kinds and kinds == {"title"}:
        return there.box.height > 1.15 * label.box.height
    return there.fit >= 0.6 and (not there.is_weak or there.has_colon)


def _is_row_of_other(area: Field, line: Line, label: Mark, name: str, values_at: float) -> bool:
    """Whether the line is a row of its own: another label in the label column, its value in ours.

    The second line of the label itself is none: a wrapped one, or the same in another language.
    """
    for start in line.cuts:
        last = line.tokens[line.run_end(start) - 1]
        there = area.mark_at(line.index, start)
        right = there.box.x1 if there is not None else last.box.x1
        if not label.box.x0 - 8 <= line.tokens[start].box.x0 or right >= values_at:
            continue
        if there is None:
            if last.text.endswith((":", "：")) and line.box.top > label.box.bottom + label.box.height:
                return True
            continue
        goes_on = there.names(name) or there.box.top <= label.box.bottom
        if there.start == start and there.fit >= 0.6 and "part" not in there.kinds and not goes_on:
            return True
    return False


def _begins_other(area: Field, line: Line, place: int) -> bool:
    """Whether the label of another field begins at the token."""
    there = area.mark_at(line.index, place)
    return there is not None and there.start == place and there.fit >= 0.6 and "part" not in there.kinds


def _is_part_row(area: Field, line: Line, tokens: Sequence[Token], values_at: Sequence[float]) -> bool:
    """Whether the line is a row "Address | ..." of a table of parts, or goes on with the value of one."""
    there = area.mark_at(line.index, tokens[0].place)
    if there is not None and "part" in there.kinds:
        return True
    return any(abs(tokens[0].box.x0 - x) < 3 for x in values_at[1:])


def _floor_between(area: Field, mark: Mark, bottom: float, tokens: Sequence[Token], begun: bool) -> bool:
    """Whether a ruled line closes the block before these tokens."""
    if not begun:
        return False
    x0, x1 = tokens[0].box.x0, tokens[-1].box.x1
    floor = area.sheet.floor_below(mark.page, min(x0, mark.box.x0), max(x1, mark.box.x0 + 40), bottom - 1)
    return floor is not None and floor < tokens[0].box.centre[1] - 1
