"""Read documents anew, because the code that reads has become better: never by itself."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from dms.accounts.permissions import check_may
from dms.accounts.roles import Verb
from dms.commands import DomainCommand, now
from dms.documents.reconciling import reread


class Command(DomainCommand):
    """Plan new readings: `reread --below N [--document ID]`."""

    help = "Read anew what was last read by a code version below N."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--below", type=int, required=True, metavar="N")
        parser.add_argument("--document", type=UUID, metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        check_may(self.actor(options["username"]), Verb.OPERATE)
        count = reread(below=options["below"], document_id=options["document"], at=now())
        self.tell({"planned": count}, as_json=options["json"], line=f"{count} documents")
