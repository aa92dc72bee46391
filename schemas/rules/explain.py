"""A rule in words: its text, our reading, when it holds, on whose authority, and its cases."""

from __future__ import annotations

from datetime import date
from fnmatch import fnmatchcase
from functools import cache

from schemas.datafile import Data
from schemas.rules.loader import RULES, case_files, load_cases, read_list, rule_book
from schemas.rules.model import REPEALED, Rule, Texts


class Promise(Data):
    """What reading promises: the text of the findings it makes itself, by pattern of their id."""

    id: str
    says: Texts
    do: Texts


@cache
def promises() -> tuple[Promise, ...]:
    """The findings of reading, explained."""
    return read_list(RULES / "reading.yaml", Promise)


def explain(rule_id: str, day: date, language: str = "en") -> str:
    """What `keruen explain RULE` prints for a day.

    Findings of reading (`cmr.consignee.required`) are explained too. Raises `KeyError` naming the closest
    ids when there is no such rule.
    """
    promise = next((p for p in promises() if fnmatchcase(rule_id, p.id)), None)
    if promise is not None:
        heads = [f"{rule_id} (found while reading)", promise.says.on(language)]
        return "\n".join([*heads, f"What to do: {promise.do.on(language)}"])
    rule = rule_book().rule(rule_id)
    parameters = rule.parameters_on(day)
    lines = [f"{rule.id} ({rule.severity.value})", rule.says.on(language)]
    lines += [f"Reading: {rule.means}"] if rule.means else []
    lines.append(f"Checked by: {rule.check} on {', '.join(rule.fields) or 'the whole dossier'}")
    lines += ["Held also when it cannot be checked."] if rule.needed else []
    if parameters is None:
        lines.append(f"Not in force on {day}.")
    else:
        told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in parameters.items())
        lines.append(f"In force on {day}" + (f": {told}." if told else "."))
    lines += [f"  {when}: {_state(rule, when)}" for when in rule.in_force]
    lines += [f"Basis: {r}" + (f" {r.href}" if r.href else "") for r in rule.references_on(day)]
    lines += [f"What to do: {rule.do.on(language)}", f"Last review: {rule.last_review}"]
    cases = [case for path in case_files() for case in load_cases(path) if case.rule == rule.id]
    lines += ["Cases:"] + [f"  {case.day}: {case.sentence}: {case.expect.value.replace('_', ' ')}" for case in cases]
    return "\n".join(lines)


def _state(rule: Rule, when: date) -> str:
    state = rule.in_force[when]
    if state == REPEALED or isinstance(state, str):
        return REPEALED
    return ", ".join(f"{name} {value}" for name, value in state.items()) or "in force"
