"""A token by which a program acts as a person."""

from argparse import ArgumentParser
from typing import Any

from dms.accounts.tokens import create_token
from dms.commands import DomainCommand, now


class Command(DomainCommand):
    """Create an API token: `create_token --as USER NAME`."""

    help = "Create an API token for a person; prints it once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self.actor(options["username"])
        token = create_token(actor, name=options["name"], by=actor, at=now())
        self.tell({"token": token}, as_json=options["json"], line=token)
