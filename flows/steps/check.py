"""Checking a dossier: every rule in force on the day, the papers it needs, and the decision that follows.

Document findings (of reading and of the schema) are taken over; rules within each document and across the
dossier are applied; the profile says what is missing. Nothing here asks the clock.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from flows.steps.reconcile import consignment
from schemas.profiles import choose
from schemas.record import Checked, CheckResult, Document, Finding, Outcome, Place, Severity, Verdict
from schemas.rules.data import Subject
from schemas.rules.judgement import SHAPES, Application, Judgement, Violation, place_of
from schemas.rules.loader import rule_book
from schemas.rules.model import Rule

_log = logging.getLogger(__name__)
_HOLDING = (Severity.STOP, Severity.ASK)
_WEIGHT = {Severity.STOP: 0, Severity.ASK: 1, Severity.NOTE: 2}


def check(
    documents: Sequence[Document], day: date, *, profile: str | None = None, waived: Collection[str] = ()
) -> CheckResult:
    """The decision on a dossier on a day, with every finding and the outcome of every rule.

    `waiting` while the profile misses a paper; else `held` while a stop or ask finding is not among the
    `waived` fingerprints; else `cleared`. `profile` names one explicitly (`KeyError` when there is none such).
    """
    papers = tuple(sorted(documents, key=lambda d: (d.kind, str(d.data.get("number", "")), d.file, d.id)))
    needed = choose(profile, {d.kind for d in papers})
    missing = needed.missing({d.kind for d in papers})
    findings: list[Finding] = [finding for document in papers for finding in document.findings]
    superseded: set[tuple[str, str]] = set()
    checked: list[Checked] = []
    for rule, subject in _to_apply(papers, day):
        judgement = judge(rule, subject)
        document = subject.documents[0].id if rule not in rule_book().of_dossier else ""
        checked.append(Checked(rule=rule.id, outcome=judgement.outcome, document=document, why=judgement.why))
        findings += _findings(rule, judgement, day, findings)
        if judgement.outcome is not Outcome.COULD_NOT_CHECK:
            superseded |= {(document, name) for name in rule.supersedes}
    findings = [f for f in findings if not any((p.document, f.rule) in superseded for p in f.places)]
    findings.sort(key=lambda f: _WEIGHT[f.severity])
    holding = [f for f in findings if f.severity in _HOLDING and fingerprint(f) not in waived]
    decision = Verdict.WAITING if missing else Verdict.HELD if holding else Verdict.CLEARED
    return CheckResult(
        decision=decision,
        day=day.isoformat(),
        profile=needed.name,
        documents=tuple(documents),
        consignment=consignment(papers),
        findings=tuple(findings),
        missing=missing,
        checked=tuple(checked),
    )


def judge(rule: Rule, subject: Subject) -> Judgement:
    """The outcome of one rule; a crash of the rule is not the papers' fault and is never raised."""
    parameters = rule.parameters_on(subject.day)
    if parameters is None:
        return Judgement(Outcome.COULD_NOT_CHECK, why=f"not in force on {subject.day}")
    try:
        return SHAPES[rule.check].apply(subject, Application(rule, parameters))
    except Exception as error:
        _log.exception("rule %s failed on %s", rule.id, [d.id for d in subject.documents])
        why = f"the rule itself failed ({type(error).__name__}: {error}); the papers are not to blame"
        return Judgement(Outcome.COULD_NOT_CHECK, why=why, doubtful=True)


def fingerprint(finding: Finding) -> str:
    """A name for a finding about these values of these papers: a waiver must not outlive a change of them."""
    places = sorted(f"{place.document or place.file}#{place.pointer}" for place in finding.places)
    told = "\x1f".join([finding.rule, finding.seen, *places])
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def _to_apply(papers: Sequence[Document], day: date) -> Iterable[tuple[Rule, Subject]]:
    book = rule_book()
    for document in papers:
        for rule in book.of_kind.get(document.kind, ()):
            if rule.parameters_on(day) is not None:
                yield rule, Subject((document,), day)
    for rule in book.of_dossier:
        if rule.parameters_on(day) is not None:
            yield rule, Subject(tuple(papers), day)


def _findings(rule: Rule, judgement: Judgement, day: date, known: Sequence[Finding]) -> list[Finding]:
    if judgement.outcome is Outcome.VIOLATED:
        return [_finding(rule, day, v.seen, v, rule.severity) for v in judgement.violations]
    if judgement.outcome is Outcome.HOLDS or rule.severity is Severity.NOTE:
        return []
    missing = _not_yet_asked(judgement, known)
    if judgement.doubtful or (rule.needed and missing):
        if judgement.missing and not missing:
            return []
        seen = f"Could not be checked: {judgement.why}"
        return [_finding(rule, day, seen, Violation(seen, judgement.missing), Severity.ASK)]
    return []


def _not_yet_asked(judgement: Judgement, known: Sequence[Finding]) -> list[tuple[str, str]]:
    """The missing places that no finding asks for already (a required field, an unreadable value)."""
    asked = {(place.document, place.pointer) for f in known if f.severity in _HOLDING for place in f.places}
    return [
        (document.id, pointer)
        for document, pointer in judgement.missing
        if (document.id, pointer) not in asked
        and not any(d == document.id and p.startswith(pointer + "/") for d, p in asked)
    ]


def _finding(rule: Rule, day: date, seen: str, violation: Violation, severity: Severity) -> Finding:
    places: dict[tuple[str, str], Place] = {}
    for document, pointer in violation.places:
        places.setdefault((document.id, pointer), place_of(document, pointer))
    return Finding(
        rule=rule.id,
        severity=severity,
        says=rule.says.en,
        seen=f"{seen[:1].upper()}{seen[1:].rstrip('.')}. {rule.do.en}",
        places=tuple(places.values()),
        basis=rule.basis_on(day),
    )
