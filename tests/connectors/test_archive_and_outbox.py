"""The archive and the outbox, in a folder and in the buckets of two S3 implementations."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.archive import Archive, Damaged
from connectors.blobs import FolderBlobs, open_blobs
from connectors.errors import NotThere, Permanent
from connectors.locations import BucketPlace, FolderPlace
from connectors.outbox import Outbox
from connectors.settings import S3Settings
from tests.connectors import servers

Place = tuple[FolderPlace | BucketPlace, S3Settings]


@pytest.fixture(params=["folder", *(pytest.param(s, marks=pytest.mark.service) for s in ("moto", "rclone"))])
def place(request: pytest.FixtureRequest, tmp_path: Path, make_bucket: Callable[..., str]) -> Place:
    if request.param == "folder":
        return FolderPlace(path=tmp_path / "kept"), S3Settings()
    s3 = servers.s3_settings(request.getfixturevalue(f"{request.param}_endpoint"))
    return BucketPlace(bucket=make_bucket(s3), prefix="kept/"), s3


def test_bytes_are_kept_under_their_hash(place: Place) -> None:
    archive = Archive(*place)
    sha256 = archive.put(b"paper")
    assert sha256 == hashlib.sha256(b"paper").hexdigest()
    assert archive.has(sha256)
    assert archive.get(sha256) == b"paper"
    assert f"kept/{sha256[:2]}/{sha256[2:4]}/{sha256}" in archive.where(sha256)


def test_the_same_bytes_are_kept_once(place: Place) -> None:
    archive = Archive(*place)
    assert archive.put(b"paper") == archive.put(b"paper")


def test_what_was_never_put_is_not_there(place: Place) -> None:
    sha256 = "0" * 64
    assert not Archive(*place).has(sha256)
    with pytest.raises(NotThere):
        Archive(*place).get(sha256)


def test_damage_is_named_and_healed_by_the_same_bytes(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    archive = Archive(*place)
    sha256 = archive.put(b"paper")
    open_blobs(*place).write(f"{sha256[:2]}/{sha256[2:4]}/{sha256}", b"pap3r")
    with pytest.raises(Damaged, match=f"{sha256} is damaged"):
        archive.get(sha256)
    with caplog.at_level(logging.ERROR, "keruen.archive"):
        archive.put(b"paper")
    assert "was damaged and is replaced" in caplog.text
    assert archive.get(sha256) == b"paper"


@pytest.mark.parametrize("wrong", ["", "../../etc/passwd", "A" * 64, "0" * 63])
def test_a_name_that_is_no_hash_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(Permanent, match="is no SHA-256"):
        Archive(FolderPlace(path=tmp_path), S3Settings()).get(wrong)


def test_many_threads_may_put_the_same_bytes(tmp_path: Path) -> None:
    archive = Archive(FolderPlace(path=tmp_path), S3Settings())
    data = b"x" * 1_000_000
    threads = [threading.Thread(target=archive.put, args=(data,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [hashlib.sha256(data).hexdigest()]


def test_an_archive_that_cannot_be_written_says_where_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Permanent, match="what lies there"):
        Archive(FolderPlace(path=tmp_path / "file"), S3Settings()).put(b"paper")


def test_a_writer_that_fails_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Exception, match="No space left"):
        FolderBlobs(tmp_path).write("a/b", b"paper")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_a_release_written_twice_is_one_object(place: Place) -> None:
    outbox = Outbox(*place)
    content = {"dossier": "KZ/2026 №7", "decision": "cleared"}
    where = outbox.put("KZ/2026 №7", 1, content)
    assert outbox.put("KZ/2026 №7", 1, dict(reversed(content.items()))) == where
    name = where.rsplit("/", 1)[1]
    assert json.loads(open_blobs(*place).read(name)) == content


def test_a_new_revision_is_a_new_object_and_other_content_in_an_old_one_is_refused(place: Place) -> None:
    outbox = Outbox(*place)
    assert outbox.put("d1", 1, {"mass": "10"}) != outbox.put("d1", 2, {"mass": "11"})
    with pytest.raises(Permanent, match="revision 1 of dossier d1 is not overwritten"):
        outbox.put("d1", 1, {"mass": "11"})
