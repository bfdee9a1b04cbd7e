"""The upload page: its plain form, streamed into the store, with an answer for each file."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings as SettingsWrapper

from dms.accounts.models import User
from dms.accounts.operations import SETUP, create_user
from dms.accounts.roles import Role
from dms.backends import backend
from dms.documents.models import Document, Mode
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import People

pytestmark = [pytest.mark.django_db]


def sent(client: Client, *files: tuple[str, bytes], **wishes: str) -> str:
    sending = [SimpleUploadedFile(name, content) for name, content in files]
    answer = client.post("/documents/upload/", {"file": sending, **wishes})
    assert answer.status_code == 200
    return answer.content.decode()


def test_files_of_a_plain_form_are_taken_in(people: People, vankho_data: Path) -> None:
    page = sent(people.client("owner"), ("một.txt", b"mot"), ("hai.txt", b"hai"), mode="03")
    assert page.count("Đã nhận") >= 2
    assert set(Document.objects.values_list("title", flat=True)) == {"một.txt", "hai.txt"}
    assert set(Document.objects.values_list("mode", flat=True)) == {Mode.SECRET}
    for document in Document.objects.all():
        assert document.current is not None
        assert backend("OBJECT_STORES").read(document.current.sha256) in {b"mot", b"hai"}


def test_a_refusal_is_a_sentence_and_the_other_files_go_on(
    people: People, vankho_data: Path, settings: SettingsWrapper
) -> None:
    settings.INTAKE_MAX_BYTES = 1024**2
    page = sent(
        people.client("owner"), ("rỗng.txt", b""), ("lớn.bin", b"x" * (1024**2 + 1)), ("vừa.txt", b"vua"),
    )  # fmt: skip
    assert "Tệp rỗng" in page
    assert "Tệp lớn hơn 1 MB" in page
    assert [document.title for document in Document.objects.all()] == ["vừa.txt"]
    assert len(list(backend("OBJECT_STORES").names())) == 1
    assert list((vankho_data / "objects").rglob("*.part")) == []


def test_a_duplicate_is_answered_with_the_document_that_is_there(
    people: People, vankho_data: Path
) -> None:
    held = a_document(b"cung mot noi dung", by=people.owner)
    page = sent(people.client("colleague"), ("bản sao.txt", b"cung mot noi dung"))
    assert f"/documents/{held.pk}/" in page
    assert "Đã có trong kho" in page
    assert Document.objects.count() == 1


def test_a_duplicate_that_is_invisible_is_a_document_of_its_own(
    people: People, vankho_data: Path
) -> None:
    held = a_document(b"cung mot noi dung", by=people.owner)
    page = sent(people.client("stranger"), ("bản sao.txt", b"cung mot noi dung"))
    assert str(held.pk) not in page
    assert Document.objects.count() == 2


def test_without_proof_of_our_own_page_nothing_is_kept(people: People, vankho_data: Path) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.owner)
    file = SimpleUploadedFile("lạ.txt", b"x" * 100_000)
    assert client.post("/documents/upload/", {"file": file}).status_code == 403
    assert list(backend("OBJECT_STORES").names()) == []
    left = [path for path in (vankho_data / "objects").rglob("*") if path.is_file()]
    assert left == []


def test_a_form_without_file_says_so(people: People, vankho_data: Path) -> None:
    answer = people.client("owner").post("/documents/upload/", {"mode": "02"})
    assert "Chưa có tệp nào" in answer.content.decode()


def test_the_owning_unit_is_one_of_the_own(people: People, vankho_data: Path) -> None:
    client = people.client("owner")
    page = sent(client, ("a.txt", b"a"), unit=str(people.elsewhere.pk))
    assert "Bạn chỉ đưa tài liệu vào" in page
    assert not Document.objects.exists()
    file = SimpleUploadedFile("a.txt", b"a")
    answer = client.post("/documents/upload/", {"file": file, "unit": "999999"})
    assert answer.status_code == 404


@pytest.mark.parametrize("unit", ["9" * 20, "9" * 5_000, "٣", "-1", "\0"])
def test_a_unit_that_cannot_be_is_not_found(people: People, vankho_data: Path, unit: str) -> None:
    file = SimpleUploadedFile("a.txt", b"a")
    answer = people.client("owner").post("/documents/upload/", {"file": file, "unit": unit})
    assert answer.status_code == 404
    assert not Document.objects.exists()


def test_a_reader_may_not_upload(people: People, vankho_data: Path) -> None:
    reader: User = create_user(
        username="doc", full_name="Đọc", unit=people.office, roles=[Role.READER], password=None,
        by=SETUP, at=NOON,
    )  # fmt: skip
    client = Client()
    client.force_login(reader)
    assert client.get("/documents/upload/").status_code == 403
    assert "bar__upload" not in client.get("/").content.decode()


def test_what_was_sent_before_is_shown_with_its_progress(people: People, vankho_data: Path) -> None:
    a_document(by=people.owner, name="tờ trình.pdf", texts=["một"])
    a_document(b"2", by=people.colleague, name="của đồng nghiệp.pdf")
    page = people.client("owner").get("/documents/upload/").content.decode()
    assert "tờ trình.pdf" in page
    assert "của đồng nghiệp.pdf" not in page
    assert 'data-upload="/uploads/"' in page
