"""A rule as data: what it says, how it is checked, how much it weighs, and from when until when it holds."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Literal

from pydantic import Field, field_validator, model_validator

from schemas.datafile import Data
from schemas.record import Outcome, Severity

REPEALED = "repealed"
Parameters = dict[str, str]


class Texts(Data):
    """One text in the languages of the desk; English and Russian always, Kazakh where a person wrote it."""

    en: str = Field(min_length=1)
    ru: str = Field(min_length=1)
    kk: str = ""

    def on(self, language: str) -> str:
        """The text in `language`, or English."""
        return {"ru": self.ru, "kk": self.kk}.get(language, "") or self.en


class Reference(Data):
    """On whose authority: the act, the point of it, where to read it, and how sure we are of it."""

    title: str = Field(min_length=1)
    point: str = ""
    href: str = ""
    certainty: Literal["confirmed", "practice", "general_knowledge"] = "general_knowledge"
    """Only what is confirmed, or practice confirmed by a source, may stop a dossier."""

    def __str__(self) -> str:
        told = ", ".join(part for part in (self.title, self.point) if part)
        return told if self.certainty != "general_knowledge" else f"{told} (general knowledge)"


class Rule(Data):
    """One rule. `check` names a shape, `fields` what it looks at; `in_force` has the parameters of each day."""

    id: str = Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_-]+)+$")
    says: Texts
    means: str = ""
    """Our reading, apart from the rule's own text."""
    do: Texts
    """What a person should do when it is violated."""
    check: str
    fields: tuple[str, ...]
    options: dict[str, str] = Field(default_factory=dict)
    """What the shape needs to know beside the fields, the same on all days."""
    severity: Severity
    needed: bool = False
    """Whether the dossier is held when the rule could not be checked although its papers are there."""
    supersedes: tuple[str, ...] = ()
    """Findings of reading that this rule judges anew: where it could check, theirs are not told again."""
    in_force: dict[date, Parameters | Literal["repealed"]] = Field(min_length=1)
    references: dict[date, tuple[Reference, ...]] = Field(min_length=1)
    last_review: date

    @field_validator("in_force")
    @classmethod
    def _days_in_order(cls, given: dict[date, Parameters | str]) -> dict[date, Parameters | str]:
        days = list(given)
        if days != sorted(days):
            raise ValueError(f"the days must be in order, earliest first: {', '.join(map(str, days))}")
        states = [given[day] for day in days]
        if states[0] == REPEALED:
            raise ValueError(f"a rule cannot be repealed ({days[0]}) before it is in force")
        if any(a == b == REPEALED for a, b in pairwise(states)):
            raise ValueError("a rule that is repealed cannot be repealed again")
        return given

    @model_validator(mode="after")
    def _days_agree(self) -> Rule:
        first = min(self.in_force)
        if not any(day <= first for day in self.references):
            raise ValueError(f"references: none is given for {first}, when the rule comes into force")
        if self.severity is Severity.STOP:
            for day, references in self.references.items():
                if all(r.certainty == "general_knowledge" for r in references):
                    raise ValueError(f"references.{day}: only general knowledge; such a rule may ask, not stop")
        return self

    def parameters_on(self, day: date) -> Parameters | None:
        """The parameters that hold on `day`; None before the rule is in force and after its repeal."""
        begun = [d for d in self.in_force if d <= day]
        state = self.in_force[max(begun)] if begun else REPEALED
        return None if isinstance(state, str) else state

    def references_on(self, day: date) -> tuple[Reference, ...]:
        """The references that hold on `day`."""
        begun = [d for d in self.references if d <= day]
        return self.references[max(begun)] if begun else ()

    def basis_on(self, day: date) -> str:
        """The references of `day` as one line of text."""
        return "; ".join(map(str, self.references_on(day)))


class Case(Data):
    """One case of a rule: a sentence, a day, the papers (by kind, or several of a kind), and the outcome."""

    rule: str
    sentence: str = Field(min_length=1)
    day: date
    papers: tuple[dict[str, object], ...]
    """Each paper is its data with `kind` added; in a case of an in-document rule `kind` may be left out."""
    expect: Outcome
    seen: str = ""
    """Words the finding must contain."""
