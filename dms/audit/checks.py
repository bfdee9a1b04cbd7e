"""What must hold before the system starts, as readable start-up errors."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connections

from dms.audit import triggers
from dms.audit.kinds import WrongKinds, merged


def check_kinds(**_kwargs: Any) -> list[CheckMessage]:
    """Every table of EVENT_KINDS can be read and no kind is declared twice."""
    try:
        merged(settings.EVENT_KINDS)
    except WrongKinds as error:
        return [Error(str(error), hint="Mend the table, or EVENT_KINDS.", id="audit.E001")]
    return []


def check_append_only(
    *, databases: Sequence[str] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """The triggers that refuse changes stand, and SQLite obeys them on INSERT OR REPLACE too."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if not triggers.has_tables(connection):
            continue
        if absent := triggers.missing(connection):
            hint = "Run `manage.py migrate`, then `manage.py verify_ledger`."
            text = f"The ledger can be changed: missing triggers {', '.join(absent)}"
            found.append(Error(text, hint=hint, id="audit.E002"))
        if connection.vendor == "sqlite" and not recursive_triggers(alias):
            hint = "Set PRAGMA recursive_triggers=ON in the database's init_command."
            text = "INSERT OR REPLACE passes by the ledger's triggers"
            found.append(Error(text, hint=hint, id="audit.E003"))
    return found


def recursive_triggers(alias: str) -> bool:
    """Whether SQLite fires delete triggers for replaced rows."""
    with connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers")
        return bool(cursor.fetchone()[0])
