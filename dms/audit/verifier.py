"""Verify the ledger without the system that wrote it.

One file, the standard library, and `cryptography` for the signatures. It shares no code with the
ledger it judges, so that a mistake there cannot hide here. The format: docs/reference/ledger.md.

    python verifier.py --database vankho.sqlite3 --checkpoints DIR --public-key ledger-public.pem
"""

import argparse
import base64
import hashlib
import json
import re
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:  # then signatures are not checked, and the report says so
    Ed25519PublicKey = None  # type: ignore[assignment,misc]  # the class may be absent here

COLUMNS = ("id", "kind", "target", "actor", "at", "detail", "salt", "once")
EXPORT_NAME = re.compile(r"checkpoint-(\d{12,})\Z")
SQLITE_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?\Z")
PEM = re.compile(r"-----BEGIN PUBLIC KEY-----(.*?)-----END PUBLIC KEY-----", re.DOTALL)
ED25519_DER = bytes.fromhex("302a300506032b6570032100")  # SubjectPublicKeyInfo before the 32 bytes
NOTE_LINES = 5  # origin, size, root, moment, and what follows the last newline

EVENT_CHANGED = "Event {event} (entry {index}) is not what was recorded."
EVENT_MISSING = "Event {event} (entry {index}) was deleted."
EVENT_INSERTED = "Event {event} stands among older events but was never recorded."
LEAF_MISSING = "Entry {index} of the tree was deleted."
LEAF_ORDER = "Entry {index} of the tree is out of order."
TAIL_MISSING = (
    "Checkpoint {size} was signed, but only {leaves} entries are left: the end was cut off."
)
ROOT_DIFFERS = "The first {size} entries are not those that checkpoint {size} signed ({place})."
NOTE_WRONG = "Checkpoint {size} ({place}) is no valid checkpoint: {why}."
ROW_MISSING = "Checkpoint {size} was exported but is missing in the database."
ROW_DIFFERS = "Checkpoint {size} in the database is not the exported one."
EXPORT_MISSING = "Checkpoint {size} is missing among the exported ones."
NEVER_EXPORTED = (
    "There are checkpoints in the database but none is exported, so nothing can be checked."
)

CHECKED = (
    "Checked: the first {proven} of {leaves} entries, by the exported checkpoint of {proven_at}."
)
NOT_CHECKED = "Checked: no entry, for want of a valid exported checkpoint."
LIMIT = (
    "Limit: an edit, deletion, insertion or reordering is found only before the last exported "
    "checkpoint; {open} later events are not covered yet."
)
UNSIGNED = "Signatures were NOT checked: whoever can write checkpoints could have written these."


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that contradicts the ledger: a sentence and the facts in it."""

    template: str
    facts: Mapping[str, Any]

    def __str__(self) -> str:
        return self.template.format(**self.facts)


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, and up to where finding is possible."""

    findings: tuple[Finding, ...]
    events: int
    leaves: int
    proven: int  # entries covered by the largest valid exported checkpoint
    proven_at: str
    signatures_checked: bool

    @property
    def limit(self) -> tuple[Finding, ...]:
        """The sentences that say what this check can prove."""
        facts = {**asdict(self), "open": self.events - self.proven}
        sentences = (CHECKED if self.proven else NOT_CHECKED, LIMIT)
        return tuple(
            Finding(text, facts)
            for text in sentences + (() if self.signatures_checked else (UNSIGNED,))
        )

    def as_json(self) -> str:
        """The report for programs."""
        facts: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        facts["findings"] = [str(finding) for finding in self.findings]
        facts["limit"] = [str(sentence) for sentence in self.limit]
        return json.dumps(facts, ensure_ascii=False)


class Unreadable(ValueError):
    """A stored value cannot be what the ledger wrote."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The 32 bytes of an Ed25519 public key, and whether signatures are to be checked."""

    raw: bytes
    check: bool = True

    @classmethod
    def from_pem(cls, text: str, *, check: bool = True) -> "PublicKey":
        """Read a PEM file. Raises: Unreadable."""
        found = PEM.search(text)
        body = "".join(found[1].split()) if found else "-"
        try:
            der = base64.b64decode(body, validate=True)
        except ValueError as error:
            raise Unreadable("the public key is not PEM") from error
        if len(der) != len(ED25519_DER) + 32 or not der.startswith(ED25519_DER):
            raise Unreadable("the public key is not an Ed25519 key in PEM")
        return cls(der[len(ED25519_DER) :], check)

    def key_id(self, name: str) -> bytes:
        """The four bytes before a signature. Source: C2SP signed-note."""
        return hashlib.sha256(name.encode() + b"\n\x01" + self.raw).digest()[:4]

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether the signature over the text is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Note:
    """What a signed checkpoint says."""

    size: int
    root: bytes
    at: str


def read_note(note: str, key: PublicKey) -> Note:
    """Parse a checkpoint and check its signature. Raises: Unreadable."""
    text, blank, tail = note.partition("\n\n")
    text += "\n"
    lines = text.split("\n")
    signature = re.fullmatch(r"— (\S+) ([A-Za-z0-9+/]+={0,2})\n", tail)
    if not blank or signature is None or len(lines) != NOTE_LINES or not lines[1].isdecimal():
        raise Unreadable("it is not a signed note")
    origin, size, root, at = lines[:4]
    name, blob = signature[1], base64.b64decode(signature[2])
    if name != origin or blob[:4] != key.key_id(name):
        raise Unreadable("another key signed it")
    if key.check and not key.signed(text, blob[4:]):
        raise Unreadable("the signature is wrong")
    return Note(int(size), base64.b64decode(root), at)


def dump(value: Any) -> str:
    """JSON in the ledger's one form."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def moment(value: Any) -> str:
    """A moment in UTC with microseconds, out of a database's value. Raises: Unreadable."""
    if isinstance(value, str) and SQLITE_MOMENT.match(value):
        value = datetime.fromisoformat(value).replace(tzinfo=UTC)
    if not isinstance(value, datetime):
        raise Unreadable("not a moment")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def event_bytes(row: Iterable[Any]) -> bytes:
    """The canonical bytes of an event's columns. Raises: Unreadable."""
    event = dict(zip(COLUMNS, row, strict=True))
    event["at"] = moment(event["at"])
    if not all(
        isinstance(event[name], str) for name in ("kind", "target", "actor", "detail", "salt")
    ):
        raise Unreadable("not text")
    try:
        detail = json.loads(event["detail"])
        if dump(detail) != event["detail"]:
            raise Unreadable("not in the one form")
        return dump({**event, "detail": detail}).encode()
    except (TypeError, ValueError) as error:
        raise Unreadable("not JSON") from error


@dataclass(slots=True)
class Tree:
    """The hash tree, as a stack of complete subtrees with their heights."""

    size: int = 0
    stack: list[tuple[int, bytes]] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """Append a leaf hash and join subtrees of equal height."""
        self.size += 1
        self.stack.append((0, leaf))
        while len(self.stack) > 1 and self.stack[-1][0] == self.stack[-2][0]:
            height, right = self.stack.pop()
            _, left = self.stack.pop()
            self.stack.append((height + 1, join(left, right)))

    def root(self) -> bytes:
        """The hash over everything added so far; there is at least one leaf."""
        root = self.stack[-1][1]
        for _, left in self.stack[-2::-1]:
            root = join(left, root)
        return root


def join(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node. Source: RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Walk:
    """One pass over events and leaves side by side, both in their order."""

    def __init__(self, events: Iterable[tuple[Any, ...]], wanted: Iterable[int]) -> None:
        self.events = iter(events)
        self.seen = 0
        self.event = self.next_event()
        self.wanted = frozenset(wanted)
        self.findings: list[Finding] = []
        self.roots: dict[int, bytes] = {}
        self.tree = Tree()
        self.index = 0

    def next_event(self) -> tuple[Any, ...] | None:
        """The next event, counted."""
        event = next(self.events, None)
        self.seen += event is not None
        return event

    def find(self, template: str, **facts: Any) -> None:
        """Keep a finding."""
        self.findings.append(Finding(template, facts))

    def run(self, leaves: Iterable[tuple[Any, Any, Any]]) -> None:
        """Follow the leaves; what comes after the last one is not recorded yet."""
        last_event: int | None = None
        for index, event, stored in leaves:
            self.place(index)
            if not isinstance(event, int) or (last_event is not None and event <= last_event):
                self.find(LEAF_ORDER, index=index)
                self.tree.add(bytes_of(stored))
            else:
                last_event = event
                self.tree.add(self.hash_of(event, index, stored))
            if self.tree.size in self.wanted:
                self.roots[self.tree.size] = self.tree.root()
        while self.event is not None:
            self.event = self.next_event()

    def place(self, index: Any) -> None:
        """Report a leaf that does not follow the one before it; the count goes on behind it."""
        if not isinstance(index, int) or index < self.index:
            self.find(LEAF_ORDER, index=index)
            return
        if index > self.index:
            self.find(LEAF_MISSING, index=self.index)
        self.index = index + 1

    def hash_of(self, wanted: int, index: int, stored: Any) -> bytes:
        """The leaf hash that the event's columns give, or the stored one where the event is gone."""
        while self.event is not None and self.event[0] < wanted:
            self.find(EVENT_INSERTED, event=self.event[0])
            self.event = self.next_event()
        if self.event is None or self.event[0] != wanted:
            self.find(EVENT_MISSING, event=wanted, index=index)
            return bytes_of(stored)
        row, self.event = self.event, self.next_event()
        try:
            computed = hashlib.sha256(b"\x00" + event_bytes(row)).digest()
        except Unreadable:
            computed = b"unreadable"
        if computed.hex() != stored:
            self.find(EVENT_CHANGED, event=wanted, index=index)
        return computed


def bytes_of(stored: Any) -> bytes:
    """A stored leaf hash, whatever was made of it."""
    text = str(stored)
    return bytes.fromhex(text) if re.fullmatch(r"[0-9a-f]{64}", text) else text.encode()


def verify(
    *, events: Iterable[tuple[Any, ...]], leaves: Iterable[tuple[Any, Any, Any]],
    checkpoints: Mapping[int, str], exported: Mapping[int, str], key: PublicKey,
) -> Report:  # fmt: skip
    """Compare events, leaves, and checkpoints here and there.

    Args:
        events: rows of COLUMNS in order of id.
        leaves: rows of index, event, hash, in order of index.
        checkpoints: size and note, from the database.
        exported: size and note, from the place that the administrator cannot reach.
        key: the public key, kept apart from the database.
    """
    walk = Walk(events, {*checkpoints, *exported})
    walk.run(leaves)
    proven = Note(0, b"", "")
    for size, note in sorted(exported.items()):
        said = check_note(walk, size, note, key, "export")
        if said is not None:
            proven = said
    for size, note in sorted(checkpoints.items()):
        if exported.get(size) != note:
            check_note(walk, size, note, key, "database")
    compare(walk, checkpoints, exported)
    return Report(
        tuple(walk.findings), walk.seen, walk.tree.size, proven.size, proven.at,
        key.check and Ed25519PublicKey is not None,
    )  # fmt: skip


def check_note(walk: Walk, size: int, note: str, key: PublicKey, place: str) -> Note | None:
    """What the checkpoint says, if all that it says is true."""
    try:
        said = read_note(note, key)
        if said.size != size:
            raise Unreadable(f"it speaks of {said.size} entries")
    except ValueError as error:
        walk.find(NOTE_WRONG, size=size, place=place, why=error)
        return None
    if size > walk.tree.size:
        walk.find(TAIL_MISSING, size=size, leaves=walk.tree.size)
        return None
    if walk.roots.get(size) != said.root:
        walk.find(ROOT_DIFFERS, size=size, place=place)
        return None
    return said


def compare(walk: Walk, checkpoints: Mapping[int, str], exported: Mapping[int, str]) -> None:
    """The same checkpoints must stand in both places, but for the newest that wait for export."""
    if checkpoints and not exported:
        walk.find(NEVER_EXPORTED)
        return
    for size in sorted({*checkpoints, *exported}):
        if size not in checkpoints:
            walk.find(ROW_MISSING, size=size)
        elif size not in exported:
            if size < max(exported):
                walk.find(EXPORT_MISSING, size=size)
        elif checkpoints[size] != exported[size]:
            walk.find(ROW_DIFFERS, size=size)


def read_exported(directory: Path) -> dict[int, str]:
    """Size and note of every exported checkpoint."""
    found = ((EXPORT_NAME.match(path.name), path) for path in directory.iterdir())
    return {
        int(name[1]): path.read_bytes().decode(errors="replace") for name, path in found if name
    }


def read_sqlite(database: Path, exported: Mapping[int, str], key: PublicKey) -> Report:
    """Verify a SQLite file, in one snapshot of it. Raises: sqlite3.Error."""
    uri = f"{database.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        connection.execute("BEGIN")

        def rows(sql: str) -> Iterator[tuple[Any, ...]]:
            return iter(connection.execute(sql))

        columns = ", ".join(f'"{name}"' for name in COLUMNS)
        return verify(
            events=rows(f"SELECT {columns} FROM audit_event ORDER BY id"),  # noqa: S608  # constants
            leaves=rows('SELECT "index", event_id, hash FROM audit_leaf ORDER BY "index"'),
            checkpoints=dict(rows("SELECT size, note FROM audit_checkpoint")),
            exported=exported,
            key=key,
        )


def write_report(report: Report, write: Callable[[str], object], *, most: int = 50) -> None:
    """The report for people."""
    for finding in report.findings[:most]:
        write(f"FOUND: {finding}\n")
    if len(report.findings) > most:
        write(f"FOUND: {len(report.findings) - most} more of this.\n")
    for sentence in report.limit:
        write(f"{sentence}\n")


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 when nothing was found, 1 on findings, 2 when the check could not be made."""
    parser = argparse.ArgumentParser(description="Verify a Vankho ledger (SQLite).")
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--checkpoints", type=Path, required=True, help="the export directory")
    parser.add_argument("--public-key", type=Path, required=True, help="PEM, from a trusted place")
    parser.add_argument("--no-signatures", action="store_true", help="accept unchecked signatures")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    check = not options.no_signatures and Ed25519PublicKey is not None
    try:
        key = PublicKey.from_pem(options.public_key.read_text(), check=check)
        report = read_sqlite(options.database, read_exported(options.checkpoints), key)
    except (OSError, ValueError, sqlite3.Error) as error:
        sys.stderr.write(f"The ledger could not be checked: {error}\n")
        return 2
    if options.json:
        sys.stdout.write(report.as_json() + "\n")
    else:
        write_report(report, sys.stdout.write)
    if report.findings:
        return 1
    return 0 if report.signatures_checked or options.no_signatures else 2


if __name__ == "__main__":
    sys.exit(main())
