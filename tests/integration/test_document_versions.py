"""Versions from the page: check in, lose a race and lose nothing, restore; withdraw and take it back."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from dms.backends import backend
from dms.documents.models import Document, Upload
from dms.documents.operations import add_version
from dms.documents.queries import referenced_blobs
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import People
from tests.renditions import current, drain

pytestmark = pytest.mark.usefixtures("vankho_data")


@pytest.fixture
def document(people: People) -> Document:
    return a_document(b"one", by=people.owner, granted_to=people.granted, texts=["trang một"])


def check_in(
    client: Client, document: Document, content: bytes, *, parent: str = "", **more: str
) -> Any:
    client.cookies["django_language"] = "en"
    file = SimpleUploadedFile("bản sửa.pdf", content)
    form = {
        "file": file,
        "parent": parent or str(document.current_id),
        "comment": "sửa lỗi",
        **more,
    }
    return client.post(reverse("documents:check-in", args=[document.pk]), form)


def overtaken(people: People, document: Document) -> str:
    """Somebody else checks in; the version that the others still see."""
    parent = current(document)
    add_version(
        document, backend("OBJECT_STORES").put(b"theirs"), parent=parent, untrusted_name="kia.pdf",
        major=False, comment="", by=people.colleague, at=NOON,
    )  # fmt: skip
    document.refresh_from_db()
    return str(parent.pk)


def labels(document: Document) -> list[tuple[str, str]]:
    rows = document.versions.order_by("major", "minor")
    return [(row.label, row.comment) for row in rows]


@pytest.mark.parametrize(("major", "label"), [("0", "1.1"), ("1", "2.0")])
def test_a_checked_in_file_is_current(
    people: People, document: Document, major: str, label: str
) -> None:
    answer = check_in(people.client("owner"), document, b"two", major=major)
    assert (answer.status_code, "tab=versions" in answer["Location"]) == (302, True)
    document.refresh_from_db()
    version = current(document)
    assert (version.label, version.comment, version.filename) == (label, "sửa lỗi", "bản sửa.pdf")
    assert backend("OBJECT_STORES").read(version.sha256) == b"two"
    assert not Upload.objects.exists()


def test_who_loses_a_race_loses_nothing(people: People, document: Document) -> None:
    parent = overtaken(people, document)
    client = people.client("owner")
    answer = check_in(client, document, b"mine", parent=parent, major="1")
    shown = client.get(answer["Location"]).content.decode()
    assert "Somebody was faster" in shown
    assert "bản sửa.pdf” is kept, but not checked in yet" in shown
    assert "Check in on top of 1.1" in shown
    held = Upload.objects.get()
    assert held.sha256 in set(referenced_blobs())

    url = reverse("documents:check-in-held", args=[document.pk, held.pk])
    client.post(url, {"decision": "again", "parent": str(document.current_id)})
    document.refresh_from_db()
    version = current(document)
    assert (version.label, version.comment) == ("2.0", "sửa lỗi")
    assert backend("OBJECT_STORES").read(version.sha256) == b"mine"
    assert not Upload.objects.exists()


def test_who_is_overtaken_twice_still_loses_nothing(people: People, document: Document) -> None:
    parent = overtaken(people, document)
    client = people.client("owner")
    check_in(client, document, b"mine", parent=parent)
    second = overtaken(people, document)
    url = reverse("documents:check-in-held", args=[document.pk, Upload.objects.get().pk])
    assert client.post(url, {"decision": "again", "parent": second}).status_code == 409
    assert Upload.objects.get().sha256


def test_a_held_file_can_be_discarded(people: People, document: Document) -> None:
    check_in(people.client("owner"), document, b"mine", parent=overtaken(people, document))
    url = reverse("documents:check-in-held", args=[document.pk, Upload.objects.get().pk])
    people.client("owner").post(url, {"decision": "drop"})
    assert not Upload.objects.exists()


def test_a_held_file_is_its_senders_alone(people: People, document: Document) -> None:
    check_in(people.client("owner"), document, b"mine", parent=overtaken(people, document))
    url = reverse("documents:check-in-held", args=[document.pk, Upload.objects.get().pk])
    answer = people.client("colleague").post(url, {"decision": "drop"})
    assert answer.status_code == 404
    tab = reverse("documents:document", args=[document.pk]) + "?tab=versions"
    assert "bản sửa.pdf" not in people.client("colleague").get(tab).content.decode()


@pytest.mark.parametrize(("actor", "status"), [("stranger", 404), ("granted", 403)])
def test_who_may_check_in(people: People, document: Document, actor: str, status: int) -> None:
    assert check_in(people.client(actor), document, b"two").status_code == status
    assert labels(document) == [("1.0", "")]


def test_an_empty_or_missing_file_is_refused(people: People, document: Document) -> None:
    client = people.client("owner")
    assert check_in(client, document, b"").status_code == 422
    url = reverse("documents:check-in", args=[document.pk])
    assert client.post(url, {"parent": str(document.current_id)}).status_code == 422
    assert check_in(client, document, b"x", parent="nonsense").status_code == 404


def test_an_old_state_is_restored_as_a_new_version(people: People, document: Document) -> None:
    first = current(document)
    overtaken(people, document)
    url = reverse("documents:restore-version", args=[document.pk, first.pk])
    people.client("owner").post(url, {"parent": str(document.current_id)})
    document.refresh_from_db()
    assert labels(document) == [("1.0", ""), ("1.1", ""), ("1.2", "= 1.0")]
    assert (current(document).sha256, current(document).pages.count()) == (first.sha256, 1)


def test_restoring_over_a_newer_version_is_refused(people: People, document: Document) -> None:
    first = str(document.current_id)
    stale = overtaken(people, document)
    url = reverse("documents:restore-version", args=[document.pk, first])
    assert people.client("owner").post(url, {"parent": stale}).status_code == 409


def test_every_version_can_be_opened_and_downloaded(people: People, document: Document) -> None:
    first = current(document)
    overtaken(people, document)
    client = people.client("owner")
    client.cookies["django_language"] = "en"
    url = reverse("documents:document", args=[document.pk])
    shown = client.get(url, {"version": "1.0", "tab": "versions"}).content.decode()
    assert "You see the older version 1.0" in shown
    for version in document.versions.all():
        assert reverse("documents:download", args=[version.pk]) in shown
    file = client.get(reverse("documents:download", args=[first.pk]))
    assert drain(file) == b"one"


def test_a_wrong_upload_is_withdrawn_and_comes_back(people: People, document: Document) -> None:
    client = people.client("owner")
    client.cookies["django_language"] = "en"
    url = reverse("documents:document", args=[document.pk])
    client.post(reverse("documents:withdraw", args=[document.pk]), {"reason": "gửi nhầm"})
    shown = client.get(url).content.decode()
    assert "Withdrawn by Owner" in shown
    assert "gửi nhầm" in shown
    assert not Document.objects.standing().filter(pk=document.pk).exists()
    client.post(reverse("documents:restore", args=[document.pk]))
    assert "Withdrawn by" not in client.get(url).content.decode()
    assert Document.objects.standing().filter(pk=document.pk).exists()


@pytest.mark.parametrize("name", ["withdraw", "restore"])
def test_who_may_withdraw(people: People, document: Document, name: str) -> None:
    url = reverse(f"documents:{name}", args=[document.pk])
    assert people.client("stranger").post(url).status_code == 404
    assert people.client("granted").post(url).status_code == 403
    assert people.client("owner").get(url).status_code == 405
