"""The index step in a real worker: search follows the rows, and access before anything else."""

from pathlib import Path

import pytest

from dms.documents import operations, sharing
from dms.documents.models import Document, GrantSubject, VersionState
from dms.pipeline.models import Step, StepState
from dms.pipeline.worker import Worker
from search.engines.generations import Lock
from search.queries import find
from search.tasks import keep_index
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vankho_data")]


@pytest.fixture
def scan(people: People) -> Document:
    keep_index(NOON)
    made = a_document(by=people.owner, texts=("nội dung trang một",))
    operations.edit_metadata(made, {"subject": "Trích yếu"}, by=people.owner, at=NOON)
    return made


def work() -> None:
    """All index steps that may run here."""
    Worker(names=("index",)).run(until=lambda: True)


def open_steps() -> int:
    return Step.objects.filter(name="index", state=StepState.WAITING).count()


def test_search_follows_the_rows(people: People, scan: Document) -> None:
    work()
    found = find("trich yeu", user=people.owner)
    assert [hit.document for hit in found.hits] == [scan]
    scan.refresh_from_db()
    assert scan.indexed_revision == scan.revision
    operations.edit_metadata(scan, {"subject": "Đổi"}, by=people.owner, at=NOON)
    work()
    assert find("trich yeu", user=people.owner).total == 0
    assert find("doi", user=people.owner).total == 1


def test_a_grant_opens_once_indexed_and_a_revocation_closes_at_once(
    people: People, scan: Document
) -> None:
    work()
    sharing.grant(scan, GrantSubject.USER, str(people.stranger.pk), by=people.owner, at=NOON)
    assert find("noi dung", user=people.owner).total == 0  # out of every answer until indexed
    work()
    assert find("noi dung", user=people.owner).total == 1
    assert find("noi dung", user=people.stranger).total == 1
    sharing.revoke(scan.grants.get(), by=people.owner, at=NOON)
    assert find("noi dung", user=people.stranger).total == 0
    work()
    assert find("noi dung", user=people.stranger).total == 0


def test_a_worker_without_the_lock_leaves_the_steps(
    people: People, scan: Document, vankho_data: Path
) -> None:
    elsewhere = Lock(vankho_data / "index" / "writer.lock")
    assert elsewhere.take()
    waiting = open_steps()
    assert waiting
    work()
    assert open_steps() == waiting
    elsewhere.release()
    work()
    assert open_steps() == 0


def test_without_an_index_the_steps_wait_for_one(
    people: People, scan: Document, vankho_data: Path
) -> None:
    (vankho_data / "index" / "current").unlink()
    Worker(names=()).keep_house()
    work()
    assert open_steps() == 0
    assert find("trich yeu", user=people.owner).total == 1


def test_the_state_that_search_tells_is_the_one_that_follows(people: People) -> None:
    keep_index(NOON)
    made = a_document(by=people.owner, texts=("một", "hai"))
    operations.edit_metadata(made, {"subject": "x"}, by=people.owner, at=NOON)
    work()
    state = find("", user=people.owner).facets
    told = [value.value for values in state.values() for value in values]
    assert VersionState.SEARCHABLE in told
