"""Django's `migrate`, after which the ledger's triggers stand again: a rebuilt table loses them."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from dms.audit import triggers


class Command(migrate.Command):
    """Migrate, and make the ledger append-only."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        changes = not (options["plan"] or options["check_unapplied"])
        if changes and triggers.has_tables(connection):
            triggers.install(connection)  # else the system check stops the command that mends it
        super().handle(*args, **options)
        if changes and triggers.has_tables(connection):
            triggers.install(connection)
