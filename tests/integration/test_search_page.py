"""The search page: hits with their words lit and escaped, the page beside, facets, and what is told in trouble."""

import pytest
from django.test import Client

from dms.documents import operations
from dms.documents.lighting import Lit, pieces
from dms.documents.models import Document
from search.base import FacetName, SearchUnavailable
from search.index import rebuild
from search.showing import Asked
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import People
from tests.renditions import with_images

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vankho_data")]
TEXTS = (
    "Ủy ban nhân dân xã Tú Sơn",
    "Ban hành quy trình nội bộ <script>alert(1)</script> theo TCVN ISO",
)


def found(client: Client, query: str, **headers: str) -> str:
    answer = client.get(f"/search/?{query}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def scan(people: People) -> Document:
    made = a_document(b"scan", by=people.owner, name="scan.pdf", granted_to=people.granted, texts=TEXTS)  # fmt: skip
    changes = {"type_name": "Quyết định", "subject": "Quy trình nội bộ"}
    operations.edit_metadata(made, changes, by=people.owner, at=NOON)
    with_images(made)
    rebuild()
    Document.objects.update(access_changed=False)
    return Document.objects.get(pk=made.pk)


def test_a_hit_shows_its_words_lit_and_the_page_beside(people: People, scan: Document) -> None:
    page = found(people.client("owner"), "q=quy+trinh+noi+bo")
    assert "<h1>1 tài liệu</h1>" in page
    assert "<mark>quy</mark>" in page
    assert "trang 2" in page
    assert f"/documents/{scan.pk}/?page=2&amp;q=quy+trinh+noi+bo" in page
    assert f"/search/lit/{scan.current_id}/2.svg?q=quy+trinh+noi+bo" in page
    assert f"/documents/versions/{scan.current_id}/pages/2/full/800,/0/default.jpg" in page


def test_text_of_a_page_never_becomes_markup(people: People, scan: Document) -> None:
    page = found(people.client("owner"), "q=alert")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_what_was_typed_is_escaped(people: People, scan: Document) -> None:
    page = found(people.client("owner"), "q=%22%3E%3Cimg+src%3Dx%3E")
    assert "<img src=x>" not in page


@pytest.mark.parametrize("actor", ["stranger", "administrator"])
def test_nothing_of_an_invisible_document_shows(people: People, scan: Document, actor: str) -> None:
    client = people.client(actor)
    page = found(client, "q=quy+trinh")
    assert "Không tìm thấy gì" in page
    assert str(scan.pk) not in page
    assert "Quyết định</span>" not in found(client, "")
    assert client.get("/search/complete/?q=quy").content.decode().strip() == ""


def test_facets_narrow_and_chips_take_them_off(people: People, scan: Document) -> None:
    client = people.client("owner")
    a_document(b"other", by=people.owner, texts=["Quy trình khác"])
    rebuild()
    whole = found(client, "q=quy+trinh")
    assert "kind=Quy%E1%BA%BFt+%C4%91%E1%BB%8Bnh" in whole
    narrowed = found(client, "q=quy+trinh&kind=Quyết định")
    assert "<h1>1 tài liệu</h1>" in narrowed
    assert 'class="chip" href="/search/?q=quy+trinh"' in narrowed


def test_a_query_that_is_not_understood_gets_a_sentence(people: People, scan: Document) -> None:
    page = found(people.client("owner"), "q=ngay:nonsense")
    assert "không phải ngày tháng" in page
    assert 'value="ngay:nonsense"' in page


def test_a_failing_index_is_told_in_place(
    people: People, scan: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise SearchUnavailable

    monkeypatch.setattr("search.views.find", away)
    monkeypatch.setattr("search.views.suggest", away)
    client = people.client("owner")
    answer = client.get("/search/?q=x")
    assert answer.status_code == 503
    assert "Chỉ mục tìm kiếm đang được dựng lại" in answer.content.decode()
    assert client.get("/search/complete/?q=x").status_code == 200


def test_suggestions_are_titles_that_begin_so(people: People, scan: Document) -> None:
    offered = people.client("owner").get("/search/complete/?q=quyet+d").content.decode()
    assert 'role="option"' in offered
    assert "Quyết định · Quy trình nội bộ" in offered


def test_no_count_is_told_where_nothing_could_be_looked_for(people: People, scan: Document) -> None:
    shown = found(people.client("owner"), "q=ngay:32/13/2026")
    assert 'role="alert"' in shown
    assert "head__sub" not in shown


def test_the_fragment_has_the_same_address(people: People, scan: Document) -> None:
    client = people.client("owner")
    part = found(client, "q=quy", **{"HX-Request": "true"})
    assert "<html" not in part
    assert "<mark>" in part
    assert "HX-Request" in client.get("/search/?q=quy")["Vary"]


def test_an_address_is_read_and_written_the_same() -> None:
    asked = Asked.of(
        {"q": " a  ", "kind": "Quyết định", "sort": "issued", "after": "c", "exact": "1"}
    )
    assert asked.q == "a"
    assert asked.facets == ((FacetName.KIND, "Quyết định"),)
    assert asked.to() == "q=a&kind=Quy%E1%BA%BFt+%C4%91%E1%BB%8Bnh&sort=issued&exact=1"
    assert Asked.of({"sort": "nonsense"}) == Asked()


@pytest.mark.parametrize(
    ("marks", "lit"),
    [((), []), (((0, 3),), ["quy"]), (((0, 3), (4, 9)), ["quy", "trình"]), (((10, 13),), ["nội"])],
)
def test_pieces_put_together_are_the_text(
    marks: tuple[tuple[int, int], ...], lit: list[str]
) -> None:
    made = pieces("quy trình nội bộ", marks)
    assert "".join(piece.text for piece in made) == "quy trình nội bộ"
    assert [piece.text for piece in made if piece.on] == lit
    assert Lit("", on=False) not in made
