"""The object store for tests and readers of the contract: a dictionary."""

import io
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from dms.storage.base import Blob, BlobMissing, ObjectStore, Writer


class MemoryStore(ObjectStore):
    """Holds bytes until the process ends."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, float]] = {}

    def writer(self) -> "MemoryWriter":
        return MemoryWriter(self)

    def adopt(self, path: Path) -> Blob:
        blob = self.put(path.read_bytes())
        path.unlink()
        return blob

    def content(self, sha256: str) -> bytes:
        """The bytes under a name. Raises: BlobMissing."""
        if sha256 not in self.objects:
            raise BlobMissing(sha256=sha256)
        return self.objects[sha256][0]

    def open(self, sha256: str) -> BinaryIO:
        return io.BytesIO(self.content(sha256))

    @contextmanager
    def local_path(self, sha256: str) -> Iterator[Path]:
        with tempfile.NamedTemporaryFile() as file:
            file.write(self.content(sha256))
            file.flush()
            yield Path(file.name)

    def size_bytes(self, sha256: str) -> int:
        return len(self.content(sha256))

    def is_older(self, sha256: str, age_s: float) -> bool:
        return sha256 in self.objects and self.objects[sha256][1] <= time.time() - age_s

    def delete(self, sha256: str) -> None:
        self.objects.pop(sha256, None)

    def names(self, *, older_than_s: float = 0.0) -> Iterator[str]:
        limit = time.time() - older_than_s
        yield from sorted(name for name, (_, at) in self.objects.items() if at <= limit)

    def clear_unfinished(self, *, older_than_s: float) -> int:
        return 0  # a writer that is gone has taken its chunks along


class MemoryWriter(Writer):
    """Gathers chunks; `commit` gives them their name."""

    def __init__(self, store: MemoryStore) -> None:
        super().__init__()
        self.store = store
        self.chunks: list[bytes] = []

    def write(self, chunk: bytes) -> None:
        self.chunks.append(chunk)
        self.digest.update(chunk)
        self.size_bytes += len(chunk)

    def commit(self) -> Blob:
        sha256 = self.digest.hexdigest()
        self.store.objects[sha256] = (b"".join(self.chunks), time.time())
        return Blob(sha256, self.size_bytes)

    def discard(self) -> None:
        self.chunks.clear()
