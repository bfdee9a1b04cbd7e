"""A data directory that cannot be written is told in a sentence, by commands and by the web."""

import sqlite3

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from dms.documents import queries
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vankho_data")]
CAUSES = {
    "attempt to write a readonly database": ("storage_failed", 503),
    "disk I/O error": ("storage_failed", 503),
    "database is locked": ("storage_failed", 503),
    "database or disk is full": ("storage_full", 507),
}


def failing(cause: str) -> OperationalError:
    error = OperationalError(cause)
    error.__cause__ = sqlite3.OperationalError(cause)
    return error


@pytest.mark.parametrize("cause", CAUSES)
def test_a_program_is_told(people: People, monkeypatch: pytest.MonkeyPatch, cause: str) -> None:
    def newest(*_about: object) -> None:
        raise failing(cause)

    monkeypatch.setattr(queries, "newest", newest)
    answer = people.client("owner").get("/api/v1/documents")
    assert (answer.json()["code"], answer.status_code) == CAUSES[cause]


@pytest.mark.parametrize("cause", CAUSES)
def test_a_command_ends_with_a_sentence_and_the_cause(
    people: People, monkeypatch: pytest.MonkeyPatch, cause: str
) -> None:
    def find(*_about: object, **_more: object) -> None:
        raise failing(cause)

    monkeypatch.setattr("search.management.commands.find.find_strictly", find)
    with pytest.raises(CommandError, match=cause) as told:
        call_command("find", "quyet", username=people.owner.username)
    assert told.value.returncode in {69, 74}
