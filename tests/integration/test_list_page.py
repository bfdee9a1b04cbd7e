"""The list of documents: what it shows to whom, its filters, orders, pages, export, and withdrawing with undo."""

import csv
import io
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dms.documents import operations
from dms.documents.listing import ORDERS, PAGE_SIZE, Wish, cursor, listing
from dms.documents.models import Document, Suggestion, SuggestionState
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import ACTORS, People
from tests.renditions import suggested, with_images

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vankho_data")]
HTMX = {"HTTP_HX_REQUEST": "true"}


def rows(client: Client, query: str = "", **headers: str) -> str:
    answer = client.get(f"/documents/?{query}", headers={"Accept-Language": "vi"}, **headers)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return answer.content.decode()


def many(people: People, number: int) -> list[Document]:
    """Documents of the owner, each a minute younger than the one before; every third without a date."""
    made = []
    for place in range(number):
        document = a_document(
            f"bytes {place}".encode(), by=people.owner, name=f"van ban {place:03}.txt"
        )
        issued = date(2020 + place % 5, 1, 1 + place % 7) if place % 3 else None
        Document.objects.filter(pk=document.pk).update(
            created_at=NOON + timedelta(minutes=place // 2), issued_on=issued,
            type_name="Quyết định" if place % 2 else "Báo cáo",
        )  # fmt: skip
        made.append(document)
    return made


@pytest.mark.parametrize("actor", ACTORS[:-1])
def test_the_list_follows_the_one_rule(people: People, actor: str) -> None:
    a_document(by=people.owner, name="kế hoạch.pdf", granted_to=people.granted)
    page = rows(people.client(actor))
    sees = actor not in {"stranger", "administrator"}
    assert ("kế hoạch.pdf" in page) is sees
    assert ("1 tài liệu" in page) is sees


@pytest.mark.parametrize("sort", sorted(ORDERS))
def test_pages_by_key_show_everything_once_and_in_order(people: People, sort: str) -> None:
    many(people, 23)
    wish, seen = Wish(sort=sort), []
    while True:
        page = listing(wish, user=people.owner, size=5)
        seen += [row.document.pk for row in page.rows]
        if not page.next:
            break
        wish = Wish(sort=sort, after=page.next)
    whole = [row.document.pk for row in listing(Wish(sort=sort), user=people.owner, size=100).rows]
    assert seen == whole
    assert len(set(seen)) == 23


@pytest.mark.parametrize(
    "after",
    ["", "x", "~", "nonsense~nonsense", "2020-13-45~01a20fa5-cb0e-7bcf-8fab-bc8371ec4fc1", "\x00"],
)
def test_a_cursor_that_makes_no_sense_is_the_beginning(people: People, after: str) -> None:
    many(people, 3)
    assert cursor(after, ORDERS["newest"]) is None
    assert "3 tài liệu" in rows(people.client("owner"), Wish().to(after=after))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 6), ("kind=Báo cáo", 3), ("kind=Tờ trình", 0), ("state=received", 6), ("state=kept", 0),
        ("state=nonsense", 6), ("year=2021", 1), ("year=0000", 6), ("year=99999", 6), ("mine=1", 6),
        ("withdrawn=1", 0), ("suggested=1", 1), ("unit=999999", 0), ("unit=x", 6),
    ],
)  # fmt: skip
def test_filters(people: People, query: str, found: int) -> None:
    suggested(many(people, 6)[2], "subject", "x")
    assert f"<h1>{found} tài liệu</h1>" in rows(people.client("owner"), query)


@pytest.mark.parametrize("rare", [0, 1000])
@pytest.mark.parametrize("sort", sorted(ORDERS))
def test_few_suggestions_and_many_give_the_same_list(
    people: People, monkeypatch: pytest.MonkeyPatch, sort: str, rare: int
) -> None:
    made = many(people, 9)
    for document in made[::2]:
        suggested(document, "subject", "x")
        suggested(document, "place", "y")
    suggested(a_document(b"hidden", by=people.stranger), "subject", "x")
    monkeypatch.setattr("dms.documents.listing.RARE", rare)
    wish = Wish(suggested=True, sort=sort)
    seen: list[UUID] = []
    while not seen or wish.after:
        page = listing(wish, user=people.owner, size=2)
        seen += [row.document.pk for row in page.rows]
        wish = Wish(suggested=True, sort=sort, after=page.next)
    whole = [row.document.pk for row in listing(Wish(sort=sort), user=people.owner).rows]
    wanted = {document.pk for document in made[::2]}
    assert seen == [pk for pk in whole if pk in wanted]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is that of SQLite")
def test_what_is_rare_is_read_from_an_index_of_its_own() -> None:
    open_ones = Suggestion.objects.filter(state=SuggestionState.OPEN).values("version").distinct()
    for rows, index in (
        (Document.objects.behind(), "documents_behind"),
        (open_ones, "suggestions_open"),
        (Document.objects.order_by(*ORDERS["issued_first"].by()), "documents_by_issue"),
    ):
        assert f"INDEX {index}" in rows.explain()


def test_an_address_says_the_whole_list_again() -> None:
    wish = Wish(state="kept", kind="Báo cáo", mine=True, sort="issued", columns=("kind", "by"))
    assert Wish.of(QueryDict(wish.to()).dict()) == wish
    assert Wish().to() == ""


def test_the_fragment_is_the_same_list_without_the_page_around(people: People) -> None:
    a_document(by=people.owner, name="a.txt")
    client = people.client("owner")
    whole, part = rows(client), rows(client, **HTMX)
    assert "<html" in whole
    assert "<html" not in part
    assert "a.txt" in part
    answer = client.get("/documents/?state=&kind=Báo cáo&organ=&sort=newest")
    assert answer["HX-Push-Url"] == "/documents/?kind=B%C3%A1o+c%C3%A1o"
    assert "HX-Request" in answer["Vary"]
    assert "no-store" in answer["Cache-Control"]


def test_going_back_in_history_gets_the_whole_page(people: People) -> None:
    answer = people.client("owner").get(
        "/documents/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert b"<html" in answer.content


def test_the_number_of_queries_does_not_grow_with_the_rows(people: People) -> None:
    client = people.client("owner")
    counts = []
    for number in (2, 12):
        for document in many(people, number):
            with_images(document)
        with CaptureQueriesContext(connection) as asked:
            rows(client)
        counts.append(len(asked))
        Document.objects.update(withdrawn_at=NOON)
    assert counts[0] == counts[1]
    assert counts[1] <= 20


def test_a_full_page_offers_the_next(people: People) -> None:
    many(people, PAGE_SIZE + 1)
    page = rows(people.client("owner"))
    assert page.count("<tr data-row>") == PAGE_SIZE
    assert 'rel="next"' in page


def test_empty_and_filtered_to_nothing_are_told_apart(people: People) -> None:
    client = people.client("owner")
    assert reverse("documents:upload") in rows(client)
    assert "Chưa có tài liệu nào" in rows(client)
    a_document(by=people.owner)
    assert "Không có tài liệu nào khớp" in rows(client, "kind=x")


def test_the_export_holds_what_is_visible_and_no_formula(people: People) -> None:
    a_document(b"1", by=people.owner, name="=HYPERLINK(x).txt")
    a_document(b"2", by=people.stranger, name="của người khác.txt")
    answer = people.client("owner").get("/documents/?format=csv")
    text = b"".join(answer).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert len(lines) == 2
    assert lines[0][0] == "Tiêu đề"
    assert lines[1][0] == "'=HYPERLINK(x).txt"
    assert "của người khác" not in text


def test_withdrawing_what_is_selected_can_be_undone(people: People) -> None:
    documents = many(people, 3)
    client = people.client("owner")
    chosen = [str(document.pk) for document in documents[:2]]
    client.post("/documents/withdraw/?sort=title", {"document": chosen, "reason": "tải nhầm"})
    assert Document.objects.filter(withdrawn_reason="tải nhầm").count() == 2
    page = rows(client, "sort=title")
    assert "Đã thu hồi 2 tài liệu" in page
    assert page.count(f'value="{chosen[0]}"') == 1
    assert "Đã thu hồi 2 tài liệu" not in rows(client)  # told once
    assert "<h1>2 tài liệu</h1>" in rows(client, "withdrawn=1")
    client.post("/documents/restore/", {"document": chosen})
    assert not Document.objects.filter(withdrawn_at__isnull=False).exists()


def test_what_one_may_only_read_is_left_and_told(people: People) -> None:
    document = a_document(by=people.owner, granted_to=people.granted)
    client = people.client("granted")
    client.post("/documents/withdraw/", {"document": str(document.pk)})
    assert Document.objects.get(pk=document.pk).withdrawn_at is None
    assert "Giữ nguyên 1 tài liệu" in rows(client)


def test_nothing_invisible_is_withdrawn(people: People) -> None:
    document = a_document(by=people.owner)
    answer = people.client("stranger").post("/documents/withdraw/", {"document": str(document.pk)})
    assert answer.status_code == 404
    assert Document.objects.get(pk=document.pk).withdrawn_at is None


def test_states_are_told_of_visible_versions_only(people: People) -> None:
    document = a_document(by=people.owner, texts=["một", "hai"])
    other = a_document(b"2", by=people.stranger)
    query = f"version={document.current_id}&version={other.current_id}&version=nonsense"
    told = people.client("owner").get(f"/documents/statuses/?{query}").content.decode()
    assert str(document.current_id) in told
    assert str(other.current_id) not in told
    assert "Tra cứu được" in told


def test_a_place_in_the_queue_is_counted_over_all_versions(people: People) -> None:
    documents = [a_document(f"{n}".encode(), by=people.owner) for n in range(4)]
    query = "&".join(f"version={document.current_id}" for document in documents)
    client = people.client("owner")
    with CaptureQueriesContext(connection) as asked:
        told = client.get(f"/documents/statuses/?{query}").content.decode()
    assert len(asked) <= 10
    assert "Sắp được đọc" in told
    assert "còn 3 việc phía trước" in told


def test_withdrawn_documents_are_out_of_the_list(people: People) -> None:
    document = a_document(by=people.owner, name="nhầm.txt")
    operations.withdraw(document, reason="", by=people.owner, at=NOON)
    assert "nhầm.txt" not in rows(people.client("owner"))
