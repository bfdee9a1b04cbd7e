"""Everything between an empty data directory and a system that can be used."""

from typing import Any

from django.core.management import BaseCommand, call_command


class Command(BaseCommand):
    """Migrate and make the first administrator; changes nothing where both are done."""

    help = "Migrate and create the administrator, as far as that is not done."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("create_administrator")
