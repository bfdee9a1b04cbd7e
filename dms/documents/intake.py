"""Taking a document in: the bytes are durable first, then one transaction, then the acknowledgement."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Sum

from dms.accounts.models import Unit, User, with_descendants
from dms.accounts.permissions import can_fill, check_may
from dms.accounts.roles import Verb
from dms.audit.operations import record
from dms.documents.access import access_keys
from dms.documents.models import AccessKey, Document, IdempotencyKey, Mode, Version
from dms.errors import Conflict, Denied, Invalid
from dms.lib.filenames import harmless
from dms.lib.ids import is_row_id
from dms.pipeline.operations import BULK, plan
from dms.storage.base import Blob, ObjectStore, StorageFailed, StorageFull


class LengthMissing(Invalid):
    """The request must say how long its body is (Content-Length)."""

    code = "length_missing"
    http_status = 411


class EmptyFile(Invalid):
    """The file is empty, so there is nothing to keep. Check it at its source and send it again."""

    code = "empty_file"


class TooLarge(Invalid):
    """The file is larger than {limit_mb} MB. Split it, or ask the operator to raise the limit."""

    code = "too_large"
    http_status = 413


class QuotaUsedUp(Denied):
    """Your share of the storage is used up, so nothing was kept. Ask the operator for more."""

    code = "quota_used_up"
    http_status = 413


class DuplicateFile(Conflict):
    """This file is held already, as document {document}. Open that one, or send it as a new version."""

    code = "duplicate_file"


class KeyReused(Invalid):
    """This idempotency key was used for another file; choose a new key."""

    code = "idempotency_key_reused"


class NoUnit(Invalid):
    """You belong to no unit yet, so nobody would own the document. Ask an administrator for one."""

    code = "no_unit"


class UnknownMode(Invalid):
    """There is no such mode of use: choose 01, 02 or 03."""

    code = "unknown_mode"


class ForeignUnit(Denied):
    """You may take documents in for your own unit and those below it only."""

    code = "foreign_unit"


class OnDuplicate(StrEnum):
    """What a channel does with bytes that the sender can see already."""

    REFUSE = "refuse"
    LINK = "link"  # answer with the existing document
    SEPARATE = "separate"  # a second document, and the answer names the first


@dataclass(frozen=True, slots=True)
class Channel:
    """A way in: its name, whether its documents wait behind fresh ones, and its duplicates policy."""

    name: str
    priority: int = 0
    on_duplicate: OnDuplicate = OnDuplicate.LINK


WEB = Channel("web")
API = Channel("api", on_duplicate=OnDuplicate.REFUSE)
FOLDER = Channel("folder", priority=BULK)
COMMAND = Channel("command", priority=BULK)
CHANNELS = {channel.name: channel for channel in (WEB, API, FOLDER, COMMAND)}


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a sender: the version that holds the bytes, and the document that did so before."""

    version: Version
    duplicate_of: Document | None = None
    repeated: bool = False  # the same idempotency key: nothing was taken in a second time

    @property
    def is_new(self) -> bool:
        """Whether a document was made."""
        return not self.repeated and (
            self.duplicate_of is None or self.duplicate_of.pk != self.version.document_id
        )


def check_length(size_bytes: int) -> None:
    """Refuse by the announced length, before a byte is read. Raises: EmptyFile, TooLarge, StorageFull."""
    if size_bytes == 0:
        raise EmptyFile
    if size_bytes > settings.INTAKE_MAX_BYTES:
        raise TooLarge(limit_mb=settings.INTAKE_MAX_BYTES // 1024**2)
    check_room(size_bytes)


def check_room(size_bytes: int) -> None:
    """Raises: StorageFull."""
    free = shutil.disk_usage(settings.VANKHO_DATA).free
    if free - size_bytes < settings.INTAKE_RESERVE_BYTES:
        raise StorageFull


def check_quota(user: User, size_bytes: int) -> None:
    """What this person holds, and this besides, must fit. Raises: QuotaUsedUp."""
    held = Version.objects.filter(created_by=user).aggregate(sum=Sum("size_bytes"))["sum"] or 0
    if held + size_bytes > settings.INTAKE_QUOTA_BYTES:
        raise QuotaUsedUp


def check_sender(user: User, *, unit: Unit | None, mode: str) -> Unit:
    """Refuse before a byte is read; the unit that will own the document.

    Raises: NotYourRole, NoUnit, ForeignUnit, UnknownMode.
    """
    check_may(user, Verb.UPLOAD)
    if mode not in Mode.values:
        raise UnknownMode
    return owning_unit(user, unit)


def store_chunks(chunks: Iterable[bytes], *, store: ObjectStore) -> Blob:
    """Hash while writing, then make durable. Raises: EmptyFile, TooLarge, StorageFull, StorageFailed."""
    with store.writer() as writer:
        for chunk in chunks:
            writer.write(chunk)
            if writer.size_bytes > settings.INTAKE_MAX_BYTES:
                raise TooLarge(limit_mb=settings.INTAKE_MAX_BYTES // 1024**2)
        if writer.size_bytes == 0:
            raise EmptyFile
        return writer.commit()


def store_file(path: Path, *, store: ObjectStore) -> Blob:
    """A local file copied into the store; the file itself stays."""
    check_length(path.stat().st_size)
    with path.open("rb") as file:
        return store_chunks(iter(lambda: file.read(1024 * 1024), b""), store=store)


def take_in(
    blob: Blob, *, untrusted_name: str, channel: Channel, by: User, at: datetime, store: ObjectStore,
    unit: Unit | None = None, mode: str = Mode.CONDITIONAL, key: str = "",
) -> Receipt:  # fmt: skip
    """Make a document of stored bytes: document, version, steps and ledger event in one transaction.

    Args:
        key: the sender's idempotency key; the same key gets the first answer again.

    Raises: NotYourRole, NoUnit, ForeignUnit, UnknownMode, QuotaUsedUp, DuplicateFile, KeyReused, StorageFailed.
    """
    owner = check_sender(by, unit=unit, mode=mode)
    check_quota(by, blob.size_bytes)
    make = partial(
        create_document, blob, filename=harmless(untrusted_name), unit=owner, mode=mode,
        channel=channel, by=by, at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            return answer(blob, key, make, unit=owner, channel=channel, by=by, at=at, store=store)
    except IntegrityError:  # the same key came twice at once, and the other request was first
        earlier = answered_before(key, blob, by=by)
        if earlier is None:
            raise
        return Receipt(earlier, repeated=True)


def answer(
    blob: Blob, key: str, make: Callable[[], Version], *, unit: Unit, channel: Channel, by: User,
    at: datetime, store: ObjectStore,
) -> Receipt:  # fmt: skip
    """What the sender is told, and the rows behind it; inside the caller's transaction."""
    if not store.exists(blob.sha256):  # the sweep came between; it holds the same lock
        raise StorageFailed
    earlier = answered_before(key, blob, by=by)
    if earlier is not None:
        return Receipt(earlier, repeated=True)
    twin = visible_twin(blob, user=by, unit=unit)
    receipt = meet_duplicate(twin, channel=channel, by=by, at=at) if twin else None
    if receipt is None:
        receipt = Receipt(make(), duplicate_of=twin.document if twin else None)
    if key:
        IdempotencyKey.objects.create(
            user=by, key=key, sha256=blob.sha256, version=receipt.version, created_at=at
        )
    return receipt


def unit_wanted(untrusted: str | int | None) -> Unit | None:
    """The unit that a sender names by its id. Raises: ForeignUnit, also when there is no such unit."""
    if untrusted is None or untrusted == "":
        return None
    unit = Unit.objects.filter(pk=untrusted).first() if is_row_id(str(untrusted)) else None
    if unit is None:
        raise ForeignUnit
    return unit


def owning_unit(user: User, wanted: Unit | None) -> Unit:
    """The unit that will own the document. Raises: NoUnit, ForeignUnit."""
    unit = wanted or user.unit
    if unit is None:
        raise NoUnit
    if not can_fill(user, unit):
        raise ForeignUnit
    return unit


def answered_before(key: str, blob: Blob, *, by: User) -> Version | None:
    """What this sender was told under the same key. Raises: KeyReused."""
    found = IdempotencyKey.objects.filter(user=by, key=key).select_related("version").first()
    if found is None or not key:
        return None
    if found.sha256 != blob.sha256:
        raise KeyReused
    return found.version


def visible_twin(blob: Blob, *, user: User, unit: Unit) -> Version | None:
    """The version that holds the same bytes in a standing document this person may see, if there is one.

    An old version counts, for it can be opened as well; one that is current is named first. A withdrawn
    document does not: whoever sent it to the wrong place sends it again to the right one.
    Behind the machine's actor stands the unit: what other units gave him is nothing that this one holds.
    """
    seen = Document.objects.standing().visible_to(user)
    if user.is_machine:
        seen = seen.filter(unit__in=with_descendants(unit.pk))
    twins = Version.objects.filter(sha256=blob.sha256, document__in=seen).select_related("document")
    return twins.order_by(F("current_of").asc(nulls_last=True), "created_at").first()


def meet_duplicate(twin: Version, *, channel: Channel, by: User, at: datetime) -> Receipt | None:
    """Apply the channel's policy; None lets a separate document be made. Raises: DuplicateFile."""
    if channel.on_duplicate is OnDuplicate.REFUSE:
        raise DuplicateFile(document=str(twin.document_id))
    record("documents.document.duplicate_met", target=twin.document, by=by, at=at)
    if channel.on_duplicate is OnDuplicate.SEPARATE:
        return None
    return Receipt(twin, duplicate_of=twin.document)


def create_document(
    blob: Blob, *, filename: str, unit: Unit, mode: str, channel: Channel, by: User, at: datetime
) -> Version:
    """The rows of a new document; inside the caller's transaction."""
    document = Document.objects.create(
        agency_id=unit.agency_id, unit=unit, created_by=by, created_at=at, mode=mode,
        channel=channel.name, title=filename,
    )  # fmt: skip
    version = Version.objects.create(
        document=document, sha256=blob.sha256, size_bytes=blob.size_bytes, filename=filename,
        created_by=by, created_at=at,
    )  # fmt: skip
    Document.objects.filter(pk=document.pk).update(current=version)
    document.current = version
    AccessKey.objects.bulk_create(
        AccessKey(document=document, key=key) for key in sorted(access_keys(document, ()))
    )
    plan(str(version.pk), "inspect", at=at, priority=channel.priority)
    record("documents.document.received", target=document, by=by, at=at, channel=channel.name)
    return version
