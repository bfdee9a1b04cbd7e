"""The database of a set: copied while the system runs, and read without changing it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection, connections
from django.utils.module_loading import import_string

from dms.audit.models import Event, Leaf
from dms.backup.sets import DATABASE, BackupDamaged
from dms.documents.models import Document, Page, Version
from dms.env import private
from dms.errors import Conflict

COUNTED = {
    "documents": Document, "versions": Version, "pages": Page, "events": Event, "entries": Leaf,
}  # fmt: skip


class NotEmbedded(Conflict):
    """This command is for the embedded profile; back up the database server with its own tools."""

    code = "not_embedded"


def copy_database(target: Path) -> None:
    """One consistent moment of the database; writers go on meanwhile. Raises: NotEmbedded."""
    if connection.vendor != "sqlite":
        raise NotEmbedded
    private(target)  # a restored system's file is a copy of this one
    source_name = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(source_name)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, whole without a log beside it
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def check_database(path: Path) -> None:
    """Let SQLite re-read every page. Raises: BackupDamaged."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as copy:
            sound = copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            broken = copy.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.Error as error:
        raise BackupDamaged(what=DATABASE) from error
    if not sound or broken:
        raise BackupDamaged(what=DATABASE)


@contextmanager
def opened(path: Path) -> Iterator[str]:
    """The alias under which Django reads a database file that nobody changes."""
    alias = "backup"
    name = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    default = connections.settings["default"]
    connections.settings[alias] = {**default, "NAME": name, "OPTIONS": {"uri": True}}
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.settings[alias]


def needed_objects(alias: str) -> set[str]:
    """Every object that a row of this database refers to."""
    needed: set[str] = set()
    for dotted in settings.BLOB_REFERRERS:
        needed.update(import_string(dotted)(using=alias))
    return needed


def counts(alias: str) -> dict[str, int]:
    """How many rows of what people ask about."""
    return {name: model._default_manager.using(alias).count() for name, model in COUNTED.items()}
