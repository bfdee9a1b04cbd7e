"""Print the reference pages from the code."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from dms.management.reference import printed


class Command(BaseCommand):
    """Print the pages, or write them to docs/reference."""

    help = "Print the reference pages from the code; --write puts them into docs/reference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "docs" / "reference"
        for name, text in printed().items():
            if options["write"]:
                folder.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text)
            else:
                self.stdout.write(text)
