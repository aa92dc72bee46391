"""The form of an exception as a JSON Schema, and the ruling that a filled form means.

The schema is kept with the run and carries what is needed to read the answer back (keywords that begin
with `x-`), so a form opened by one version or in one language is understood by the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from connectors.desk.words import Words
from schemas.record import AnswerField, Choice, DossierException, Ruling

Schema = dict[str, Any]

_CHOICE, _OPERATOR, _REASON = "choice", "operator", "reason"
_REASON_LENGTH = 3
_NEEDS_REASON = (Choice.ACCEPT, Choice.REJECT)
_PATTERNS = {"decimal": r"^-?\d{1,15}([.,]\d{1,9})?$", "integer": r"^\d{1,9}$"}


class Paper(NamedTuple):
    """A paper as the desk names it: the `Document.id` and a short name (`CMR 000123`)."""

    id: str
    name: str


class Answer(NamedTuple):
    """A filled form: the ruling it means, and the problems that keep it from being one."""

    ruling: Ruling
    problems: list[str]


def form(exception: DossierException, papers: Iterable[Paper], words: Words) -> Schema:
    """The form of an exception: the answer first, then the values that can be corrected, name and reason."""
    answers = _answers(exception, list(papers), words)
    properties: dict[str, Schema] = {
        _CHOICE: {"title": words("answer"), "type": "string", "enum": list(answers), "x-answers": answers}
    }
    for i, field in enumerate(exception.fields):
        properties[f"value_{i}"] = _property(field, words)
    properties[_OPERATOR] = {"title": words("operator"), "type": "string", "pattern": r"\S"}
    properties[_REASON] = {
        "title": words("reason"),
        "description": words("reason_needed"),
        "type": "string",
        "default": "",
    }
    for position, one in enumerate(properties.values()):
        one["position"] = position
    return {
        "title": exception.question,
        "type": "object",
        "properties": properties,
        "required": [_CHOICE, _OPERATOR],
        "additionalProperties": False,
        "x-exception": exception.id,
        "x-language": words.language,
    }


def answer(schema: Schema, values: Mapping[str, Any]) -> Answer:
    """What a form filled with `values` means.

    Only values that differ from what stood there count as corrected. Problems are sentences for the person.
    """
    words = Words(schema["x-language"])
    properties: dict[str, Schema] = schema["properties"]
    shown = str(values.get(_CHOICE, ""))
    meant: dict[str, str] = properties[_CHOICE]["x-answers"].get(shown, {})
    ruling = Ruling(
        exception=schema["x-exception"],
        choice=Choice(meant.get("choice", Choice.ASK_SENDER)),
        document=meant.get("document", ""),
        placement=meant.get("placement", ""),
        values=_changed(properties, values),
        operator=" ".join(str(values.get(_OPERATOR, "")).split()),
        reason=str(values.get(_REASON) or "").strip(),
    )
    return Answer(ruling, _problems(ruling, shown, properties, words))


def filled(schema: Schema, values: Mapping[str, Any]) -> Schema:
    """The same form with `values` already in it, for asking again."""
    properties = {}
    for name, one in schema["properties"].items():
        empty = {key: what for key, what in one.items() if key != "default"}
        properties[name] = {**empty, "default": values[name]} if values.get(name) else empty
    return {**schema, "properties": properties}


def values_of(schema: Schema, ruling: Ruling) -> dict[str, str]:
    """The filled form that means `ruling`: how an answer given elsewhere goes through the same door.

    Raises `ValueError` for an answer or a value that this form does not offer.
    """
    properties: dict[str, Schema] = schema["properties"]
    wanted = {"choice": ruling.choice, "document": ruling.document, "placement": ruling.placement}
    answers: dict[str, dict[str, str]] = properties[_CHOICE]["x-answers"]
    fitting = [shown for shown, meant in answers.items() if _fits(meant, wanted)]
    if len(fitting) != 1:
        raise ValueError(f"This question takes one of: {'; '.join(answers)}.")
    places = {one["x-place"]: name for name, one in properties.items() if "x-place" in one}
    unknown = [place for place in ruling.values if place not in places]
    if unknown:
        raise ValueError(f"No such value in this question: {', '.join(unknown)}. It has: {', '.join(places)}.")
    standing = {name: properties[name]["x-was"] for name in places.values()}
    corrected = {places[place]: text for place, text in ruling.values.items()}
    given = {name: text for name, text in {**standing, **corrected}.items() if text}
    return {_CHOICE: fitting[0], **given, _OPERATOR: ruling.operator, _REASON: ruling.reason}


def _answers(exception: DossierException, papers: list[Paper], words: Words) -> dict[str, dict[str, str]]:
    """Each answer as it is shown, and what it means."""
    found: dict[str, dict[str, str]] = {}
    for choice in exception.choices:
        shown = words("placement", choice=choice)
        found[shown] = {"choice": Choice.ACCEPT, "placement": choice}
    if not exception.choices:
        found[words("accept")] = {"choice": Choice.ACCEPT}
        if exception.fields:
            found[words("correct")] = {"choice": Choice.CORRECT}
    found[words("ask_sender")] = {"choice": Choice.ASK_SENDER}
    names = [paper.name for paper in papers]
    for paper in papers:
        name = paper.name if names.count(paper.name) == 1 else f"{paper.name} [{paper.id}]"
        found[words("reject", paper=name)] = {"choice": Choice.REJECT, "document": paper.id}
    return found


def _property(field: AnswerField, words: Words) -> Schema:
    as_it_stands = words("as_read", value=field.value) if field.value else words("was_empty")
    made: Schema = {
        "title": field.title,
        "description": as_it_stands,
        "type": "string",
        "x-place": f"{field.document}#{field.pointer}",
        "x-was": field.value,
    }
    if field.type == "date" and (not field.value or _is_day(field.value)):
        made["format"] = "date"
        return {**made, "default": field.value} if field.value else made
    pattern = field.pattern or _PATTERNS.get(field.type, "")
    # The server applies it to every answer, also to one that leaves the values as they stand.
    if pattern and (not field.value or re.search(pattern, field.value)):
        made["pattern"] = f"^$|{pattern}"
    return {**made, "default": field.value}


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _changed(properties: Mapping[str, Schema], values: Mapping[str, Any]) -> dict[str, str]:
    """The values that are not what stood there. The browser leaves out a value that was emptied."""
    given = {
        one["x-place"]: (str(values.get(name) or "").strip(), str(one["x-was"]))
        for name, one in properties.items()
        if "x-place" in one
    }
    return {place: now for place, (now, was) in given.items() if now != was}


def _problems(ruling: Ruling, shown: str, properties: Mapping[str, Schema], words: Words) -> list[str]:
    problems = []
    if not ruling.operator:
        problems.append(words("name_missing"))
    if ruling.choice is Choice.CORRECT and not ruling.values:
        problems.append(words("nothing_changed", choice=shown, accept=words("accept")))
    if ruling.choice in (Choice.ACCEPT, Choice.REJECT) and ruling.values:
        titles = {one.get("x-place"): one["title"] for one in properties.values()}
        field = titles[next(iter(ruling.values))]
        problems.append(words("changed_for_nothing", field=field, choice=shown, correct=words("correct")))
    if ruling.choice in _NEEDS_REASON and not ruling.placement and len(ruling.reason) < _REASON_LENGTH:
        problems.append(words("reason_missing", choice=shown))
    return problems


def _fits(meant: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """An answer fits when it means the same; a paper that was not named fits any."""
    return meant["choice"] == wanted["choice"] and all(
        not wanted[key] or meant.get(key) == wanted[key] for key in ("document", "placement")
    )
