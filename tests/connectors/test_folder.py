"""A folder as an inbox: complete files, all of them, and never half of one."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from connectors.dropped_file import DroppedFile
from connectors.errors import Permanent, Transient
from connectors.folder import FolderInbox, is_temporary
from connectors.inboxes import open_inboxes
from connectors.settings import load
from connectors.writers import is_local, path_open_for_writing

SETTLE = 0.2
HOLDS_OPEN = "import sys; f = open(sys.argv[1], 'wb', 0); f.write(b'half'); input(); f.write(b'!')"
APPENDS = """
import sys, time
for _ in range(100):
    open(sys.argv[1], "ab").write(b"x")
    time.sleep(0.02)
"""
Following = Callable[[], Awaitable[DroppedFile]]


@pytest.fixture
def inbox(tmp_path: Path) -> FolderInbox:
    (tmp_path / "in").mkdir()
    return FolderInbox(tmp_path / "in", SETTLE, walk_seconds=0.5, retry_seconds=0.1)


@asynccontextmanager
async def arriving(inbox: FolderInbox) -> AsyncIterator[Following]:
    stop = asyncio.Event()
    drops = inbox.drops(stop)

    async def following() -> DroppedFile:
        return await asyncio.wait_for(anext(drops), 20)

    try:
        yield following
    finally:
        stop.set()
        await drops.aclose()


async def nothing_more(following: Following, seconds: float = 1.0) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(following(), seconds)


async def test_a_file_that_lies_there_at_the_start_is_taken(inbox: FolderInbox) -> None:
    (inbox.path / "cmr.pdf").write_bytes(b"paper")
    async with arriving(inbox) as following:
        arrival = await following()
    assert arrival.read() == b"paper"
    assert arrival.drop.source == (inbox.path / "cmr.pdf").as_uri()
    assert (arrival.drop.name, arrival.drop.group) == ("cmr.pdf", "")


async def test_a_slow_copy_is_taken_once_and_whole(inbox: FolderInbox) -> None:
    async with arriving(inbox) as following:
        waiting = asyncio.ensure_future(following())
        for _ in range(10):  # opened and closed each time, as a resuming upload does
            with (inbox.path / "a.pdf").open("ab") as file:
                file.write(b"x" * 1000)
            await asyncio.sleep(SETTLE / 2)
        assert (await waiting).read() == b"x" * 10_000
        await nothing_more(following)


async def test_a_file_that_rests_while_its_writer_still_has_it_open_is_not_taken(inbox: FolderInbox) -> None:
    if not knows_writers(inbox.path):
        pytest.skip("the kernel does not tell of writers on this file system")
    writer = subprocess.Popen([sys.executable, "-c", HOLDS_OPEN, str(inbox.path / "a.pdf")], stdin=subprocess.PIPE)
    try:
        async with arriving(inbox) as following:
            waiting = asyncio.ensure_future(following())
            await asyncio.sleep(SETTLE * 10)
            assert (inbox.path / "a.pdf").read_bytes() == b"half"
            assert not waiting.done()
            assert await asyncio.to_thread(inbox.scan) == []
            writer.communicate(b"\n")
            assert (await waiting).read() == b"half!"
    finally:
        writer.kill()
        writer.wait()


async def test_a_file_renamed_into_place_is_taken_and_its_temporary_name_is_not(inbox: FolderInbox) -> None:
    async with arriving(inbox) as following:
        (inbox.path / "a.pdf.part").write_bytes(b"paper")
        await nothing_more(following, SETTLE * 4)
    async with arriving(inbox) as following:
        waiting = asyncio.ensure_future(following())
        await asyncio.sleep(SETTLE)
        (inbox.path / "a.pdf.part").rename(inbox.path / "a.pdf")
        arrival = await waiting
    assert (arrival.drop.name, arrival.read()) == ("a.pdf", b"paper")


async def test_a_file_moved_in_with_its_folder_is_taken(inbox: FolderInbox, tmp_path: Path) -> None:
    (tmp_path / "batch" / "deep").mkdir(parents=True)
    (tmp_path / "batch" / "deep" / "a.pdf").write_bytes(b"paper")
    async with arriving(inbox) as following:
        waiting = asyncio.ensure_future(following())
        await asyncio.sleep(SETTLE)
        (tmp_path / "batch").rename(inbox.path / "batch")
        assert (await waiting).drop.group == "batch/deep"


async def test_a_rewritten_file_is_a_new_version_and_an_untouched_one_is_not_taken_twice(
    inbox: FolderInbox,
) -> None:
    file = inbox.path / "a.pdf"
    async with arriving(inbox) as following:
        file.write_bytes(b"one")
        old = await following()
        file.chmod(0o600)
        waiting = asyncio.ensure_future(following())
        await asyncio.sleep(SETTLE * 4)
        assert not waiting.done()
        file.write_bytes(b"two")
        new = await waiting
    assert new.drop.source == old.drop.source
    assert new.drop.version != old.drop.version
    assert new.read() == b"two"
    with pytest.raises(Transient, match="changed after it was taken"):
        old.read()


async def test_an_editor_that_saves_by_renaming_gives_one_new_version(inbox: FolderInbox) -> None:
    file = inbox.path / "a.pdf"
    file.write_bytes(b"one")
    async with arriving(inbox) as following:
        await following()
        (inbox.path / ".a.pdf.swp").write_bytes(b"junk")
        file.rename(inbox.path / "a.pdf~")
        file.write_bytes(b"second")
        assert (await following()).read() == b"second"
        await nothing_more(following)


@pytest.mark.parametrize(
    "name",
    ["a.pdf.part", "a.TMP", "a.pdf.crdownload", "~$a.docx", ".~lock.a.odt#", ".hidden", "a.filepart", "Thumbs.db"],
)
def test_a_temporary_or_system_name_is_passed_over(inbox: FolderInbox, name: str) -> None:
    (inbox.path / name).write_bytes(b"junk")
    assert is_temporary(name)
    assert inbox.scan() == []


async def test_five_hundred_files_at_once_all_arrive_once(inbox: FolderInbox) -> None:
    async with arriving(inbox) as following:
        waiting = asyncio.ensure_future(following())
        await asyncio.sleep(SETTLE)
        for n in range(500):
            group = inbox.path / f"batch {n % 7}"
            group.mkdir(exist_ok=True)
            (group / f"{n}.pdf").write_bytes(b"%d" % n)
        found = [await waiting] + [await following() for _ in range(499)]
        assert sorted(int(a.read()) for a in found) == list(range(500))
        await nothing_more(following)


def test_names_of_all_scripts_and_groups_of_groups_come_through(inbox: FolderInbox) -> None:
    folder = inbox.path / "Алматы" / "发货 7"
    folder.mkdir(parents=True)
    decomposed = unicodedata.normalize("NFD", "Гуйпёй №1 ü.pdf")
    (folder / decomposed).write_bytes(b"paper")
    [arrival] = inbox.scan()
    assert arrival.drop.group == "Алматы/发货 7"
    assert arrival.drop.name == unicodedata.normalize("NFC", decomposed)
    assert arrival.read() == b"paper"


def test_a_name_that_is_no_unicode_is_taken_all_the_same(inbox: FolderInbox) -> None:
    try:
        Path(os.fsdecode(os.fsencode(inbox.path) + "/счёт.pdf".encode("cp1251"))).write_bytes(b"paper")
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    [arrival] = inbox.scan()
    assert arrival.read() == b"paper"
    assert arrival.drop.name.endswith(".pdf")
    assert "%F1%F7" in arrival.drop.source


def test_a_file_removed_before_it_is_read_is_permanent_and_others_go_on(inbox: FolderInbox) -> None:
    for name in ("a.pdf", "b.pdf"):
        (inbox.path / name).write_bytes(b"paper")
    first, second = inbox.scan()
    (inbox.path / "a.pdf").unlink()
    with pytest.raises(Permanent, match=r"a\.pdf was removed or renamed before it was read"):
        first.read()
    assert second.read() == b"paper"


def test_a_vanished_inbox_is_transient(inbox: FolderInbox) -> None:
    (inbox.path / "a.pdf").write_bytes(b"paper")
    [arrival] = inbox.scan()
    inbox.path.rename(inbox.path.with_name("away"))
    with pytest.raises(Transient, match="is the share mounted"):
        arrival.read()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_permanent_and_says_what_to_do(inbox: FolderInbox) -> None:
    (inbox.path / "a.pdf").write_bytes(b"paper")
    (inbox.path / "a.pdf").chmod(0)
    [arrival] = inbox.scan()
    with pytest.raises(Permanent, match="permission"):
        arrival.read()


def test_an_empty_file_arrives_and_refuses_to_be_read(inbox: FolderInbox) -> None:
    (inbox.path / "a.pdf").touch()
    [arrival] = inbox.scan()
    with pytest.raises(Permanent, match=r"a\.pdf is empty"):
        arrival.read()


def test_a_link_out_of_the_inbox_arrives_and_is_refused(inbox: FolderInbox, tmp_path: Path) -> None:
    (tmp_path / "secret.pdf").write_bytes(b"secret")
    (inbox.path / "a.pdf").symlink_to(tmp_path / "secret.pdf")
    (inbox.path / "folder").symlink_to(tmp_path)
    arrivals = inbox.scan()
    assert {a.drop.name for a in arrivals} == {"a.pdf", "folder"}
    for arrival in arrivals:
        with pytest.raises(Permanent, match="link to a place outside the inbox"):
            arrival.read()


def test_a_pipe_is_told_of_and_does_not_block(inbox: FolderInbox, caplog: pytest.LogCaptureFixture) -> None:
    os.mkfifo(inbox.path / "pipe.pdf")
    with caplog.at_level(logging.WARNING, "keruen.folder"):
        assert inbox.scan() == []
    assert "neither a file nor a folder" in caplog.text


def test_a_file_over_the_limit_arrives_and_refuses_to_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x" * 11)
    [arrival] = FolderInbox(tmp_path, SETTLE, max_bytes=10).scan()
    with pytest.raises(Permanent, match="has 11 bytes, more than the 10 allowed"):
        arrival.read()


async def test_a_released_file_arrives_again(inbox: FolderInbox) -> None:
    (inbox.path / "a.pdf").write_bytes(b"paper")
    async with arriving(inbox) as following:
        first = await following()
        await first.release_later()
        assert (await following()).drop == first.drop


async def test_an_inbox_that_is_made_later_is_found(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    inbox = FolderInbox(tmp_path / "later", SETTLE, walk_seconds=0.2)
    async with arriving(inbox) as following:
        waiting = asyncio.ensure_future(following())
        await asyncio.sleep(0.5)
        (tmp_path / "later").mkdir()
        (tmp_path / "later" / "a.pdf").write_bytes(b"paper")
        assert (await waiting).read() == b"paper"
    assert "cannot be listed" in caplog.text


async def test_the_inbox_stops_when_told(inbox: FolderInbox) -> None:
    stop = asyncio.Event()
    ended = asyncio.ensure_future(anext(inbox.drops(stop), None))
    await asyncio.sleep(0.1)
    stop.set()
    assert await asyncio.wait_for(ended, 5) is None


def test_a_scan_waits_for_a_file_that_still_grows(inbox: FolderInbox) -> None:
    file = inbox.path / "a.pdf"
    file.write_bytes(b"half")
    growing = subprocess.Popen([sys.executable, "-c", APPENDS, str(file)])
    try:
        size = file.stat().st_size
        while file.stat().st_size == size:
            pass
        assert inbox.scan() == []
    finally:
        growing.kill()
        growing.wait()


def test_network_file_systems_are_not_asked_for_writers(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 8:1 / / rw - ext4 /dev/sda rw\n2 1 0:50 / {tmp_path}/share rw shared:1 - nfs4 host:/x rw\n")
    assert is_local(tmp_path / "in", mounts)
    assert not is_local(tmp_path / "share" / "in", mounts)
    assert not is_local(tmp_path, tmp_path / "none")


def knows_writers(folder: Path) -> bool:
    probe = folder / ".probe"
    with probe.open("w"):
        return is_local(folder) and path_open_for_writing(probe) is True


def test_the_inbox_in_the_home_is_made_and_any_other_is_not(tmp_path: Path) -> None:
    open_inboxes(load(home=tmp_path / "home"))
    assert (tmp_path / "home" / "inbox").is_dir()
    open_inboxes(load(home=tmp_path / "home", inbox=str(tmp_path / "share")))
    assert not (tmp_path / "share").exists()


def test_an_inbox_that_cannot_be_made_says_which_setting_to_change(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Permanent, match="Set KERUEN_HOME or KERUEN_INBOX"):
        open_inboxes(load(home=tmp_path / "file"))
