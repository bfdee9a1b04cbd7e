"""Changing the description from the page: the form, clashes, suggestions with undo, and the way back."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dms.audit.models import Event
from dms.documents.models import Document, Suggestion
from dms.documents.models.document import METADATA
from dms.documents.operations import edit_metadata
from dms.documents.revisions import revert, revisions
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import People
from tests.renditions import suggested

pytestmark = pytest.mark.usefixtures("vankho_data")


@pytest.fixture
def document(people: People) -> Document:
    made = a_document(by=people.owner, granted_to=people.granted, texts=["trang một"])
    seen = {
        "type_name": "Quyết định",
        "subject": "ban hành quy trình",
        "issued_on": date(2020, 6, 1),
    }
    edit_metadata(made, seen, by=people.owner, at=NOON)
    return Document.objects.select_related("current").get(pk=made.pk)


def entries(document: Document, **typed: str) -> dict[str, str]:
    """The form as it comes back: what was seen, and what was typed over it."""
    seen = {f"seen-{n}": str(getattr(document, n) or "") for n in METADATA}
    form = {n: str(getattr(document, n) or "") for n in METADATA}
    return seen | form | typed


def save(client: Client, document: Document, form: dict[str, str]) -> Any:
    client.cookies["django_language"] = "en"
    return client.post(reverse("documents:edit", args=[document.pk]), form)


def decide(client: Client, suggestion: Suggestion, decision: str) -> Any:
    url = reverse("documents:decide", args=[suggestion.document_id, suggestion.pk])
    return client.post(url, {"decision": decision})


def state(suggestion: Suggestion) -> tuple[str, str]:
    suggestion.refresh_from_db()
    document = Document.objects.get(pk=suggestion.document_id)
    return suggestion.state, getattr(document, suggestion.name)


def test_only_what_was_typed_is_changed(people: People, document: Document) -> None:
    answer = save(
        people.client("owner"),
        document,
        entries(document, subject="ban hành quy chế", issued_on="15/09/2023"),
    )
    assert answer.status_code == 302
    document.refresh_from_db()
    assert (document.subject, document.issued_on) == ("ban hành quy chế", date(2023, 9, 15))
    assert document.title == "Quyết định · ban hành quy chế"
    latest = revisions(document)[0]
    assert [change.name for change in latest.changes] == ["issued_on", "subject"]


def test_two_people_on_different_fields_both_win(people: People, document: Document) -> None:
    form = entries(document, subject="ban hành quy chế")
    edit_metadata(document, {"place": "Tú Sơn"}, by=people.colleague, at=NOON)
    assert save(people.client("owner"), document, form).status_code == 302
    document.refresh_from_db()
    assert (document.subject, document.place) == ("ban hành quy chế", "Tú Sơn")


def test_two_people_on_one_field_see_both_entries(people: People, document: Document) -> None:
    form = entries(document, subject="của tôi", signer_name="Mai")
    edit_metadata(
        document, {"subject": "của người khác", "place": "Tú Sơn"}, by=people.colleague, at=NOON
    )
    answer = save(people.client("owner"), document, form)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Your entries are kept below" in shown
    assert "của tôi</textarea>" in shown
    assert "Meanwhile somebody wrote: của người khác" in shown
    assert 'value="Mai"' in shown
    document.refresh_from_db()
    assert (document.subject, document.signer_name) == ("của người khác", "")
    # saved again, knowingly: my entry wins, and what I did not touch stays the other's
    again = {**form, "place": "Tú Sơn", "seen-subject": "của người khác", "seen-place": "Tú Sơn"}
    assert save(people.client("owner"), document, again).status_code == 302
    document.refresh_from_db()
    assert (document.subject, document.signer_name, document.place) == ("của tôi", "Mai", "Tú Sơn")


def test_a_wrong_date_loses_no_entry(people: People, document: Document) -> None:
    answer = save(
        people.client("owner"), document, entries(document, issued_on="31/02/2020", subject="mới")
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "write it as 15/09/2023" in shown
    assert "31/02/2020" in shown
    assert "mới</textarea>" in shown


@pytest.mark.parametrize(
    ("actor", "status"), [("stranger", 404), ("granted", 403), ("colleague", 302)]
)
def test_who_may_edit(people: People, document: Document, actor: str, status: int) -> None:
    answer = save(people.client(actor), document, entries(document, subject="mới"))
    assert answer.status_code == status


def test_accepting_fills_an_empty_field_and_can_be_undone(
    people: People, document: Document
) -> None:
    unsure = suggested(document, "signer_name", "Đặng Minh Tuấn", confidence=0.41)
    client = people.client("owner")
    decide(client, unsure, "accept")
    assert state(unsure) == ("accepted", "Đặng Minh Tuấn")
    decide(client, unsure, "undo")
    assert state(unsure) == ("open", "")


def test_dismissing_empties_what_was_read_and_can_be_undone(
    people: People, document: Document
) -> None:
    read = suggested(document, "type_name", "Quyết định")
    client = people.client("owner")
    decide(client, read, "dismiss")
    assert state(read) == ("dismissed", "")
    decide(client, read, "undo")
    assert state(read) == ("open", "Quyết định")


def test_undo_leaves_what_a_person_wrote(people: People, document: Document) -> None:
    read = suggested(document, "type_name", "Thông báo")
    client = people.client("owner")
    decide(client, read, "dismiss")
    assert state(read) == ("dismissed", "Quyết định")
    decide(client, read, "undo")
    assert state(read) == ("open", "Quyết định")


def test_every_decision_is_an_event(people: People, document: Document) -> None:
    read = suggested(document, "place", "Tú Sơn")
    for decision in ("accept", "accept", "undo", "undo", "dismiss"):
        decide(people.client("owner"), read, decision)
    kinds = Event.objects.filter(kind__startswith="documents.suggestion.").order_by("id")
    assert [event.kind.rpartition(".")[2] for event in kinds] == [
        "accepted",
        "reopened",
        "dismissed",
    ]


def test_a_suggestion_of_another_document_is_not_found(people: People, document: Document) -> None:
    other = a_document(b"other", by=people.owner, texts=["trang"])
    read = suggested(other, "place", "Tú Sơn")
    url = reverse("documents:decide", args=[document.pk, read.pk])
    assert people.client("owner").post(url, {"decision": "accept"}).status_code == 404
    assert (
        decide(people.client("granted"), suggested(document, "place", "X"), "accept").status_code
        == 403
    )


def test_a_revision_tells_the_field_before_and_after(people: People, document: Document) -> None:
    edit_metadata(document, {"subject": "ban hành quy chế"}, by=people.colleague, at=NOON)
    latest, first = revisions(document)
    assert (latest.by, latest.is_latest, first.is_latest) == ("Colleague", True, False)
    [change] = latest.changes
    assert (change.before, change.after) == ("ban hành quy trình", "ban hành quy chế")
    assert [piece.text for piece in change.pieces if piece.side != "both"] == ["trình", "chế"]
    assert {(c.name, c.before) for c in first.changes} == {
        ("type_name", ""), ("subject", ""), ("issued_on", ""),
    }  # fmt: skip
    assert "01/06/2020" in {c.after for c in first.changes}


def test_one_field_goes_back_and_the_others_stay(people: People, document: Document) -> None:
    edit_metadata(document, {"subject": "b", "place": "p"}, by=people.owner, at=NOON)
    url = reverse("documents:revert", args=[document.pk, revisions(document)[0].id])
    assert people.client("owner").post(url, {"field": "subject"}).status_code == 302
    document.refresh_from_db()
    assert (document.subject, document.place) == ("ban hành quy trình", "p")


def test_the_whole_description_goes_back_as_a_new_revision(
    people: People, document: Document
) -> None:
    edit_metadata(
        document, {"subject": "b", "place": "p", "issued_on": None}, by=people.owner, at=NOON
    )
    first = revisions(document)[-1]
    people.client("owner").post(reverse("documents:revert", args=[document.pk, first.id]))
    document.refresh_from_db()
    assert (document.subject, document.place, document.issued_on) == (
        "ban hành quy trình", "", date(2020, 6, 1),
    )  # fmt: skip
    assert len(revisions(document)) == 3
    assert Event.objects.filter(kind="documents.document.described").count() == 3


def test_going_back_touches_the_description_alone(people: People, document: Document) -> None:
    first = revisions(document)[0]
    edit_metadata(document, {"subject": "b"}, by=people.owner, at=NOON)
    Document.objects.filter(pk=document.pk).update(mode="03")
    revert(document, first.id, by=people.owner, at=NOON)
    document.refresh_from_db()
    assert (document.mode, document.subject) == ("03", "ban hành quy trình")


@pytest.mark.parametrize(("actor", "status"), [("stranger", 404), ("granted", 403)])
def test_who_may_go_back(people: People, document: Document, actor: str, status: int) -> None:
    url = reverse("documents:revert", args=[document.pk, revisions(document)[0].id])
    assert people.client(actor).post(url).status_code == status


def test_a_revision_of_another_document_is_not_found(people: People, document: Document) -> None:
    other = a_document(b"other", by=people.owner)
    edit_metadata(other, {"subject": "x"}, by=people.owner, at=NOON)
    url = reverse("documents:revert", args=[document.pk, revisions(other)[0].id])
    assert people.client("owner").post(url).status_code == 404
    mine = reverse("documents:revert", args=[document.pk, revisions(document)[0].id])
    assert people.client("owner").post(mine, {"field": "mode"}).status_code == 404
