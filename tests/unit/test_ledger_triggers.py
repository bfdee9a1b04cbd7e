"""The database refuses to change what was recorded."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.state import ProjectState

from dms.audit import triggers
from dms.audit.checks import check_append_only
from dms.audit.models import Checkpoint, Event, Leaf
from tests.ledger import LedgerFiles, changeable_ledger

CHANGES = [
    "UPDATE audit_event SET actor = 'user:1'",
    "UPDATE audit_event SET actor = actor WHERE id = 9",
    "DELETE FROM audit_event WHERE id = 9",
    "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event WHERE id = 9",
    "REPLACE INTO audit_event SELECT * FROM audit_event WHERE id = 9",
    "INSERT INTO audit_event SELECT * FROM audit_event WHERE id = 9 "
    "ON CONFLICT (id) DO UPDATE SET actor = 'user:1'",
    "UPDATE OR IGNORE audit_event SET actor = 'user:1'",
    'UPDATE audit_leaf SET hash = hash WHERE "index" = 1',
    "DELETE FROM audit_leaf",
    "INSERT OR REPLACE INTO audit_leaf SELECT * FROM audit_leaf",
    "UPDATE audit_checkpoint SET note = note",
    "DELETE FROM audit_checkpoint",
    "INSERT OR REPLACE INTO audit_checkpoint SELECT * FROM audit_checkpoint",
]


def execute(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("sql", CHANGES)
def test_every_change_is_refused(ledger: LedgerFiles, sql: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        execute(sql)


def test_the_models_are_refused_too(ledger: LedgerFiles) -> None:
    event = Event.objects.get(pk=9)
    for change in (
        event.save,
        event.delete,
        Leaf.objects.all().delete,
        Checkpoint.objects.all().delete,
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()


def check() -> list[str | None]:
    return [message.id for message in check_append_only(databases=["default"])]


def test_the_system_check_is_content(db: None) -> None:
    assert check() == []


@pytest.mark.parametrize("name", sorted(triggers.statements("sqlite")))
def test_the_system_check_misses_each_trigger(db: None, name: str) -> None:
    execute(f"DROP TRIGGER {name}")
    assert check() == ["audit.E002"]
    triggers.install(connection)
    assert check() == []


def test_the_system_check_sees_through_an_empty_trigger(db: None) -> None:
    execute("DROP TRIGGER audit_event_no_update")
    execute("CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event BEGIN SELECT 1; END")
    assert check() == ["audit.E002"]


def test_the_system_check_sees_triggers_that_replace_passes_by(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers=OFF")
        try:
            assert check() == ["audit.E003"]
        finally:
            cursor.execute("PRAGMA recursive_triggers=ON")


@pytest.mark.django_db(transaction=True)
def test_migrate_brings_back_what_a_rebuilt_table_lost() -> None:
    state = ProjectState.from_apps(__import__("django.apps").apps.apps)
    wider = state.clone()
    operation = migrations.AlterField("event", "kind", models.CharField(max_length=90))
    operation.state_forwards("audit", wider)
    narrower = migrations.AlterField("event", "kind", models.CharField(max_length=80))
    with connection.schema_editor() as editor:
        operation.database_forwards("audit", editor, state, wider)
    assert check() == ["audit.E002"], (
        "SQLite keeps triggers now: this test and the trap are out of date"
    )
    with connection.schema_editor() as editor:
        narrower.database_forwards("audit", editor, wider, state)
    call_command("migrate", verbosity=0)
    assert check() == []


@pytest.mark.django_db(transaction=True)
def test_migrate_mends_before_its_own_check_would_stop_it() -> None:
    execute("DROP TRIGGER audit_event_no_update")
    call_command("migrate", verbosity=0, skip_checks=False)
    assert check() == []


def test_the_way_round_for_tests_leaves_the_triggers_standing(db: None) -> None:
    with changeable_ledger():
        assert check() == ["audit.E002"]
    assert check() == []
