"""Which of the candidates is the value: scored, grouped by value, and refused where two good ones disagree."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flows.steps.extract.candidates import Spot
from flows.steps.extract.sheet import Token, box_of
from flows.steps.normalise import Made
from schemas.record import Evidence, Finding, Severity

ENOUGH = 0.42
"""Below this score a candidate is no value."""
_CLOSE = 0.84
"""A second candidate this near the best one (as a share of its score) contradicts it."""


@dataclass(frozen=True)
class Candidate:
    """One possible value of a field: what was made of a spot, and how much it is worth."""

    field: str
    made: Made
    tokens: tuple[Token, ...]
    text: str
    score: float
    where: str = "right"

    @property
    def key(self) -> str:
        return json.dumps(self.made.value, sort_keys=True, ensure_ascii=False).casefold()


@dataclass
class Chosen:
    """The outcome for one field: a candidate, or the reason why there is none."""

    field: str
    best: Candidate | None = None
    confidence: float = 0.0
    rivals: tuple[Candidate, ...] = ()
    problem: Candidate | None = None


def candidate(name: str, spot: Spot, made: Made, quality: float) -> Candidate:
    return Candidate(name, made, spot.tokens, spot.text, quality * spot.trust * made.fit, spot.where)


def choose(name: str, candidates: Sequence[Candidate]) -> Chosen:
    """The best value and how sure it is; no value where two good candidates disagree."""
    usable = [c for c in candidates if c.score >= ENOUGH]
    made = [c for c in usable if c.made.value is not None]
    failed = sorted((c for c in usable if c.made.value is None and c.made.problem), key=lambda c: -c.score)
    if not made:
        return Chosen(name, problem=failed[0] if failed else None)
    groups: dict[str, list[Candidate]] = {}
    for one in made:
        groups.setdefault(one.key, []).append(one)
    ranked = sorted(groups.values(), key=lambda group: -_worth(group))
    best = max(ranked[0], key=lambda c: c.score)
    rivals = [max(group, key=lambda c: c.score) for group in ranked[1:] if _worth(group) >= _CLOSE * _worth(ranked[0])]
    rivals = [rival for rival in rivals if not _compatible(best, rival)]
    if failed and failed[0].score > best.score and best.made.value not in failed[0].made.meanings:
        return Chosen(name, problem=failed[0])
    if rivals:
        return Chosen(name, rivals=(best, *rivals))
    return Chosen(name, best, min(1.0, _worth(ranked[0])) * best.tokens[0].confidence)


def _worth(group: Sequence[Candidate]) -> float:
    """The best score of a value, a little more for each other place that says the same."""
    places = {(c.tokens[0].page, c.tokens[0].line, c.tokens[0].place) for c in group}
    return max(c.score for c in group) * (1 + 0.04 * (len(places) - 1))


def _compatible(best: Candidate, other: Candidate) -> bool:
    """Whether the second says no other thing than the first: the same tokens read shorter, or a part of it."""
    if isinstance(best.made.value, dict) and isinstance(other.made.value, dict):
        shared = best.made.value.keys() & other.made.value.keys()
        return bool(shared) and all(best.made.value[k] == other.made.value[k] for k in shared)
    one, two = str(best.made.value).casefold(), str(other.made.value).casefold()
    same_place = {id(t) for t in best.tokens} & {id(t) for t in other.tokens}
    return bool(same_place) and (one in two or two in one)


def evidence_of(tokens: Sequence[Token], text: str, confidence: float, note: str = "") -> Evidence:
    """Where a value was read."""
    page = tokens[0].page
    here = [t for t in tokens if t.page == page]
    source = "ocr" if any(t.source == "ocr" for t in here) else here[0].source
    return Evidence(
        page=page,
        box=box_of(here).rounded(),
        text=text,
        source=source,
        confidence=round(max(0.0, min(1.0, confidence)), 2),
        note=note,
    )


@dataclass
class Result:
    """What was read of a document so far: data, evidence, and findings that still lack their places."""

    data: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(frozen=True)
class Doubt:
    """A finding of the reading: rule, pointer, words, and the evidence of what was seen."""

    rule: str
    pointer: str
    says: str
    seen: str
    severity: Severity = Severity.ASK
    at: tuple[Evidence, ...] = ()

    def finding(self, file: str, document: str) -> Finding:
        from schemas.record import Place

        places = tuple(
            Place(file=file, pointer=self.pointer, page=e.page, box=e.box, document=document) for e in self.at
        )
        return Finding(
            rule=self.rule,
            severity=self.severity,
            says=self.says,
            seen=self.seen,
            places=places or (Place(file=file, pointer=self.pointer, document=document),),
        )
