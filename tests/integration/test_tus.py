"""Resumable uploads as any tus client sends them, broken at every place a connection can break."""

import base64
import hashlib
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dms.backends import backend
from dms.documents import tasks, uploading
from dms.documents.models import Document, Upload, Version
from dms.errors import DmsError
from dms.storage.base import StorageFailed
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import People

pytestmark = pytest.mark.usefixtures("vankho_data")
CONTENT = b"Kinh gui: UBND xa\n" * 50


def headers(**more: str) -> dict[str, Any]:
    named = {f"HTTP_{name.upper()}": value for name, value in more.items()}
    return {"HTTP_TUS_RESUMABLE": "1.0.0", **named}


def wishes(**values: str) -> str:
    return ",".join(f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in values.items())


def create(client: Client, length: int = len(CONTENT), **wished: str) -> Any:
    told = wishes(filename="công văn.txt", **wished)
    return client.post("/uploads/", **headers(upload_length=str(length), upload_metadata=told))


def patch(client: Client, url: str, offset: int, body: bytes, **more: str) -> Any:
    return client.patch(
        url, body, content_type="application/offset+octet-stream",
        CONTENT_TYPE="application/offset+octet-stream",  # the test client drops it with an empty body
        **headers(upload_offset=str(offset), **more),
    )  # fmt: skip


def offset(client: Client, url: str) -> int:
    response = client.head(url, **headers())
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    return int(response["Upload-Offset"])


@pytest.fixture
def client(people: People) -> Client:
    return people.client("owner")


def answer(response: Any) -> dict[str, str]:
    told: dict[str, str] = json.loads(response["Vankho-Answer"])
    return told


def test_what_the_server_can_do(client: Client) -> None:
    response = client.options("/uploads/")
    assert response.status_code == 204
    assert response["Tus-Extension"] == "creation,termination,checksum"
    assert response["Tus-Version"] == response["Tus-Resumable"] == "1.0.0"


def test_a_file_in_one_piece(client: Client, people: People) -> None:
    url = create(client)["Location"]
    response = patch(client, url, 0, CONTENT)
    assert (response.status_code, response["Upload-Offset"]) == (204, str(len(CONTENT)))
    version = Version.objects.get()
    assert answer(response)["document"] == str(version.document_id)
    assert (version.sha256, version.filename) == (
        hashlib.sha256(CONTENT).hexdigest(), "công văn.txt",
    )  # fmt: skip
    assert version.document.unit == people.office
    assert backend("OBJECT_STORES").read(version.sha256) == CONTENT
    assert list(uploading.uploads_directory().iterdir()) == []


class Breaking:
    """A body that ends or breaks after so many bytes."""

    def __init__(self, content: bytes, *, error: bool) -> None:
        self.content, self.error = content, error

    def read(self, size: int, /) -> bytes:
        chunk, self.content = self.content[:size], self.content[size:]
        if not chunk and self.error:
            raise OSError("connection reset")
        return chunk


@given(cuts=st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=6))
@hypothesis_settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_a_connection_may_drop_at_any_byte(people: People, cuts: list[tuple[int, bool]]) -> None:
    store = backend("OBJECT_STORES")
    content = CONTENT + os.urandom(8)
    upload = uploading.begin_upload(
        length_bytes=len(content), untrusted_name="a.txt", wishes={}, by=people.owner, at=NOON
    )
    for length, error in cuts:
        rest = content[upload.offset_bytes :]
        arrived = uploading.append(
            upload, Breaking(rest[:length], error=error), offset_bytes=upload.offset_bytes, at=NOON,
            store=store,
        )  # fmt: skip
        upload = Upload.objects.get(pk=upload.pk)
        assert upload.offset_bytes == len(content) - len(rest[length:])
        assert (arrived.answer is not None) == (upload.offset_bytes == len(content))
    uploading.append(
        upload, Breaking(content[upload.offset_bytes :], error=False),
        offset_bytes=upload.offset_bytes, at=NOON, store=store,
    )  # fmt: skip
    version = Version.objects.get(sha256=hashlib.sha256(content).hexdigest())
    assert store.read(version.sha256) == content


def test_a_wrong_offset_is_a_conflict(client: Client) -> None:
    url = create(client)["Location"]
    assert patch(client, url, 5, b"x").status_code == 409
    assert patch(client, url, 0, CONTENT[:10]).status_code == 204
    response = patch(client, url, 0, CONTENT)
    assert (response.status_code, response.json()["offset"]) == (409, 10)
    assert response["Tus-Resumable"] == "1.0.0"
    assert offset(client, url) == 10


def test_a_lost_last_response_is_told_again(client: Client) -> None:
    url = create(client)["Location"]
    first = answer(patch(client, url, 0, CONTENT))
    assert answer(patch(client, url, len(CONTENT), b"")) == first
    assert answer(client.head(url, **headers())) == first
    assert Document.objects.count() == 1


def test_more_than_announced_is_refused(client: Client) -> None:
    url = create(client, length=5)["Location"]
    assert patch(client, url, 0, b"123456").status_code == 422
    assert offset(client, url) == 0


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"upload_length": ""}, 400),
        ({"upload_length": "-1"}, 400),
        ({"upload_length": "٣"}, 400),
        ({"upload_length": "9" * 19}, 400),
        ({"upload_length": "0"}, 422),
        ({"upload_length": str(10**15)}, 413),
        ({"upload_length": "5", "upload_metadata": "filename !!!"}, 400),
        ({"upload_length": "5", "tus_resumable": "0.2"}, 412),
        ({"upload_length": "5", "upload_metadata": wishes(mode="99")}, 422),
        ({"upload_length": "5", "upload_metadata": wishes(unit="999999")}, 403),
        ({"upload_length": "5", "upload_metadata": wishes(unit="x")}, 403),
        ({"upload_length": "5", "upload_metadata": wishes(document="x", parent="y")}, 404),
    ],
)
def test_a_wrong_beginning_is_refused_at_once(
    client: Client, more: dict[str, str], status: int
) -> None:
    response = client.post("/uploads/", **headers(**more))
    assert response.status_code == status, response.content
    assert response["Tus-Version"] == "1.0.0"
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"content_type": "text/plain"}, 400),
        ({"HTTP_UPLOAD_OFFSET": "x"}, 400),
        ({"HTTP_UPLOAD_CHECKSUM": "crc32 AAAA"}, 400),
        ({"HTTP_UPLOAD_CHECKSUM": "sha1 !"}, 400),
        ({"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}, 411),
    ],
)
def test_a_wrong_part_is_refused(client: Client, change: dict[str, Any], status: int) -> None:
    url = create(client)["Location"]
    given = {"content_type": "application/offset+octet-stream", **headers(upload_offset="0")}
    response = client.patch(url, b"x", **(given | change))
    assert response.status_code == status
    assert offset(client, url) == 0


def test_damaged_bytes_are_not_kept(client: Client) -> None:
    url = create(client)["Location"]
    right = base64.b64encode(hashlib.sha1(CONTENT[:10]).digest()).decode()
    response = patch(client, url, 0, b"damaged!!!", upload_checksum=f"sha1 {right}")
    assert response.status_code == 460
    assert offset(client, url) == 0
    assert patch(client, url, 0, CONTENT[:10], upload_checksum=f"sha1 {right}").status_code == 204
    assert offset(client, url) == 10


def test_a_terminated_upload_is_gone(client: Client) -> None:
    url = create(client)["Location"]
    patch(client, url, 0, CONTENT[:10])
    assert client.delete(url, **headers()).status_code == 204
    assert client.head(url, **headers()).status_code == 404
    assert patch(client, url, 10, CONTENT[10:]).status_code == 404
    assert list(uploading.uploads_directory().iterdir()) == []


def test_an_upload_is_its_senders_own(people: People, client: Client) -> None:
    url = create(client)["Location"]
    for actor in ("colleague", "parent", "stranger", "administrator"):
        other = people.client(actor)
        assert other.head(url, **headers()).status_code == 404
        assert patch(other, url, 0, b"x").status_code == 404
        assert other.delete(url, **headers()).status_code == 404


def test_two_writers_at_once(client: Client) -> None:
    url = create(client)["Location"]
    upload = Upload.objects.get()
    with uploading.held(upload):
        response = patch(client, url, 0, CONTENT)
    assert response.status_code == 423
    assert patch(client, url, 0, CONTENT).status_code == 204


def begun(people: People, **wished: str) -> Upload:
    return uploading.begin_upload(
        length_bytes=len(CONTENT), untrusted_name="a.txt", wishes=wished, by=people.owner, at=NOON
    )


def send(upload: Upload, content: bytes = CONTENT, at: int = 0) -> uploading.Arrived:
    return uploading.append(
        Upload.objects.get(pk=upload.pk), Breaking(content, error=False), offset_bytes=at, at=NOON,
        store=backend("OBJECT_STORES"),
    )  # fmt: skip


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("place", ["adopt", "settle", "exists"])
@pytest.mark.parametrize("after", [False, True])
def test_a_server_killed_at_the_end_has_lost_nothing(
    people: People, monkeypatch: pytest.MonkeyPatch, place: str, after: bool
) -> None:
    """Before and after the file is named by its content, and before the rows."""
    store = backend("OBJECT_STORES")
    upload = begun(people)
    real = getattr(store, place)

    def kill(*arguments: Any) -> None:
        if after:
            real(*arguments)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(store, place, kill)
        with pytest.raises(Killed):
            send(upload)
    assert not Document.objects.exists()
    assert send(upload, b"", len(CONTENT)).answer is not None
    assert Document.objects.count() == 1
    assert store.read(Version.objects.get().sha256) == CONTENT


def test_bytes_that_the_disk_lost_are_asked_for_again(people: People) -> None:
    upload = begun(people)
    send(upload, CONTENT[:10])
    uploading.file_of(upload).write_bytes(b"")
    with pytest.raises(uploading.WrongOffset) as told:
        send(upload, CONTENT[10:], 10)
    assert told.value.facts == {"offset": 0}
    uploading.file_of(upload).unlink()
    with pytest.raises(uploading.WrongOffset):
        send(upload)
    assert send(upload).answer is not None


def test_a_full_disk_keeps_what_was_acknowledged(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begun(people)
    send(upload, CONTENT[:10])

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(DmsError, match="storage is full"):
            send(upload, CONTENT[10:], 10)
    assert Upload.objects.get().offset_bytes == 10
    assert send(upload, CONTENT[10:], 10).answer is not None
    assert backend("OBJECT_STORES").read(Version.objects.get().sha256) == CONTENT


def test_a_new_version_on_top_of_the_one_seen(people: People) -> None:
    document = a_document(b"one", by=people.owner)
    upload = begun(people, document=str(document.pk), parent=str(document.current_id), major="1")
    told = send(upload).answer
    assert told is not None
    assert Version.objects.get(pk=told["version"]).label == "2.0"
    late = begun(people, document=str(document.pk), parent=str(document.current_id))
    with pytest.raises(DmsError, match="newer version"):
        send(late)
    document.refresh_from_db()
    assert document.current is not None
    again = uploading.check_in_again(
        Upload.objects.get(pk=late.pk), parent=document.current, at=NOON,
        store=backend("OBJECT_STORES"),
    )  # fmt: skip
    assert Version.objects.get(pk=again["version"]).label == "2.1"


def test_announced_uploads_count_against_the_quota(
    people: People, settings: Any, client: Client
) -> None:
    settings.INTAKE_QUOTA_BYTES = 2 * len(CONTENT)
    assert create(client).status_code == 201
    assert create(client).status_code == 201
    assert create(client).status_code == 413


@pytest.mark.django_db(transaction=True)
def test_the_last_part_sent_twice_at_once_makes_one_document(people: People) -> None:
    """A client that lost the answer repeats itself while the first request is still at work."""
    upload = begun(people)
    results: list[Any] = []
    together = threading.Barrier(4)

    def request() -> None:
        together.wait()
        try:
            results.append(send(upload).answer)
        except DmsError as error:
            results.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=request) for _ in range(4)]
    run_all(threads)
    assert Document.objects.count() == 1
    answers = [told for told in results if isinstance(told, dict)]
    assert answers
    assert len({json.dumps(told) for told in answers}) == 1
    assert {told for told in results if isinstance(told, str)} <= {"upload_busy", "wrong_offset"}
    assert send(upload, b"", len(CONTENT)).answer == answers[0]


def run_all(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_files_of_forgotten_uploads_are_cleared(
    people: People, vankho_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, orphan = begun(people), uploading.uploads_directory() / ("0" * 32)
    orphan.write_bytes(b"x")
    assert tasks.clear_uploads(NOON) == 0
    for path in (orphan, uploading.file_of(kept)):
        os.utime(path, (0, 0))
    assert tasks.clear_uploads(NOON) == 1
    assert uploading.file_of(kept).exists()
    assert tasks.clear_uploads(NOON) == 0


def test_storage_that_fails_is_told_as_such(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begun(people)

    def broken(source: Any, target: Any) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", broken)
        with pytest.raises(StorageFailed):
            send(upload)
    assert send(upload, b"", len(CONTENT)).answer is not None
