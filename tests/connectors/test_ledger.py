"""The ledger on SQLite and on PostgreSQL: nothing twice, nothing lost, the first answer stands."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from connectors.errors import Permanent, Transient
from connectors.ledger import NEW_DOSSIER, DropState, ExceptionState, Ledger, Paper
from connectors.ledger.tables import metadata
from flows.steps.place import place, references_of
from schemas.record import (
    CheckResult,
    Choice,
    Document,
    DossierException,
    Drop,
    Finding,
    Queue,
    Ruling,
    Severity,
    Verdict,
)
from schemas.states import DossierState

NOW = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    opened = Ledger(database_url)
    yield opened
    opened.close()


def drop(name: str, version: str = "1", group: str = "") -> Drop:
    return Drop(source=f"file:///inbox/{group}/{name}", version=version, name=name, group=group, received_at=NOW)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def paper(content: str, kind: str = "commercial_invoice", **data: Any) -> Paper:
    document = Document(
        id=f"{sha(content)[:16]}-1",
        file=f"{content}.pdf",
        sha256=sha(content),
        kind=kind,
        kind_confidence=1.0,
        pages=(1,),
        data=data,
    )
    return Paper(document, references_of(document))


def file_one(ledger: Ledger, content: str, *, group: str = "", name: str = "", version: str = "1", **data: Any) -> Any:
    taken = ledger.drops.take(drop(name or content, version, group), sha(content), 10, NOW)
    return taken, ledger.filing.file(taken.drop_id, [paper(content, **data)], place, NOW)


def result_of(ledger: Ledger, dossier_id: int, verdict: Verdict) -> CheckResult:
    return CheckResult(
        decision=verdict,
        day="2026-03-05",
        profile="road-import",
        documents=ledger.dossiers.get(dossier_id).documents,
        consignment={},
        findings=(),
        missing=(),
        checked=(),
    )


def question(dossier: str, seen: str = "1 against 2") -> DossierException:
    finding = Finding(rule="dossier.gross_mass", severity=Severity.STOP, says="Masses agree.", seen=seen)
    return DossierException(
        id=sha(dossier + seen)[:24],
        dossier=dossier,
        queue=Queue.DOCUMENTS,
        question="Which gross mass is right?",
        findings=(finding,),
    )


def ruling(exception_id: str, choice: Choice = Choice.ACCEPT, **more: Any) -> Ruling:
    return Ruling(exception=exception_id, choice=choice, operator="A. Operator", reason="seen", **more)


def decide(ledger: Ledger, dossier_id: int, verdict: Verdict, *questions: DossierException) -> bool:
    result = result_of(ledger, dossier_id, verdict)
    return ledger.dossiers.decide(ledger.dossiers.get(dossier_id), result, questions, NOW)


def test_the_migrations_make_the_tables_that_the_code_uses(ledger: Ledger) -> None:
    with ledger.db.read() as tx:
        differences = compare_metadata(MigrationContext.configure(tx), metadata)
    assert differences == []


def test_migrating_twice_and_from_two_threads_changes_nothing(database_url: str) -> None:
    failures: list[BaseException] = []

    def migrate() -> None:
        try:
            Ledger(database_url).close()
        except BaseException as e:
            failures.append(e)

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    Ledger(database_url).close()


def test_a_wrong_address_says_what_to_write() -> None:
    with pytest.raises(Permanent, match="postgresql://user:password@host/name"):
        Ledger("nonsense")


def test_a_redelivered_arrival_is_one_drop(ledger: Ledger) -> None:
    first = ledger.drops.take(drop("a"), sha("a"), 1, NOW)
    again = ledger.drops.take(drop("a"), sha("a"), 1, NOW)
    assert first.is_new and not again.is_new and again.is_redelivery
    assert again.drop_id == first.drop_id
    assert len(ledger.drops.all()) == 1


def test_the_same_bytes_under_another_name_point_at_the_first(ledger: Ledger) -> None:
    first = ledger.drops.take(drop("a"), sha("same"), 1, NOW)
    copy = ledger.drops.take(drop("b"), sha("same"), 1, NOW)
    assert not copy.is_new and not copy.is_redelivery
    assert copy.duplicate_of == first.drop_id


def test_the_same_bytes_taken_by_eight_threads_are_worked_once(ledger: Ledger) -> None:
    taken: list[Any] = []
    threads = [
        threading.Thread(target=lambda n=n: taken.append(ledger.drops.take(drop(f"copy-{n}"), sha("x"), 1, NOW)))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 8
    assert sum(t.is_new for t in taken) == 1


def test_arrivals_whose_bytes_cannot_be_had_are_drops_too(ledger: Ledger) -> None:
    first = ledger.drops.refuse(drop("empty"), "it is empty", NOW)
    second = ledger.drops.refuse(drop("huge"), "it is too large", NOW)
    assert first.is_new and second.is_new
    assert ledger.drops.refuse(drop("empty"), "it is empty", NOW).is_redelivery
    claim = ledger.drops.claim(second.drop_id, "w", NOW, LEASE)
    assert claim is not None and claim.refused == "it is too large"


def test_only_one_worker_gets_a_drop(ledger: Ledger) -> None:
    drop_id = ledger.drops.take(drop("a"), sha("a"), 1, NOW).drop_id
    claims: list[Any] = []
    threads = [
        threading.Thread(target=lambda n=n: claims.append(ledger.drops.claim(drop_id, f"w{n}", NOW, LEASE)))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(c is not None for c in claims) == 1


def test_a_drop_whose_worker_went_silent_is_free_after_its_lease(ledger: Ledger) -> None:
    drop_id = ledger.drops.take(drop("a"), sha("a"), 1, NOW).drop_id
    assert ledger.drops.claim(drop_id, "dead", NOW, LEASE) is not None
    assert ledger.drops.claim(drop_id, "next", NOW + timedelta(minutes=4), LEASE) is None
    assert ledger.drops.open_ids(NOW + timedelta(minutes=4)) == []
    later = NOW + timedelta(minutes=6)
    assert ledger.drops.open_ids(later) == [drop_id]
    claim = ledger.drops.claim(drop_id, "next", later, LEASE)
    assert claim is not None and claim.attempts == 2


def test_a_restarted_worker_frees_what_its_predecessor_held(ledger: Ledger) -> None:
    drop_id = ledger.drops.take(drop("a"), sha("a"), 1, NOW).drop_id
    other = ledger.drops.take(drop("b"), sha("b"), 1, NOW).drop_id
    ledger.drops.claim(drop_id, "intake here", NOW, LEASE)
    ledger.drops.claim(other, "intake elsewhere", NOW, LEASE)
    assert ledger.drops.give_back_all("intake here", NOW) == [drop_id]
    assert ledger.drops.open_ids(NOW) == [drop_id]


def test_an_outside_failure_is_not_counted_against_the_drop(ledger: Ledger) -> None:
    drop_id = ledger.drops.take(drop("a"), sha("a"), 1, NOW).drop_id
    ledger.drops.claim(drop_id, "w", NOW, LEASE)
    ledger.drops.give_back(drop_id, NOW, "database away", counts=False)
    claim = ledger.drops.claim(drop_id, "w", NOW, LEASE)
    assert claim is not None and claim.attempts == 1
    ledger.drops.give_back(drop_id, NOW, "crash")
    claim = ledger.drops.claim(drop_id, "w", NOW, LEASE)
    assert claim is not None and claim.attempts == 2


def test_papers_of_one_folder_are_one_dossier(ledger: Ledger) -> None:
    _, first = file_one(ledger, "inv", group="truck-7", number="17")
    _, second = file_one(ledger, "cmr", group="truck-7", kind="cmr", number="C1")
    _, other = file_one(ledger, "inv2", group="truck-8", number="18")
    assert first == second != other
    assert ledger.dossiers.get(first[0]).ref == "truck-7"


def test_papers_outside_a_folder_find_each_other_by_reference(ledger: Ledger) -> None:
    _, [invoice] = file_one(ledger, "inv", number="INV-17")
    _, [packing] = file_one(ledger, "pl", kind="packing_list", number="PL-1", invoice={"number": "inv 17"})
    _, [cmr] = file_one(
        ledger, "cmr", kind="cmr", number="C1", attached_documents=[{"kind": "invoice", "number": "INV-17"}]
    )
    assert invoice == packing == cmr


def test_filing_twice_changes_nothing(ledger: Ledger) -> None:
    taken, first = file_one(ledger, "inv", group="g", number="1")
    revision = ledger.dossiers.get(first[0]).revision
    assert ledger.filing.file(taken.drop_id, [paper("inv", number="1")], place, NOW) == first
    assert ledger.dossiers.get(first[0]).revision == revision
    assert len(ledger.dossiers.papers(first[0])) == 1


def test_a_paper_that_fits_two_dossiers_is_a_question_and_goes_where_the_person_says(ledger: Ledger) -> None:
    _, [one] = file_one(ledger, "i1", number="INV-1")
    _, [two] = file_one(ledger, "i2", number="INV-2")
    attached = [{"kind": "invoice", "number": "INV-1"}, {"kind": "invoice", "number": "INV-2"}]
    _, nowhere = file_one(ledger, "cmr", kind="cmr", number="C1", attached_documents=attached)
    assert nowhere == []
    [asked] = ledger.exceptions.all()
    assert "fits 2 dossiers" in asked.body.question
    assert asked.body.choices == ("K-00001", "K-00002", NEW_DOSSIER)
    ruled = ledger.exceptions.rule(asked, ruling(asked.body.id, placement="K-00002"), NOW)
    assert ruled.dossiers == (two,)
    assert [d.kind for d in ledger.dossiers.get(two).documents] == ["commercial_invoice", "cmr"]
    assert len(ledger.dossiers.get(one).documents) == 1


def test_a_paper_without_any_number_is_a_question(ledger: Ledger) -> None:
    _, nowhere = file_one(ledger, "blank", kind="unknown")
    assert nowhere == []
    [asked] = ledger.exceptions.all()
    ruled = ledger.exceptions.rule(asked, ruling(asked.body.id, placement=NEW_DOSSIER), NOW)
    assert len(ruled.dossiers) == 1


def test_a_rewritten_file_takes_the_place_of_its_older_version(ledger: Ledger) -> None:
    _, [dossier] = file_one(ledger, "v1", group="g", name="inv.pdf", version="1", number="1")
    _, [same] = file_one(ledger, "v2", group="g", name="inv.pdf", version="2", number="1 bis")
    assert same == dossier
    assert [d.sha256 for d in ledger.dossiers.get(dossier).documents] == [sha("v2")]
    _, [back] = file_one(ledger, "v1", group="g", name="inv.pdf", version="3", number="1")
    assert back == dossier
    assert [d.sha256 for d in ledger.dossiers.get(dossier).documents] == [sha("v1")]


def test_a_new_version_of_a_file_reopens_what_was_released(ledger: Ledger) -> None:
    _, [dossier] = file_one(ledger, "old", group="g", name="inv.pdf", number="INV-1", total_amount="10")
    assert decide(ledger, dossier, Verdict.CLEARED)
    assert ledger.dossiers.released(ledger.dossiers.get(dossier), "outbox/g.json", NOW)
    file_one(ledger, "new", group="g", name="inv.pdf", version="2", number="INV-1", total_amount="12")
    reopened = ledger.dossiers.get(dossier)
    assert [d.data["total_amount"] for d in reopened.documents] == ["12"]
    assert not ledger.dossiers.is_decided(reopened)
    assert decide(ledger, dossier, Verdict.HELD, question("g"))
    assert ledger.dossiers.get(dossier).state is DossierState.HELD


@pytest.mark.parametrize("was_asked", [True, False])
def test_a_paper_of_the_same_number_takes_the_place_of_one_the_sender_was_asked_about(
    ledger: Ledger, was_asked: bool
) -> None:
    _, [dossier] = file_one(ledger, "old", group="g", number="INV-1", total_amount="10")
    place_of_old = ledger.dossiers.get(dossier).documents[0].place("/total_amount")
    about_old = question("g")
    finding = about_old.findings[0].model_copy(update={"places": (place_of_old,)})
    decide(ledger, dossier, Verdict.HELD, about_old.model_copy(update={"findings": (finding,)}))
    [asked] = ledger.exceptions.all()
    if was_asked:
        ledger.exceptions.rule(asked, ruling(asked.body.id, Choice.ASK_SENDER), NOW)
    file_one(ledger, "new", group="g", number="INV-1", total_amount="12")
    totals = [d.data["total_amount"] for d in ledger.dossiers.get(dossier).documents]
    assert totals == (["12"] if was_asked else ["10", "12"])


def test_the_same_bytes_in_the_folder_of_another_dossier_are_a_question(ledger: Ledger) -> None:
    file_one(ledger, "inv", group="a", number="1")
    file_one(ledger, "inv", group="b", name="copy.pdf", number="1")
    [asked] = ledger.exceptions.all()
    assert "already in dossier a" in asked.body.question
    ruled = ledger.exceptions.rule(asked, ruling(asked.body.id, placement="b"), NOW)
    assert [ledger.dossiers.get(d).ref for d in ruled.dossiers] == ["b"]
    assert len(ledger.dossiers.get(ruled.dossiers[0]).documents) == 1


def test_a_copy_waits_until_the_paper_that_came_first_is_filed(ledger: Ledger) -> None:
    first = ledger.drops.take(drop("inv", group="a"), sha("inv"), 1, NOW)
    copy = ledger.drops.take(drop("inv", group="b"), sha("inv"), 1, NOW)
    with pytest.raises(Transient, match="still being worked"):
        ledger.filing.file(copy.drop_id, [paper("inv", number="1")], place, NOW)
    ledger.filing.file(first.drop_id, [paper("inv", number="1")], place, NOW)
    ledger.filing.file(copy.drop_id, [paper("inv", number="1")], place, NOW)
    assert "already in dossier a" in ledger.exceptions.all()[0].body.question


def test_a_revision_is_decided_once(ledger: Ledger) -> None:
    _, [dossier] = file_one(ledger, "inv", group="g", number="1")
    stale = ledger.dossiers.get(dossier)
    outcomes: list[bool] = []
    threads = [
        threading.Thread(
            target=lambda: outcomes.append(
                ledger.dossiers.decide(stale, result_of(ledger, dossier, Verdict.CLEARED), (), NOW)
            )
        )
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 4 + [True]
    assert len(ledger.dossiers.decisions(dossier)) == 1


def test_a_check_of_papers_that_have_changed_since_is_not_written_down(ledger: Ledger) -> None:
    _, [dossier] = file_one(ledger, "inv", group="g", number="1")
    stale = ledger.dossiers.get(dossier)
    file_one(ledger, "cmr", group="g", kind="cmr", number="C")
    assert not ledger.dossiers.decide(stale, result_of(ledger, dossier, Verdict.CLEARED), (), NOW)
    assert ledger.dossiers.decisions(dossier) == []


def test_only_a_cleared_dossier_is_released_and_only_once(ledger: Ledger) -> None:
    _, [dossier] = file_one(ledger, "inv", group="g", number="1")
    assert not ledger.dossiers.released(ledger.dossiers.get(dossier), "x", NOW)
    assert decide(ledger, dossier, Verdict.CLEARED)
    cleared = ledger.dossiers.get(dossier)
    assert ledger.dossiers.released(cleared, "x", NOW)
    assert not ledger.dossiers.released(cleared, "x", NOW)
    assert [r.revision for r in ledger.dossiers.releases(dossier)] == [cleared.revision]


def test_the_first_of_two_answers_stands(ledger: Ledger) -> None:
    _, [dossier] = file_one(ledger, "inv", group="g", number="1")
    decide(ledger, dossier, Verdict.HELD, question("g"))
    [asked] = ledger.exceptions.all()
    first = ledger.exceptions.rule(asked, ruling(asked.body.id), NOW, waived=["print"])
    second = ledger.exceptions.rule(asked, ruling(asked.body.id, Choice.ASK_SENDER), NOW)
    assert first.dossiers == (dossier,) and not first.refused
    assert "answered" in second.refused
    assert ledger.dossiers.get(dossier).waived == {"print"}


def test_a_question_that_no_longer_stands_is_withdrawn_and_may_come_back(ledger: Ledger) -> None:
    _, [dossier] = file_one(ledger, "inv", group="g", number="1")
    decide(ledger, dossier, Verdict.HELD, question("g"))
    file_one(ledger, "cmr", group="g", kind="cmr", number="C")
    decide(ledger, dossier, Verdict.WAITING)
    assert ledger.exceptions.all() == []
    assert [q.state for q in ledger.exceptions.of_dossier(dossier)] == [ExceptionState.WITHDRAWN]
    file_one(ledger, "pl", group="g", kind="packing_list", number="P")
    decide(ledger, dossier, Verdict.HELD, question("g"))
    [again] = ledger.exceptions.all()
    assert again.round == 2 and again.run_id == ""


def test_after_asking_the_sender_the_question_still_waits(ledger: Ledger) -> None:
    _, [dossier] = file_one(ledger, "inv", group="g", number="1")
    decide(ledger, dossier, Verdict.HELD, question("g"))
    [asked] = ledger.exceptions.all()
    assert not ledger.exceptions.rule(asked, ruling(asked.body.id, Choice.ASK_SENDER), NOW).refused
    assert ledger.exceptions.all() == []
    [waiting] = ledger.exceptions.all([ExceptionState.ASKED])
    assert not ledger.exceptions.rule(waiting, ruling(asked.body.id), NOW).refused


def test_a_rejected_paper_no_longer_counts(ledger: Ledger) -> None:
    _, [dossier] = file_one(ledger, "inv", group="g", number="1")
    decide(ledger, dossier, Verdict.HELD, question("g"))
    [asked] = ledger.exceptions.all()
    document = ledger.dossiers.get(dossier).documents[0].id
    ledger.exceptions.rule(asked, ruling(asked.body.id, Choice.REJECT, document=document), NOW)
    assert ledger.dossiers.get(dossier).documents == ()
    decide(ledger, dossier, Verdict.WAITING)
    assert ledger.dossiers.get(dossier).state is DossierState.REJECTED


def test_a_correction_is_kept_beside_what_was_read(ledger: Ledger) -> None:
    _, [dossier] = file_one(ledger, "inv", group="g", number="1", total_amount="10")
    decide(ledger, dossier, Verdict.HELD, question("g"))
    [asked] = ledger.exceptions.all()
    was = ledger.dossiers.get(dossier).documents[0]
    corrected = was.model_copy(update={"data": {**was.data, "total_amount": "12"}})
    patches = {was.id: [{"op": "replace", "path": "/total_amount", "value": "12"}]}
    ledger.exceptions.rule(asked, ruling(asked.body.id, Choice.CORRECT), NOW, corrected=[corrected], patches=patches)
    assert ledger.dossiers.get(dossier).documents[0].data["total_amount"] == "12"
    assert ledger.dossiers.papers(dossier)[0].as_read["data"]["total_amount"] == "10"


def test_every_step_leaves_an_event(ledger: Ledger) -> None:
    _, [dossier] = file_one(ledger, "inv", group="g", number="1")
    decide(ledger, dossier, Verdict.CLEARED)
    ledger.dossiers.released(ledger.dossiers.get(dossier), "x", NOW)
    assert [e.what for e in ledger.dossiers.events(dossier)] == [
        "dossier.opened",
        "paper.filed",
        "dossier.cleared",
        "dossier.released",
    ]


def test_finished_drops_are_not_open(ledger: Ledger) -> None:
    taken, _ = file_one(ledger, "inv", group="g", number="1")
    ledger.drops.finish(taken.drop_id, DropState.DONE, NOW)
    assert ledger.drops.open_ids(NOW + timedelta(days=1)) == []
