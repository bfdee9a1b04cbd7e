"""A system out of a backup, in an empty data directory."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS

from dms.audit.export import PUBLIC_KEY
from dms.audit.verification import verify_ledger
from dms.audit.verifier import PublicKey
from dms.backup.database import counts
from dms.backup.operations import restore
from dms.backup.sets import MANIFEST, BackupDamaged, newest
from dms.commands import DomainCommand
from search.index import rebuild


class Command(DomainCommand):
    """`restore DIR [--set NAME]`: verified objects, keys, database, then schema, index and ledger."""

    help = "Restore a backup into an empty VANKHO_DATA and prove it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--set", dest="name", default="", help="by default the newest")

    def handle(self, *args: Any, **options: Any) -> None:
        held = newest(options["folder"].resolve(), options["name"])
        manifest = restore(held)
        found = counts(DEFAULT_DB_ALIAS)
        if found != manifest.counts:
            raise BackupDamaged(what=MANIFEST)
        call_command("migrate", interactive=False, verbosity=0)
        indexed = rebuild()
        line = ", ".join(f"{number} {name}" for name, number in found.items())
        self.tell(
            {"set": held.folder.name, **found, "indexed": indexed}, as_json=options["json"],
            line=f"Restored {line}; {indexed} documents indexed.",
        )  # fmt: skip
        self.prove_ledger()

    def prove_ledger(self) -> None:
        """Say what the exported checkpoints prove; exit code 1 when they contradict the ledger."""
        public_key: Path = settings.LEDGER_EXPORT_DIR / PUBLIC_KEY
        if not public_key.is_file():
            self.stderr.write("No checkpoint of the ledger was exported yet.")
            return
        key = PublicKey.from_pem(public_key.read_text())
        report = verify_ledger(export_directory=settings.LEDGER_EXPORT_DIR, key=key)
        for sentence in (*report.findings, *report.limit):
            self.stderr.write(str(sentence))
        if report.findings:
            self.fail()
