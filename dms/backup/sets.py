"""A backup on disk: a pool of objects that all sets share, and one folder for each set.

    DIR/objects/sha256/ab/cd/<hash>     every object, once
    DIR/sets/<moment>/vankho.sqlite3    the database at that moment
                      keys/ ledger-export/
                      files.sha256      sums of the above, as sha256sum reads them
                      objects.sha256    sums of the objects that this set needs
                      manifest.json     counts, and the sums of both lists

A set is made under a name that begins with a dot and renamed when everything in it is durable, so
that what carries a set's name is complete.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from dms.errors import Conflict, IntegrityFailure, NotFound
from dms.lib.durable import sync_directory
from dms.storage.base import CHUNK_BYTES, SHA256
from dms.storage.filesystem import FilesystemStore

FORMAT = 1
DATABASE = "vankho.sqlite3"
FILES, OBJECTS, MANIFEST = "files.sha256", "objects.sha256", "manifest.json"


class NoBackup(NotFound):
    """There is no complete backup in {folder}."""

    code = "no_backup"


class BackupDamaged(IntegrityFailure):
    """The backup is damaged: {what}. Nothing was restored from it; take another set or another copy."""

    code = "backup_damaged"


class BackupBusy(Conflict):
    """Another backup into this folder is under way; wait until it has ended."""

    code = "backup_busy"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a set says of itself."""

    made_at: str
    counts: dict[str, int]
    sums: dict[str, str]  # of the two lists
    waiting: int  # files in the watched folder and unfinished uploads, which no set contains
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class BackupSet:
    """A complete set and the pool it draws from."""

    folder: Path
    pool: FilesystemStore

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / DATABASE

    def manifest(self) -> Manifest:
        """Raises: BackupDamaged."""
        try:
            return Manifest(**json.loads((self.folder / MANIFEST).read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise BackupDamaged(what=MANIFEST) from error

    def files(self) -> dict[str, str]:
        """Path and sum of every file of the set. Raises: BackupDamaged."""
        return {name: sha256 for sha256, name in self.lines(FILES)}

    def objects(self) -> list[str]:
        """The objects that this set needs. Raises: BackupDamaged."""
        return [sha256 for sha256, _ in self.lines(OBJECTS)]

    def lines(self, name: str) -> Iterator[tuple[str, str]]:
        """Sum and name, out of a list whose own sum is right. Raises: BackupDamaged."""
        path = self.folder / name
        if not path.is_file() or sum_of(path) != self.manifest().sums.get(name):
            raise BackupDamaged(what=name)
        for line in path.read_text().splitlines():
            sha256, _, what = line.partition("  ")
            if not SHA256.match(sha256):
                raise BackupDamaged(what=name)
            yield sha256, what

    def check_files(self) -> None:
        """Re-read every file of the set but the objects. Raises: BackupDamaged."""
        for name, sha256 in self.files().items():
            path = self.folder / name
            if not path.is_file() or sum_of(path) != sha256:
                raise BackupDamaged(what=name)

    def check_objects(self, names: Iterable[str]) -> None:
        """Re-read objects of the pool. Raises: BackupDamaged."""
        for sha256 in names:
            try:
                self.pool.verify(sha256)
            except (NotFound, IntegrityFailure) as error:
                raise BackupDamaged(what=sha256) from error


def pool_of(folder: Path) -> FilesystemStore:
    """The objects that all sets of a backup share."""
    return FilesystemStore(str(folder / "objects"))


def complete(folder: Path) -> list[BackupSet]:
    """All complete sets, oldest first."""
    paths = sorted(folder.glob("sets/[0-9]*"))
    return [BackupSet(path, pool_of(folder)) for path in paths]


def newest(folder: Path, name: str = "") -> BackupSet:
    """The newest complete set, or the one named. Raises: NoBackup."""
    found = [held for held in complete(folder) if name in {"", held.folder.name}]
    if not found:
        raise NoBackup(folder=folder)
    return found[-1]


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else changes this backup meanwhile. Raises: BackupBusy."""
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupBusy from error
        yield


def sum_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_list(path: Path, lines: Iterable[tuple[str, str]]) -> str:
    """A list as sha256sum reads it; its own sum."""
    write_durably(path, "".join(f"{sha256}  {name}\n" for sha256, name in lines).encode())
    return sum_of(path)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """The last file of a set."""
    text = json.dumps(asdict(manifest), indent=2, sort_keys=True)
    write_durably(folder / MANIFEST, text.encode())


def write_durably(path: Path, content: bytes) -> None:
    """A new file that stands after a power cut."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sync_directory(path.parent)


def copy_durably(source: Path, target: Path) -> str:
    """Copy a file with its permissions; the sum of what was read."""
    digest = hashlib.sha256()
    mode = source.stat().st_mode & 0o777
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with source.open("rb") as read, os.fdopen(descriptor, "wb") as written:
        while chunk := read.read(CHUNK_BYTES):
            digest.update(chunk)
            written.write(chunk)
        written.flush()
        os.fsync(written.fileno())
    return digest.hexdigest()
