"""The gate of the rules: every rule fires on one case and holds on another, and every case comes out as told."""

from __future__ import annotations

from collections import defaultdict

import pytest

from flows.steps.check import judge
from schemas.record import Document, Outcome
from schemas.rules.data import Subject
from schemas.rules.loader import case_files, load_cases, rule_book
from schemas.rules.model import Case, Rule

CASES = [case for path in case_files() for case in load_cases(path)]
RULES = rule_book().all()


def papers_of(case: Case) -> tuple[Document, ...]:
    """The papers of a case as documents; a case of an in-document rule may leave the kind out."""
    documents = []
    for number, paper in enumerate(case.papers):
        data = {key: value for key, value in paper.items() if key != "kind"}
        kind = str(paper.get("kind", case.rule.split(".")[0]))
        documents.append(
            Document(
                id=f"{number:016x}-1",
                file=f"{kind}-{number}.pdf",
                sha256=f"{number:064x}",
                kind=kind,
                kind_confidence=1.0,
                pages=(1,),
                data=data,
            )
        )
    return tuple(documents)


@pytest.mark.parametrize("case", CASES, ids=[f"{c.rule}: {c.sentence}" for c in CASES])
def test_the_case_comes_out_as_told(case: Case) -> None:
    judgement = judge(rule_book().rule(case.rule), Subject(papers_of(case), case.day))
    assert judgement.outcome is case.expect, (judgement.why, [v.seen for v in judgement.violations])
    told = " ".join([judgement.why, *(v.seen for v in judgement.violations)])
    assert case.seen in told


@pytest.mark.parametrize("rule", RULES, ids=[r.id for r in RULES])
def test_every_rule_has_a_case_that_fires_and_one_that_does_not(rule: Rule) -> None:
    outcomes = {case.expect for case in CASES if case.rule == rule.id}
    assert Outcome.VIOLATED in outcomes, f"{rule.id} has no case that fires: can it fire at all?"
    assert Outcome.HOLDS in outcomes, f"{rule.id} has no case that holds"


@pytest.mark.parametrize("rule", RULES, ids=[r.id for r in RULES])
def test_every_change_of_a_rule_has_cases_on_both_sides(rule: Rule) -> None:
    days = sorted(case.day for case in CASES if case.rule == rule.id)
    for change in list(rule.in_force)[1:]:
        assert days[0] < change <= days[-1], (
            f"{rule.id} changes on {change}; cases lie between {days[0]} and {days[-1]}"
        )


def test_no_case_speaks_of_a_rule_that_is_not_there() -> None:
    assert {case.rule for case in CASES} <= {rule.id for rule in RULES}


def test_no_two_cases_of_a_rule_have_the_same_sentence() -> None:
    seen: dict[tuple[str, str], int] = defaultdict(int)
    for case in CASES:
        seen[case.rule, case.sentence] += 1
    assert [key for key, count in seen.items() if count > 1] == []
