"""`manage.py verify_ledger`: exit code 0 when nothing contradicts the exported checkpoints."""

import argparse
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from dms.audit import triggers
from dms.audit.export import PUBLIC_KEY
from dms.audit.verification import verify_ledger
from dms.audit.verifier import PublicKey, Report

SHOWN = 50


class Command(BaseCommand):
    """Verify the ledger of the configured database."""

    help = "Verify the ledger against the exported checkpoints."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--checkpoints", type=Path, default=settings.LEDGER_EXPORT_DIR)
        parser.add_argument("--public-key", type=Path, help="PEM; by default the exported one")

    def handle(self, *_args: Any, **options: Any) -> None:
        directory: Path = options["checkpoints"]
        path: Path = options["public_key"] or directory / PUBLIC_KEY
        try:
            key = PublicKey.from_pem(path.read_text())
        except (OSError, ValueError) as error:
            text = _("The ledger could not be checked: %(error)s") % {"error": error}
            raise CommandError(text, returncode=2) from error
        report = verify_ledger(export_directory=directory, key=key)
        absent = triggers.missing(connection)
        if options["json"]:
            self.stdout.write(report.as_json())
        else:
            self.tell(report, absent)
        if report.findings or absent:
            sys.exit(1)

    def tell(self, report: Report, absent: list[str]) -> None:
        """The report in the reader's language."""
        for finding in report.findings[:SHOWN]:
            self.stdout.write(_("FOUND: ") + _(finding.template).format(**finding.facts))
        if len(report.findings) > SHOWN:
            self.stdout.write(_("FOUND: {n} more.").format(n=len(report.findings) - SHOWN))
        for name in absent:
            self.stdout.write(_("FOUND: the trigger {name} is missing.").format(name=name))
        for line in report.limit:
            self.stdout.write(_(line.template).format(**line.facts))
