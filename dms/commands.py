"""The base of our commands: an error becomes a sentence and an exit code, an actor stands behind each."""

import json
import re
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from dms import env
from dms.accounts.models import User
from dms.accounts.operations import operator, root_unit
from dms.errors import DmsError, NotFound
from dms.lib.sentences import sentence_of
from dms.storage.trouble import trouble

SURROGATE = re.compile("[\ud800-\udfff]")
EXIT_CODES = {403: 77, 404: 66, 409: 75, 422: 65, 503: 69, 507: 74}


class NoSuchPerson(NotFound):
    """There is no active user “{name}”. Look the user name up on the page of users."""

    code = "no_such_person"


class DomainCommand(BaseCommand):
    """A command that makes one domain call as a person (`--as`), by default the operator."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Translate errors of the domain into a sentence and an exit code."""
        try:
            output: str | None = super().execute(*args, **options)
        except DmsError as error:
            sentence = sentence_of(error)
            raise CommandError(sentence, returncode=exit_code(error)) from error
        except (OperationalError, OSError) as error:
            told = trouble(error)
            if told is None:
                raise
            sentence = f"{sentence_of(told)} ({error})"
            raise CommandError(sentence, returncode=exit_code(told)) from error
        return output

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="username", metavar="USER", default="")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def actor(self, username: str) -> User:
        """The person named, or the operator, made on first use. Raises: NoSuchPerson."""
        if not username:
            return commands_actor()
        found = User.objects.filter(username=username, is_active=True).first()
        if found is None:
            raise NoSuchPerson(name=username)
        return found

    def say(self, line: str) -> None:
        """A line for a person or a program, at once."""
        self.stdout.write(line.encode(errors="backslashreplace").decode())
        self.stdout.flush()

    def tell(self, facts: Mapping[str, Any], *, as_json: bool, line: str = "") -> None:
        """The facts as one JSON line, or the line for a person."""
        self.say(json_line(facts) if as_json else line)

    def fail(self, code: int = 1) -> None:
        """End with an exit code after everything was said."""
        sys.exit(code)


def exit_code(error: DmsError) -> int:
    """By sysexits.h."""
    return EXIT_CODES.get(error.http_status, 70)


def json_line(facts: Mapping[str, Any]) -> str:
    """The facts as JSON; escaped where a file's name is no UTF-8, so that the line always is."""
    line = json.dumps(facts, ensure_ascii=False, default=str)
    return json.dumps(facts, default=str) if SURROGATE.search(line) else line


def now() -> datetime:
    """The clock of commands, passed on as `at`."""
    return datetime.now(UTC)


def commands_actor() -> User:
    """The operator, who stands behind commands and the watched folder; made on first use."""
    return operator(unit=default_unit(), at=now())


def default_unit() -> Any:
    """The root unit of this installation's first agency."""
    return root_unit(
        at=now(),
        organ_id=env.text("AGENCY_ID", "000.00.00.H00"),
        name=env.text("AGENCY", "Ủy ban nhân dân xã"),
    )
