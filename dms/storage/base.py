"""The contract of an object store: bytes named by their SHA-256, written once, never changed."""

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dms.errors import IntegrityFailure, NotFound, Unavailable

CHUNK_BYTES = 1024 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}\Z")


class BlobMissing(NotFound):
    """The stored file is missing; the operator can restore it from a backup."""

    code = "blob_missing"


class BlobChanged(IntegrityFailure):
    """The stored file is not what was written; the operator must restore it from a backup."""

    code = "blob_changed"


class StorageFull(Unavailable):
    """The storage is full; nothing was taken in. Ask the operator to make room, then send again."""

    code = "storage_full"
    http_status = 507


class StorageFailed(Unavailable):
    """The storage could not be written; nothing was taken in. Try again, or ask the operator."""

    code = "storage_failed"


class StorageUnreadable(Unavailable):
    """The storage could not be read; nothing is lost. Try again, or ask the operator."""

    code = "storage_unreadable"


@dataclass(frozen=True, slots=True)
class Blob:
    """What is known of stored bytes: their name and their length."""

    sha256: str
    size_bytes: int


class Writer(ABC):
    """Takes bytes; nothing is visible under any name before `commit`, and nothing remains without it."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.size_bytes = 0

    @abstractmethod
    def write(self, chunk: bytes) -> None:
        """Append bytes. Raises: StorageFull, StorageFailed."""

    @abstractmethod
    def commit(self) -> Blob:
        """Make the bytes durable under their name; safe when they are there already."""

    @abstractmethod
    def discard(self) -> None:
        """Forget what was written; harmless after `commit`."""

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *exception: object) -> None:
        self.discard()


class ObjectStore(ABC):
    """Durable, content-addressed bytes. What `commit` returned survives a power cut."""

    @abstractmethod
    def writer(self) -> Writer:
        """A new writer, to be used as a context manager."""

    @abstractmethod
    def adopt(self, path: Path) -> Blob:
        """Take over a complete local file, by renaming it where the file system allows.

        Raises: StorageFull, StorageFailed; the file stays where it was.
        """

    @abstractmethod
    def open(self, sha256: str) -> BinaryIO:
        """A seekable stream of the bytes. Raises: BlobMissing, StorageUnreadable."""

    @abstractmethod
    def local_path(self, sha256: str) -> AbstractContextManager[Path]:
        """The bytes as a local file, to be read only inside the context. Raises: BlobMissing."""

    @abstractmethod
    def size_bytes(self, sha256: str) -> int:
        """The length. Raises: BlobMissing."""

    @abstractmethod
    def is_older(self, sha256: str, age_s: float) -> bool:
        """Whether the bytes stand here and were written (or put again) at least so long ago."""

    @abstractmethod
    def delete(self, sha256: str) -> None:
        """Remove the bytes; nothing happens where they are not."""

    @abstractmethod
    def names(self, *, older_than_s: float = 0.0) -> Iterator[str]:
        """Every stored name whose bytes were written (or put again) at least so long ago."""

    @abstractmethod
    def clear_unfinished(self, *, older_than_s: float) -> int:
        """Remove what broken writes left behind so long ago; how many."""

    def exists(self, sha256: str) -> bool:
        """Whether bytes stand under this name."""
        try:
            self.size_bytes(sha256)
        except BlobMissing:
            return False
        return True

    def put(self, content: bytes) -> Blob:
        """Store small content in one call."""
        with self.writer() as writer:
            writer.write(content)
            return writer.commit()

    def read(self, sha256: str) -> bytes:
        """All the bytes, checked against their name. Raises: BlobMissing, BlobChanged."""
        with self.open(sha256) as stream:
            content = stream.read()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise BlobChanged(sha256=sha256)
        return content

    def verify(self, sha256: str) -> None:
        """Re-read the bytes and compare them with their name. Raises: BlobMissing, BlobChanged."""
        digest = hashlib.sha256()
        with self.open(sha256) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
        if digest.hexdigest() != sha256:
            raise BlobChanged(sha256=sha256)
