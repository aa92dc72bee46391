"""A party block: the lines under or beside "Seller", taken apart into name, address, country and numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flows.steps import codes
from flows.steps.extract.candidates import Field, last_of_bilingual, right_bound
from flows.steps.extract.labels import label_key, token_key
from flows.steps.extract.labels_model import Mark
from flows.steps.extract.sheet import Line, Token, text_of
from schemas.catalogue import Common

Part = tuple[str, tuple[Token, ...]]
"""The text of one part and the tokens it was read from."""


@dataclass(frozen=True)
class Block:
    """The lines of a party, without its label; `full_width` is how far a line of it may go."""

    mark: Mark
    lines: tuple[tuple[Token, ...], ...]
    right: float


_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"\+?\(?\d[\d\s().\-/–]{6,}\d")
_TAX_ID = re.compile(r"\b[A-Z]{0,3} ?(?=[A-Z0-9]*\d{3})[A-Z0-9]{8,20}\b|\d[\d ./-]{6,20}\d", re.IGNORECASE)
_CODE_LINE = re.compile(r"^(?:[^\W\d]{2,}[.:]? ?(?:\([^)]*\) ?)?){0,3}(?=[A-Z0-9]*\d{5})[A-Z0-9]{9,20}$", re.IGNORECASE)
_LINK = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
_ZIP_COUNTRY = re.compile(r"^(?P<code>[A-Z]{2})[\s-]+(?=\d{4,6}\b)")
_POSTCODE = re.compile(r"(?<!\d)\d{4,6}(?!\d)")


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
    values_at: list[float] = [first[0].box.x0] if first else []
    for below in area.sheet.lines_between(mark.page, mark.box.bottom, mark.box.bottom + 20 * max(size, 7.0)):
        if below.index <= mark.line:
            continue
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
            or _floor_between(area, mark, bottom, tokens, bool(lines) and not _is_part_row(area, below, tokens, values_at))
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
    if not lines or len(lines) > 10 or any(not m.is_weak for m in heads):
        return None
    return Block(title, tuple(lines), first.width)


def _whole_label(area: Field, mark: Mark, name: str) -> Mark:
    """The label with its translations beside and below it."""
    mark = last_of_bilingual(area, mark, name)
    for other in area.marks:
        if (
            other.names(name)
            and other.page == mark.page
            and mark.line < other.line
            and 0 <= other.box.top - mark.box.top < 2.2 * max(mark.box.height, 6)
            and abs(other.box.x0 - mark.box.x0) < 12
        ):
            return last_of_bilingual(area, other, name)
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
    if tokens and not mark.has_colon and start in line.cuts:
        wide = tokens[0].box.x0 - mark.box.x1 > 160
        if wide and start not in line.walls:
            return []
    if tokens and not mark.has_colon and start not in line.cuts and tokens[0].text[:1].islower():
        return []
    if tokens and not mark.has_colon and _LEGAL.fullmatch(text_of(tokens)):  # "Lieferant GmbH" is a name
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
            mark = area.mark_at(line.index, place)
            part_ends = mark.end if mark is not None and "part" in mark.kinds and mark.start == place else 0
        elif place < part_ends:
            pass
        elif place == part_ends and token.box.x0 < line.tokens[place - 1].box.x1 + 200:
            values_at.append(token.box.x0)
            wall = area.sheet.wall_right_of(line.page, token.box.x0, token.box.centre[1])
            right = wall if wall is not None else area.sheet.page(line.page).width
        elif (place in line.cuts and _begins_other(area, line, place)) or token.box.x0 >= right or place in line.walls or token.box.x0 - out[-1].box.x1 > 2.2 * max(token.size, 5.0):
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


def _ends_block(area: Field, line: Line, tokens: Sequence[Token], label: Mark, begun: Sequence[tuple[Token, ...]]) -> bool:
    """Whether another field begins on this line (the parts of a party do not end it)."""
    there = area.mark_at(line.index, tokens[0].place)
    if there is None or there.start != tokens[0].place:
        return is_unknown_label(tokens, begun)
    if area.in_table(line.page, line.box):
        return True
    kinds = there.kinds
    if "part" in kinds:
        return False
    if "title" in kinds and kinds == {"title"}:
        return there.box.height > 1.15 * label.box.height
    return there.fit >= 0.6 and (not there.is_weak or there.has_colon)


def _begins_other(area: Field, line: Line, place: int) -> bool:
    """Whether the label of another field begins at the token."""
    there = area.mark_at(line.index, place)
    return there is not None and there.start == place and there.fit >= 0.6 and "part" not in there.kinds


def _is_part_row(area: Field, line: Line, tokens: Sequence[Token], values_at: Sequence[float]) -> bool:
    """Whether the line is a row "Address | ..." of a table of parts, or goes on with the value of one."""
    there = area.mark_at(line.index, tokens[0].place)
    if there is not None and "part" in there.kinds:
        return True
    return any(abs(tokens[0].box.x0 - x) < 3 for x in values_at)


def _floor_between(area: Field, mark: Mark, bottom: float, tokens: Sequence[Token], begun: bool) -> bool:
    """Whether a ruled line closes the block before these tokens."""
    if not begun:
        return False
    x0, x1 = tokens[0].box.x0, tokens[-1].box.x1
    floor = area.sheet.floor_below(mark.page, min(x0, mark.box.x0), max(x1, mark.box.x0 + 40), bottom - 1)
    return floor is not None and floor < tokens[0].box.centre[1] - 1


def parts_of(block: Block, common: Common) -> dict[str, Part]:
    """The block as name, address, country, tax_id, phone and email: the parts that are there."""
    found: dict[str, Part] = {}
    plain: list[tuple[Token, ...]] = []
    for pieces in _pieces(block, common):
        part, tokens = pieces
        text = text_of(tokens).strip(" ,;:")
        if not text:
            continue
        if part == "":
            plain.append(tokens)
        elif part in ("ignore",):
            continue
        elif part == "city" or part == "address":
            plain.append(tokens)
        elif part == "name":
            found.setdefault("name", (text, tokens))
        elif part not in found:
            value = _typed(part, text)
            if value:
                found[part] = (value, tokens)
    _name_and_address(block, plain, found)
    return found


def _pieces(block: Block, common: Common) -> list[tuple[str, tuple[Token, ...]]]:
    """The lines cut at semicolons and at labels of parts; each piece with the part it is labelled as."""
    out: list[tuple[str, tuple[Token, ...]]] = []
    pending = ""
    for line in block.lines:
        begins = True
        for label, tokens in _cut(line, common):
            goes_on = out and (not out[-1][1] or (tokens and _is_digits(tokens[0])))
            if label is None and begins and pending in ("phone", "tax_id", "email") and goes_on:
                out[-1] = (pending, out[-1][1] + tokens)
                continue
            begins = False
            out.append((label or "", tokens))
            pending = label or ""
    return out


def _is_digits(token: Token) -> bool:
    """Whether a wrapped number goes on with this token."""
    return token.text.strip("-–;,.()").isdecimal()


def _cut(line: Sequence[Token], common: Common) -> list[tuple[str | None, tuple[Token, ...]]]:
    lexicon = _part_lexicon(common)
    out: list[tuple[str | None, list[Token]]] = [(None, [])]
    place, opens = 0, True
    while place < len(line):
        token = line[place]
        if place and token.box.x0 - line[place - 1].box.x1 > 0.9 * max(token.size, 4.0):
            opens = True
        hit = _part_at(line, place, lexicon, common.number_words)
        if hit is not None and not opens and hit[0] not in ("tax_id", "phone", "email"):
            hit = None
        if hit is not None:
            part, end = hit
            out.append((part, []))
            place, opens = end, False
            continue
        mail = _EMAIL.search(token.text)
        if mail:
            out.append(("email", [token]))
            out.append((None, []))
            place, opens = place + 1, True
            continue
        out[-1][1].append(token)
        opens = token.text.endswith((";", ",", "|", "；", "，", "•", "·", "●", ")")) or token.text in ("-", "–", "/")
        if token.text.endswith((";", "；", "|", "●", "•")) or (out[-1][0] in ("tax_id", "phone", "email", "country") and token.text.endswith((",", "，"))):
            out.append((None, []))
        elif (out[-1][0] in ("tax_id",) and place + 1 < len(line)) or out[-1][0] in ("phone",):
            opens = True
        place += 1
    last = len(out) - 1
    return [(part, tuple(tokens)) for i, (part, tokens) in enumerate(out) if tokens or (i == last and part)]


@lru_cache(maxsize=16)
def _part_lexicon(common: Common) -> Mapping[str, str]:
    """Label key, and the part of a party it names."""
    lexicon: dict[str, str] = {}
    for part, labels in common.party.items():
        for texts in labels.values():
            for text in texts:
                lexicon.setdefault(label_key(text, common), part)
    return lexicon


def _part_at(
    line: Sequence[Token], place: int, lexicon: Mapping[str, str], number_words: tuple[str, ...]
) -> tuple[str, int] | None:
    key, best = "", None
    for end in range(place, min(place + 6, len(line))):
        if line[end].is_colon:
            break
        key += token_key(line[end].key, number_words)
        if key in lexicon and line[end].key:
            best = (lexicon[key], end + 1)
    if best is None:
        return None
    part, end = best
    if key_is_number(line[place:end], number_words) and not (
        place == 0 and end < len(line) and line[end].is_colon
    ):
        return None
    if end < len(line) and line[end].text.startswith("(") and line[end].text.rstrip(":").endswith(")"):
        end += 1
    colon = end < len(line) and line[end].is_colon
    if colon:
        end += 1
    rest = line[end] if end < len(line) else None
    if not colon and part in ("name", "address", "city", "country", "ignore") and rest is not None:
        alone = rest.box.x0 - line[end - 1].box.x1 > 1.5 * max(rest.size, 5.0)
        if not alone and not (part == "ignore" and any(c.isdigit() for c in rest.text)):
            return None
    if rest is None and part in ("tax_id", "phone", "email"):
        return part, end
    if (
        not colon
        and part in ("tax_id", "phone")
        and (
            rest is None
            or not any(c.isdigit() for c in rest.text + (line[end + 1].text if end + 1 < len(line) else ""))
        )
    ):
        return None
    return part, end


def key_is_number(tokens: Sequence[Token], number_words: tuple[str, ...]) -> bool:
    """Whether the tokens are only a word for "number"."""
    return "".join(token_key(t.key, number_words) for t in tokens) == "№"


def _typed(part: str, text: str) -> str:
    """The value of a labelled part, "" where it is none."""
    if part == "email":
        found = _EMAIL.search(text)
        return found[0] if found else ""
    if part == "phone":
        found = _PHONE.search(text)
        return found[0].strip() if found else ""
    if part == "country":
        return codes.country(text) or ""
    if part == "tax_id":
        compact = text.strip(" .,;:")
        found = _TAX_ID.search(compact)
        return found[0].strip() if found else ""
    return text


def _name_and_address(block: Block, plain: list[tuple[Token, ...]], found: dict[str, Part]) -> None:
    lines = [line for line in plain if not _LINK.search(text_of(line)) and not _CODE_LINE.match(text_of(line).strip(" ,;"))]
    if "name" not in found and lines:
        count = _lines_of_name(lines)
        tokens = tuple(t for line in lines[:count] for t in line)
        name, rest = _name_before_comma(lines[:count], lines[count:])
        found["name"] = (text_of(name).strip(" ,;:"), name) if name else (text_of(tokens).strip(" ,;:"), tokens)
        lines = rest
    loose = [line for line in lines if _PHONE.fullmatch(text_of(line).strip(" ,;")) and "+" in text_of(line)]
    if loose and "phone" not in found:
        found["phone"] = (text_of(loose[0]).strip(" ,;"), loose[0])
    lines = [line for line in lines if line not in loose]
    if not lines:
        return
    tokens = tuple(t for line in lines for t in line)
    text = _joined(lines, block.right).strip(" ,;:")
    if not text:
        return
    found["address"] = (text, tokens)
    if "country" not in found:
        country = country_in(text)
        if country:
            found["country"] = (country, tokens)


def _lines_of_name(lines: Sequence[Sequence[Token]]) -> int:
    """A name goes on where its quotation marks do not close, or its line ends in a joining word."""
    text = text_of(lines[0])
    count = 1
    while count < len(lines) and count < 3 and _is_open(text):
        text += " " + text_of(lines[count])
        count += 1
    return count


def _is_open(text: str) -> bool:
    return (
        text.count("«") > text.count("»")
        or text.count("“") + text.count("„")
        > text.count("”") + max(0, text.count("“") - 1) + (1 if "„" in text and "“" in text else 0)
        or text.count('"') % 2 == 1
        or text.rstrip().endswith(("&", " and", " и", " und", " ve", "-"))
    )


_LEGAL = re.compile(
    r"(?i)(?:\b(?:ltd|llc|inc|gmbh|ag|kg|s\.?a\.?|sarl|s\.a\.r\.l|d\.?o\.?o|a\.?ş|a\.?s|şti|co|corp|plc|bv|b\.v|oy|ab|srl|s\.r\.l|spa|s\.p\.a|tic|san|llp|jsc|ojsc|limited|sas|e\.k)\.?|有限公司|公司|»|”|\")\s*$"
)


def _name_before_comma(
    name_lines: Sequence[tuple[Token, ...]], rest: list[tuple[Token, ...]]
) -> tuple[tuple[Token, ...], list[tuple[Token, ...]]]:
    """A name with the address after a comma on the same line is cut there ("ACME Ltd, 12 High Street")."""
    tokens = tuple(t for line in name_lines for t in line)
    for place, token in enumerate(tokens[:-1]):
        if not token.text.endswith((",", "，")):
            continue
        head, tail = tokens[: place + 1], tokens[place + 1 :]
        tail_text = text_of(tail)
        if _LEGAL.match("") or _LEGAL.search(text_of(head).rstrip(" ,，;")) or any(c.isdigit() for c in tail_text):
            if _LEGAL.fullmatch(tail_text.strip(" ,;")):
                continue
            return head, [tail, *rest]
    return tokens, rest


def _joined(lines: Sequence[Sequence[Token]], right: float) -> str:
    """Address lines as one text: a comma between lines that stand on their own, none where a line wrapped."""
    texts = [text_of(line).strip() for line in lines]
    edge = max(max(t.box.x1 for t in line) for line in lines)
    out = texts[0]
    for before, line, text in zip(lines, lines[1:], texts[1:], strict=False):
        same = before[-1].line == line[0].line
        fits = before[-1].box.x1 + line[0].box.width + 0.3 * line[0].size
        wrapped = len(lines) > 1 and (
            fits > right - 6 or (fits > edge + 2 and before[-1].box.x1 > edge - 0.25 * (edge - before[0].box.x0))
        )
        if out.endswith((",", "，", ";", "-", "/")) or same or (wrapped and not out.endswith(".")):
            out = f"{out.rstrip(';')} {text}" if not _is_han(out[-1:]) or not _is_han(text[:1]) else out + text
        else:
            out = f"{out}, {text}"
    return " ".join(out.split())


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or char in "，、（）"


def country_in(address: str) -> str | None:
    """The country an address names: its last part, its first, or a code before the postal code ("DE 80333").

    Two Latin letters alone are no country here: "San Francisco, CA" is not in Canada.
    """
    parts = [part.strip() for part in re.split(r"[,;，\n]", address) if part.strip()]
    for number, text in enumerate(reversed(parts)):
        prefix = _ZIP_COUNTRY.match(text)
        if prefix and codes.country(prefix["code"]):
            return codes.country(prefix["code"])
        bare = _POSTCODE.sub("", text).strip(" -–.")
        if found := _named_country(bare):
            return found
        words = bare.split()
        for size in (3, 2, 1) if number == 0 else ():
            tail = " ".join(words[-size:])
            if len(words) > size and (found := _named_country(tail)):
                return found
    return None


def _named_country(text: str) -> str | None:
    return codes.country(text) if len(text) > 2 or not text.isascii() else None
