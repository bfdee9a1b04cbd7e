"""Originals as jobs get them: descriptors through which nobody can change the stored bytes."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

IN_MEMORY_BYTES = 64 * 1024**2
SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


class Original:
    """The bytes of a document as a descriptor through which nobody can change them."""

    def __init__(self) -> None:
        self.identity: tuple[int, ...] = ()
        self.sealed: int | None = None

    @contextlib.contextmanager
    def opened(self, path: Path | None, directory: Path) -> Iterator[int | None]:
        """A copy for the job: sealed in memory and kept for the next, or a large one on disk for once."""
        if path is None:
            yield None
            return
        with path.open("rb") as file:
            facts = os.fstat(file.fileno())
            if facts.st_size > IN_MEMORY_BYTES:
                copy = throwaway_copy(file.fileno(), facts.st_size, directory)
                try:
                    yield copy
                finally:
                    os.close(copy)
                return
            identity = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)
            if identity != self.identity:
                self.forget()
                self.sealed = sealed_copy(file.fileno(), facts.st_size)
                self.identity = identity
        yield self.sealed

    def forget(self) -> None:
        """Let the memory go."""
        if self.sealed is not None:
            os.close(self.sealed)
        self.identity, self.sealed = (), None


def sealed_copy(source: int, size: int) -> int:
    """The bytes in memory that the kernel lets nobody change any more."""
    copy = os.memfd_create("original", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    copy_bytes(source, copy, size)
    fcntl.fcntl(copy, fcntl.F_ADD_SEALS, SEALS)
    return copy


def throwaway_copy(source: int, size: int, directory: Path) -> int:
    """A copy without a name, for one job."""
    path = directory / "original"
    target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
    try:
        copy_bytes(source, target, size)
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(target)
        path.unlink()


def copy_bytes(source: int, target: int, size: int) -> None:
    """All bytes, inside the kernel."""
    done = 0
    while done < size:
        moved = os.sendfile(target, source, done, size - done)
        if not moved:
            break
        done += moved
