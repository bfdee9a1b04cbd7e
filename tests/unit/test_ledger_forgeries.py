"""Every edit, deletion, insertion and reordering before the last exported checkpoint is found.

The same forgery is judged twice: through Django, and by the verifier as a file of its own in a Python
that knows nothing of the system that wrote the ledger.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cryptography
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from dms.audit import verifier
from dms.audit.canonical import canonical
from dms.audit.merkle import Frontier, leaf_hash
from dms.audit.models import Event
from dms.audit.note import Signer
from dms.audit.verification import verify_ledger
from dms.audit.verifier import PublicKey, Report
from tests.ledger import LedgerFiles, changeable_ledger, minutes

VERIFIER = Path(verifier.__file__)
COLUMNS = {
    "id": "id + 100", "kind": "'tests.document.received'", "target": "'document:77'",
    "actor": "'user:7'", "at": "'2026-03-02 12:00:00'", "detail": """'{"pages":1000}'""",
    "salt": "'00112233445566778899aabbccddeeff'", "once": "'x'",
}  # fmt: skip
# Events 1 to 3 stand under the first exported checkpoint, 4 to 7 under the second, 8 in the tree alone.
FORGERIES = {
    **{
        f"{column} of event {event}": f'UPDATE audit_event SET "{column}" = {value} WHERE id = {event}'
        for column, value in COLUMNS.items() for event in (2, 7, 8)
    },
    "detail said otherwise": "UPDATE audit_event SET detail = detail || ' ' WHERE id = 2",
    "detail is no JSON": "UPDATE audit_event SET detail = '{' WHERE id = 2",
    "a moment is no moment": "UPDATE audit_event SET at = 'noon' WHERE id = 2",
    "kind is a blob": "UPDATE audit_event SET kind = x'00' WHERE id = 2",
    "nothing where text was": "UPDATE audit_event SET once = '' WHERE id = 2",
    "event deleted": "DELETE FROM audit_event WHERE id = 5",
    "first event deleted": "DELETE FROM audit_event WHERE id = 1",
    "event and leaf deleted": "DELETE FROM audit_leaf WHERE event_id = 5; "
    "DELETE FROM audit_event WHERE id = 5",
    "event and leaf deleted, the rest moved up": "DELETE FROM audit_leaf WHERE event_id = 5; "
    "DELETE FROM audit_event WHERE id = 5; "
    'UPDATE audit_leaf SET "index" = "index" + 1000 WHERE "index" > 4; '
    'UPDATE audit_leaf SET "index" = "index" - 1001 WHERE "index" > 1000',
    "all events deleted": "DELETE FROM audit_event",
    "event inserted before all": "INSERT INTO audit_event SELECT 0, kind, target, actor, at, detail, "
    "salt, once FROM audit_event WHERE id = 2",
    "event replaced by its neighbour": "UPDATE audit_event SET target = "
    "(SELECT target FROM audit_event WHERE id = 3), detail = "
    "(SELECT detail FROM audit_event WHERE id = 3) WHERE id = 2",
    "two events swapped": "UPDATE audit_event SET id = 1000 WHERE id = 2; "
    "UPDATE audit_event SET id = 2 WHERE id = 3; UPDATE audit_event SET id = 3 WHERE id = 1000",
    "two leaves swapped": 'UPDATE audit_leaf SET "index" = 1000 WHERE "index" = 1; '
    'UPDATE audit_leaf SET "index" = 1 WHERE "index" = 2; '
    'UPDATE audit_leaf SET "index" = 2 WHERE "index" = 1000',
    "two events and their leaves swapped": "UPDATE audit_leaf SET event_id = 1000 WHERE event_id = 2; "
    "UPDATE audit_leaf SET event_id = 2 WHERE event_id = 3; "
    "UPDATE audit_leaf SET event_id = 3 WHERE event_id = 1000; "
    "UPDATE audit_event SET id = 1000 WHERE id = 2; "
    "UPDATE audit_event SET id = 2 WHERE id = 3; UPDATE audit_event SET id = 3 WHERE id = 1000",
    "place of a leaf": 'UPDATE audit_leaf SET "index" = 90 WHERE "index" = 4',
    "event of a leaf": "UPDATE audit_leaf SET event_id = 9 WHERE event_id = 8",
    "hash of a leaf": "UPDATE audit_leaf SET hash = (SELECT hash FROM audit_leaf WHERE \"index\" = 3) "
    'WHERE "index" = 2',
    "leaf deleted": 'DELETE FROM audit_leaf WHERE "index" = 4',
    "size of a checkpoint": "UPDATE audit_checkpoint SET size = 6 WHERE size = 7",
    "note of a checkpoint": "UPDATE audit_checkpoint SET note = replace(note, '12:20', '12:21')",
    "checkpoint deleted": "DELETE FROM audit_checkpoint WHERE size = 3",
    "all checkpoints deleted": "DELETE FROM audit_checkpoint",
    "end cut off": "DELETE FROM audit_checkpoint WHERE size > 3; "
    "DELETE FROM audit_leaf WHERE event_id > 3; DELETE FROM audit_event WHERE id > 3; "
    "UPDATE audit_treehead SET size = 3, last_event = 3",
    "everything emptied": "DELETE FROM audit_checkpoint; DELETE FROM audit_leaf; "
    "DELETE FROM audit_event; DELETE FROM audit_treehead",
}  # fmt: skip
BEYOND_THE_LIMIT = {
    "event that is not in the tree": "UPDATE audit_event SET actor = 'user:7' WHERE id = 9",
    "end after the checkpoint": "DELETE FROM audit_leaf WHERE event_id > 7; "
    "DELETE FROM audit_event WHERE id > 7",
}


def judged(files: LedgerFiles, key: PublicKey | None = None) -> Report:
    """What Django's side says."""
    trusted = key or PublicKey.from_pem(files.public_key.read_text())
    return verify_ledger(export_directory=files.exported, key=trusted)


def copied(target: Path) -> Path:
    """The database of the running test, what is not committed included, as a file of its own."""
    target.write_bytes(connection.connection.serialize())
    return target


def alone(
    database: Path, files: LedgerFiles, *options: str, path: str = ""
) -> tuple[int, dict[str, Any]]:
    """Exit code and report of the verifier in a Python without any installed package."""
    command = [
        sys.executable, "-S", "-W", "error", str(VERIFIER), "--json", "--database", str(database),
        "--checkpoints", str(files.exported), "--public-key", str(files.public_key), *options,
    ]  # fmt: skip
    ran = subprocess.run(
        command, capture_output=True, text=True, cwd=files.exported, env={"PYTHONPATH": path}
    )
    return ran.returncode, json.loads(ran.stdout) if ran.stdout else {"error": ran.stderr}


def apply(sql: str) -> None:
    """The forger at work in the database of the test."""
    with (
        changeable_ledger(),
        connection.constraint_checks_disabled(),
        connection.cursor() as cursor,
    ):
        for statement in sql.split("; "):
            cursor.execute(statement)


@pytest.fixture
def unbound(db: None) -> Iterator[None]:
    """Let a forgery break references, and leave none broken behind."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA defer_foreign_keys = ON")
    yield
    apply("DELETE FROM audit_leaf; DELETE FROM audit_event")


def test_an_untouched_ledger_is_clean(ledger: LedgerFiles, tmp_path: Path) -> None:
    report = judged(ledger)
    assert (report.findings, report.events, report.leaves, report.proven) == ((), 9, 8, 7)
    assert report.signatures_checked
    code, facts = alone(copied(tmp_path / "ledger.sqlite3"), ledger, "--no-signatures")
    assert (code, facts["findings"]) == (0, [])
    assert (facts["events"], facts["leaves"], facts["proven"]) == (9, 8, 7)


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_found_by_both(
    ledger: LedgerFiles, unbound: None, tmp_path: Path, forgery: str
) -> None:
    apply(FORGERIES[forgery])
    report = judged(ledger)
    assert report.findings, forgery
    code, facts = alone(copied(tmp_path / "ledger.sqlite3"), ledger, "--no-signatures")
    assert code == 1
    assert facts["findings"]
    assert {*facts["findings"]} <= {str(finding) for finding in report.findings}


@pytest.mark.parametrize("forgery", BEYOND_THE_LIMIT)
def test_what_cannot_be_found_is_said(
    ledger: LedgerFiles, unbound: None, tmp_path: Path, forgery: str
) -> None:
    apply(BEYOND_THE_LIMIT[forgery])
    report = judged(ledger)
    assert report.findings == ()
    assert f"{report.events - 7} later events are not covered yet" in str(report.limit[1])
    assert alone(copied(tmp_path / "ledger.sqlite3"), ledger, "--no-signatures")[0] == 0


def rewritten_history(signer: Signer) -> None:
    """A forger who knows everything: leaves, head and checkpoints made anew and signed."""
    with changeable_ledger(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET actor = 'user:7' WHERE id = 2")
        hashes = [leaf_hash(canonical(event)) for event in Event.objects.order_by("id")[:8]]
        for index, value in enumerate(hashes):
            cursor.execute(
                'UPDATE audit_leaf SET hash = %s WHERE "index" = %s', [value.hex(), index]
            )
        for size in (3, 7):
            root = Frontier().extended(hashes[:size]).root
            note = signer.checkpoint(size=size, root=root, at=minutes(10))
            cursor.execute("UPDATE audit_checkpoint SET note = %s WHERE size = %s", [note, size])


def test_the_key_alone_does_not_help_the_forger(ledger: LedgerFiles) -> None:
    rewritten_history(Signer.from_file(ledger.key, create=False))
    found = " ".join(str(finding) for finding in judged(ledger).findings)
    assert "The first 3 entries are not those that checkpoint 3 signed (export)" in found
    assert "Checkpoint 7 in the database is not the exported one" in found


def test_the_export_alone_does_not_help_the_forger(ledger: LedgerFiles, tmp_path: Path) -> None:
    """He writes his own checkpoints there too, but the public key is kept apart."""
    apart = shutil.copy(ledger.public_key, tmp_path / "kept-apart.pem")
    rewritten_history(Signer(Ed25519PrivateKey.generate()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT size, note FROM audit_checkpoint")
        for size, note in cursor.fetchall():
            exported = ledger.exported / f"checkpoint-{size:012d}"
            exported.chmod(0o600)
            exported.write_text(note)
    report = judged(ledger, key=PublicKey.from_pem(Path(apart).read_text()))
    assert report.proven == 0
    assert "is no valid checkpoint" in " ".join(str(finding) for finding in report.findings)


@pytest.mark.parametrize("part", range(5), ids=["origin", "size", "root", "moment", "signature"])
def test_an_exported_checkpoint_cannot_be_edited(ledger: LedgerFiles, part: int) -> None:
    path = ledger.exported / "checkpoint-000000000007"
    lines = path.read_text().splitlines()
    place = part if part < 4 else 5
    changed = lines[place].translate(str.maketrans("7ABCab2/", "8BCDba3+"))
    assert changed != lines[place]
    lines[place] = changed
    path.chmod(0o600)
    path.write_text("\n".join(lines) + "\n")
    assert any("7" in str(finding) for finding in judged(ledger).findings)


def test_a_missing_export_is_found(ledger: LedgerFiles) -> None:
    (ledger.exported / "checkpoint-000000000003").unlink()
    assert [str(f) for f in judged(ledger).findings] == [
        "Checkpoint 3 is missing among the exported ones."
    ]
    key = PublicKey.from_pem(ledger.public_key.read_text())
    shutil.rmtree(ledger.exported)
    assert "none is exported" in str(judged(ledger, key=key).findings[0])


def test_signatures_are_checked_without_django(ledger: LedgerFiles, tmp_path: Path) -> None:
    """With `cryptography` and nothing else on the path."""
    packages = tmp_path / "packages"
    packages.mkdir()
    installed = Path(cryptography.__file__).parents[1]
    for name in ("cryptography", "cffi", "pycparser", *backend_files(installed)):
        if (installed / name).exists():
            (packages / name).symlink_to(installed / name)
    database = copied(tmp_path / "ledger.sqlite3")
    code, facts = alone(database, ledger, path=str(packages))
    assert (code, facts["findings"], facts["signatures_checked"]) == (0, [], True)
    probe = [sys.executable, "-S", "-c", "import django"]
    environment = {"PYTHONPATH": str(packages)}
    assert subprocess.run(probe, capture_output=True, env=environment).returncode == 1


def backend_files(installed: Path) -> list[str]:
    return [path.name for path in installed.glob("_cffi_backend*")]


def test_unchecked_signatures_are_no_proof(ledger: LedgerFiles, tmp_path: Path) -> None:
    database = copied(tmp_path / "ledger.sqlite3")
    code, facts = alone(database, ledger)
    assert (code, facts["signatures_checked"]) == (2, False)
    assert "Signatures were NOT checked" in facts["limit"][-1]


@pytest.mark.parametrize("missing", ["database", "checkpoints", "public-key"])
def test_what_cannot_be_read_is_no_finding(
    ledger: LedgerFiles, tmp_path: Path, missing: str
) -> None:
    database = copied(tmp_path / "ledger.sqlite3")
    code, facts = alone(database, ledger, f"--{missing}", os.fspath(tmp_path / "nowhere"))
    assert code == 2
    assert "could not be checked" in facts["error"]
