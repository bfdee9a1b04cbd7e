"""What nobody's browser sends: it is answered with a sentence, and leaves nothing behind."""

from typing import Any

import pytest

from dms.documents.models import Document
from dms.documents.models.document import METADATA
from tests.factories import a_document
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vankho_data")]


@pytest.fixture
def document(people: People) -> Document:
    return a_document(by=people.owner, name="công văn.pdf", texts=["trang"])


def sent(people: People, method: str, path: str, body: str) -> Any:
    url = f"/api/v1/documents/{path}"
    return people.client("owner").generic(method, url, body, content_type="application/json")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", '{"subject": "\\ud800"}'),
        ("POST", "/withdraw", '{"reason": "a\\udfff"}'),
        ("PATCH", "", '{"subject": "\\ud800\\u0041"}'),
    ],
)
def test_half_a_character_is_refused(
    people: People, document: Document, method: str, path: str, body: str
) -> None:
    answer = sent(people, method, f"{document.pk}{path}", body)
    assert answer.status_code == 400
    document.refresh_from_db()
    assert (document.subject, document.withdrawn_at) == ("", None)


@pytest.mark.parametrize("name", [name for name in METADATA if name != "issued_on"])
def test_a_field_takes_no_more_than_its_column(
    people: People, document: Document, name: str
) -> None:
    limit = getattr(Document._meta.get_field(name), "max_length", None)
    assert isinstance(limit, int)
    answer = sent(people, "PATCH", str(document.pk), f'{{"{name}": "{"x" * (limit + 1)}"}}')
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert sent(people, "PATCH", str(document.pk), f'{{"{name}": "{"x" * limit}"}}').status_code == 200  # fmt: skip
