"""The child process: limits, hostile files, passwords, and that nothing of it is left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest

from connectors.errors import ConnectorError, Unreadable
from connectors.pdf import process
from connectors.pdf.document import open_document
from connectors.pdf.limits import Limits
from connectors.pdf.pages import PageLimits, read_page
from connectors.pdf.picture import crop_image
from connectors.pdf.reader import Locked, Reading, read
from tests.connectors import pdf_papers as papers
from tests.papers import make_paper

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("KERUEN_CORPUS", ROOT.parent / "shared" / "corpus"))
TIGHT = Limits(memory_bytes=512 << 20, cpu_seconds=2, wall_seconds=20)
STARTS_A_READER = """
import os, sys
from connectors.pdf import process
from connectors.pdf.reader import read
print(read(open(sys.argv[1], "rb").read()).pages[0].words[0].text, process.zygote_pid(), flush=True)
"""


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def waits_until(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


def test_the_child_gives_the_same_pages_as_reading_in_this_process() -> None:
    data = make_paper("packing_list", seed=2, language="kk", pages=3).pdf
    reading = read(data)
    with open_document(data) as document:
        here = [read_page(document.handle, i, PageLimits(50_000, 2_000))[0] for i in range(document.pages)]
    assert reading.pages == tuple(here)
    assert reading.page_count == len(here) >= 3
    assert (reading.encrypted, reading.repaired, reading.attachments, reading.notes) == (False, False, (), ())


def test_many_threads_read_at_once_each_its_own_document() -> None:
    documents = [papers.written(f"Paper {number}") for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        readings = list(pool.map(read, documents))
    assert [r.pages[0].words[1].text for r in readings] == [str(n) for n in range(24)]


async def test_an_asynchronous_program_reads_through_to_thread() -> None:
    readings = await asyncio.gather(*(asyncio.to_thread(read, papers.written(f"Paper {n}")) for n in range(4)))
    assert [r.pages[0].words[1].text for r in readings] == ["0", "1", "2", "3"]


def test_embedded_files_are_named_and_their_content_is_not_read() -> None:
    def attach(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["factur-x.xml"] = b"<total>999.00</total>"

    reading = read(papers.changed(papers.written("Total 100.00"), attach))
    assert reading.attachments == ("factur-x.xml",)
    assert [word.text for word in reading.pages[0].words] == ["Total", "100.00"]


def test_a_locked_file_is_told_apart_and_opens_with_its_password() -> None:
    data = papers.locked(papers.written("Invoice"), "пароль")
    with pytest.raises(Locked, match="no password was given"):
        read(data)
    with pytest.raises(Locked, match="none of the 2 given"):
        read(data, passwords=("a", "b"))
    reading = read(data, passwords=("a", "пароль"))
    assert reading.encrypted
    assert reading.pages[0].words[0].text == "Invoice"
    box = reading.pages[0].words[0].box
    assert crop_image(data, 1, box, passwords=("пароль",)).data


def test_a_file_that_pdfium_cannot_open_is_repaired() -> None:
    # pdfium looks for the header in the first kilobyte only.
    data = b"\n" * 2_000 + papers.written("Invoice 42")
    reading = read(data)
    assert reading.repaired
    assert [word.text for word in reading.pages[0].words] == ["Invoice", "42"]


@pytest.mark.parametrize(
    ("data", "limits", "message"),
    [
        (b"", Limits(), "empty"),
        (b"not a PDF at all", Limits(), "damaged or not a PDF"),
        (papers.garbage(), Limits(), "damaged or not a PDF"),
        (papers.written("Invoice")[:300], Limits(), "damaged or not a PDF"),
        (papers.cyclic_pages(), Limits(), "(?i)damaged|no page"),
        (papers.written("x"), Limits(file_bytes=100), "at most 100 are read"),
        (papers.drawn(*[lambda c: None] * 4), Limits(pages=3), "has 4 pages; at most 3"),
    ],
    ids=["empty", "text", "garbage", "truncated", "cycle", "large", "long"],
)
def test_what_cannot_be_read_says_why_and_what_to_do(data: bytes, limits: Limits, message: str) -> None:
    with pytest.raises(Unreadable, match=message) as caught:
        read(data, limits=limits)
    assert "Ask the sender" in str(caught.value) or "raise the limit" in str(caught.value)


@pytest.mark.parametrize(
    "make",
    [papers.bomb, papers.path_flood, papers.self_calling_form, papers.nested_forms],
    ids=lambda make: make.__name__,
)
def test_a_bomb_ends_in_its_child_and_the_next_paper_is_read(make: Callable[[], bytes]) -> None:
    before = process.zygote_pid()
    try:
        reading = read(make(), limits=TIGHT)
        assert all(page.words == () for page in reading.pages)
    except Unreadable as error:
        assert "Keep it aside" in str(error) or "Ask the sender" in str(error)
    assert read(papers.written("Invoice")).pages[0].words[0].text == "Invoice"
    assert process.zygote_pid() == before


def test_a_document_that_takes_too_long_is_given_up() -> None:
    data = papers.long_paper(60)
    with pytest.raises(Unreadable, match=r"more than 0\.02 s"):
        read(data, limits=Limits(wall_seconds=0.02))


def test_a_zygote_that_was_killed_is_started_again() -> None:
    first = process.zygote_pid()
    os.kill(first, signal.SIGKILL)
    assert waits_until(lambda: not is_running(first))
    assert read(papers.written("Invoice")).pages[0].words[0].text == "Invoice"
    assert process.zygote_pid() != first


def test_a_zygote_killed_while_it_works_costs_no_document() -> None:
    data = papers.long_paper(30)
    with ThreadPoolExecutor(3) as pool:
        readings = [pool.submit(read, data) for _ in range(3)]
        os.kill(process.zygote_pid(), signal.SIGKILL)
        assert all(isinstance(r.result(), Reading) for r in readings)


def test_the_zygote_holds_no_descriptor_and_no_secret_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERUEN_SECRET", "s3cret")
    os.kill(process.zygote_pid(), signal.SIGKILL)
    read(papers.written("Invoice"))
    pid = process.zygote_pid()
    descriptors = [str(fd.readlink()) for fd in Path(f"/proc/{pid}/fd").iterdir()]
    assert sum(name.startswith("socket:") for name in descriptors) == 1
    assert {name for name in descriptors if name.startswith("/")} <= {"/dev/null"}
    assert b"s3cret" not in Path(f"/proc/{pid}/environ").read_bytes()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, None])
def test_no_zygote_outlives_its_program(end: signal.Signals | None, tmp_path: Path) -> None:
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(papers.written("Invoice"))
    waiting = "" if end is None else "import time; time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_A_READER + waiting, str(paper)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as program:
        assert program.stdout is not None
        word, pid = program.stdout.readline().split()
        if end is not None:
            program.send_signal(end)
        program.wait(20)
    assert word == "Invoice"
    assert waits_until(lambda: not is_running(int(pid)))


def test_a_forked_copy_of_this_process_has_its_own_zygote() -> None:
    ours = process.zygote_pid()
    child = os.fork()
    if not child:
        try:
            ok = read(papers.written("Invoice")).page_count == 1 and process.zygote_pid() != ours
            process._close()
        finally:
            os._exit(0 if ok else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert process.zygote_pid() == ours
    assert read(papers.written("Invoice")).page_count == 1


@pytest.mark.corpus
@pytest.mark.skipif(not (CORPUS / "hostile").is_dir(), reason="no development corpus")
def test_every_hostile_file_of_the_corpus_ends_within_its_bounds() -> None:
    before = process.zygote_pid()
    files = sorted(p for p in (CORPUS / "hostile").rglob("*") if p.is_file())
    assert len(files) > 50
    for path in files:
        try:
            reading = read(path.read_bytes(), limits=Limits(cpu_seconds=8))
        except ConnectorError as error:
            assert isinstance(error, Unreadable), path
        else:
            assert not any("999999.00" in word.text for page in reading.pages for word in page.words), path
    assert process.zygote_pid() == before
