"""What tests of the ledger share: actors, kinds, a filled ledger, and the way round its triggers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from pytest_django.fixtures import Settings as SettingsWrapper

from dms.audit import kinds, triggers
from dms.audit.base import Salted
from dms.audit.operations import record
from dms.audit.sequencer import append_leaves
from dms.audit.tasks import checkpoint_ledger

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EVENTS = {
    "tests.document.received": "{actor} took in the document.",
    "tests.document.renamed": "{actor} renamed {target}; {pages} pages.",
    "tests.version.viewed": "{actor} viewed the document.",
}


@dataclass(frozen=True)
class Person:
    actor_ref: str = "user:42"


@dataclass(frozen=True)
class Thing:
    ledger_ref: str = "document:0198c5e2-7b1c-7e8a-9d3f-0123456789ab"


@dataclass(frozen=True)
class LedgerFiles:
    key: Path
    exported: Path

    @property
    def public_key(self) -> Path:
        return self.exported / "ledger-public.pem"


def minutes(number: int) -> datetime:
    return NOON + timedelta(minutes=number, microseconds=number)


@contextmanager
def changeable_ledger() -> Iterator[None]:
    """Take the ledger's triggers away and put them back.

    For tests only: those that play the forger, and those with real transactions, which empty every
    table at their end. Nothing in the product can do this.
    """
    with connection.cursor() as cursor:
        for name in triggers.statements(connection.vendor):
            table = name.rpartition("_no_")[0]
            cursor.execute(triggers._DROP[connection.vendor].format(name=name, table=table))
    try:
        yield
    finally:
        triggers.install(connection)


@pytest.fixture(autouse=True, scope="session")
def emptiable_ledger() -> Iterator[None]:
    """Let tests with real transactions empty the ledger's tables, as they do all others."""
    empty = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def teardown(case: TransactionTestCase) -> None:
        with changeable_ledger():
            empty(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


@pytest.fixture
def ledger_files(settings: SettingsWrapper, tmp_path: Path) -> Iterator[LedgerFiles]:
    """A key, an export directory and event kinds of the test's own."""
    settings.LEDGER_KEY_FILE = tmp_path / "keys" / "ledger.pem"
    settings.LEDGER_EXPORT_DIR = tmp_path / "exported"
    settings.EVENT_KINDS = ["tests.ledger.EVENTS"]
    kinds.declared.cache_clear()
    yield LedgerFiles(settings.LEDGER_KEY_FILE, settings.LEDGER_EXPORT_DIR)
    kinds.declared.cache_clear()


def record_some(first: int, last: int) -> None:
    """Events number first to last, one a minute."""
    with transaction.atomic():
        for number in range(first, last + 1):
            record(
                "tests.document.renamed", target=Thing(f"document:{number}"), by=Person(),
                at=minutes(number), pages=number, name=Salted(f"Tên {number}"),
            )  # fmt: skip


@pytest.fixture
def ledger(db: None, ledger_files: LedgerFiles) -> LedgerFiles:
    """Events 1 to 9: three under a first checkpoint, seven under a second, one in the tree, one not."""
    with connection.cursor() as cursor:  # ids begin at 1 in every test
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'audit_event'")
    record_some(1, 3)
    checkpoint_ledger(minutes(10))
    record_some(4, 7)
    checkpoint_ledger(minutes(20))
    record_some(8, 8)
    append_leaves()
    record_some(9, 9)
    return ledger_files
