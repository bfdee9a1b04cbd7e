"""Taking documents in: by API and folder, duplicates, limits, odd names, keys used again."""

import hashlib
import io
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from dms.accounts.operations import SETUP, create_user, operator, succeed_agency
from dms.accounts.permissions import can_fill
from dms.accounts.roles import Role
from dms.accounts.tokens import create_token
from dms.audit.models import Event
from dms.backends import backend
from dms.documents import folder, intake, operations
from dms.documents.intake import API, COMMAND, FOLDER, WEB, Channel, OnDuplicate
from dms.documents.models import Document, IdempotencyKey, Mode, Version
from dms.errors import DmsError, NotFound
from dms.lib.filenames import MAX_CHARS, harmless
from dms.pipeline.base import task
from dms.pipeline.models import Step
from dms.pipeline.operations import BULK
from dms.storage.base import StorageFailed
from tests.factories import a_document, taken_in
from tests.ledger import NOON
from tests.people import People, make_people

pytestmark = pytest.mark.usefixtures("vankho_data")
URL = "/api/v1/documents"


def post(client: Client, content: bytes, query: str = "", **headers: Any) -> Any:
    return client.post(
        f"{URL}?filename=a.txt{query}", content, content_type="application/octet-stream", **headers
    )


@pytest.fixture
def program(people: People) -> dict[str, str]:
    """The headers by which a program acts as the owner."""
    token = create_token(people.owner, name="scanner", by=people.owner, at=NOON)
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


def test_a_document_is_rows_steps_and_event_at_once(people: People) -> None:
    version = taken_in(b"content", by=people.owner).version
    document = Document.objects.get()
    assert (document.current, document.unit, document.agency) == (
        version, people.office, people.agency,
    )  # fmt: skip
    step = Step.objects.get()
    assert (step.target, step.name) == (str(version.pk), "inspect")
    assert step.priority == task("inspect").rank < BULK
    event = Event.objects.get(target=document.ledger_ref)
    assert (event.kind, event.actor) == ("documents.document.received", people.owner.actor_ref)
    assert backend("OBJECT_STORES").read(version.sha256) == b"content"


def test_a_program_sends_a_raw_body(client: Client, people: People, program: Any) -> None:
    response = post(client, b"raw", f"&unit={people.office.pk}&mode=01", **program)
    assert response.status_code == 201, response.content
    version = Version.objects.get(pk=response.json()["version"])
    assert version.sha256 == hashlib.sha256(b"raw").hexdigest()
    assert version.document.mode == Mode.OPEN


@pytest.mark.parametrize(
    ("query", "headers", "status", "code"),
    [
        ("", {"CONTENT_LENGTH": ""}, 411, "length_missing"),
        ("", {"CONTENT_LENGTH": "-5"}, 411, "length_missing"),
        ("", {"CONTENT_LENGTH": "٣"}, 411, "length_missing"),
        ("", {"CONTENT_LENGTH": str(2**41)}, 413, "too_large"),
        ("", {"CONTENT_LENGTH": "0"}, 422, "empty_file"),
        ("", {"CONTENT_LENGTH": "100", "wsgi.input": io.BytesIO(b"short")}, 400, "cut_off"),
        ("", {"HTTP_IDEMPOTENCY_KEY": "k" * 201}, 422, "idempotency_key_too_long"),
        ("&mode=99", {}, 422, "unknown_mode"),
        ("&unit=99999999", {}, 403, "foreign_unit"),
        ("&unit=x", {}, 422, "invalid"),
    ],
)
def test_a_refusal_keeps_nothing(
    client: Client, program: Any, query: str, headers: dict[str, Any], status: int, code: str
) -> None:
    response = post(client, b"x", query, **program, **headers)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert not Document.objects.exists()
    store = backend("OBJECT_STORES")
    assert list(store.names()) == []
    assert list(store.staging.iterdir()) == []


class Unread(io.BytesIO):
    """A body that must not be read."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("the body was read before the request was refused")


@pytest.mark.parametrize("role", [Role.READER, Role.ADMINISTRATOR])
def test_who_may_not_upload_is_told_before_the_body_is_read(
    client: Client, people: People, role: Role
) -> None:
    user = create_user(
        username="x", full_name="", unit=people.office, roles=[role], password=None, by=SETUP, at=NOON
    )  # fmt: skip
    token = create_token(user, name="t", by=user, at=NOON)
    unread: dict[str, Any] = {"CONTENT_LENGTH": "9", "wsgi.input": Unread()}
    response = post(client, b"", HTTP_AUTHORIZATION=f"Bearer {token}", **unread)
    assert (response.status_code, response.json()["code"]) == (403, "not_your_role")


def test_quota_and_size_are_settings(
    client: Client, program: Any, settings: Any, people: People
) -> None:
    settings.INTAKE_QUOTA_BYTES = 10
    assert post(client, b"12345", **program).status_code == 201
    assert post(client, b"123456", **program).json()["code"] == "quota_used_up"
    settings.INTAKE_MAX_BYTES = 3
    assert post(client, b"1234", **program).json()["code"] == "too_large"
    with pytest.raises(intake.TooLarge):
        intake.store_chunks([b"12", b"34"], store=backend("OBJECT_STORES"))
    settings.INTAKE_RESERVE_BYTES = 2**62
    assert post(client, b"1", **program).json()["code"] == "storage_full"
    assert Document.objects.count() == 1


def test_a_browsers_session_needs_the_csrf_token(people: People) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.owner)
    assert post(browser, b"x").status_code == 403
    assert not Document.objects.exists()


# -- duplicates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "documents", "is_new"),
    [(OnDuplicate.LINK, 1, False), (OnDuplicate.SEPARATE, 2, True)],
)
def test_known_bytes_name_the_document_that_holds_them(
    people: People, policy: OnDuplicate, documents: int, is_new: bool
) -> None:
    first = taken_in(b"same", by=people.owner)
    receipt = taken_in(b"same", by=people.colleague, channel=Channel("x", on_duplicate=policy))
    assert (receipt.is_new, receipt.duplicate_of) == (is_new, first.version.document)
    assert Document.objects.count() == documents


def test_the_api_refuses_known_bytes(client: Client, program: Any) -> None:
    first = post(client, b"same", **program).json()
    response = post(client, b"same", **program)
    assert response.status_code == 409
    assert response.json()["document"] == first["document"]


@pytest.mark.parametrize("channel", [WEB, API, FOLDER, COMMAND])
def test_what_the_sender_may_not_see_is_not_revealed(people: People, channel: Channel) -> None:
    hidden = a_document(b"same", by=people.owner)
    receipt = taken_in(b"same", by=people.stranger, channel=channel)
    assert receipt.is_new
    assert receipt.duplicate_of is None
    assert receipt.version.document_id != hidden.pk
    assert not Event.objects.filter(kind="documents.document.duplicate_met").exists()


def test_an_old_version_counts_as_held_and_a_withdrawn_document_does_not(people: People) -> None:
    document = a_document(b"one", by=people.owner)
    first = document.current
    assert first is not None
    blob = backend("OBJECT_STORES").put(b"two")
    operations.add_version(
        document, blob, parent=first, untrusted_name="b", major=False, comment="", by=people.owner,
        at=NOON,
    )  # fmt: skip
    receipt = taken_in(b"one", by=people.colleague)
    assert (receipt.is_new, receipt.version) == (False, first)
    document.refresh_from_db()
    operations.withdraw(document, reason="wrong unit", by=people.owner, at=NOON)
    assert taken_in(b"one", by=people.owner).is_new
    operations.restore(document, by=people.owner, at=NOON)
    assert not taken_in(b"two", by=people.owner).is_new


# -- repeated requests ----------------------------------------------------------------------------


def test_a_repeated_key_gets_the_first_answer(client: Client, program: Any) -> None:
    first = post(client, b"x", **program, HTTP_IDEMPOTENCY_KEY="k")
    again = post(client, b"x", **program, HTTP_IDEMPOTENCY_KEY="k")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"status": "repeated"}
    other = post(client, b"y", **program, HTTP_IDEMPOTENCY_KEY="k")
    assert other.json()["code"] == "idempotency_key_reused"
    assert Document.objects.count() == 1


def test_keys_are_their_senders_own(people: People) -> None:
    taken_in(b"x", by=people.owner, key="k")
    assert taken_in(b"y", by=people.stranger, key="k").is_new


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", ["k", ""])
def test_the_same_request_many_times_at_once_is_one_document(people: People, key: str) -> None:
    together, receipts = threading.Barrier(6), []

    def send() -> None:
        together.wait()
        receipts.append(taken_in(b"same", by=people.owner, key=key))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 6
    assert Document.objects.count() == Step.objects.count() == 1
    assert len({receipt.version.pk for receipt in receipts}) == 1
    assert sum(receipt.is_new for receipt in receipts) == 1


def test_a_key_that_another_request_took_first(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a database that lets both begin: the loser of the race gets the winner's answer."""
    real = intake.answered_before
    first = taken_in(b"x", by=people.owner, key="k")
    Document.objects.filter(pk=first.version.document_id).update(withdrawn_at=NOON)
    asked: list[int] = []

    def blind_at_first(key: str, blob: Any, *, by: Any) -> Any:
        asked.append(1)
        return None if len(asked) == 1 else real(key, blob, by=by)

    monkeypatch.setattr(intake, "answered_before", blind_at_first)
    receipt = taken_in(b"x", by=people.owner, key="k")
    assert (receipt.repeated, receipt.version) == (True, first.version)
    assert Document.objects.count() == 1


def test_swept_bytes_are_not_acknowledged(people: People) -> None:
    store = backend("OBJECT_STORES")
    blob = store.put(b"x")
    store.delete(blob.sha256)
    with pytest.raises(StorageFailed):
        intake.take_in(blob, untrusted_name="a", channel=WEB, by=people.owner, at=NOON, store=store)
    assert not Document.objects.exists()
    assert not IdempotencyKey.objects.exists()


# -- names ----------------------------------------------------------------------------------------


@given(st.text(max_size=400))
def test_any_name_becomes_harmless(name: str) -> None:
    clean = harmless(name)
    assert 1 <= len(clean) <= MAX_CHARS
    assert not set(clean) & set("/\\\0\n\r\u202e\u200b")
    assert clean == clean.strip()
    assert harmless(clean) == clean


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\scan\\công văn.pdf", "công văn.pdf"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\0b.pdf", "ab.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("...", "untitled"),
        ("", "untitled"),
    ],
)
def test_odd_names(people: People, name: str, clean: str) -> None:
    document = a_document(by=people.owner, name=name)
    assert document.title == clean


# -- the watched folder ---------------------------------------------------------------------------


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    root = tmp_path / "incoming"
    root.mkdir()
    return root


def scan(root: Path, people: People, stable_s: float = 0.0) -> int:
    return folder.take_in_folder(
        root, by=people.parent, at=NOON, store=backend("OBJECT_STORES"), stable_s=stable_s
    )


def test_a_complete_file_is_taken_in_and_leaves(people: People, incoming: Path) -> None:
    (incoming / "a.txt").write_bytes(b"a")
    place = incoming / people.elsewhere.name / "2026"
    place.mkdir(parents=True)
    (place / "b.txt").write_bytes(b"b")
    assert scan(incoming, people) == 2
    units = dict(Document.objects.values_list("title", "unit__name"))
    assert units == {"a.txt": people.root.name, "b.txt": people.elsewhere.name}
    assert [p for p in incoming.rglob("*") if p.is_file()] == []
    assert {step.priority for step in Step.objects.all()} == {BULK + task("inspect").rank}


def test_every_agency_has_its_folder(people: People, incoming: Path) -> None:
    other = make_people(organ_id="000.00.02.H02", name="UBND xã Khác")
    machine = operator(unit=people.root, at=NOON)
    for place in (
        "000.00.02.H02", "000.00.02.H02/Văn phòng/2026", f"{other.elsewhere.pk}", "Địa chính"
    ):  # fmt: skip
        (incoming / place).mkdir(parents=True, exist_ok=True)
        (incoming / place / "same.txt").write_bytes(b"the same bytes")
    nowhere = incoming / "000.00.02.H02" / "nowhere"
    nowhere.mkdir()
    (nowhere / "lost.txt").write_bytes(b"lost")
    store = backend("OBJECT_STORES")
    for _ in range(2):  # the second time, each unit has it already
        folder.take_in_folder(incoming, by=machine, at=NOON, store=store, stable_s=0.0)
        units = set(Document.objects.values_list("unit", flat=True))
        assert units == {other.root.pk, other.office.pk, other.elsewhere.pk, people.elsewhere.pk}
        assert Document.objects.count() == 4
        (incoming / "000.00.02.H02" / "same.txt").write_bytes(b"the same bytes")
    assert "nowhere" in (incoming / "refused" / "lost.txt.txt").read_text()
    assert Document.objects.visible_to(other.owner).get().unit == other.office
    assert Document.objects.visible_to(people.stranger).get().unit == people.elsewhere


def test_only_the_machine_fills_units_of_others(people: People) -> None:
    other = make_people(organ_id="000.00.02.H02", name="UBND xã Khác")
    machine = operator(unit=people.root, at=NOON)
    assert can_fill(machine, other.office)
    assert not Document.objects.visible_to(machine).filter(unit=other.office).exists()
    assert not can_fill(people.parent, other.office)
    machine.set_password("somebody signs in with this")
    assert not can_fill(machine, other.office)


def test_a_merged_agency_keeps_its_folder(people: People, incoming: Path) -> None:
    old = make_people(organ_id="000.00.03.H03", name="UBND xã Cũ")
    succeed_agency(old=old.agency, new=people.agency, by=SETUP, at=NOON)
    (incoming / "000.00.03.H03").mkdir()
    (incoming / "000.00.03.H03" / "a.txt").write_bytes(b"a")
    assert scan(incoming, people) == 1
    assert Document.objects.get().unit == old.root


def test_what_is_not_complete_stays(people: People, incoming: Path, tmp_path: Path) -> None:
    for name in (".hidden", "~$a.docx", "a.pdf.part", "b.tmp"):
        (incoming / name).write_bytes(b"x")
    (incoming / "link.txt").symlink_to(tmp_path / "data")
    young = incoming / "young.txt"
    young.write_bytes(b"x")
    assert scan(incoming, people, stable_s=60) == 0
    with young.open("ab") as writer:
        writer.write(b"y")
        writer.flush()
        assert scan(incoming, people) == 0, "it is open for writing"
    assert scan(incoming, people) == 1
    assert not Document.objects.exclude(title="young.txt").exists()


def test_a_file_that_changes_while_it_is_read_stays(
    people: People, incoming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = incoming / "a.txt"
    path.write_bytes(b"half")
    real = intake.store_chunks

    def slow(chunks: Any, *, store: Any) -> Any:
        blob = real(chunks, store=store)
        time.sleep(0.01)
        path.write_bytes(b"half and half")
        return blob

    with monkeypatch.context() as patched:
        patched.setattr(folder, "store_chunks", slow)
        assert scan(incoming, people) == 0
    assert not Document.objects.exists()
    assert scan(incoming, people) == 1
    assert backend("OBJECT_STORES").read(Version.objects.get().sha256) == b"half and half"


def test_a_refused_file_is_set_aside_with_the_reason(people: People, incoming: Path) -> None:
    (incoming / "empty.txt").write_bytes(b"")
    (incoming / "no such unit").mkdir()
    (incoming / "no such unit" / "a.txt").write_bytes(b"a")
    assert scan(incoming, people) == 2
    (incoming / "empty.txt").write_bytes(b"")
    assert scan(incoming, people) == 1
    aside = sorted(path.name for path in (incoming / "refused").iterdir())
    assert aside == ["2 empty.txt", "2 empty.txt.txt", "a.txt", "a.txt.txt", "empty.txt", "empty.txt.txt"]  # fmt: skip
    assert "no such unit" in (incoming / "refused" / "a.txt.txt").read_text()
    assert scan(incoming, people) == 0
    assert not Document.objects.exists()


def test_a_reason_is_never_written_over_a_refused_file(people: People, incoming: Path) -> None:
    refused = incoming / "refused"
    refused.mkdir()
    (refused / "b.txt").symlink_to(incoming.parent / "elsewhere")
    (incoming / "no such unit").mkdir()
    for name in ("a.txt", "a", "b"):
        (incoming / "no such unit" / name).write_text(f"content of {name}")
        assert scan(incoming, people) == 1
    aside = [path.read_text() for path in refused.iterdir() if path.is_file()]
    assert sorted(text for text in aside if text.startswith("content")) == [
        "content of a", "content of a.txt", "content of b",
    ]  # fmt: skip
    assert not (incoming.parent / "elsewhere").exists()


def test_a_full_disk_lets_the_file_wait(
    people: People, incoming: Path, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    (incoming / "a.txt").write_bytes(b"a")
    settings.INTAKE_RESERVE_BYTES = 2**62
    assert scan(incoming, people) == 0
    settings.INTAKE_RESERVE_BYTES = 0
    assert scan(incoming, people) == 1


def test_a_known_file_leaves_without_a_second_document(people: People, incoming: Path) -> None:
    taken_in(b"a", by=people.owner)
    (incoming / "a.txt").write_bytes(b"a")
    assert scan(incoming, people) == 1
    assert Document.objects.count() == 1


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize(
    "place", ["dms.documents.folder.copied", "dms.documents.folder.take_in", "pathlib.Path.unlink"]
)
@pytest.mark.parametrize("after", [False, True])
def test_a_scan_killed_anywhere_loses_and_doubles_nothing(
    people: People, incoming: Path, monkeypatch: pytest.MonkeyPatch, place: str, after: bool
) -> None:
    (incoming / "a.txt").write_bytes(b"a")
    module, _, name = place.rpartition(".")
    real = Path.unlink if module == "pathlib.Path" else getattr(folder, name)

    def kill(*args: Any, **options: Any) -> None:
        if name == "unlink" and args[0].parent != incoming:
            real(*args, **options)
            return
        if after:
            real(*args, **options)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(place, kill)
        with pytest.raises(Killed):
            scan(incoming, people)
    for document in Document.objects.all():  # nobody sees it by its bytes any more
        Document.objects.filter(pk=document.pk).update(withdrawn_at=NOON)
    scan(incoming, people)
    assert Document.objects.count() == 1
    assert list(incoming.iterdir()) == []


def test_one_scan_at_a_time(people: People, incoming: Path) -> None:
    (incoming / "a.txt").write_bytes(b"a")
    with folder.alone(incoming) as mine, folder.alone(incoming) as theirs:
        assert (mine, theirs) == (True, False)
        assert scan(incoming, people) == 0
    assert scan(incoming, people) == 1


def test_a_withdrawn_upload_can_come_back(people: People) -> None:
    document = a_document(by=people.owner)
    with pytest.raises(NotFound):
        operations.withdraw(document, reason="", by=people.stranger, at=NOON)
    operations.withdraw(document, reason="wrong scan", by=people.owner, at=NOON)
    assert not Document.objects.standing().exists()
    operations.restore(document, by=people.colleague, at=NOON)
    assert Document.objects.standing().get() == document
    kinds = list(Event.objects.about(document).values_list("kind", flat=True))
    assert kinds[:2] == ["documents.document.restored", "documents.document.withdrawn"]


def test_errors_are_of_the_domain() -> None:
    for error in (intake.EmptyFile, intake.TooLarge, intake.QuotaUsedUp, folder.UnknownFolder):
        assert issubclass(error, DmsError)
