"""Directories of an embedded index: generations beside each other, a pointer to the current one, one writer.

root/current              the name of the generation that answers
root/g1-0198c5e2…/        an index; `g1` is the schema that made it
root/writer.lock          held by the one process that writes
root/asked.lock           held by a process that waits for the writer's lock
root/rebuild.lock         held while a generation is being filled
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from dms.lib.durable import sync_directory
from dms.lib.ids import new_id

POINTER = "current"


class Lock:
    """A lock on a file; it ends with the process that holds it, however that ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor: int | None = None
        os.register_at_fork(after_in_child=self.forget)

    @property
    def is_held(self) -> bool:
        """Whether this object holds it."""
        return self.descriptor is not None

    def take(self, *, wait: bool = False) -> bool:
        """Take the lock, now or whenever it becomes free; True when it is held."""
        if self.descriptor is not None:
            return True
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)  # the index holds texts
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            os.close(descriptor)
            return False
        self.descriptor = descriptor
        return True

    def release(self) -> None:
        """Let others have it."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def forget(self) -> None:
        """In a forked child: the lock is the parent's, and must not outlive it."""
        self.release()

    def is_taken_elsewhere(self) -> bool:
        """Whether somebody else holds it; asking is shared, so that those who ask do not see each other."""
        if self.is_held or not self.path.exists():
            return False
        descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            return False
        finally:
            os.close(descriptor)


class Generations:
    """The directories under one root, for one schema version."""

    def __init__(self, root: Path, *, schema: int) -> None:
        self.root = root
        self.prefix = f"g{schema}-"

    def current(self) -> Path | None:
        """The generation that answers; None when there is none of this schema."""
        try:
            name = (self.root / POINTER).read_text().strip()
        except OSError:
            return None
        path = self.root / name
        return path if name.startswith(self.prefix) and path.is_dir() else None

    def fresh(self) -> Path:
        """A new, empty generation that nobody reads yet."""
        path = self.root / f"{self.prefix}{new_id().hex}"
        path.mkdir(parents=True, mode=0o700)
        return path

    def switch(self, to: Path) -> None:
        """From now on this generation answers; the change is atomic and durable."""
        draft = self.root / f"{POINTER}.new"
        with draft.open("w") as file:
            file.write(to.name)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self.root / POINTER)
        sync_directory(self.root)

    def sweep(self) -> None:
        """Remove all generations but the current one; who still reads an old one keeps its open files."""
        current = self.current()
        for path in self.others(current):
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(path)

    def others(self, current: Path | None) -> Iterator[Path]:
        """Every generation of any schema that is not the current one."""
        for path in self.root.glob("g*-*"):
            if path.is_dir() and path != current:
                yield path
