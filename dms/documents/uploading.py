"""Resumable uploads: bytes are appended and synced, then the whole is taken in like any other file."""

import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction

from dms.accounts.models import Unit, User
from dms.accounts.permissions import check_may
from dms.accounts.roles import Verb
from dms.documents.intake import WEB, check_length, check_quota, take_in
from dms.documents.models import Mode, Upload, Version
from dms.documents.operations import add_version
from dms.documents.queries import visible_document, visible_version
from dms.errors import Conflict, Invalid, NotFound
from dms.lib.filenames import harmless
from dms.storage.base import Blob, ObjectStore, StorageFailed
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


@dataclass(frozen=True, slots=True)
class Arrived:
    """Where an upload stands after a request; `answer` when it is complete."""

    upload: Upload
    answer: dict[str, Any] | None


def begin_upload(
    *, length_bytes: int, untrusted_name: str, wishes: dict[str, str], by: User, at: datetime
) -> Upload:
    """Open an upload. Raises: NotYourRole, EmptyFile, TooLarge, QuotaUsedUp, StorageFull."""
    check_may(by, Verb.UPLOAD)
    check_length(length_bytes)
    check_quota(by, length_bytes)
    upload = Upload(
        user=by, filename=harmless(untrusted_name), length_bytes=length_bytes, created_at=at,
        wishes={name: str(value)[:500] for name, value in wishes.items() if name in WISHES},
    )  # fmt: skip
    try:
        file_of(upload).parent.mkdir(parents=True, exist_ok=True)
        file_of(upload).touch()
    except OSError as error:
        refuse(error)
    upload.save()
    return upload


def file_of(upload: Upload) -> Path:
    """Where the bytes grow: on the file system of the objects, so that the last step is a rename."""
    return Path(settings.VANKHO_DATA) / "objects" / "uploads" / upload.pk.hex


def own_upload(upload_id: UUID, *, user: User) -> Upload:
    """An upload is visible to the one who began it. Raises: NotFound."""
    found = Upload.objects.filter(pk=upload_id, user=user).first()
    if found is None:
        raise NotFound
    return found


def append(
    upload: Upload, stream: BinaryIO, *, offset_bytes: int, at: datetime, store: ObjectStore
) -> Arrived:
    """Append bytes where the upload stands; with the last byte the file is taken in.

    A connection that breaks keeps what has come. A repeated last request gets the first answer again.

    Raises: WrongOffset, UploadBusy, TooManyBytes, StorageFull, and whatever `take_in` raises.
    """
    if offset_bytes != upload.offset_bytes:
        raise WrongOffset(offset=upload.offset_bytes)
    if not upload.sha256:
        write_at(upload, stream)
    if upload.offset_bytes < upload.length_bytes:
        return Arrived(upload, None)
    return Arrived(upload, complete(upload, at=at, store=store))


def write_at(upload: Upload, stream: BinaryIO) -> None:
    """Write and sync what the stream gives, then record how far it came; also when it breaks."""
    try:
        descriptor = os.open(file_of(upload), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        refuse(error)
    with os.fdopen(descriptor, "rb+") as file:
        lock(descriptor)
        seen = upload.offset_bytes
        upload.refresh_from_db(fields=["offset_bytes"])
        if seen != upload.offset_bytes:  # another request came between the look and the lock
            raise WrongOffset(offset=upload.offset_bytes)
        file.truncate(
            upload.offset_bytes
        )  # bytes beyond the recorded place were never acknowledged
        file.seek(upload.offset_bytes)
        try:
            for chunk in chunks(stream):
                if file.tell() + len(chunk) > upload.length_bytes:
                    raise TooManyBytes
                file.write(chunk)
        except OSError as error:
            refuse(error)
        finally:
            settle(upload, file)


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The body until its end or until the connection breaks."""
    while True:
        try:
            chunk = stream.read(CHUNK_BYTES)
        except OSError:
            return  # the client went away; it will come back and ask where to go on
        if not chunk:
            return
        yield chunk


def settle(upload: Upload, file: BinaryIO) -> None:
    """Make the appended bytes durable before their number is recorded."""
    try:
        file.flush()
        os.fsync(file.fileno())
    except OSError as error:
        refuse(error)
    upload.offset_bytes = file.tell()
    Upload.objects.filter(pk=upload.pk).update(offset_bytes=upload.offset_bytes)


def lock(descriptor: int) -> None:
    """One writer per upload. Raises: UploadBusy."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise UploadBusy from error


def complete(upload: Upload, *, at: datetime, store: ObjectStore) -> dict[str, Any]:
    """All bytes are here: name them by content, take them in, and remember the answer."""
    if upload.answer:
        return dict(upload.answer)
    if not upload.sha256:
        blob = store.adopt(file_of(upload)) if file_of(upload).exists() else lost(upload)
        Upload.objects.filter(pk=upload.pk).update(sha256=blob.sha256)
        upload.sha256 = blob.sha256
    blob = Blob(upload.sha256, upload.length_bytes)
    with transaction.atomic():
        version, answer = taken_in(upload, blob, at=at, store=store)
        Upload.objects.filter(pk=upload.pk).update(answer=answer, version=version)
    return answer


def lost(upload: Upload) -> Blob:
    """The file was adopted just before a crash: the row does not know its name, so send again."""
    Upload.objects.filter(pk=upload.pk).update(offset_bytes=0)
    raise StorageFailed


def taken_in(
    upload: Upload, blob: Blob, *, at: datetime, store: ObjectStore
) -> tuple[Version, dict[str, Any]]:
    """A new document, or a new version where the client named a document and the parent it builds on."""
    wishes, by = upload.wishes, upload.user
    if wishes.get("document"):
        document = visible_document(wishes["document"], user=by)
        parent = visible_version(wishes.get("parent", ""), user=by)
        version = add_version(
            document, blob, parent=parent, untrusted_name=upload.filename,
            major=wishes.get("major") == "1", comment=wishes.get("comment", ""), by=by, at=at,
        )  # fmt: skip
        return version, answer_of(version, "received")
    unit = (
        Unit.objects.filter(pk=wishes["unit"]).first()
        if wishes.get("unit", "").isdecimal()
        else None
    )
    mode = wishes.get("mode") or Mode.CONDITIONAL
    receipt = take_in(
        blob, untrusted_name=upload.filename, channel=WEB, by=by, at=at, store=store, unit=unit,
        mode=mode if mode in Mode.values else Mode.CONDITIONAL,
    )  # fmt: skip
    status = "received" if receipt.is_new else "duplicate"
    return receipt.version, answer_of(receipt.version, status)


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
