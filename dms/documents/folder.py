"""The watched folder: what scanners drop is taken in once it is complete, and leaves only then.

`incoming/a.pdf` goes to the first agency's own unit, `incoming/<unit>/…/a.pdf` to its unit of that name, or to
any unit by its id; `incoming/<agency code>/a.pdf` and `incoming/<agency code>/<unit>/…/a.pdf` reach every agency.
`incoming/refused/` holds what could not be taken in, each beside a text file that says why.
"""

import errno
import fcntl
import logging
import os
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import F

from dms.accounts.models import Agency, Unit, User
from dms.accounts.queries import unit_called
from dms.documents.intake import FOLDER, check_length, store_chunks, take_in
from dms.errors import DmsError, Invalid
from dms.lib.durable import sync_directory
from dms.lib.filenames import harmless
from dms.lib.ids import is_row_id
from dms.lib.sentences import sentence_of
from dms.storage.base import CHUNK_BYTES, Blob, ObjectStore

log = logging.getLogger(__name__)
STABLE_S = 5.0  # a file that nobody changed for so long is complete
AT_ONCE = 200  # files in one round, so that a worker is soon free for others
REFUSED = "refused"
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")  # names that senders give meanwhile


class UnknownFolder(Invalid):
    """No unit is called “{folder}”. Name the folder like a unit or an agency’s code, or put the file into the folder above."""

    code = "unknown_folder"


class StillChanging(Exception):
    """The file was written to while it was read."""


@dataclass(frozen=True, slots=True)
class Look:
    """What tells one state of a file from another."""

    inode: int
    size_bytes: int
    modified_ns: int
    changed_ns: int

    @property
    def key(self) -> str:
        """One state of one file is taken in once, also when a crash comes before it can leave."""
        return f"folder:{self.inode}:{self.size_bytes}:{self.modified_ns}"


def take_in_folder(
    root: Path, *, by: User, at: datetime, store: ObjectStore, stable_s: float = STABLE_S
) -> int:
    """Take in the complete files of the folder; how many left it. One scan at a time."""
    with alone(root) as mine:
        if not mine:
            return 0
        found = [path for path, _ in zip(files(root), range(AT_ONCE), strict=False)]
        return sum(
            take_in_file(path, root=root, by=by, at=at, store=store, stable_s=stable_s)
            for path in found
        )


@contextmanager
def alone(root: Path) -> Iterator[bool]:
    """Whether no other process scans the folder now."""
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)


def files(root: Path) -> Iterator[Path]:
    """Plain files below the folder, without hidden, unfinished and refused ones."""
    for directory, below, names in os.walk(root):
        at_root = Path(directory) == root
        below[:] = sorted(
            name for name in below if not name.startswith(".") and not (at_root and name == REFUSED)
        )
        for name in sorted(names):
            if not name.startswith((".", "~$")) and not name.lower().endswith(UNFINISHED):
                yield Path(directory) / name


def take_in_file(
    path: Path, *, root: Path, by: User, at: datetime, store: ObjectStore, stable_s: float
) -> bool:
    """Take one file in; True when it left the folder, as a document or as refused."""
    try:
        with complete(path, stable_s=stable_s) as opened:
            if opened is None:
                return False
            descriptor, seen = opened
            refusal = taken(descriptor, seen, path, root=root, by=by, at=at, store=store)
        if path.lstat().st_ino != seen.inode:
            return False  # a new file has come under the name of the one we read
        if refusal is not None:
            set_aside(path, refusal, root=root)
        else:
            path.unlink()
    except (OSError, StillChanging):
        return False  # gone, unreadable, or still being written: the next round sees
    return True


@contextmanager
def complete(path: Path, *, stable_s: float) -> Iterator[tuple[int, Look] | None]:
    """The file opened for reading, if it is a plain file that nobody has changed for a while."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        facts = os.fstat(descriptor)
        quiet_s = time.time() - max(facts.st_mtime, facts.st_ctime)
        still = stat.S_ISREG(facts.st_mode) and quiet_s >= stable_s
        yield (descriptor, look(descriptor)) if still and not being_written(descriptor) else None
    finally:
        os.close(descriptor)


def look(descriptor: int) -> Look:
    """The state of an open file."""
    facts = os.fstat(descriptor)
    return Look(facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)


def being_written(descriptor: int) -> bool:
    """Whether somebody has it open for writing, as far as the system lets us know."""
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)  # a signal that nobody minds
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN  # anything else: no leases here, so age must do
    return False


def taken(
    descriptor: int, before: Look, path: Path, *, root: Path, by: User, at: datetime,
    store: ObjectStore,
) -> DmsError | None:  # fmt: skip
    """Take in what is open; the error that refuses it, if one does. Raises: StillChanging, OSError."""
    try:
        blob = copied(descriptor, before, store=store)
        take_in(
            blob, untrusted_name=harmless(path.name), channel=FOLDER, by=by, at=at, store=store,
            unit=unit_of(path, root=root, by=by), key=before.key,
        )  # fmt: skip
    except DmsError as error:
        if error.retryable:
            log.warning("%s waits: %s", path, error)
            raise OSError(str(error)) from error
        return error
    return None


def copied(descriptor: int, before: Look, *, store: ObjectStore) -> Blob:
    """The bytes, durable in the store, if they stayed as they were. Raises: StillChanging."""
    check_length(before.size_bytes)
    blob = store_chunks(iter(lambda: os.read(descriptor, CHUNK_BYTES), b""), store=store)
    if look(descriptor) != before or blob.size_bytes != before.size_bytes:
        raise StillChanging
    return blob


def unit_of(path: Path, *, root: Path, by: User) -> Unit | None:
    """The unit whose folder the file stands in. Raises: UnknownFolder."""
    parts = path.relative_to(root).parts[:-1]
    if not parts:
        return None
    agency = agency_of(parts[0])
    if agency is None:
        unit = unit_called(parts[0], within=by.unit_ids)
        if unit is None and is_row_id(parts[0]):
            unit = unit_called(parts[0])  # an id says which one, of whatever agency
    elif len(parts) > 1:
        unit = unit_called(parts[1], within=agency.units.values_list("pk", flat=True))
    else:  # the top unit may stand below one of the agency that succeeded this one
        unit = agency.units.exclude(parent__agency=agency).order_by("pk").first()
    if unit is None:
        raise UnknownFolder(folder=harmless(parts[1] if agency and len(parts) > 1 else parts[0]))
    return unit


def agency_of(code: str) -> Agency | None:
    """The agency of this code, as it exists now: codes outlive changes of name."""
    newest = Agency.objects.order_by(F("valid_to").desc(nulls_first=True), "-pk")
    return newest.filter(organ_id=code).first() if code.isascii() else None


def set_aside(path: Path, refusal: DmsError, *, root: Path) -> None:
    """Move a refused file out of the way; the reason is written first."""
    directory = root / REFUSED
    directory.mkdir(exist_ok=True)
    target = free_name(directory, harmless(path.name))
    sentence = sentence_of(refusal)
    with reason_beside(target).open("x", encoding="utf-8") as file:
        file.write(f"{path.relative_to(root)}: {sentence}\n")
        file.flush()
        os.fsync(file.fileno())
    path.rename(target)
    sync_directory(directory)


def free_name(directory: Path, name: str) -> Path:
    """The name, or the name with a number where it is taken, or where its reason would stand upon another file."""
    target, number = directory / name, 1
    while os.path.lexists(target) or os.path.lexists(reason_beside(target)):
        number += 1
        target = directory / f"{number} {name}"
    return target


def reason_beside(target: Path) -> Path:
    """The text file that says why a file was refused."""
    return target.with_name(target.name + ".txt")
