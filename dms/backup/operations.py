"""Taking a backup of a running system, and making a system out of a backup."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connections

from dms.backup import sets
from dms.backup.database import check_database, copy_database, counts, needed_objects, opened
from dms.backup.sets import BackupDamaged, BackupSet, Manifest
from dms.errors import Conflict, IntegrityFailure, NotFound
from dms.lib.durable import make_directories, sync_directory
from dms.storage.base import CHUNK_BYTES, ObjectStore
from dms.storage.default import store

FIRST_KEY = "secret.key"
TRIES = 3  # the sweep may remove an object between the copy of the database and that of the object


class NotEmpty(Conflict):
    """{folder} holds a system already; restore into an empty VANKHO_DATA."""

    code = "not_empty"


class BackupUnsettled(Conflict):
    """Objects went away while the backup was taken; take it again."""

    code = "backup_unsettled"


@dataclass(frozen=True, slots=True)
class Taken:
    """A new set: how many objects it needs, and how many of them are new in the pool."""

    made: BackupSet
    objects: int
    copied: int


def take(folder: Path, *, at: datetime, keep: int = 0) -> Taken:
    """A new complete set in the folder.

    Args:
        keep: how many sets to keep, the new one included; 0 keeps all.

    Raises: BackupBusy, NotEmbedded, BackupUnsettled, BackupDamaged, BlobChanged.
    """
    make_directories(folder / "sets", folder.parent)
    (folder / "sets").chmod(0o700)  # database and keys open everything, so nobody else may look
    with sets.alone(folder):
        clear_unfinished(folder / "sets")
        taken = take_alone(folder, at=at)
        if keep:
            forget(folder, keep=keep)
    return taken


def take_alone(folder: Path, *, at: datetime) -> Taken:
    """The set, under a name that does not count until everything in it is durable and checked."""
    name = at.astimezone(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    unfinished = folder / "sets" / f".unfinished-{name}"
    unfinished.mkdir()
    pool = sets.pool_of(folder)
    pool.root.chmod(0o700)
    needed, copied = database_and_objects(unfinished / sets.DATABASE, pool)
    copy_state(unfinished)
    describe(unfinished, needed, at=at)
    made = BackupSet(unfinished, pool)
    made.check_files()
    check_database(made.database)
    made.check_objects(copied)
    sync_directory(unfinished)
    unfinished.rename(folder / "sets" / name)
    sync_directory(folder / "sets")
    return Taken(BackupSet(folder / "sets" / name, pool), len(needed), len(copied))


def clear_unfinished(folder: Path) -> None:
    """Remove what an interrupted backup left behind."""
    for path in folder.glob(".unfinished-*"):
        shutil.rmtree(path)


def forget(folder: Path, *, keep: int) -> None:
    """Remove all but the newest sets, then the objects that no set needs any more."""
    held = sets.complete(folder)
    needed = {name for one in held[-keep:] for name in one.objects()}
    for one in held[:-keep]:
        leaving = one.folder.with_name(f".unfinished-{one.folder.name}")
        one.folder.rename(leaving)  # half removed, it must not look complete
        shutil.rmtree(leaving)
    pool = sets.pool_of(folder)
    for name in set(pool.names()) - needed:
        pool.delete(name)


def database_and_objects(database: Path, pool: ObjectStore) -> tuple[set[str], list[str]]:
    """Copy the database, then what it refers to: bytes stand before rows, so all of it is there."""
    for _ in range(TRIES):
        database.unlink(missing_ok=True)
        copy_database(database)
        with opened(database) as alias:
            needed = needed_objects(alias)
        absent = sorted(name for name in needed if not pool.exists(name))
        try:
            copy_objects(absent, source=store(), target=pool)
        except NotFound:
            continue
        return needed, absent
    raise BackupUnsettled


def copy_objects(names: Iterable[str], *, source: ObjectStore, target: ObjectStore) -> None:
    """Copy objects, each checked against its name. Raises: BlobMissing, BlobChanged."""
    for name in names:
        with source.open(name) as stream, target.writer() as writer:
            while chunk := stream.read(CHUNK_BYTES):
                writer.write(chunk)
            if writer.digest.hexdigest() != name:
                source.verify(name)  # says which store and which object
                raise BackupDamaged(what=name)
            writer.commit()


def copy_state(folder: Path) -> None:
    """Keys and exported checkpoints."""
    for name, source in (
        ("keys", settings.VANKHO_DATA / "keys"),
        ("ledger-export", settings.LEDGER_EXPORT_DIR),
    ):
        copy_folder(source, folder / name)


def copy_folder(source: Path, target: Path) -> None:
    """The files of a folder, as far as they are not there."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in sorted(source.iterdir()) if source.is_dir() else ():
        if path.is_file() and not (target / path.name).exists():
            sets.copy_durably(path, target / path.name)
    sync_directory(target)


def describe(folder: Path, needed: set[str], *, at: datetime) -> None:
    """The lists of sums and the manifest."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = {
        sets.FILES: sets.write_list(
            folder / sets.FILES,
            ((sets.sum_of(path), str(path.relative_to(folder))) for path in files),
        ),
        sets.OBJECTS: sets.write_list(
            folder / sets.OBJECTS,
            ((name, f"objects/sha256/{name[:2]}/{name[2:4]}/{name}") for name in sorted(needed)),
        ),
    }
    with opened(folder / sets.DATABASE) as alias:
        counted = counts(alias)
    sets.write_manifest(
        folder,
        Manifest(at.astimezone(UTC).isoformat(), counted, sums, waiting()),
    )


def waiting() -> int:
    """Files that are not taken in yet, and stand in no backup."""
    folder: Path = settings.WATCHED_FOLDER
    return sum(path.is_file() for path in folder.rglob("*")) if folder.is_dir() else 0


def verify(held: BackupSet) -> Manifest:
    """Re-read everything that the set needs. Raises: BackupDamaged."""
    manifest = held.manifest()
    held.check_files()
    check_database(held.database)
    held.check_objects(held.objects())
    with opened(held.database) as alias:
        if needed_objects(alias) - set(held.objects()):
            raise BackupDamaged(what=sets.OBJECTS)
        if counts(alias) != manifest.counts:
            raise BackupDamaged(what=sets.MANIFEST)
    return manifest


def restore(held: BackupSet) -> Manifest:
    """Make the system of the set in an empty data directory; the database comes last.

    Interrupted, it may be repeated. What can be made anew (index, schema) is the caller's next step.

    Raises: BackupDamaged, NotEmpty.
    """
    manifest = verify(held)
    live = store()
    database = Path(connections.settings["default"]["NAME"])
    objects = held.objects()
    keys = settings.VANKHO_DATA / "keys"
    if has_rows(database) or set(live.names()) - set(objects) or has_other_keys(keys, held):
        raise NotEmpty(folder=settings.VANKHO_DATA)
    absent = [name for name in objects if not live.exists(name)]
    copy_objects(absent, source=held.pool, target=live)
    for name in objects:
        live.verify(name)
    (keys / FIRST_KEY).unlink(missing_ok=True)  # the one that the first start made
    copy_folder(held.folder / "keys", keys)
    copy_folder(held.folder / "ledger-export", settings.LEDGER_EXPORT_DIR)
    connections.close_all()
    arriving = database.with_name(f".{database.name}.arriving")
    arriving.unlink(missing_ok=True)
    if sets.copy_durably(held.database, arriving) != held.files()[sets.DATABASE]:
        raise IntegrityFailure
    arriving.rename(database)
    sync_directory(database.parent)
    return manifest


def has_rows(database: Path) -> bool:
    """Whether a database stands there; an empty file is none."""
    return database.is_file() and database.stat().st_size > 0


def has_other_keys(keys: Path, held: BackupSet) -> bool:
    """Whether another system's keys stand there; the secret that every first start makes does not count."""
    sums = held.files()
    return any(
        path.name != FIRST_KEY and sets.sum_of(path) != sums.get(f"keys/{path.name}")
        for path in keys.glob("*")
    )
