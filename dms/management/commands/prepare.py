"""Everything between an empty data directory and a system that can be used."""

from typing import Any

from django.core.management import BaseCommand, call_command


class Command(BaseCommand):
    """Migrate, make the first administrator and load the samples; changes nothing where all is done."""

    help = "Migrate, create the administrator and load the samples, as far as that is not done."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("create_administrator")
        call_command("load_samples")
