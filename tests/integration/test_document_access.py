"""Who sees a document, told and changed on the page; and what happened to it, in sentences."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from dms.accounts.models import RoleAssignment
from dms.audit.models import Event
from dms.audit.operations import record_view
from dms.documents.audience import audience, staff
from dms.documents.history import SHOWN, history
from dms.documents.models import Document, Grant, Mode
from dms.documents.operations import edit_metadata
from dms.documents.sharing import grant
from dms.lib.ids import new_id
from tests.factories import a_document
from tests.ledger import NOON, minutes
from tests.people import People
from tests.renditions import current, suggested

pytestmark = pytest.mark.usefixtures("vankho_data")


@pytest.fixture
def document(people: People) -> Document:
    return a_document(by=people.owner, name="công văn.pdf", texts=["trang"])


ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")  # digits that int() takes


def told_to_see(document: Document) -> set[str]:
    found = audience(Document.objects.get(pk=document.pk))
    return {name for reason in found.reasons for name in reason.people}


@pytest.mark.parametrize("mode", Mode.values)
def test_the_page_names_exactly_those_who_see_it(
    people: People, document: Document, mode: str
) -> None:
    grant(document, "role", "administrator", by=people.owner, at=NOON)
    grant(document, "user", str(people.granted.pk), by=people.owner, at=NOON)
    people.client("owner").post(reverse("documents:mode", args=[document.pk]), {"mode": mode})
    seers = {
        str(user) for _, user in people.signed_in()
        if Document.objects.filter(pk=document.pk).visible_to(user).exists()
    }  # fmt: skip
    assert told_to_see(document) == seers


def test_who_holds_a_key_is_told_as_the_rule_has_it(people: People) -> None:
    RoleAssignment.objects.create(user=people.stranger, role="leader")
    everyone = staff()
    keys = {key for _, user in people.signed_in() for key in user.access_keys}
    for key in keys:
        holders = {user.pk for user in everyone.users if key in user.access_keys}
        assert {user.pk for user in everyone.opened_by(key)} == holders, key


def test_grants_are_given_and_taken_back(people: People, document: Document) -> None:
    client = people.client("owner")
    url = reverse("documents:document", args=[document.pk])
    assert people.client("stranger").get(url).status_code == 404
    to = {"to": people.stranger.ledger_ref}
    assert client.post(reverse("documents:grant", args=[document.pk]), to).status_code == 302
    assert people.client("stranger").get(url).status_code == 200
    given = Grant.objects.get()
    client.post(reverse("documents:revoke", args=[document.pk, given.pk]))
    assert people.client("stranger").get(url).status_code == 404


@pytest.mark.parametrize(
    "to",
    [
        "",
        "user:",
        "user:99999",
        "unit:x",
        "role:emperor",
        "user:²",
        "x:1",
        "user:٣",
        "unit:" + "9" * 5_000,
    ],
)
def test_nonsense_is_granted_nothing(people: People, document: Document, to: str) -> None:
    url = reverse("documents:grant", args=[document.pk])
    assert people.client("owner").post(url, {"to": to}).status_code == 422
    assert not Grant.objects.exists()


@pytest.mark.parametrize("subject", ["user", "unit"])
def test_an_id_written_otherwise_is_no_grant_that_opens_nothing(
    people: People, document: Document, subject: str
) -> None:
    url = reverse("documents:grant", args=[document.pk])
    number = people.stranger.pk if subject == "user" else people.elsewhere.pk
    for written in (f"0{number}", f"00{number}", f" {number}", str(number).translate(ARABIC)):
        assert people.client("owner").post(url, {"to": f"{subject}:{written}"}).status_code == 422
    assert not Grant.objects.exists()


@pytest.mark.parametrize(("actor", "status"), [("stranger", 404), ("granted", 403)])
def test_who_may_share(people: People, document: Document, actor: str, status: int) -> None:
    grant(document, "user", str(people.granted.pk), by=people.owner, at=NOON)
    given = Grant.objects.get()
    client = people.client(actor)
    for name, args, form in (
        ("mode", [], {"mode": "01"}),
        ("grant", [], {"to": people.stranger.ledger_ref}),
        ("revoke", [given.pk], {}),
    ):  # fmt: skip
        url = reverse(f"documents:{name}", args=[document.pk, *args])
        assert client.post(url, form).status_code == status, name


def test_a_grant_of_another_document_is_not_found(people: People, document: Document) -> None:
    other = a_document(b"other", by=people.owner, granted_to=people.granted)
    url = reverse("documents:revoke", args=[document.pk, other.grants.get().pk])
    assert people.client("owner").post(url).status_code == 404


def test_an_administrator_takes_access_with_a_reason_that_all_can_read(
    people: People, document: Document
) -> None:
    admin, url = people.client("administrator"), reverse("documents:take-access")
    page = reverse("documents:document", args=[document.pk])
    form = {"document": str(document.pk), "reason": ""}
    assert admin.get(page).status_code == 404
    assert admin.post(url, form).status_code == 422
    assert admin.get(page).status_code == 404
    assert admin.post(url, form | {"reason": "thanh tra"})["Location"] == page
    assert admin.get(page).status_code == 200
    owner = people.client("owner")
    owner.cookies["django_language"] = "en"
    assert "thanh tra" in owner.get(page, {"tab": "access"}).content.decode()
    told = owner.get(page, {"tab": "history"}).content.decode()
    assert "Administrator Administrator granted himself access." in told


@pytest.mark.parametrize("wrong", ["xyz", "01a20fd1-2154-7cac-8c51-be0e1551c4e0"])
def test_a_wrong_id_leaves_the_reason_as_written(people: People, wrong: str) -> None:
    admin, url = people.client("administrator"), reverse("documents:take-access")
    answer = admin.post(url, {"document": wrong, "reason": "thanh tra"})
    assert answer.status_code == 404
    shown = answer.content.decode()
    assert f'value="{wrong}"' in shown
    assert 'value="thanh tra"' in shown
    assert "field__error" in shown


def test_only_an_administrator_may_take_access(people: People, document: Document) -> None:
    url = reverse("documents:take-access")
    for key in (document.pk, new_id()):
        answer = people.client("stranger").post(url, {"document": str(key), "reason": "tò mò"})
        assert answer.status_code == 403
    admin = people.client("administrator")
    for wrong in (str(new_id()), "nonsense", ""):
        assert admin.post(url, {"document": wrong, "reason": "x"}).status_code == 404


# --- history


def test_events_are_told_by_names(people: People, document: Document) -> None:
    edit_metadata(document, {"subject": "x"}, by=people.owner, at=NOON)
    grant(document, "unit", str(people.elsewhere.pk), by=people.owner, at=NOON)
    grant(document, "role", "leader", by=people.owner, at=NOON)
    people.client("owner").post(reverse("documents:mode", args=[document.pk]), {"mode": "03"})
    read = suggested(document, "signer_name", "Tuấn")
    url = reverse("documents:decide", args=[document.pk, read.pk])
    people.client("owner").post(url, {"decision": "accept"})
    with translation.override("en"):
        sentences = [event.sentence for event in history(document).events]
    assert "Owner granted access to Địa chính." in sentences
    assert "Owner granted access to Leader." in sentences
    assert "Owner accepted the suggestion for “Signer”." in sentences
    assert "Owner took in the document." in sentences
    assert any("mode secret: the creator and the persons named" in said for said in sentences)
    assert not any(re.search(r"\b(user|unit|role|system):", said) for said in sentences)


def test_reading_stands_apart_from_changes(people: People, document: Document) -> None:
    for client in (people.client("owner"), people.client("colleague")):
        client.get(reverse("documents:document", args=[document.pk]))
    with translation.override("en"):
        readings = [event.sentence for event in history(document, readings=True).events]
        changes = [event.sentence for event in history(document).events]
    assert readings == ["Colleague viewed the document.", "Owner viewed the document."]
    assert not any("viewed" in said for said in changes)


def test_a_long_history_is_paged(people: People, document: Document) -> None:
    version = current(document)
    for number in range(SHOWN + 7):
        record_view(
            "documents.version.viewed", target=version, by=people.owner, at=minutes(60 * number)
        )
    first = history(document, readings=True)
    second = history(document, readings=True, before=first.older)
    seen = [event.id for event in (*first.events, *second.events)]
    assert (len(first.events), len(second.events), second.older) == (SHOWN, 7, 0)
    assert seen == sorted(set(seen), reverse=True)


def test_history_tells_of_no_other_document(people: People, document: Document) -> None:
    other = a_document(b"other", by=people.stranger, texts=["x"])
    refs = set(Event.objects.values_list("target", flat=True))
    assert other.ledger_ref in refs
    ids = {event.id for event in history(document).events}
    assert set(Event.objects.filter(pk__in=ids).values_list("target", flat=True)) == {
        document.ledger_ref
    }
