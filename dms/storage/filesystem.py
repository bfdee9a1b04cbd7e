"""Objects as files: hash while writing, fsync, rename to the content address, fsync the directories."""

import errno
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NoReturn
from uuid import uuid4

from dms.storage.base import (
    CHUNK_BYTES,
    SHA256,
    Blob,
    BlobMissing,
    ObjectStore,
    StorageFailed,
    StorageFull,
    Writer,
)


class FilesystemStore(ObjectStore):
    """`root/sha256/ab/cd/<hash>`; unfinished writes stand in `root/staging` on the same file system."""

    def __init__(self, root: str) -> None:
        self.root = Path(root)
        self.staging = self.root / "staging"
        self.staging.mkdir(parents=True, exist_ok=True)

    def writer(self) -> "FileWriter":
        return FileWriter(self)

    def adopt(self, path: Path) -> Blob:
        try:
            with path.open("rb+") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                size = file.tell()
                os.fsync(file.fileno())
            self.settle(path, digest)
        except OSError as error:
            refuse(error)
        return Blob(digest, size)

    def settle(self, staged: Path, sha256: str) -> None:
        """Give a finished, synced file its name, durably."""
        target = self.path(sha256)
        make_directories(target.parent, self.root)
        staged.rename(target)
        sync_directory(target.parent)

    def path(self, sha256: str) -> Path:
        """Where the bytes of this name stand."""
        if not SHA256.match(sha256):
            raise BlobMissing(sha256=sha256)
        return self.root / "sha256" / sha256[:2] / sha256[2:4] / sha256

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError:
            raise BlobMissing(sha256=sha256) from None

    @contextmanager
    def local_path(self, sha256: str) -> Iterator[Path]:
        path = self.path(sha256)
        if not path.is_file():
            raise BlobMissing(sha256=sha256)
        yield path

    def size_bytes(self, sha256: str) -> int:
        try:
            return self.path(sha256).stat().st_size
        except FileNotFoundError:
            raise BlobMissing(sha256=sha256) from None

    def is_older(self, sha256: str, age_s: float) -> bool:
        try:
            return self.path(sha256).stat().st_mtime <= time.time() - age_s
        except FileNotFoundError:
            return False

    def delete(self, sha256: str) -> None:
        path = self.path(sha256)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_directory(path.parent)

    def names(self, *, older_than_s: float = 0.0) -> Iterator[str]:
        limit = time.time() - older_than_s
        for path in sorted(self.root.glob("sha256/*/*/*")):
            if path.stat().st_mtime <= limit:
                yield path.name

    def clear_staging(self, *, older_than_s: float) -> int:
        """Remove what broken writes left behind; how many files."""
        limit = time.time() - older_than_s
        stale = [path for path in self.staging.iterdir() if path.stat().st_mtime <= limit]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)


class FileWriter(Writer):
    """Writes into staging; the descriptor is closed by `commit` or `discard`."""

    def __init__(self, store: FilesystemStore) -> None:
        super().__init__()
        self.store = store
        self.path = store.staging / uuid4().hex
        try:
            self.file = self.path.open("xb", buffering=CHUNK_BYTES)
        except OSError as error:
            refuse(error)

    def write(self, chunk: bytes) -> None:
        try:
            self.file.write(chunk)
        except OSError as error:
            refuse(error)
        self.digest.update(chunk)
        self.size_bytes += len(chunk)

    def commit(self) -> Blob:
        sha256 = self.digest.hexdigest()
        try:
            self.file.flush()
            os.fsync(self.file.fileno())
            self.file.close()
            self.store.settle(self.path, sha256)
        except OSError as error:
            refuse(error)
        return Blob(sha256, self.size_bytes)

    def discard(self) -> None:
        with suppress(
            OSError
        ):  # buffered bytes that the full disk refused once more; the file goes anyway
            self.file.close()
        self.path.unlink(missing_ok=True)


def refuse(error: OSError) -> NoReturn:
    """Turn a failure of the file system into an error that says what to do."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        raise StorageFull from error
    raise StorageFailed from error


def make_directories(path: Path, root: Path) -> None:
    """Make the directories below root, each new one durable in its parent."""
    if path.is_dir():
        return
    if path != root:
        make_directories(path.parent, root)
    path.mkdir(exist_ok=True)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
