"""The document page: what it shows in each state, to whom, at what cost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from dms.audit.models import Event
from dms.documents.lifecycle import move
from dms.documents.models import Document, Page, PageState, Version, VersionState
from dms.documents.presenting import problem_sentence
from dms.lib.ids import new_id
from tests.factories import a_document, read
from tests.ledger import NOON
from tests.people import ACTORS, People
from tests.renditions import a_word, current, suggested, with_images

pytestmark = pytest.mark.usefixtures("vankho_data")
MOST_QUERIES = 24
TABS = ("info", "versions", "access", "history")


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """All requests of a test fall into one hour, for which a reading is recorded once."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


def sentence(code: str) -> str:
    """What an English reader is told of a problem, as a page holds it."""
    with translation.override("en"):
        return escape(problem_sentence(code))


def page(client: Client, document: Document, **asked: Any) -> str:
    answer = client.get(reverse("documents:document", args=[document.pk]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def client_of_owner(people: People) -> Client:
    client = people.client("owner")
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def document(people: People) -> Document:
    made = a_document(
        by=people.owner, name="Quyết định 09.pdf", granted_to=people.granted,
        texts=["Ủy ban nhân dân xã Tú Sơn", "Nơi nhận: lưu văn thư"],
    )  # fmt: skip
    with_images(made, words=[a_word("Ủy", 100, 90, 0), a_word("ban", 220, 90, 0)])
    return made


@pytest.mark.parametrize("actor", ACTORS)
def test_the_page_follows_the_one_rule(people: People, document: Document, actor: str) -> None:
    url = reverse("documents:document", args=[document.pk])
    status = people.client(actor).get(url).status_code
    expected = {"anonymous": 302, "stranger": 404, "administrator": 404}
    assert status == expected.get(actor, 200)


def test_an_invisible_document_looks_like_none(people: People, document: Document) -> None:
    client = people.client("stranger")
    answers = [
        client.get(reverse("documents:document", args=[key])) for key in (document.pk, new_id())
    ]
    hidden, absent = (re.sub(rb"[A-Za-z0-9]{64}|[0-9a-f-]{36}", b"", a.content) for a in answers)
    assert (answers[0].status_code, hidden) == (404, absent)


def test_the_scan_is_there_with_its_words_and_pages(
    client_of_owner: Client, document: Document
) -> None:
    shown = page(client_of_owner, document)
    assert re.search(r'srcset="[^"]*/pages/1/full/800,/0/default.jpg\?v=[0-9a-f]{16} 800w', shown)
    assert re.search(r'srcset="[^"]* 1240w"', shown)
    assert 'viewBox="0 0 1240 1754"' in shown
    assert ">Ủy</tspan> <tspan" in shown
    assert shown.count("/thumbnail/?v=") == 2
    assert 'aria-current="page"' in shown
    assert "?page=2" in shown


def test_an_unknown_page_number_is_the_nearest_page(
    client_of_owner: Client, document: Document
) -> None:
    for asked in ("2", "99", "9" * 30):
        assert "/pages/2/full/" in page(client_of_owner, document, page=asked), asked
    for asked in ("0", "-1", "x", "", "²"):
        assert "/pages/1/full/" in page(client_of_owner, document, page=asked), asked


def test_the_words_of_the_query_lead_from_page_to_page(
    client_of_owner: Client, document: Document
) -> None:
    shown = page(client_of_owner, document, q="nơi nhận")
    link = re.search(r'id="next-hit" href="([^"]+)"', shown)
    assert link
    answer = client_of_owner.get(link[1].replace("&amp;", "&"))
    assert answer.status_code == 302
    assert "page=2" in answer["Location"]
    assert "q=n%C6%A1i+nh%E1%BA%ADn" in answer["Location"]


def test_text_without_an_image_is_shown_with_its_words_lit(
    people: People, client_of_owner: Client
) -> None:
    made = a_document(by=people.owner, texts=["Kính gửi: <b>Ủy ban</b> nhân dân"])
    Page.objects.update(width_px=0, height_px=0)
    shown = page(client_of_owner, made, q="uy ban")
    assert re.search(r"<mark>Ủy(</mark> <mark>| )ban</mark>", shown)
    assert "&lt;b&gt;" in shown


def test_no_markup_breaks_the_content_policy(client_of_owner: Client, document: Document) -> None:
    suggested(document, "type_name", "Quyết định")
    for tab in TABS:
        shown = page(client_of_owner, document, tab=tab, edit=1)
        assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:", shown), tab


def test_a_page_costs_the_same_however_much_there_is(
    people: People, document: Document, client_of_owner: Client
) -> None:
    for tab in TABS:  # the first one of an hour records the reading
        page(client_of_owner, document, tab=tab)
    few = {tab: queries_of(client_of_owner, document, tab) for tab in TABS}
    assert max(few.values()) <= MOST_QUERIES
    version = current(document)
    Page.objects.bulk_create(
        Page(version=version, number=number, state=PageState.READ, text=f"trang {number}")
        for number in range(3, 300)
    )
    Version.objects.filter(pk=version.pk).update(page_count=299)
    with_images(document)
    for name in ("type_name", "subject", "code_number"):
        suggested(document, name, "1")
    for _ in range(5):
        people.client("colleague").get(reverse("documents:document", args=[document.pk]))
    assert {tab: queries_of(client_of_owner, document, tab) for tab in TABS} == few


def queries_of(client: Client, document: Document, tab: str) -> int:
    """How many queries a tab takes."""
    with CaptureQueriesContext(connection) as captured:
        page(client, document, tab=tab)
    return len(captured)


def test_reading_is_recorded_once_an_hour_for_each_version(
    client_of_owner: Client, document: Document
) -> None:
    for _ in range(3):
        page(client_of_owner, document)
    viewed = Event.objects.filter(kind="documents.version.viewed")
    assert [event.target for event in viewed] == [f"version:{document.current_id}"]


def test_asking_for_the_status_alone_is_no_reading(
    client_of_owner: Client, document: Document
) -> None:
    url = reverse("documents:document", args=[document.pk])
    answer = client_of_owner.get(url, headers={"HX-Request": "true", "HX-Target": "status"})
    assert answer.content.decode().strip().startswith("<span")
    assert not Event.objects.filter(kind="documents.version.viewed").exists()
    assert "HX-Target" in answer["Vary"]


# --- states


def test_a_queued_document_tells_its_place(people: People, client_of_owner: Client) -> None:
    a_document(b"first", by=people.owner)
    shown = page(client_of_owner, a_document(b"second", by=people.owner))
    assert "In the queue, 1 step ahead" in shown
    assert 'hx-trigger="every 2s"' in shown


def test_reading_tells_the_page(people: People, client_of_owner: Client) -> None:
    made = a_document(by=people.owner, texts=["a", "b", "c"])
    Version.objects.update(state=VersionState.READING)
    Page.objects.filter(number__gt=1).update(state=PageState.WAITING)
    shown = page(client_of_owner, made)
    assert "Reading page 2 of 3" in shown
    assert re.search(r'<progress max="100" value="33"', shown)
    assert 'hx-trigger="every 1s"' in shown


def test_a_complete_document_is_at_rest(client_of_owner: Client, document: Document) -> None:
    move(
        current(document), VersionState.COMPLETE,
        searchable_at=NOON + timedelta(seconds=2.13),
    )  # fmt: skip
    shown = page(client_of_owner, document)
    assert "Searchable after 2.1 seconds" in shown
    assert 'hx-trigger="every' not in shown


def test_what_cannot_be_read_says_so_and_can_be_downloaded(
    people: People, client_of_owner: Client
) -> None:
    made = a_document(by=people.owner, name="bản vẽ.dwg")
    Version.objects.update(state=VersionState.KEPT, problem="unsupported")
    shown = page(client_of_owner, made)
    assert "Kept, not readable" in shown
    assert sentence("unsupported") in shown
    assert reverse("documents:download", args=[made.current_id]) in shown
    assert 'hx-trigger="every' not in shown


def test_what_needs_attention_says_what_to_do(people: People, client_of_owner: Client) -> None:
    made = a_document(by=people.owner)
    Version.objects.update(state=VersionState.QUARANTINED, problem="worker_died")
    shown = page(client_of_owner, made)
    assert "Needs attention" in shown
    assert sentence("worker_died") in shown


def test_a_locked_document_shows_no_text_to_its_creator(
    people: People, client_of_owner: Client
) -> None:
    made = a_document(by=people.owner)
    version = current(made)
    read(version, ["TUYỆT MẬT kế hoạch"], secret_mark="TUYỆT MẬT")
    shown = page(client_of_owner, made)
    assert sentence("secret_mark") in shown
    assert "kế hoạch" not in shown
    assert people.client("colleague").get(
        reverse("documents:document", args=[made.pk])
    ).status_code == 404  # fmt: skip


def test_an_older_version_is_shown_as_such(client_of_owner: Client, document: Document) -> None:
    assert "1.0" not in re.findall(r"older version (\S+)\.", page(client_of_owner, document))
    url = reverse("documents:document", args=[document.pk])
    assert client_of_owner.get(url, {"version": "7.0"}).status_code == 404
    assert client_of_owner.get(url, {"version": "x"}).status_code == 404
