"""The contract of every object store, and what a store of files must do besides."""

import errno
import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dms.errors import DmsError
from dms.storage.base import (
    Blob,
    BlobChanged,
    BlobMissing,
    ObjectStore,
    StorageFailed,
    StorageFull,
    StorageUnreadable,
)
from dms.storage.filesystem import FilesystemStore
from dms.storage.memory import MemoryStore
from tests.saboteurs.files import failing, watched

ABSENT = "0" * 64


@pytest.fixture(params=["filesystem", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    return MemoryStore() if request.param == "memory" else FilesystemStore(str(tmp_path / "root"))


@pytest.fixture
def files(tmp_path: Path) -> FilesystemStore:
    return FilesystemStore(str(tmp_path / "root"))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_bytes_come_back_under_their_hash(store: ObjectStore) -> None:
    assert store.put(b"van kho") == Blob(sha256(b"van kho"), 7)
    assert store.read(sha256(b"van kho")) == b"van kho"
    assert store.size_bytes(sha256(b"van kho")) == 7
    assert store.exists(sha256(b"van kho"))


@given(chunks=st.lists(st.binary(max_size=50)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_chunks_of_any_size_are_one_content(store: ObjectStore, chunks: list[bytes]) -> None:
    with store.writer() as writer:
        for chunk in chunks:
            writer.write(chunk)
        blob = writer.commit()
    assert blob == Blob(sha256(b"".join(chunks)), len(b"".join(chunks)))
    assert store.read(blob.sha256) == b"".join(chunks)


def test_nothing_shows_before_commit_and_nothing_stays_without(store: ObjectStore) -> None:
    with store.writer() as writer:
        writer.write(b"half")
        assert list(store.names()) == []
    assert list(store.names()) == []
    assert store.clear_unfinished(older_than_s=0) == 0


def test_a_failure_in_the_middle_leaves_nothing(store: ObjectStore) -> None:
    with pytest.raises(ZeroDivisionError), store.writer() as writer:
        writer.write(b"half")
        raise ZeroDivisionError
    assert list(store.names()) == []


def test_the_same_bytes_twice_are_one_object(store: ObjectStore) -> None:
    assert store.put(b"x") == store.put(b"x")
    assert list(store.names()) == [sha256(b"x")]


@pytest.mark.parametrize("name", [ABSENT, "", "../../etc/passwd", "A" * 64, ABSENT + "\n"])
def test_what_is_not_there_is_missing(store: ObjectStore, name: str) -> None:
    for ask in (store.open, store.size_bytes, store.read, store.verify):
        with pytest.raises(BlobMissing):
            ask(name)
    with pytest.raises(BlobMissing), store.local_path(name):
        pass
    assert not store.exists(name)


def test_a_stream_can_be_searched(store: ObjectStore) -> None:
    with store.open(store.put(b"0123456789").sha256) as stream:
        stream.seek(4)
        assert stream.read(3) == b"456"


def test_a_local_path_holds_the_bytes(store: ObjectStore) -> None:
    with store.local_path(store.put(b"local").sha256) as path:
        assert path.read_bytes() == b"local"


def test_deleting_twice_is_harmless(store: ObjectStore) -> None:
    name = store.put(b"x").sha256
    store.delete(name)
    store.delete(name)
    assert not store.exists(name)
    assert list(store.names()) == []


def test_age_counts_from_the_last_put(store: ObjectStore) -> None:
    name = store.put(b"x").sha256
    time.sleep(0.05)
    assert store.is_older(name, 0.04)
    assert list(store.names(older_than_s=0.04)) == [name]
    store.put(b"x")
    assert not store.is_older(name, 3600)
    assert list(store.names(older_than_s=3600)) == []
    assert not store.is_older(ABSENT, 0)


def test_a_local_file_is_taken_over(store: ObjectStore, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(b"taken over")
    os.utime(path, (0, 0))
    blob = store.adopt(path)
    assert blob == Blob(sha256(b"taken over"), 10)
    assert store.read(blob.sha256) == b"taken over"
    assert not path.exists()
    assert not store.is_older(blob.sha256, 3600), "an old upload must not be swept at once"


# -- a store of files ---------------------------------------------------------------------------


def test_the_order_makes_it_durable(
    files: FilesystemStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File, then the new parents, then the name, then the directory that holds it."""
    name = sha256(b"x")
    ab, cd = name[:2], name[2:4]
    with watched(monkeypatch) as calls:
        files.put(b"x")
    told = calls.named(files.root.parent)
    assert told[0] == "fsync root/staging/*"
    assert told[-2:] == [f"rename root/sha256/{ab}/{cd}/*", f"fsync root/sha256/{ab}/{cd}"]
    parents = [".", "root", "root/sha256", f"root/sha256/{ab}"]
    assert told[1:-2] == [f"fsync {parent}" for parent in parents]


def test_directories_that_a_killed_process_made_are_synced_too(
    files: FilesystemStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.path(sha256(b"x")).parent.mkdir(parents=True)  # made, but nobody lived to sync it
    with watched(monkeypatch) as calls:
        files.put(b"x")
    assert f"fsync root/sha256/{sha256(b'x')[:2]}" in calls.named(files.root.parent)


CALLS = ["fsync", "rename", "mkdir", "chmod"]


@pytest.mark.parametrize(
    ("code", "error"),
    [(errno.ENOSPC, StorageFull), (errno.EDQUOT, StorageFull), (errno.EIO, StorageFailed), (errno.EACCES, StorageFailed)],
)  # fmt: skip
@pytest.mark.parametrize("call", CALLS)
def test_a_failing_call_refuses_and_cleans_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int, error: type[DmsError]
) -> None:
    """At each call of each kind, until the writing goes through."""
    for number in range(1, 20):
        store = FilesystemStore(str(tmp_path / f"{number}"))
        with failing(monkeypatch, call, number=number, code=code) as made:
            try:
                store.put(b"content")
            except error:
                assert len(made) >= number
                assert list(store.staging.iterdir()) == []
                continue
        break
    assert number > 1, "the call was never made"
    assert store.read(sha256(b"content")) == b"content"
    store.put(b"content")  # and the disk works again


def test_a_full_disk_while_writing(tmp_path: Path) -> None:
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("a file system of its own needs root")
    mounted = tmp_path / "small"
    mounted.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(mounted)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not allow mounts")
    try:
        store = FilesystemStore(str(mounted / "root"))
        kept = store.put(b"x" * 1000)
        with pytest.raises(StorageFull), store.writer() as writer:
            for _ in range(20):
                writer.write(b"y" * 65_536)
            writer.commit()
        assert list(store.staging.iterdir()) == []
        assert list(store.names()) == [kept.sha256]
        store.put(b"z" * 1000)
    finally:
        subprocess.run(["umount", "-l", str(mounted)], check=True)


@pytest.fixture
def other_file_system() -> Iterator[Path]:
    shared = Path("/dev/shm")
    if not shared.is_dir():
        pytest.skip("this machine has no second file system at /dev/shm")
    directory = shared / f"vankho-{os.getpid()}"
    directory.mkdir()
    yield directory
    shutil.rmtree(directory)


def test_a_file_of_another_file_system_is_copied(
    files: FilesystemStore, other_file_system: Path
) -> None:
    path = other_file_system / "upload"
    path.write_bytes(b"far away")
    if path.stat().st_dev == files.root.stat().st_dev:
        pytest.skip("/dev/shm is the same file system")
    assert files.read(files.adopt(path).sha256) == b"far away"
    assert not path.exists()


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_file_that_could_not_be_taken_over_stays(
    files: FilesystemStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(b"content")
    with failing(monkeypatch, call, number=1, code=errno.EIO), pytest.raises(StorageFailed):
        files.adopt(path)
    assert path.read_bytes() == b"content"
    assert files.read(files.adopt(path).sha256) == b"content"


def test_changed_bytes_are_found(files: FilesystemStore) -> None:
    name = files.put(b"signed").sha256
    path = files.path(name)
    assert path.stat().st_mode & 0o222 == 0, "nobody writes to an object by mistake"
    path.unlink()
    path.write_bytes(b"forged")
    for ask in (files.read, files.verify):
        with pytest.raises(BlobChanged):
            ask(name)
    files.put(b"signed")
    files.verify(name)


@pytest.mark.parametrize("code", [errno.EIO, errno.EACCES])
def test_bytes_that_cannot_be_read_now_are_not_called_lost(
    files: FilesystemStore, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    name = files.put(b"x").sha256

    def broken(*arguments: object, **options: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "open", broken)
    with pytest.raises(StorageUnreadable):
        files.open(name)
    with pytest.raises(StorageUnreadable), files.local_path(name):
        pass


def test_what_a_killed_writer_left_is_cleared_in_time(files: FilesystemStore) -> None:
    left = files.staging / "left"
    left.write_bytes(b"half")
    assert files.clear_unfinished(older_than_s=3600) == 0
    os.utime(left, (0, 0))
    assert files.clear_unfinished(older_than_s=3600) == 1
    assert list(files.staging.iterdir()) == []
