"""Days in their order: within a paper, across papers, and against the day of the check."""

from __future__ import annotations

from datetime import timedelta

from schemas.record import Document
from schemas.rules.data import Datum, Subject, day, first, read, text
from schemas.rules.judgement import HOLDS, Application, Judgement, Violation, could_not_check, shape, value_at, violated


def split_field(field: str) -> tuple[str, str]:
    """`cmr:issue_date` is the kind and the path."""
    kind, _, path = field.partition(":")
    return kind, path


@shape("dates_in_order", scope="document", parameters="leeway_days", fewest_fields=2)
def dates_in_order(subject: Subject, application: Application) -> Judgement:
    """The first day is not after the second: `[contract.date, issue_date]`."""
    (document,) = subject.documents
    earlier, later = (first(document, path) for path in application.rule.fields)
    if earlier is None or later is None:
        return could_not_check("the two dates are not both stated")
    return _in_order([earlier], [later], application)


@shape("dates_in_order_across", scope="dossier", parameters="leeway_days", fewest_fields=2)
def dates_in_order_across(subject: Subject, application: Application) -> Judgement:
    """No day of the first field is after the last day of the second.

    `[commercial_invoice:issue_date, cmr:date_of_taking_over]`
    """
    earlier, later = (_all(subject, field) for field in application.rule.fields)
    if not earlier or not later:
        return could_not_check("the two dates are not both stated")
    return _in_order(earlier, later, application)


@shape("not_after_day", scope="document", parameters="leeway_days")
def not_after_day(subject: Subject, application: Application) -> Judgement:
    """No date of the fields lies after the day of the check."""
    (document,) = subject.documents
    data = [d for path in application.rule.fields for d in read(document, path)]
    last = subject.day + timedelta(days=int(application.tolerance("leeway_days")))
    found = [
        Violation(f"{_words(d)} {value_at(d)} is after the day of the check", ((document, d.pointer),))
        for d in data
        if (at := day(d.value)) is not None and at > last
    ]
    return _unless_unreadable(found, data)


@shape("not_long_before_day", scope="document", parameters="days", fewest_fields=1)
def not_long_before_day(subject: Subject, application: Application) -> Judgement:
    """The date is not further back than `days` before the day of the check."""
    (document,) = subject.documents
    data = [d for path in application.rule.fields for d in read(document, path)]
    limit = int(application.tolerance("days"))
    found = [
        Violation(
            f"{_words(d)} {value_at(d)} is {(subject.day - at).days} days before the day of the check, {subject.day}; "
            f"allowed {limit}",
            ((document, d.pointer),),
        )
        for d in data
        if (at := day(d.value)) is not None and (subject.day - at).days > limit
    ]
    return _unless_unreadable(found, data)


@shape("dates_near", scope="dossier", parameters="days", fewest_fields=2)
def dates_near(subject: Subject, application: Application) -> Judgement:
    """Every day of the first field lies within `days` of some day of the second."""
    ones, others = (_all(subject, field) for field in application.rule.fields)
    if not ones or not others:
        return could_not_check("the two dates are not both stated")
    limit = int(application.tolerance("days"))
    known = [(d, at) for d in others if (at := day(d.value)) is not None]
    found: list[Violation] = []
    for one in ones:
        at = day(one.value)
        if at is None or not known:
            continue
        nearest, when = min(known, key=lambda pair: abs((at - pair[1]).days))
        apart = abs((at - when).days)
        if apart > limit:
            seen = f"{_words(one)} {value_at(one)} and {_words(nearest)} {value_at(nearest)} are {apart} days apart"
            found.append(Violation(f"{seen}; allowed {limit}", _pair(one, nearest)))
    return _unless_unreadable(found, [*ones, *others])


def _in_order(earlier: list[Datum], later: list[Datum], application: Application) -> Judgement:
    leeway = int(application.tolerance("leeway_days"))
    known = [(at, d) for d in later if (at := day(d.value)) is not None]
    found: list[Violation] = []
    if known:
        last, datum = max(known, key=lambda pair: pair[0])
        for one in earlier:
            at = day(one.value)
            if at is not None and (at - last).days > leeway:
                seen = (
                    f"{_words(one)} {value_at(one)} is {(at - last).days} days after {_words(datum)} {value_at(datum)}"
                )
                found.append(Violation(seen, _pair(one, datum)))
    return _unless_unreadable(found, [*earlier, *later])


def _unless_unreadable(found: list[Violation], data: list[Datum]) -> Judgement:
    if found:
        return violated(found)
    unreadable = [d for d in data if day(d.value) is None]
    if unreadable:
        why = ", ".join(f"{text(d.value) or 'a value'!r} is not a date" for d in unreadable[:3])
        return could_not_check(why, tuple((d.document, d.pointer) for d in unreadable), doubtful=True)
    return HOLDS if data else could_not_check("no date is stated")


def _all(subject: Subject, field: str) -> list[Datum]:
    kind, path = split_field(field)
    return [d for document in subject.of(kind) for d in read(document, path)]


def _pair(one: Datum, other: Datum) -> tuple[tuple[Document, str], ...]:
    return ((one.document, one.pointer), (other.document, other.pointer))


def _words(datum: Datum) -> str:
    parts = [p for p in datum.pointer.split("/") if p and not p.isdigit()]
    return " ".join(parts[-2:]).replace("_", " ")
