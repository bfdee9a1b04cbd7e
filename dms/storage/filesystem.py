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

from dms.lib.durable import sync_directory
from dms.storage.base import (
    CHUNK_BYTES,
    SHA256,
    Blob,
    BlobMissing,
    ObjectStore,
    StorageFailed,
    StorageUnreadable,
    Writer,
)
from dms.storage.trouble import trouble

PRIVATE = 0o700  # other users of the machine see nothing of what stands below
READ_ONLY = 0o444  # an object is never written again, not even by mistake


class FilesystemStore(ObjectStore):
    """`root/sha256/ab/cd/<hash>`; unfinished writes stand in `root/staging` on the same file system."""

    def __init__(self, root: str) -> None:
        self.root = Path(root)
        self.staging = self.root / "staging"
        self.root.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
        self.staging.mkdir(exist_ok=True)
        self.durable: set[Path] = set()  # directories whose own names this process has synced

    def writer(self) -> "FileWriter":
        return FileWriter(self)

    def adopt(self, path: Path) -> Blob:
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                size = file.tell()
                os.utime(file.fileno())  # young, whatever its age: the sweep goes by this moment
                os.fsync(file.fileno())
            self.settle(path, digest)
        except OSError as error:
            if error.errno == errno.EXDEV:
                return self.adopt_copy(path)
            refuse(error)
        return Blob(digest, size)

    def adopt_copy(self, path: Path) -> Blob:
        """From another file system: copied, and gone there only when it is safe here."""
        try:
            with path.open("rb") as file, self.writer() as writer:
                while chunk := file.read(CHUNK_BYTES):
                    writer.write(chunk)
                blob = writer.commit()
            path.unlink()
        except OSError as error:
            refuse(error)
        return blob

    def settle(self, staged: Path, sha256: str) -> None:
        """Give a finished, synced file its name, durably."""
        target = self.path(sha256)
        self.make_directory(target.parent)
        staged.rename(target)
        target.chmod(READ_ONLY)
        sync_directory(target.parent)

    def make_directory(self, path: Path) -> None:
        """Make a directory below root, durable in its parent also when a killed process made it."""
        if path in self.durable:
            return
        if path != self.root:
            self.make_directory(path.parent)
        path.mkdir(exist_ok=True)
        sync_directory(path.parent)
        self.durable.add(path)

    def path(self, sha256: str) -> Path:
        """Where the bytes of this name stand."""
        if not SHA256.match(sha256):
            raise BlobMissing(sha256=sha256)
        return self.root / "sha256" / sha256[:2] / sha256[2:4] / sha256

    def open(self, sha256: str) -> BinaryIO:
        with readable(sha256):
            return self.path(sha256).open("rb")

    @contextmanager
    def local_path(self, sha256: str) -> Iterator[Path]:
        path = self.path(sha256)
        with readable(sha256), path.open("rb"):
            pass
        yield path

    def size_bytes(self, sha256: str) -> int:
        with readable(sha256):
            return self.path(sha256).stat().st_size

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
        for directory in sorted(self.root.glob("sha256/*/*")):
            for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
                with suppress(FileNotFoundError):  # swept by another meanwhile
                    if entry.stat().st_mtime <= limit:
                        yield entry.name

    def clear_unfinished(self, *, older_than_s: float) -> int:
        limit = time.time() - older_than_s
        cleared = 0
        for path in self.staging.iterdir():
            with suppress(FileNotFoundError):
                if path.stat().st_mtime <= limit:
                    path.unlink()
                    cleared += 1
        return cleared


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
        with suppress(OSError):  # buffered bytes that the full disk refused once more
            self.file.close()
        with suppress(OSError):  # what cannot be removed now is cleared away later
            self.path.unlink(missing_ok=True)


def refuse(error: OSError) -> NoReturn:
    """Turn a failure of the file system into an error that says what to do."""
    raise (trouble(error) or StorageFailed()) from error


@contextmanager
def readable(sha256: str) -> Iterator[None]:
    """Turn a failure to read into an error that says what to do. Raises: BlobMissing, StorageUnreadable."""
    try:
        yield
    except FileNotFoundError as error:
        raise BlobMissing(sha256=sha256) from error
    except OSError as error:
        raise StorageUnreadable from error
