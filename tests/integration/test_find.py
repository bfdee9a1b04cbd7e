"""Finding through rows, index and rows again, on the embedded engine, as each actor sees it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from dms.documents import operations, sharing
from dms.documents.indexing import indexed
from dms.documents.models import Document, Mode
from search import index
from search.base import Entry, FacetName, SearchUnavailable, Sort
from search.index import carry_over, drift, engine, rebuild
from search.queries import Found, find, suggest
from search.tasks import keep_index
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vankho_data")]
ALL_SIGNED_IN = ("owner", "colleague", "parent", "granted", "stranger", "administrator")
TEXTS = (
    "Kính gửi các phòng ban của ủy ban nhân dân xã",
    "Rà soát, bổ sung thông tin, xây dựng các quy trình nội bộ theo TCVN ISO\n9001:2015",
)


def carried(*documents: Document) -> None:
    """Index these documents, as the schedule and the step do."""
    keep_index(NOON)
    for pk, revision in carry_over([str(document.pk) for document in documents]).items():
        indexed(Document.objects.get(pk=pk).pk, revision)


def titles(found: Found) -> list[str]:
    return [hit.document.title for hit in found.hits]


def lit(text: str, marks: Sequence[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in marks]


@pytest.fixture
def scan(people: People) -> Document:
    """Two pages, granted to one person, in the index."""
    made = a_document(b"scan", by=people.owner, name="scan.pdf", granted_to=people.granted, texts=TEXTS)  # fmt: skip
    operations.edit_metadata(
        made,
        {"type_name": "Quyết định", "code_number": "05", "code_notation": "QĐ-UBND", "subject": "Ban hành quy trình"},
        by=people.owner, at=NOON,
    )  # fmt: skip
    carried(made)
    return made


def test_without_accents_the_page_and_the_words_are_found(people: People, scan: Document) -> None:
    found = find("quy trinh noi bo 9001:2015", user=people.owner)
    assert found.total == 1
    hit = found.hits[0]
    assert hit.document == scan
    assert hit.page == 2
    assert "\n" not in hit.snippet
    assert lit(hit.snippet, hit.marks) == ["bổ", "quy", "trình", "nội", "bộ", "9001:2015"]
    assert lit(hit.title, hit.title_marks) == ["quy", "trình"]


@pytest.mark.parametrize(
    ("actor", "sees"),
    [("owner", 1), ("colleague", 1), ("parent", 1), ("granted", 1), ("stranger", 0), ("administrator", 0)],
)  # fmt: skip
def test_each_finds_what_he_may_see(people: People, scan: Document, actor: str, sees: int) -> None:
    user = people.named(actor)
    found = find("quy trình", user=user)
    assert found.total == len(found.hits) == sees
    assert sum(value.count for values in found.facets.values() for value in values) == sees * 3
    assert len(suggest("quyet", user=user)) == sees


@pytest.mark.parametrize(
    "query", ["05/QĐ-UBND", "so:5/qd-ubnd", "Số: 05/QĐ-UBND", "loai:quyet dinh"]
)
def test_numbers_forgive(people: People, scan: Document, query: str) -> None:
    assert titles(find(query, user=people.owner)) == ["Quyết định 05/QĐ-UBND · Ban hành quy trình"]


def test_a_revoked_grant_holds_before_the_index_follows(people: People, scan: Document) -> None:
    sharing.revoke(scan.grants.get(), by=people.owner, at=NOON)
    assert find("quy trinh", user=people.granted).total == 0
    assert suggest("quyet", user=people.granted) == ()
    carried(scan)
    assert find("quy trinh", user=people.granted).total == 0
    assert find("quy trinh", user=people.owner).total == 1


def test_a_withdrawn_document_is_gone_at_once(people: People, scan: Document) -> None:
    operations.withdraw(scan, reason="", by=people.owner, at=NOON)
    assert find("quy trinh", user=people.owner).total == 0
    carried(scan)
    assert find("", user=people.owner).total == 0
    operations.restore(scan, by=people.owner, at=NOON)
    carried(scan)
    assert find("quy trinh", user=people.owner).total == 1


def test_the_rows_have_the_last_word(people: People, scan: Document) -> None:
    """Even an index that knows nothing of a change shows nothing that the rows do not."""
    scan.access.all().delete()
    found = find("quy trinh", user=people.owner)
    assert (found.total, found.hits) == (0, ())


def test_a_broken_query_gives_a_sentence(people: People, scan: Document) -> None:
    found = find("ngay:31/02/2023", user=people.owner)
    assert found.total == 0
    assert "31/02/2023" in found.problem
    assert find("quy trinh", user=people.owner, after="nonsense").problem


def test_before_anything_is_taken_in_nothing_is_found(people: People) -> None:
    assert find("a", user=people.owner).total == 0


def test_a_missing_index_says_so_and_comes_back(people: People) -> None:
    made = a_document(b"x", by=people.owner, texts=("nội dung",))
    with pytest.raises(SearchUnavailable):
        find("noi dung", user=people.owner)
    carried(made)
    assert find("noi dung", user=people.owner).total == 1


def test_facets_have_labels_and_a_chosen_one_stays(people: People, scan: Document) -> None:
    found = find("", user=people.owner, facets={FacetName.UNIT: str(people.office.pk)})
    assert [(v.label, v.count, v.chosen) for v in found.facets[FacetName.UNIT]] == [("Văn phòng", 1, True)]  # fmt: skip
    found = find("", user=people.owner, facets={FacetName.KIND: "Tờ trình"})
    assert [(v.value, v.count, v.chosen) for v in found.facets[FacetName.KIND]] == [
        ("Quyết định", 1, False),
        ("Tờ trình", 0, True),
    ]
    assert found.total == 0


def test_the_number_of_queries_does_not_grow_with_the_hits(people: People) -> None:
    def queries(wanted: int) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert len(find("van ban", user=people.owner, sort=Sort.NEWEST).hits) == wanted
        return len(caught)

    carried(a_document(b"first", by=people.owner, texts=("văn bản",)))
    find("van ban", user=people.owner)
    one = queries(1)
    carried(*(a_document(b"%d" % n, by=people.owner, texts=("văn bản",)) for n in range(8)))
    assert queries(9) == one


def test_paging_shows_each_once(people: People) -> None:
    made = [a_document(b"%d" % n, by=people.owner, texts=("văn bản",)) for n in range(7)]
    carried(*made)
    seen: list[str] = []
    after = ""
    for _ in range(4):
        found = find("van ban", user=people.owner, limit=2, after=after)
        assert found.total == 7
        seen += [str(hit.document.pk) for hit in found.hits]
        after = found.next
    assert sorted(seen) == sorted(str(document.pk) for document in made)
    assert after == ""


def test_a_new_version_answers_at_once(people: People, scan: Document) -> None:
    again = a_document(b"other", by=people.owner, texts=("tờ trình khác",))
    carried(again)
    assert [hit.document for hit in find("to trinh khac", user=people.owner).hits] == [again]


def test_drift_is_named_and_rebuilding_ends_it(people: People, scan: Document) -> None:
    assert not drift()
    late = a_document(b"late", by=people.owner, texts=("trễ",), mode=Mode.OPEN)
    Document.objects.filter(pk=scan.pk).update(revision=99)
    gone = a_document(b"gone", by=people.owner, texts=("mất",))
    carried(gone)
    Document.objects.filter(pk=gone.pk).update(withdrawn_at=NOON)
    found = drift()
    assert found.missing == (str(late.pk),)
    assert found.stale == (str(scan.pk),)
    assert found.untracked == (str(gone.pk),)
    assert rebuild() == 2
    assert not drift()


def test_what_changes_while_the_index_is_made_anew_is_taken_along(
    people: People, scan: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    filling = index.entries
    gone = a_document(b"gone", by=people.owner, texts=("mất",))

    def changing(documents: QuerySet[Document]) -> Iterator[Entry]:
        yield from filling(documents)
        operations.edit_metadata(scan, {"subject": "Đổi giữa chừng"}, by=people.owner, at=NOON)
        operations.withdraw(gone, reason="", by=people.owner, at=NOON)
        for number in range(3):
            a_document(b"late %d" % number, by=people.owner, texts=("đến sau",))

    monkeypatch.setattr(index, "entries", changing)
    monkeypatch.setattr(index, "BATCH", 2)
    assert rebuild() == 4
    assert not drift()
    assert find("giua chung", user=people.owner).total == 1
    assert find("den sau", user=people.owner).total == 3


def test_the_index_lies_where_settings_say(
    vankho_data: Path, people: People, scan: Document
) -> None:
    assert (vankho_data / "index" / "current").is_file()
    assert engine().is_ready()
