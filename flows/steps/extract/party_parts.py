"""The lines of a party taken apart: name, address, country, tax number, telephone, mail."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from flows.steps import codes
from flows.steps.extract.labels import label_key
from flows.steps.extract.parties import LEGAL_FORM, Block, is_end_of_name
from flows.steps.extract.setting import token_key
from flows.steps.extract.sheet import Token, text_of
from schemas.catalogue import Common

Part = tuple[str, tuple[Token, ...]]
"""The text of one part and the tokens it was read from."""

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"\+?\(?\d[\d\s().\-/–]{6,}\d")
_TAX_ID = re.compile(
    r"\b(?!ID |NO |NR )[A-Z]{0,3} ?(?=[A-Z0-9]*\d{3})[A-Z0-9]{8,20}\b|(?:\b[A-Z]{2} |\bCHE[- ]?)?\d[\d ./-]{6,20}\d",
    re.IGNORECASE,
)
_CODE_LINE = re.compile(r"^(?:[^\W\d]{2,}[.:]? ?(?:\([^)]*\) ?)?){0,3}(?=[A-Z0-9]*\d{5})[A-Z0-9]{9,20}$", re.IGNORECASE)
_LINK = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
_ZIP_COUNTRY = re.compile(r"^(?P<code>[A-Z]{2})[\s-]+(?=\d{4,6}\b)")
_POSTCODE = re.compile(r"(?<!\d)\d{4,6}(?!\d)")


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
    _name_and_address(block, plain, found, common)
    return found


def _pieces(block: Block, common: Common) -> list[tuple[str, tuple[Token, ...]]]:
    """The lines cut at semicolons and at labels of parts; each piece with the part it is labelled as."""
    out: list[tuple[str, tuple[Token, ...]]] = []
    pending = ""
    for line in _with_whole_labels(block.lines, common):
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


def _with_whole_labels(lines: Sequence[tuple[Token, ...]], common: Common) -> list[tuple[Token, ...]]:
    """The lines with the label of a part that one line begins and the next one ends brought together."""
    lexicon = _part_lexicon(common)
    out = list(lines)
    for i in range(len(out) - 1):
        if len(out[i]) < 3:
            continue
        head, tail = out[i][-1], out[i + 1][0]
        key = token_key(head.key, common.number_words) + token_key(tail.key, common.number_words)
        if head.key and tail.key and lexicon.get(key) in ("tax_id", "phone", "email"):
            out[i], out[i + 1] = out[i][:-1], (head, *out[i + 1])
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
        if token.text.endswith((";", "；", "|", "●", "•")) or (
            out[-1][0] in ("tax_id", "phone", "email", "country") and token.text.endswith((",", "，"))
        ):
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
    if key_is_number(line[place:end], number_words) and not (place == 0 and end < len(line) and line[end].is_colon):
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


def _name_and_address(block: Block, plain: list[tuple[Token, ...]], found: dict[str, Part], common: Common) -> None:
    lines = [
        line for line in plain if not _LINK.search(text_of(line)) and not _CODE_LINE.match(text_of(line).strip(" ,;"))
    ]
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
    lines = _without_last_label(lines, common)
    if not lines:
        return
    tokens = tuple(t for line in lines for t in line)
    text = _joined(lines, block.right).strip(" ,;:")
    if not text:
        return
    found["address"] = (text, tokens)
    if "country" not in found:
        country = country_in(text) or _named_country(text_of(lines[-1]).strip(" ,;."))
        if country:
            found["country"] = (country, tokens)


def _without_last_label(lines: list[tuple[Token, ...]], common: Common) -> list[tuple[Token, ...]]:
    """The lines without the label of a part that a wrapped line left at their end ("..., China 电 / 子邮件")."""
    lexicon = _part_lexicon(common)
    flat = [t for line in lines for t in line]
    for count in (3, 2, 1):
        key = "".join(token_key(t.key, common.number_words) for t in flat[-count:])
        if len(flat) > count and lexicon.get(key) in ("tax_id", "phone", "email"):
            kept = set(map(id, flat[:-count]))
            return [line for whole in lines if (line := tuple(t for t in whole if id(t) in kept))]
    return lines


def _lines_of_name(lines: Sequence[Sequence[Token]]) -> int:
    """A name goes on where its quotation marks do not close, or its line ends in a joining word."""
    text = text_of(lines[0])
    count = 1
    while count < len(lines) and count < 3 and (_is_open(text) or is_end_of_name(text_of(lines[count]))):
        text += " " + text_of(lines[count])
        count += 1
    return count


def _is_open(text: str) -> bool:
    return (
        text.count("«") > text.count("»")
        or text.count("“") + text.count("„")
        > text.count("”") + max(0, text.count("“") - 1) + (1 if "„" in text and "“" in text else 0)
        or text.count('"') % 2 == 1
        or text.rstrip().casefold().endswith(("&", " and", " и", " und", " ve", "-"))
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
        if (
            LEGAL_FORM.match("")
            or LEGAL_FORM.search(text_of(head).rstrip(" ,，;"))
            or any(c.isdigit() for c in tail_text)
        ):
            if LEGAL_FORM.fullmatch(tail_text.strip(" ,;")):
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
            fits > right - 6
            or (
                fits > edge + 2
                and before[-1].box.x1 > edge - 0.25 * (edge - before[0].box.x0)
                and (edge > right - 90 or text[:1].islower())
            )
        )
        if out.endswith((",", "，", ";", "-", "/")) or same or (wrapped and not out.endswith(".")):
            out = f"{out.rstrip(';')} {text}" if not _is_han(out[-1:]) or not _is_han(text[:1]) else out + text
        else:
            out = f"{out}, {text}"
    return ", ".join(piece.strip(" ,") for piece in re.split(r"\s[·•|]\s", " ".join(out.split())))


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
