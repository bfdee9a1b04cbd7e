"""The first administrator, with a password that is printed once."""

from typing import Any

from dms.accounts.operations import first_administrator
from dms.commands import DomainCommand, default_unit, now


class Command(DomainCommand):
    """Create an administrator unless there is one."""

    help = "Create the first administrator; prints the generated password once."

    def handle(self, *args: Any, **options: Any) -> None:
        made = first_administrator(unit=default_unit(), at=now())
        if made is None:
            self.tell(
                {"created": False},
                as_json=options["json"],
                line="There is an administrator already.",
            )
            return
        user, password = made
        facts = {"created": True, "username": user.username, "password": password}
        line = f"Administrator: {user.username}\nPassword (shown only now): {password}"
        self.tell(facts, as_json=options["json"], line=line)
