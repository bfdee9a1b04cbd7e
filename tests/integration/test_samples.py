"""What `./dev up` shows a newcomer: sample records that are read, found, and not seen by everybody."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.resources.samples import letters
from tests.system import System


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> System:
    """An installation after `manage.py prepare`."""
    made = System(tmp_path_factory.mktemp("samples") / "data")
    said = made.run("prepare")
    assert said.count("(shown only now)") == 2, said
    assert "10 sample records loaded, 10 read." in said
    return made


EVERYBODY = {"vanthu", "luutru", "diachinh", "vanhoa"}


def one(system: System, sql: str) -> int:
    with closing(sqlite3.connect(system.database)) as database:
        found: int = database.execute(sql).fetchone()[0]
    return found


def test_every_record_was_read(system: System) -> None:
    unread = "SELECT count(*) FROM documents_version WHERE state NOT IN ('searchable', 'complete')"
    assert one(system, "SELECT count(*) FROM documents_version") == 10
    assert one(system, unread) == 0
    assert one(system, "SELECT count(*) FROM documents_page") == 12


def test_a_second_time_changes_nothing(system: System) -> None:
    sizes = [f"SELECT count(*) FROM {name}" for name in ("audit_event", "accounts_user")]
    before = [one(system, sql) for sql in sizes]
    assert "shown only now" not in system.run("prepare")
    assert [one(system, sql) for sql in sizes] == before


FOUND_BY = {
    letters.DECISION.number: EVERYBODY,  # open; a scan
    "kien toan ban chi dao": EVERYBODY,
    "cuu chien binh": EVERYBODY,  # open; a fax
    '"1.284 hồ sơ"': {"vanthu", "luutru", "diachinh"},  # an office's, and one reader's; born digital
    "ranh gioi thua dat": {"diachinh"},  # conditional; a photograph
    "gia ke thep": {"vanthu", "luutru"},  # conditional; a DOCX
    "loi di chung": {"diachinh"},  # secret; a scan
}  # fmt: skip
FIND = """
import json, sys
from dms.accounts.models import User
from search.queries import find
people = {user.username: user for user in User.objects.exclude(username="admin")}
print(json.dumps({
    words: [name for name, user in people.items() if find(words, user=user).total]
    for words in json.loads(sys.argv[1])
}))
"""


@pytest.fixture(scope="module")
def found_by(system: System) -> dict[str, list[str]]:
    """Who finds something by which words; one process asks for all."""
    found: dict[str, list[str]] = json.loads(system.python(FIND, json.dumps([*FOUND_BY])))
    return found


@pytest.mark.parametrize("words", FOUND_BY)
def test_each_person_finds_his_own(found_by: dict[str, list[str]], words: str) -> None:
    assert {*found_by[words]} == FOUND_BY[words]
