"""Versions: nothing in them changes, of two on one parent one wins, search follows, readings carry over."""

import threading
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from dms.audit.models import Event
from dms.backends import backend
from dms.documents import indexing, operations, reading
from dms.documents.models import Document, Page, Version, VersionState
from dms.documents.models.version import ContentIsFixed
from dms.documents.operations import StaleVersion
from dms.errors import NotFound
from search.index import carry_over, rebuild
from search.queries import find
from tests.factories import a_document, a_page, done, read
from tests.ledger import NOON
from tests.people import People

pytestmark = pytest.mark.usefixtures("vankho_data")


def check_in(
    document: Document, content: bytes, by: Any, *, parent: Version | None = None
) -> Version:
    document = Document.objects.select_related("current").get(pk=document.pk)
    seen = parent or document.current
    assert seen is not None
    return operations.add_version(
        document, backend("OBJECT_STORES").put(content), parent=seen, untrusted_name="b.txt",
        major=False, comment="", by=by, at=NOON,
    )  # fmt: skip


FIXED: dict[str, Any] = {
    "sha256": "0" * 64, "size_bytes": 1, "filename": "x", "comment": "x", "major": 9, "minor": 9,
    "created_at": NOON.replace(year=2000),
}  # fmt: skip


@pytest.mark.parametrize("name", FIXED)
def test_content_cannot_be_changed(people: People, name: str) -> None:
    version = a_document(by=people.owner).current
    assert version is not None
    setattr(version, name, FIXED[name])
    with pytest.raises(ContentIsFixed):
        version.save()
    with pytest.raises(ContentIsFixed):
        Version.objects.filter(pk=version.pk).update(**{name: FIXED[name]})
    sql = f"UPDATE documents_version SET {name} = %s"
    refused = pytest.raises(DatabaseError, match="immutable")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [FIXED[name]])


def test_a_version_cannot_move_or_go(people: People) -> None:
    version = a_document(by=people.owner).current
    other = a_document(b"other", by=people.owner)
    assert version is not None
    with pytest.raises(ContentIsFixed):
        Version.objects.filter(pk=version.pk).update(document=other)
    with pytest.raises(ContentIsFixed):
        version.delete()


def test_what_reading_finds_may_be_written(people: People) -> None:
    version = a_document(by=people.owner).current
    assert version is not None
    version.state = VersionState.KEPT
    version.save(update_fields=["state"])
    Version.objects.filter(pk=version.pk).update(kind="pdf", page_count=3)


def test_check_in_numbers_and_records(people: People) -> None:
    document = a_document(b"one", by=people.owner)
    second = check_in(document, b"two", people.colleague)
    document.refresh_from_db()
    assert (document.current, second.label) == (second, "1.1")
    event = Event.objects.filter(kind="documents.version.added").get()
    assert event.details["label"] == "1.1"
    with pytest.raises(StaleVersion):
        check_in(document, b"three", people.owner, parent=second.parent)
    assert document.versions.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_on_one_parent_one_wins_and_the_other_loses_nothing(people: People) -> None:
    document = a_document(b"one", by=people.owner)
    parent, together = document.current, threading.Barrier(4)
    outcomes: list[str] = []

    def race(number: int) -> None:
        together.wait()
        try:
            check_in(document, f"v{number}".encode(), people.owner, parent=parent)
            outcomes.append("won")
        except StaleVersion as error:
            outcomes.append(f"stale {error.http_status}")
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["stale 409", "stale 409", "stale 409", "won"]
    assert Version.objects.filter(parent=parent).count() == 1
    assert len(list(backend("OBJECT_STORES").names())) == 5, "what the others sent is still held"


def settle_index(document: Document) -> None:
    """What the index step does."""
    for pk, revision in carry_over([str(document.pk)]).items():
        indexing.indexed(document.pk, revision)
        reading.became_searchable(Document.objects.select_related("current").get(pk=pk), at=NOON)


def found(word: str, user: Any) -> list[str]:
    return [str(hit.document.pk) for hit in find(word, user=user).hits]


def test_search_answers_with_the_new_text_and_restored_text_at_once(people: People) -> None:
    rebuild()
    document = a_document(b"one", by=people.owner, texts=["cũ kỹ"])
    settle_index(document)
    assert found("cu ky", people.owner) == [str(document.pk)]
    second = check_in(document, b"two", people.owner)
    read(second, ["hoàn toàn mới"])
    settle_index(document)
    assert found("hoan toan moi", people.owner) == [str(document.pk)]
    assert found("cu ky", people.owner) == []
    document.refresh_from_db()
    first = document.versions.get(major=1, minor=0)
    third = operations.restore_version(document, first, parent=second, by=people.owner, at=NOON)
    settle_index(document)
    assert found("cu ky", people.owner) == [str(document.pk)]
    third.refresh_from_db()
    assert (third.sha256, third.label, third.page_count) == (first.sha256, "1.2", 1)
    assert list(third.pages.values_list("text", flat=True)) == ["cũ kỹ"]
    assert not first.pages.exclude(version=first).exists()


def test_an_old_version_is_still_read_to_its_end(people: People) -> None:
    """A newer version came while it was read: it must not stay half read for ever."""
    document = a_document(b"one", by=people.owner)
    first = document.current
    assert first is not None
    check_in(document, b"two", people.owner)
    reading.begin(
        first, kind="pdf", media_type="application/pdf", signed=False, sizes=[(0, 0)], at=NOON
    )
    page = a_page(1, "text")
    first.refresh_from_db()
    done(str(first.pk), "inspect")
    done(str(first.pk), "read")
    reading.pages_read(first, [page], at=NOON)
    done(str(first.pk), "describe")
    Page.objects.filter(version=first).update(width_px=0)
    reading.described(Version.objects.select_related("document").get(pk=first.pk), (), at=NOON)
    first.refresh_from_db()
    assert first.state == VersionState.COMPLETE


def test_only_versions_of_the_same_document_can_be_restored(people: People) -> None:
    document, other = (a_document(c, by=people.owner) for c in (b"one", b"two"))
    assert document.current is not None
    assert other.current is not None
    with pytest.raises(NotFound):
        operations.restore_version(
            document, other.current, parent=document.current, by=people.owner, at=NOON
        )
