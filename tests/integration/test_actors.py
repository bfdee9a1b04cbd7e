"""The one rule of who sees what, for every actor, by mode."""

import pytest

from dms.documents.models import Document, Mode
from tests.factories import a_document
from tests.people import People

pytestmark = pytest.mark.usefixtures("vankho_data")


@pytest.mark.parametrize(
    ("mode", "seen_by"),
    [
        (Mode.OPEN, {"owner", "colleague", "parent", "granted", "stranger", "administrator"}),
        (Mode.CONDITIONAL, {"owner", "colleague", "parent", "granted"}),
        (Mode.SECRET, {"owner", "granted"}),
    ],
)
def test_the_mode_decides_who_sees_a_document(people: People, mode: str, seen_by: set[str]) -> None:
    a_document(by=people.owner, mode=mode, granted_to=people.granted)
    seers = {name for name, user in people.signed_in() if Document.objects.visible_to(user)}
    assert seers == seen_by


def test_a_document_is_read_to_searchable(people: People) -> None:
    document = a_document(by=people.owner, texts=["trang một", "trang hai"])
    assert document.current is not None
    document.current.refresh_from_db()
    assert document.current.state == "searchable"
