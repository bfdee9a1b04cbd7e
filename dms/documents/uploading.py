"""Resumable uploads: bytes are appended and synced, then the whole is taken in like any other file."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from dms.accounts.models import User
from dms.accounts.roles import Verb
from dms.documents.intake import (
    WEB,
    check_length,
    check_quota,
    check_sender,
    take_in,
    unit_wanted,
)
from dms.documents.models import Document, Mode, Upload, Version
from dms.documents.operations import add_version
from dms.documents.permissions import check_change
from dms.documents.queries import visible_document, visible_version
from dms.errors import Conflict, Invalid, NotFound
from dms.lib.durable import make_directories, sync_directory
from dms.lib.filenames import harmless
from dms.storage.base import Blob, ObjectStore
from dms.storage.filesystem import refuse

CHUNK_BYTES = 256 * 1024
WISHES = frozenset({"unit", "mode", "document", "parent", "major", "comment"})


class WrongOffset(Conflict):
    """The upload stands at another place ({offset}); ask where it stands, then go on from there."""

    code = "wrong_offset"


class UploadBusy(Conflict):
    """This upload is being written by another request; try again in a moment."""

    code = "upload_busy"
    http_status = 423


class TooManyBytes(Invalid):
    """More bytes came than were announced; start the upload anew."""

    code = "too_many_bytes"


class ChecksumWrong(Invalid):
    """The bytes arrived damaged and were not kept; send them again."""

    code = "checksum_wrong"
    http_status = 460  # as the protocol's checksum extension names it


class Body(Protocol):
    """What bytes are read from: a request, or a file."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end. Raises: OSError."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the sender says the bytes of one request hash to."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Arrived:
    """Where an upload stands after a request; `answer` when it is complete."""

    upload: Upload
    answer: dict[str, Any] | None


def begin_upload(
    *, length_bytes: int, untrusted_name: str, wishes: dict[str, str], by: User, at: datetime
) -> Upload:
    """Open an upload; what would be refused at its end is refused here.

    Raises: NotYourRole, NoUnit, ForeignUnit, UnknownMode, NotFound, ReadOnly, EmptyFile, TooLarge,
        QuotaUsedUp, StorageFull.
    """
    upload = Upload(
        user=by, filename=harmless(untrusted_name), length_bytes=length_bytes, created_at=at,
        wishes={name: str(value)[:500] for name, value in wishes.items() if name in WISHES},
    )  # fmt: skip
    if upload.wishes.get("document"):
        document, _parent = wanted_place(upload)
        check_change(by, document, Verb.CHECK_IN)
    else:
        check_sender(by, unit=unit_wanted(upload.wishes.get("unit")), mode=wanted_mode(upload))
    check_length(length_bytes)
    underway = Upload.objects.filter(user=by, version=None).aggregate(sum=Sum("length_bytes"))
    check_quota(by, length_bytes + (underway["sum"] or 0))
    make_file(upload)
    upload.save()
    return upload


def make_file(upload: Upload) -> None:
    """An empty file, so that the name stands before a byte is acknowledged."""
    path = file_of(upload)
    try:
        make_directories(path.parent, Path(settings.VANKHO_DATA))
        path.touch(mode=0o600)
        sync_directory(path.parent)
    except OSError as error:
        refuse(error)


def uploads_directory() -> Path:
    """Where bytes grow: on the file system of the objects, so that the last step is a rename."""
    return Path(settings.VANKHO_DATA) / "objects" / "uploads"


def file_of(upload: Upload) -> Path:
    """The file of an upload until its bytes are named by their content."""
    return uploads_directory() / upload.pk.hex


def own_upload(upload_id: UUID, *, user: User) -> Upload:
    """An upload is visible to the one who began it. Raises: NotFound."""
    found = Upload.objects.filter(pk=upload_id, user=user).first()
    if found is None:
        raise NotFound
    return found


def append(
    upload: Upload, stream: Body, *, offset_bytes: int, at: datetime, store: ObjectStore,
    checksum: Checksum | None = None,
) -> Arrived:  # fmt: skip
    """Append bytes where the upload stands; with the last byte the file is taken in.

    A connection that breaks keeps what has come. A repeated last request gets the first answer again.

    Raises: WrongOffset, UploadBusy, TooManyBytes, ChecksumWrong, StorageFull, and whatever `take_in` raises.
    """
    with held(upload) as descriptor:
        if descriptor is None and not (upload.sha256 and store.exists(upload.sha256)):
            start_over(upload)
        if offset_bytes != upload.offset_bytes:
            raise WrongOffset(offset=upload.offset_bytes)
        if descriptor is not None and not upload.sha256:
            write_at(upload, descriptor, stream, checksum)
        if upload.offset_bytes < upload.length_bytes:
            return Arrived(upload, None)
        if descriptor is not None:
            name_by_content(upload, store=store)
    return Arrived(upload, complete(upload, at=at, store=store))


@contextmanager
def held(upload: Upload) -> Iterator[int | None]:
    """Hold the upload's file against other requests, the row as it is then; None when it has gone its way.

    Raises: UploadBusy, NotFound, StorageFailed.
    """
    try:
        descriptor = os.open(file_of(upload), os.O_RDWR)
    except FileNotFoundError:
        refresh(upload)
        yield None
        return
    except OSError as error:
        refuse(error)
    try:
        lock(descriptor)
        refresh(upload)
        yield descriptor if file_of(upload).exists() else None
    finally:
        os.close(descriptor)


def refresh(upload: Upload) -> None:
    """The row as it is now. Raises: NotFound, when the upload was terminated meanwhile."""
    try:
        upload.refresh_from_db()
    except Upload.DoesNotExist as error:
        raise NotFound from error


def lock(descriptor: int) -> None:
    """One writer per upload. Raises: UploadBusy."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise UploadBusy from error


def start_over(upload: Upload) -> None:
    """Neither file nor object is there (somebody cleared the disk): the sender begins again."""
    upload.offset_bytes, upload.sha256 = 0, ""
    Upload.objects.filter(pk=upload.pk).update(offset_bytes=0, sha256="")
    make_file(upload)
    raise WrongOffset(offset=0)


def write_at(upload: Upload, descriptor: int, stream: Body, checksum: Checksum | None) -> None:
    """Write and sync what the stream gives, then record how far it came; also when it breaks."""
    start = upload.offset_bytes
    digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    place = start
    if os.fstat(descriptor).st_size < start:  # the disk has lost what it said it kept
        start_over(upload)
    try:
        os.ftruncate(descriptor, start)  # bytes beyond were never acknowledged
        os.lseek(descriptor, start, os.SEEK_SET)
        for chunk in chunks(stream):
            if place + len(chunk) > upload.length_bytes:
                raise TooManyBytes
            place += write_all(descriptor, chunk)
            if digest:
                digest.update(chunk)
    except OSError as error:
        refuse(error)
    finally:
        # a part with a checksum counts whole or not at all
        whole = digest is None or (checksum is not None and digest.digest() == checksum.digest)
        settle(upload, descriptor, place if whole else start)
    if not whole:
        raise ChecksumWrong


def write_all(descriptor: int, chunk: bytes) -> int:
    """All of it, though the system may take it in pieces; how many bytes."""
    rest = memoryview(chunk)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    return len(chunk)


def chunks(stream: Body) -> Iterator[bytes]:
    """The body until its end or until the connection breaks."""
    while True:
        try:
            chunk = stream.read(CHUNK_BYTES)
        except OSError:
            return  # the client went away; it will come back and ask where to go on
        if not chunk:
            return
        yield chunk


def settle(upload: Upload, descriptor: int, place: int) -> None:
    """Make the appended bytes durable before their number is recorded."""
    if place == upload.offset_bytes:
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        refuse(error)
    upload.offset_bytes = place
    Upload.objects.filter(pk=upload.pk).update(offset_bytes=place)


def name_by_content(upload: Upload, *, store: ObjectStore) -> None:
    """Move the complete file into the store; its name is recorded first, so that a crash finds it again."""
    if not upload.sha256:
        try:
            with file_of(upload).open("rb") as file:
                upload.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            refuse(error)
        Upload.objects.filter(pk=upload.pk).update(sha256=upload.sha256)
    store.adopt(file_of(upload))


def complete(upload: Upload, *, at: datetime, store: ObjectStore) -> dict[str, Any]:
    """All bytes are here: take them in, and remember the answer in the same transaction."""
    with transaction.atomic():
        row = Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk).first()
        if row is None:
            raise NotFound
        if row.answer:  # this request comes again, or came twice
            return dict(row.answer)
        version, answer = taken_in(upload, at=at, store=store)
        Upload.objects.filter(pk=upload.pk).update(answer=answer, version=version)
    return answer


def taken_in(upload: Upload, *, at: datetime, store: ObjectStore) -> tuple[Version, dict[str, Any]]:
    """A new document, or a new version where the client named a document and the parent it builds on."""
    wishes, by = upload.wishes, upload.user
    blob = Blob(upload.sha256, upload.length_bytes)
    if wishes.get("document"):
        document, parent = wanted_place(upload)
        version = add_version(
            document, blob, parent=parent, untrusted_name=upload.filename,
            major=wishes.get("major") == "1", comment=wishes.get("comment", ""), by=by, at=at,
        )  # fmt: skip
        return version, answer_of(version, "received")
    receipt = take_in(
        blob, untrusted_name=upload.filename, channel=WEB, by=by, at=at, store=store,
        unit=unit_wanted(upload.wishes.get("unit")), mode=wanted_mode(upload),
    )  # fmt: skip
    status = "received" if receipt.is_new else "duplicate"
    return receipt.version, answer_of(receipt.version, status)


def wanted_place(upload: Upload) -> tuple[Document, Version]:
    """The document to check in to and the version to build on. Raises: NotFound."""
    wishes, user = upload.wishes, upload.user
    document = visible_document(wishes.get("document", ""), user=user)
    return document, visible_version(wishes.get("parent", ""), user=user)


def wanted_mode(upload: Upload) -> str:
    """The mode wished for, as it was sent."""
    return str(upload.wishes.get("mode") or Mode.CONDITIONAL)


def answer_of(version: Version, status: str) -> dict[str, Any]:
    """What the client is told, now and when it asks again."""
    return {
        "status": status,
        "document": str(version.document_id),
        "version": str(version.pk),
        "url": f"/documents/{version.document_id}/",
    }


def check_in_again(
    upload: Upload, *, parent: Version, at: datetime, store: ObjectStore
) -> dict[str, Any]:
    """After somebody else won: the same kept bytes on top of the newer version."""
    upload.wishes = {**upload.wishes, "parent": str(parent.pk)}
    Upload.objects.filter(pk=upload.pk).update(wishes=upload.wishes)
    return complete(upload, at=at, store=store)


def drop_upload(upload: Upload) -> None:
    """Forget an upload and its bytes; a document made of it stays."""
    file_of(upload).unlink(missing_ok=True)
    upload.delete()
