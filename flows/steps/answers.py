"""A person's ruling: checked before it is believed, then written into the documents as a patch."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from babel import Locale
from babel.core import get_global

from flows.steps.exceptions import at, rows_of_total
from schemas.identifiers import container, plate, tax_id
from schemas.identifiers.errors import InvalidIdentifier
from schemas.record import AnswerField, Choice, Document, DossierException, Evidence, Finding, Outcome, Ruling
from schemas.rules.data import decimal

Patch = list[dict[str, Any]]
"""Operations of JSON Patch, RFC 6902."""


class BadAnswer(ValueError):
    """A typed value cannot be what its field asks for. The message says why and what to type."""


class Applied(NamedTuple):
    """The documents after a ruling, and the patch of each changed document by its id."""

    documents: tuple[Document, ...]
    patches: dict[str, Patch]


def validate(exception: DossierException, ruling: Ruling) -> list[str]:
    """What is wrong with a ruling, in words for the person who typed it; empty when nothing is."""
    problems = []
    if not ruling.operator.strip():
        problems.append("Your name is missing: enter who answers.")
    if not ruling.reason.strip():
        problems.append("The reason is missing: enter why you answer so.")
    if exception.choices and ruling.choice is Choice.ACCEPT and ruling.placement not in exception.choices:
        problems.append(f"Choose one of: {', '.join(exception.choices)}.")
    if ruling.choice is not Choice.CORRECT:
        return problems
    fields = {key_of(field): field for field in exception.fields}
    problems += [f"{key} is not a field of this question." for key in ruling.values if key not in fields]
    for key, typed in ruling.values.items():
        if key in fields and typed.strip() and typed.strip() != fields[key].value:
            try:
                normalise(fields[key], typed)
            except BadAnswer as fault:
                problems.append(f"{fields[key].title}: {fault}")
    if not problems and not _changes(exception, ruling):
        problems.append("No value was changed: change one, or accept the values as they are.")
    return problems


def apply(documents: Sequence[Document], exception: DossierException, ruling: Ruling) -> Applied:
    """The documents with the corrected values, each with evidence naming the person, and the patches.

    Only a ruling that corrects changes anything. A value emptied is removed. Findings of a document that
    speak only of corrected values are dropped: the caller checks the new values again. Raises `BadAnswer`
    for a ruling that `validate` refuses.
    """
    problems = validate(exception, ruling)
    if problems:
        raise BadAnswer(" ".join(problems))
    changes = _changes(exception, ruling) if ruling.choice is Choice.CORRECT else {}
    changed: list[Document] = []
    patches: dict[str, Patch] = {}
    for document in documents:
        mine = {field.pointer: value for (owner, _), (field, value) in changes.items() if owner == document.id}
        mine |= _of_single_row(document, mine)
        if mine:
            document, patches[document.id] = _corrected(document, mine, ruling, exception.findings)
        changed.append(document)
    return Applied(tuple(changed), patches)


def _of_single_row(document: Document, values: dict[str, str]) -> dict[str, str]:
    """A total over one row is that row: corrected together, where both said the same."""
    rows = {total: rows_of_total(document, total) for total in values}
    return {
        row[0]: values[total]
        for total, row in rows.items()
        if len(row) == 1 and row[0] not in values and at(document, row[0]) == at(document, total)
    }


def key_of(field: AnswerField) -> str:
    """The key of a field in `Ruling.values`."""
    return f"{field.document}#{field.pointer}"


def normalise(field: AnswerField, typed: str) -> str:
    """The typed text as the value of its field; `BadAnswer` when it cannot be one."""
    value = " ".join(typed.split())
    if field.type == "decimal":
        return _decimal(value)
    if field.type == "integer":
        return _integer(value)
    if field.type == "date":
        return _day(value)
    if field.pattern and not re.fullmatch(field.pattern, value):
        raise BadAnswer(f"{value!r} does not have the form {field.pattern}.")
    return _code(field, value) if field.type == "code" else value


def _decimal(typed: str) -> str:
    """Point and comma both begin the decimals, unless they may as well separate thousands: that is asked again."""
    plain = re.sub(r"[\s'’]", "", typed)
    if re.fullmatch(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}", plain):
        thousands = re.sub("[.,]", "", plain)
        raise BadAnswer(f"{typed!r} may mean thousands or decimals: write {thousands} or {_dot(plain)}0.")
    if "," in plain and "." in plain:
        last = max(plain.rfind(","), plain.rfind("."))
        plain = re.sub("[.,]", "", plain[:last]) + "." + plain[last + 1 :]
    plain = _dot(plain)
    if not re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,12})?", plain, re.ASCII):
        raise BadAnswer(f"{typed!r} is not a number: write digits with a decimal point, as 1789.5.")
    value = Decimal(plain)
    return f"{value.normalize():f}" if value else "0"


def _dot(text: str) -> str:
    return text.replace(",", ".")


def _integer(typed: str) -> str:
    plain = re.sub(r"\s", "", typed)
    if not re.fullmatch("[0-9]{1,12}", plain, re.ASCII):
        raise BadAnswer(f"{typed!r} is not a whole number: write digits only, as 24.")
    return str(int(plain))


def _day(typed: str) -> str:
    european = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", typed, re.ASCII)
    try:
        if european:
            day, month, year = map(int, european.groups())
            return date(year, month, day).isoformat()
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed, re.ASCII):
            return date.fromisoformat(typed).isoformat()
    except ValueError as error:
        raise BadAnswer(f"{typed!r} is not a day of the calendar: write it as 2026-03-31.") from error
    raise BadAnswer(f"{typed!r} is not a date: write it as 2026-03-31 or 31.03.2026.")


def _code(field: AnswerField, typed: str) -> str:
    name = field.pointer.rpartition("/")[2]
    code = typed.upper()
    if name == "currency":
        if code not in get_global("all_currencies"):
            raise BadAnswer(f"{typed!r} is no currency: write the three letters of ISO 4217, as USD.")
        return code
    if name.startswith("country") or name.endswith("country"):
        if not re.fullmatch("[A-Z]{2}", code) or code not in Locale("en").territories:
            raise BadAnswer(f"{typed!r} is no country: write the two letters of ISO 3166, as KZ.")
        return code
    if name == "hs_code":
        digits = re.sub(r"[\s.]", "", typed)
        if not re.fullmatch("[0-9]{4,10}", digits, re.ASCII):
            raise BadAnswer(f"{typed!r} is no commodity code: write 4 to 10 digits.")
        return digits
    return _identifier(field, name, typed)


def _identifier(field: AnswerField, name: str, typed: str) -> str:
    if name == "tax_id":
        checked = tax_id.check_tax_id(typed, field.country)
        if checked.outcome is Outcome.VIOLATED:
            raise BadAnswer(f"{checked.why}. Compare it with the paper, or accept it as it is.")
        return checked.number
    try:
        if "/containers/" in field.pointer:
            return container.validate(typed)
        if name.endswith("_plate"):
            return plate.validate(typed)
    except InvalidIdentifier as fault:
        raise BadAnswer(f"{fault}. Compare it with the paper, or accept it as it is.") from fault
    return typed


def _changes(exception: DossierException, ruling: Ruling) -> dict[tuple[str, str], tuple[AnswerField, str]]:
    """The fields whose value changes, with the new value; "" removes."""
    changes = {}
    for field in exception.fields:
        typed = ruling.values.get(key_of(field))
        if typed is None or typed.strip() == field.value:
            continue
        value = normalise(field, typed) if typed.strip() else ""
        if value != field.value and not _same_number(field, value):
            changes[field.document, field.pointer] = (field, value)
    return changes


def _same_number(field: AnswerField, value: str) -> bool:
    return field.type in ("decimal", "integer") and decimal(value) == decimal(field.value) is not None


def _corrected(
    document: Document, values: dict[str, str], ruling: Ruling, asked: Sequence[Finding]
) -> tuple[Document, Patch]:
    data = copy.deepcopy(document.data)
    evidence = dict(document.evidence)
    patch: Patch = []
    for pointer, value in values.items():
        for operation in _operations(data, pointer, value):
            _perform(data, operation)
            patch.append(operation)
        old = evidence.pop(pointer, None)
        if value:
            typed = ruling.values[f"{document.id}#{pointer}"]
            evidence[pointer] = Evidence(
                page=old.page if old else None,
                box=old.box if old else None,
                text=typed,
                source="person",
                note=f"{ruling.operator.strip()}: {ruling.reason.strip()}",
            )
    findings = tuple(f for f in document.findings if not _settled(f, values, document, asked))
    return document.model_copy(update={"data": data, "evidence": evidence, "findings": findings}), patch


def _operations(data: dict[str, Any], pointer: str, value: str) -> Patch:
    """The patch that sets a value, making the groups it lies in; or removes it."""
    parts = pointer.split("/")[1:]
    operations: Patch = []
    node: Any = data
    for depth, part in enumerate(parts[:-1], start=1):
        inner = _member(node, part)
        if inner is None:
            if not value:
                return []
            if not isinstance(node, dict):
                raise BadAnswer(f"{pointer} is not in this document any more: answer the newer question.")
            operations.append({"op": "add", "path": "/" + "/".join(parts[:depth]), "value": {}})
            inner = {}
        node = inner
    there = _member(node, parts[-1]) is not None
    if not value:
        return [{"op": "remove", "path": pointer}] if there else []
    if not there and not isinstance(node, dict):
        raise BadAnswer(f"{pointer} is not in this document any more: answer the newer question.")
    return [*operations, {"op": "replace" if there else "add", "path": pointer, "value": value}]


def _member(node: Any, part: str) -> Any:
    if isinstance(node, dict):
        return node.get(part)
    if isinstance(node, list) and part.isdigit() and int(part) < len(node):
        return node[int(part)]
    return None


def _perform(data: dict[str, Any], operation: dict[str, Any]) -> None:
    *parents, last = operation["path"].split("/")[1:]
    node: Any = data
    for part in parents:
        node = _member(node, part)
    key: Any = int(last) if isinstance(node, list) else last
    if operation["op"] == "remove":
        del node[key]
    else:
        node[key] = copy.deepcopy(operation["value"])


def _settled(finding: Finding, corrected: dict[str, str], document: Document, asked: Sequence[Finding]) -> bool:
    """Whether a finding of reading is answered: its values are corrected, or it doubted a table in this question.

    A doubt about a table (a row may be missing) names no value to correct; whoever corrected the values of
    the question has looked at it, and the rules judge the table anew.
    """
    pointers = [place.pointer for place in finding.places]
    if not pointers:
        return False
    if all(any(c == p or c.startswith(p + "/") for c in corrected) for p in pointers):
        return True
    return finding in asked and all(isinstance(at(document, p), list | dict) for p in pointers)
