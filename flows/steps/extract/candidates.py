"""What stands beside a label: every place a value may stand, with the text found there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from flows.steps.extract.labels_model import Mark
from flows.steps.extract.sheet import Line, Sheet, Token, text_of
from schemas.page import Box

_RIGHT, _BELOW, _HEADING, _COLUMN = 1.0, 0.92, 0.96, 0.9
_CONNECTORS = frozenset({"№", "no", "nr", "n", "br", "бр", ""})


@dataclass(frozen=True)
class Spot:
    """A run of tokens where the value of `mark` may stand; `trust` is how good the place is."""

    mark: Mark
    tokens: tuple[Token, ...]
    trust: float
    where: str

    @property
    def text(self) -> str:
        return text_of(self.tokens)


@dataclass
class Field:
    """The marks of a sheet by line, and the regions values are not looked for in."""

    sheet: Sheet
    marks: Sequence[Mark]
    tables: Sequence[tuple[int, Box]] = ()
    taken: set[tuple[int, int]] = field(default_factory=set)
    """Tokens (line, place) that belong to a party block."""
    _by_line: dict[int, list[Mark]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for mark in self.marks:
            self._by_line.setdefault(mark.line, []).append(mark)

    def on_line(self, line: int) -> list[Mark]:
        return self._by_line.get(line, [])

    def mark_at(self, line: int, place: int) -> Mark | None:
        """The label that covers a token, if one does."""
        return next((m for m in self.on_line(line) if m.start <= place < m.end), None)

    def next_mark(self, line: int, place: int) -> Mark | None:
        return next((m for m in self.on_line(line) if m.start >= place), None)

    def in_table(self, page: int, box: Box) -> bool:
        x, y = box.centre
        return any(page == number and region.holds(x, y) for number, region in self.tables)


def spots_of(area: Field, mark: Mark, name: str, where: Sequence[str]) -> Iterator[Spot]:
    """The places where the value of the label may stand, as far as the field allows them."""
    mark = last_of_bilingual(area, mark, name)
    right: Spot | None = None
    if "right" in where:
        right = right_of(area, mark, name)
        if right is not None:
            yield right
    columns = list(column_of(area, mark)) if "column_total" in where or "number" in where else []
    if "below" in where and not columns:
        below = below_of(area, mark, name)
        is_column = "column_total" in where and below is not None and _is_one_of_several(area, below)
        if below is not None and not is_column:
            yield below if right is None else Spot(mark, below.tokens, below.trust * 0.8, "below")
    if "column_total" in where:
        yield from columns


def _is_one_of_several(area: Field, spot: Spot) -> bool:
    """Whether more numbers stand right under the spot: a column of a table, of which the first is no total."""
    last = spot.tokens[-1]
    reach = last.box.bottom + 1.6 * max(last.size, 6.0)
    return any(
        any(c.isdigit() for c in token.text) and token.box.x0 < last.box.x1 and token.box.x1 > spot.tokens[0].box.x0
        for line in area.sheet.lines_between(last.page, last.box.bottom, reach)
        if line.index > last.line
        for token in line.tokens
    )


def last_of_bilingual(area: Field, mark: Mark, name: str) -> Mark:
    """The last of the labels that say the same in other languages right after this one."""
    while True:
        follower = area.next_mark(mark.line, mark.end)
        if follower is None or not follower.names(name):
            return mark
        between = area.sheet.lines[mark.line].tokens[mark.end : follower.start]
        if any(t.key for t in between):
            return mark
        mark = replace(follower, start=mark.start, box=Box.around([mark.box, follower.box]))


def right_of(area: Field, mark: Mark, name: str) -> Spot | None:
    """What follows the label on its line, up to the next label or gap."""
    line = area.sheet.lines[mark.line]
    start = mark.end
    while start < len(line.tokens) and line.tokens[start].key in _CONNECTORS:
        if start in line.cuts and line.tokens[start].key:
            break
        if line.tokens[start].text in ("BR", "БР", "N"):  # the letters of a number: "CMR № BR 0047193"
            break
        start += 1
    if start >= len(line.tokens):
        return None
    follower = area.next_mark(mark.line, mark.end)
    stop = follower.start if follower is not None else len(line.tokens)
    end = min(line.run_end(start), stop)
    if end <= start:
        return None
    tokens = tuple(line.tokens[start:end])
    gap = tokens[0].box.x0 - mark.box.x1
    trust = _RIGHT
    if gap > 60 and not mark.has_colon:
        trust = 0.9 if gap < 220 else 0.75
    if not mark.has_colon and start not in line.cuts and not _starts_like_value(tokens[0]):
        trust *= 0.65
    if start in line.walls and sum(1 for w in line.walls if mark.end < w <= start) > 1:
        trust *= 0.7
    if start in line.walls and has_own_value_below(area, mark):
        trust *= 0.5
    return Spot(mark, tokens, trust, "right")


def has_own_value_below(area: Field, mark: Mark) -> bool:
    """Whether something that is no label stands under the label in its own ruled cell: its value, then."""
    wall = area.sheet.wall_right_of(mark.page, mark.box.centre[0], mark.box.centre[1])
    if wall is None:
        return False
    size = max(mark.box.height, 6.0)
    for line in area.sheet.lines_between(mark.page, mark.box.bottom, mark.box.bottom + 1.8 * size):
        for start in line.cuts:
            token = line.tokens[start]
            if line.index > mark.line and mark.box.x0 - 8 <= token.box.x0 < wall:
                floor = area.sheet.floor_below(mark.page, mark.box.x0, wall, mark.box.bottom - 1)
                return area.mark_at(line.index, start) is None and (floor is None or floor > token.box.centre[1])
    return False


def _starts_like_value(token: Token) -> bool:
    text = token.text.lstrip("«\"'(„“[<+-–−")
    return not text[:1].islower() or not text


def right_bound(area: Field, mark: Mark) -> float:
    """Where the column of a label ends: at the next run of its line, a wall, or the edge of the page."""
    line = area.sheet.lines[mark.line]
    bounds = [area.sheet.page(mark.page).width]
    if mark.end < len(line.tokens):
        cuts = [c for c in line.cuts if c >= mark.end]
        if cuts:
            bounds.append(line.tokens[min(cuts)].box.x0 - 2)
    wall = area.sheet.wall_right_of(mark.page, mark.box.centre[0], mark.box.centre[1])
    if wall is not None:
        bounds.append(wall)
    return min(bounds)


def below_of(area: Field, mark: Mark, name: str) -> Spot | None:
    """The run right below the label, in its column or cell."""
    sheet = area.sheet
    size = max(t.size for t in sheet.lines[mark.line].tokens[mark.start : mark.end])
    right = right_bound(area, mark)
    left = mark.box.x0 - max(4.0, size * 0.6)
    wall = sheet.wall_left_of(mark.page, mark.box.x0 + 1, mark.box.centre[1])
    if wall is not None:
        left = max(min(left, mark.box.x0 - 40), wall)
    reach = mark.box.bottom + 2.6 * max(size, 6.0) + 6
    for line in sheet.lines_between(mark.page, mark.box.bottom, reach):
        if line.index <= mark.line:
            continue
        tokens = _run_in(line, left, right, mark.box)
        if not tokens:
            continue
        there = area.mark_at(line.index, tokens[0].place)
        if there is not None:
            if there.names(name) and there.end >= tokens[-1].place + 1:
                continue  # the same label in another language
            return None
        distance = tokens[0].box.top - mark.box.bottom
        trust = _BELOW if distance < 1.3 * max(size, 6.0) else 0.8
        if line.page == mark.page and _has_own_label(area, line, tokens):
            trust *= 0.5
        return Spot(mark, tuple(tokens), trust, "below")
    return None


def _run_in(line: Line, left: float, right: float, label: Box) -> list[Token]:
    """The first run of the line that begins in the column and lies under the label."""
    starts = sorted(line.cuts)
    for i, start in enumerate(starts):
        end = starts[i + 1] if i + 1 < len(starts) else len(line.tokens)
        tokens = line.tokens[start:end]
        x0, x1 = tokens[0].box.x0, tokens[-1].box.x1
        if x0 < left or x0 >= right:
            continue
        if x1 <= right + 4 or x0 <= label.x1:
            return tokens
    return []


def _has_own_label(area: Field, line: Line, tokens: Sequence[Token]) -> bool:
    """Whether a label further left on the line has these tokens as its value."""
    before = [m for m in area.on_line(line.index) if m.end <= tokens[0].place]
    return bool(before) and before[-1].end == tokens[0].place


def column_of(area: Field, mark: Mark) -> Iterator[Spot]:
    """Under a column head: the last number, where it is the sum of those above; judged by the caller."""
    sheet = area.sheet
    right = right_bound(area, mark) + 8
    left = mark.box.x0 - 30
    found: list[Token] = []
    bottom = mark.box.bottom
    for line in sheet.lines_between(mark.page, mark.box.bottom, mark.box.bottom + 160):
        if line.index <= mark.line:
            continue
        if line.box.top - bottom > 14:
            break
        bottom = line.box.bottom
        inside = [
            t
            for t in line.tokens
            if t.box.x1 > mark.box.x0 - 4
            and left <= t.box.x0
            and t.box.x1 <= right
            and any(c.isdigit() for c in t.text)
        ]
        if len(inside) == 1:
            found.append(inside[0])
        elif len(inside) > 1:
            return
    if len(found) >= 2:
        yield Spot(mark, tuple(found), _COLUMN, "column_total")


def heading_of(area: Field, mark: Mark, number_words: frozenset[str]) -> Spot | None:
    """What stands after the title on its line, or on a line of its own right below ("№ 12 от 5 марта")."""
    sheet = area.sheet
    line = sheet.lines[mark.line]
    end = len(line.tokens)
    for other in area.on_line(mark.line):
        if other.start >= mark.end and "title" not in other.kinds and not _is_number_word(other, line, number_words):
            end = min(end, other.start)
    tokens = [t for t in line.tokens[mark.end : end] if not (t.text.startswith("(") and t.text.endswith(")"))]
    size = line.tokens[mark.start].size
    kept: list[Token] = []
    for token in tokens:
        if kept and token.box.x0 - kept[-1].box.x1 > 6 * size:
            break
        kept.append(token)
    for i, token in enumerate(kept):
        if token.key in number_words:
            kept = kept[i + 1 :]
            break
    else:
        while kept and not any(c.isdigit() for c in kept[0].text):
            if kept[0].key and kept[0].key.isalpha() and len(kept[0].key) > 3:
                return _line_below(area, mark, number_words) if token_is_last(kept, line) else None
            kept = kept[1:]
    if kept and any(any(c.isdigit() for c in t.text) for t in kept):
        return Spot(mark, tuple(kept), _HEADING, "heading")
    return _line_below(area, mark, number_words)


def token_is_last(kept: Sequence[Token], line: Line) -> bool:
    """Whether the rest of the title line has no figure at all (a title that goes on in words)."""
    return not any(any(c.isdigit() for c in t.text) for t in kept)


def _is_number_word(mark: Mark, line: Line, number_words: frozenset[str]) -> bool:
    return all(t.key in number_words or not t.key for t in line.tokens[mark.start : mark.end])


def _line_below(area: Field, mark: Mark, number_words: frozenset[str]) -> Spot | None:
    line = area.sheet.lines[mark.line]
    reach = mark.box.bottom + 2.2 * line.tokens[mark.start].size
    for below in area.sheet.lines_between(mark.page, mark.box.bottom, reach):
        if below.index <= mark.line:
            continue
        first = below.tokens[0]
        if first.key in number_words and len(below.tokens) > 1:
            marks = [m for m in area.on_line(below.index) if not _is_number_word(m, below, number_words)]
            end = min((m.start for m in marks), default=len(below.tokens))
            tokens = below.tokens[1 : min(end, below.run_end(1))]
            return Spot(mark, tuple(tokens), _HEADING, "heading") if tokens else None
        return None
    return None
