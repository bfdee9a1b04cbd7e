"""Take files in from the command line, and wait until they can be searched."""

import os
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from dms.accounts.models import Unit, User
from dms.accounts.queries import unit_called
from dms.commands import DomainCommand, now
from dms.documents.intake import COMMAND, store_file, take_in
from dms.documents.models import Mode, Version, VersionState
from dms.documents.presenting import problem_sentence
from dms.errors import DmsError, Invalid, NotFound
from dms.lib.sentences import sentence_of
from dms.pipeline.claim import live_workers
from dms.pipeline.processes import Processes
from dms.storage.default import store

SETTLED = {
    VersionState.SEARCHABLE: "searchable",
    VersionState.COMPLETE: "complete",
    VersionState.KEPT: "kept",
    VersionState.QUARANTINED: "quarantined",
    VersionState.LOCKED: "quarantined",
}


LOOK_S = 1.0


class NoSuchUnit(NotFound):
    """There is no unit “{name}”. Give its name as it stands on the page of units, or its number."""

    code = "no_such_unit"


class FileMissing(Invalid):
    """There is no such file. Check its path, then run the command again."""

    code = "file_missing"


class NotAFile(Invalid):
    """This is not a file with content of its own, so nothing was taken in. Name the file itself."""

    code = "not_a_file"


class FileUnreadable(Invalid):
    """This cannot be read ({reason}). Let this user read it, or copy it, then run the command again."""

    code = "file_unreadable"


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of one file."""

    path: str
    status: str
    document: str | None = None
    version: str | None = None
    pages: int = 0
    seconds_to_searchable: float | None = None
    message: str = ""


class Command(DomainCommand):
    """Take files and folders in: `ingest PATH… [--wait] [--json] [--unit ID] [--mode 02]`."""

    help = "Take files and folders in; with --wait until each can be searched."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("paths", nargs="+", metavar="PATH", type=Path)
        parser.add_argument("--wait", action="store_true", help="until searchable or terminal")
        parser.add_argument("--unit", default="", help="id or name of the owning unit")
        parser.add_argument("--mode", default=Mode.CONDITIONAL, choices=Mode.values)

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self.actor(options["username"])
        unit = unit_named(options["unit"]) if options["unit"] else None
        as_json, wait = options["json"], options["wait"]
        refused, waiting = 0, {}
        with Helpers() as helpers:
            for path in files(options["paths"]):
                line = self.take(path, actor, unit, options["mode"])
                refused += line.status == "refused"
                if wait and line.status in {"received", "duplicate"}:
                    waiting[line.version] = line
                    helpers.look()
                else:
                    self.tell_line(line, as_json=as_json)
                self.tell_settled(waiting, as_json=as_json)
            while waiting:
                time.sleep(0.05)
                helpers.look()
                self.tell_settled(waiting, as_json=as_json)
        if refused:
            self.fail(65)

    def take(self, path: Path, actor: User, unit: Unit | None, mode: str) -> Line:
        """One file in; a refusal is a line, not an end."""
        try:
            receipt = take_in(
                store_file(readable(path), store=store()), untrusted_name=path.name, channel=COMMAND,
                by=actor, at=now(), store=store(), unit=unit, mode=mode,
            )  # fmt: skip
        except DmsError as error:
            message = sentence_of(error)
            return Line(str(path), "refused", message=message)
        document, version = str(receipt.version.document_id), str(receipt.version.pk)
        status = "received" if receipt.is_new else "duplicate"
        message = "" if receipt.is_new else gettext("This file is held already.")
        return Line(str(path), status, document, version, message=message)

    def tell_settled(self, waiting: dict[str | None, Line], *, as_json: bool) -> None:
        """Say which of the files waited for have arrived at a state that lasts."""
        done = Version.objects.filter(pk__in=list(waiting), state__in=list(SETTLED))
        for version in done:
            line = waiting.pop(str(version.pk))
            self.tell_line(settled(line, version), as_json=as_json)

    def tell_line(self, line: Line, *, as_json: bool) -> None:
        """One file, as JSON or for a person."""
        facts = {name: getattr(line, name) for name in Line.__slots__}
        seconds = f" ({line.seconds_to_searchable:.1f} s)" if line.seconds_to_searchable else ""
        text = f"{line.status:<12} {line.path}{seconds} {line.message}".rstrip()
        self.tell(facts, as_json=as_json, line=text)


class Helpers:
    """Workers of our own for as long as nobody else's work, be it that those end while we wait."""

    def __init__(self) -> None:
        self.own: Processes | None = None
        self.looked_at = -LOOK_S

    def __enter__(self) -> "Helpers":
        return self

    def __exit__(self, *_: object) -> None:
        if self.own:
            self.own.stop()

    def look(self) -> None:
        """Start workers where none lives, and again those of ours that died; at most once a second."""
        if time.monotonic() - self.looked_at < LOOK_S:
            return
        self.looked_at = time.monotonic()
        if self.own:
            self.own.revive()
        elif not live_workers().exists():
            self.own = Processes(os.cpu_count() or 1)
            self.own.start()


def settled(line: Line, version: Version) -> Line:
    """The line of a file whose reading has come to rest."""
    waited_s = version.seconds_to_searchable
    duplicate = line.status == "duplicate"
    return Line(
        line.path, "duplicate" if duplicate else SETTLED[VersionState(version.state)], line.document,
        line.version, version.page_count, None if waited_s is None else round(waited_s, 3),
        line.message or problem_sentence(version.problem),
    )  # fmt: skip


def files(paths: list[Path]) -> Iterator[Path]:
    """The files named, and those below the folders named, in order."""
    for path in paths:
        yield from below(path) if is_folder(path) else [path]


def below(folder: Path) -> list[Path]:
    """What lies in a folder and those under it; a folder that is closed to us stands for itself."""
    closed: list[Path] = []
    walk = os.walk(folder, onerror=lambda error: closed.append(Path(error.filename)))
    return sorted([*(Path(place, name) for place, _, names in walk for name in names), *closed])


def is_folder(path: Path) -> bool:
    """Whether it is one, as far as one may know."""
    try:
        return path.is_dir()
    except OSError:
        return False


def readable(path: Path) -> Path:
    """A file that can be opened. Raises: FileMissing, NotAFile, FileUnreadable."""
    try:
        if path.is_dir():
            os.scandir(path).close()
        if not path.exists():
            raise FileMissing
        if not path.is_file():  # a pipe would never end
            raise NotAFile
        path.open("rb").close()
    except OSError as error:
        raise FileUnreadable(reason=error.strerror) from error
    return path


def unit_named(wanted: str) -> Unit:
    """By id or by name. Raises: NoSuchUnit."""
    found = unit_called(wanted)
    if found is None:
        raise NoSuchUnit(name=wanted)
    return found
