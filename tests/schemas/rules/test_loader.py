"""The rule files as data: what holds on which day, and the words a broken file must bring forth."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from schemas.datafile import DataFileError
from schemas.record import Queue, Severity
from schemas.rules.explain import explain
from schemas.rules.loader import load_rules, rule_book
from schemas.rules.queues import queue_of

GOOD = """\
- id: cmr.packages_equal_goods
  says: {en: Packages add up., ru: Места складываются.}
  do: {en: Correct the paper., ru: Исправьте документ.}
  check: sum_equals
  fields: [goods.packages, packages]
  severity: ask
  in_force: {2022-01-01: {tolerance: 0.05}, 2025-07-01: {tolerance: 0.00}, 2027-01-01: repealed}
  references: {2022-01-01: [{title: An act, point: Article 1}], 2025-07-01: [{title: A later act}]}
  last_review: 2026-10-01
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "cmr" / "rules.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_value_holds_from_its_day_until_the_next(tmp_path: Path) -> None:
    (rule,) = load_rules(written(tmp_path, GOOD), scope="document")
    assert rule.parameters_on(date(2021, 12, 31)) is None
    assert rule.parameters_on(date(2022, 1, 1)) == {"tolerance": "0.05"}
    assert rule.parameters_on(date(2025, 6, 30)) == {"tolerance": "0.05"}
    assert rule.parameters_on(date(2025, 7, 1)) == {"tolerance": "0.00"}
    assert rule.parameters_on(date(2026, 12, 31)) == {"tolerance": "0.00"}
    assert rule.parameters_on(date(2027, 1, 1)) is None


def test_every_day_has_its_own_reference(tmp_path: Path) -> None:
    (rule,) = load_rules(written(tmp_path, GOOD), scope="document")
    assert rule.basis_on(date(2025, 6, 30)) == "An act, Article 1 (general knowledge)"
    assert rule.basis_on(date(2025, 7, 1)) == "A later act (general knowledge)"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("severity: ask", "severity: ask\n  severity: stop"), "line 7: key 'severity' is given twice"),
        (("last_review:", "revised: 2026-01-01\n  last_review:"), "unknown attribute 'revised'; allowed here: check"),
        (("severity: ask", "severity: perhaps"), "Input should be 'stop', 'ask' or 'note' (given: 'perhaps')"),
        (("check: sum_equals", "check: sum_equal"), "no rule shape 'sum_equal'; there are: sum_equals"),
        (("check: sum_equals", "check: same_total"), "'same_total' is for a dossier, this file is for a document"),
        (("{tolerance: 0.05}", "{tolerence: 0.05}"), "unknown attribute tolerence; allowed for 'sum_equals': minor"),
        (("fields: [goods.packages, packages]", "fields: [packages]"), "shape 'sum_equals' needs at least 2"),
        (("2027-01-01: repealed", "2021-01-01: repealed"), "the days must be in order, earliest first"),
        (("2022-01-01: {tolerance: 0.05}", "2022-01-01: repealed"), "cannot be repealed (2022-01-01) before"),
        (("2022-01-01: [{title: An act", "2023-01-01: [{title: An act"), "references: none is given for 2022-01-01"),
        (("severity: ask", "severity: stop"), "only general knowledge; such a rule may ask, not stop"),
        (("id: cmr.", "id: invoice."), "the id must begin with 'cmr' and a dot"),
        (("ru: Места складываются.", "fr: Les colis."), "says: unknown attribute 'fr'; allowed here: en, kk, ru"),
        (("2022-01-01: {tolerance: 0.05}", "0701: {tolerance: 0.05}"), "in_force.0701"),
    ],
)  # fmt: skip
def test_a_broken_file_says_file_place_and_what_is_allowed(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(DataFileError) as caught:
        load_rules(written(tmp_path, GOOD.replace(*change)), scope="document")
    assert "cmr/rules.yaml: " in str(caught.value)
    assert words in str(caught.value)


def test_a_rule_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"cmr\.packages_equal_goods: id is given twice"):
        load_rules(written(tmp_path, GOOD + GOOD), scope="document")


def test_a_file_that_is_no_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="expected a list"):
        load_rules(written(tmp_path, "id: x\n"), scope="document")


def test_only_confirmed_facts_stop_a_dossier() -> None:
    stopping = [rule for rule in rule_book().all() if rule.severity is Severity.STOP]
    assert stopping
    for rule in stopping:
        assert all(any(r.certainty != "general_knowledge" for r in refs) for refs in rule.references.values())


def test_every_rule_speaks_english_and_russian_and_says_what_to_do() -> None:
    for rule in rule_book().all():
        assert rule.says.en and rule.says.ru and rule.do.en and rule.do.ru, rule.id


def test_explaining_a_rule_tells_text_reading_days_basis_and_cases() -> None:
    told = explain("dossier.gross_mass", date(2026, 3, 1))
    for words in (
        "dossier.gross_mass (stop)",
        "Reading: ",
        "tolerance 0.05",
        "Basis: Convention",
        "Cases:",
        "violated",
    ):
        assert words in told
    assert "Масса брутто" in explain("dossier.gross_mass", date(2026, 3, 1), language="ru")
    assert "Not in force on 2017-01-01." in explain("dossier.gross_mass", date(2017, 1, 1))


def test_findings_of_reading_are_explained_too() -> None:
    assert "Enter the value if it is printed" in explain("cmr.consignee.required", date(2026, 3, 1))
    assert "одно прочтение" in explain("reading.ambiguous_date", date(2026, 3, 1), language="ru")
    for rule in rule_book().all():
        assert "found while reading" not in explain(rule.id, date(2026, 3, 1))


def test_a_rule_that_does_not_exist_brings_the_closest_ones() -> None:
    with pytest.raises(KeyError, match=r"no rule 'dossier\.gross_mas'; did you mean dossier\.gross_mass"):
        explain("dossier.gross_mas", date(2026, 3, 1))


def test_every_rule_has_a_desk() -> None:
    assert {queue_of(rule.id) for rule in rule_book().all()} == set(Queue)
    assert queue_of("cmr.number.unreadable") is Queue.DOCUMENTS
