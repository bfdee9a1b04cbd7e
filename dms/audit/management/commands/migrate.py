"""Django's `migrate`, after which the ledger's triggers stand again: a rebuilt table loses them."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from dms.audit import triggers


class Command(migrate.Command):
    """Migrate, and make the ledger append-only."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Mend the triggers before the system check, which would stop the command that mends them."""
        mend(options)
        output: str | None = super().execute(*args, **options)
        return output

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        mend(options)


def mend(options: dict[str, Any]) -> None:
    """Install the triggers, unless the command only looks."""
    connection = connections[options["database"]]
    only_looks = options["plan"] or options["check_unapplied"]
    if not only_looks and triggers.has_tables(connection):
        triggers.install(connection)
