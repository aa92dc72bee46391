"""What was chosen, written into the data with its evidence; what was not, told in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flows.steps.extract.choose import Candidate, Chosen, Doubt, Result, evidence_of
from schemas.catalogue import Kind


def record(kind: Kind, name: str, outcome: Chosen, result: Result) -> None:
    best = outcome.best
    if best is not None:
        if best.made.problem:  # the number of a reference is certain, its date is not
            result.doubts.append(problem_with(kind, f"{name}/date", best))
        result.data[name] = best.made.value
        confidence = min(1.0, outcome.confidence)
        if isinstance(best.made.value, dict):
            for part in best.made.value:
                result.evidence[f"/{name}/{part}"] = evidence_of(best.tokens, best.text, confidence)
        elif isinstance(best.made.value, list):
            for i, item in enumerate(best.made.value):
                for part in item:
                    result.evidence[f"/{name}/{i}/{part}"] = evidence_of(best.tokens, best.text, confidence)
        else:
            result.evidence[f"/{name}"] = evidence_of(best.tokens, best.text, confidence)
        return
    if outcome.rivals:
        at = tuple(evidence_of(r.tokens, r.text, 0.5) for r in outcome.rivals)
        result.doubts.append(ambiguous(f"/{name}", [_shown(r.made.value) for r in outcome.rivals], at))
    elif outcome.problem is not None:
        result.doubts.append(problem_with(kind, name, outcome.problem))


def _shown(value: Any) -> str:
    return ", ".join(str(v) for v in value.values()) if isinstance(value, dict) else str(value)


def ambiguous(pointer: str, values: Sequence[str], at: tuple[Any, ...]) -> Doubt:
    listed = " and ".join(f"“{value}”" for value in values)
    return Doubt(
        "reading.ambiguous",
        pointer,
        "A value is taken only where the paper leaves one reading.",
        f"Read {listed}, each as well placed as the other. Enter the right one.",
        at=at,
    )


def problem_with(kind: Kind, name: str, problem: Candidate) -> Doubt:
    """What is said of a value that is there but has two readings, or none; `name` is its path below the root."""
    at = (evidence_of(problem.tokens, problem.text, 0.3),)
    meanings = " or ".join(problem.made.meanings)
    if problem.made.problem == "ambiguous_date":
        return Doubt(
            "reading.ambiguous_date",
            f"/{name}",
            "A date is taken only where day and month cannot be mistaken for each other.",
            f"“{problem.text}” can be {meanings}; nothing else on the paper decides. Enter the right day.",
            at=at,
        )
    if problem.made.problem == "ambiguous_number":
        return Doubt(
            "reading.ambiguous",
            f"/{name}",
            "A number is taken only where its decimal mark is certain.",
            f"“{problem.text}” can be {meanings}; nothing else on the paper decides. Enter the right one.",
            at=at,
        )
    return Doubt(
        "reading.unreadable",
        f"/{name}",
        "What is printed must be readable as a value of its field.",
        f"“{problem.text}” is no {kind.spec.fields[name].type}. Enter the value as it should be.",
        at=at,
    )
