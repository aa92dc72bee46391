"""What must be there, one way or another, and what no row may skip."""

from __future__ import annotations

from itertools import pairwise

from schemas.rules.data import Subject, pointer_of, read, rows
from schemas.rules.judgement import HOLDS, Application, Judgement, Violation, could_not_check, row_name, shape, violated


@shape("any_of", scope="document", fewest_fields=2)
def any_of(subject: Subject, application: Application) -> Judgement:
    """At least one of the fields is stated: `[seller.name, consignor.name]`."""
    (document,) = subject.documents
    if any(read(document, path) for path in application.rule.fields):
        return HOLDS
    names = " nor ".join(path.replace(".", " ").replace("_", " ") for path in application.rule.fields)
    places = tuple((document, pointer_of(path)) for path in application.rule.fields)
    return violated([Violation(f"neither {names} was found", places)])


@shape("rows_numbered", scope="document", fewest_fields=1)
def rows_numbered(subject: Subject, application: Application) -> Judgement:
    """Row numbers run on without a gap (`[lines.position]`); numbering may start again, and may go by tens."""
    (document,) = subject.documents
    table, name = application.rule.fields[0].split(".")
    numbers: list[tuple[str, int]] = []
    for pointer, row in rows(document, table):
        value = str(row.get(name, "")).strip().rstrip(".)")
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            return could_not_check(f"{row_name(pointer)} has no plain number")
        numbers.append((pointer, int(value)))
    if not numbers:
        return could_not_check("no rows were read")
    first = numbers[0][1]
    step = 10 if len(numbers) > 1 and all(n % 10 == 0 for _, n in numbers) else 1
    faults = [] if first in (0, 1, step) else [_gap(f"the first row is numbered {first}", numbers[0][0], name)]
    for (_, before), (pointer, number) in pairwise(numbers):
        if number not in (before + step, 1, step):
            faults.append(_gap(f"{row_name(pointer)} is numbered {number}, the row before it {before}", pointer, name))
    if len(faults) * 2 > len(numbers) and len(numbers) > 2:
        return could_not_check("the numbers of the rows do not count them")
    return violated(Violation(seen, ((document, pointer), (document, f"/{table}"))) for seen, pointer in faults)


def _gap(seen: str, pointer: str, name: str) -> tuple[str, str]:
    return f"{seen}: a row may have been lost", f"{pointer}/{name}"
