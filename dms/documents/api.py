"""The API of documents: raw bodies in, typed JSON out; the same operations as the pages."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from dms.accounts.models import User
from dms.accounts.permissions import check_may
from dms.accounts.requiring import signed_in
from dms.accounts.roles import Verb
from dms.documents import intake, operations, queries, secrecy, sharing
from dms.documents.models import Document, Mode, Version
from dms.documents.models.document import METADATA
from dms.documents.permissions import check_change
from dms.documents.views import files
from dms.errors import Invalid, NotFound
from dms.storage.base import Blob
from dms.storage.default import store

router = Router(tags=["documents"])
CHUNK_BYTES = 256 * 1024
KEY_CHARS = 200


class CutOff(Invalid):
    """The body ended before its announced length; nothing was kept. Send it again."""

    code = "cut_off"
    http_status = 400


class KeyTooLong(Invalid):
    """The Idempotency-Key is longer than 200 characters; choose a shorter one."""

    code = "idempotency_key_too_long"


class VersionOut(Schema):
    """One content state."""

    id: UUID
    label: str
    sha256: str
    size_bytes: int
    filename: str
    media_type: str
    state: str
    pages: int
    created_at: datetime
    created_by: str
    comment: str


class DocumentOut(Schema):
    """A document with its current version."""

    id: UUID
    title: str
    state: str
    mode: str
    unit: int
    created_at: datetime
    withdrawn: bool
    metadata: dict[str, str | date | None]
    current: VersionOut


class Received(Schema):
    """The answer to an upload: where the bytes are held."""

    status: str
    document: UUID
    version: UUID
    duplicate_of: UUID | None = None


class DocumentsOut(Schema):
    """A page of documents; `next` is the cursor of the following page."""

    documents: list[DocumentOut]
    next: UUID | None


def column(name: str) -> Any:
    """A field that takes no more characters than its column."""
    return Field(None, max_length=getattr(Document._meta.get_field(name), "max_length", None))


class MetadataIn(Schema):
    """Descriptive fields to change; absent ones stay."""

    type_name: str | None = column("type_name")
    code_number: str | None = column("code_number")
    code_notation: str | None = column("code_notation")
    issued_on: date | None = None
    organ_name: str | None = column("organ_name")
    subject: str | None = column("subject")
    place: str | None = column("place")
    signing_capacity: str | None = column("signing_capacity")
    signer_position: str | None = column("signer_position")
    signer_name: str | None = column("signer_name")
    language: str | None = column("language")
    description: str | None = column("description")


class ReasonIn(Schema):
    """Why something is done."""

    reason: str = ""


class ModeIn(Schema):
    """Chế độ sử dụng: 01, 02 or 03."""

    mode: str


class GrantIn(Schema):
    """To whom: user or unit by id, role by name."""

    subject: str
    name: str


def body(request: HttpRequest, *, by: User) -> Blob:
    """Stream the raw body into the store.

    Raises: LengthMissing, CutOff, EmptyFile, TooLarge, QuotaUsedUp, StorageFull.
    """
    intake.check_length(announced(request))
    intake.check_quota(by, announced(request))
    return intake.store_chunks(chunks(request, announced(request)), store=store())


def announced(request: HttpRequest) -> int:
    """How long the body will be. Raises: LengthMissing."""
    told = request.headers.get("Content-Length", "")
    if not (told.isascii() and told.isdecimal()):
        raise intake.LengthMissing
    return int(told)


def idempotency_key(request: HttpRequest) -> str:
    """The sender's key. Raises: KeyTooLong."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > KEY_CHARS:
        raise KeyTooLong
    return key


def chunks(request: HttpRequest, length: int) -> Iterator[bytes]:
    """The body piece by piece, complete or not at all. Raises: CutOff."""
    came = 0
    while came < length:
        try:
            chunk = request.read(CHUNK_BYTES)
        except OSError as error:
            raise CutOff from error
        if not chunk:
            raise CutOff
        came += len(chunk)
        yield chunk


def version_out(version: Version) -> dict[str, Any]:
    """A version as the API tells it."""
    return {
        "id": version.pk, "label": version.label, "sha256": version.sha256,
        "size_bytes": version.size_bytes, "filename": version.filename,
        "media_type": version.media_type, "state": version.state, "pages": version.page_count,
        "created_at": version.created_at, "created_by": str(version.created_by),
        "comment": version.comment,
    }  # fmt: skip


def document_out(document: Document) -> dict[str, Any]:
    """A document as the API tells it."""
    current = document.current
    if current is None:
        raise NotFound
    return {
        "id": document.pk, "title": document.title, "state": current.state, "mode": document.mode,
        "unit": document.unit_id, "created_at": document.created_at,
        "withdrawn": document.withdrawn_at is not None,
        "metadata": {name: getattr(document, name) for name in METADATA},
        "current": version_out(current),
    }  # fmt: skip


@router.post("", response={201: Received, 200: Received}, summary="Take in a document (raw body)")
def post_document(
    request: HttpRequest, filename: str = "", unit: int | None = None, mode: str = Mode.CONDITIONAL
) -> Status[dict[str, Any]]:
    """The body is the file. Header `Idempotency-Key` makes a repeated request harmless."""
    by, owner = signed_in(request), intake.unit_wanted(unit)
    intake.check_sender(by, unit=owner, mode=mode)
    key = idempotency_key(request)
    receipt = intake.take_in(
        body(request, by=by), untrusted_name=filename, channel=intake.API, by=by,
        at=timezone.now(), store=store(), unit=owner, mode=mode, key=key,
    )  # fmt: skip
    answer = {
        "status": "received" if receipt.is_new else "repeated" if receipt.repeated else "duplicate",
        "document": receipt.version.document_id,
        "version": receipt.version.pk,
        "duplicate_of": receipt.duplicate_of.pk if receipt.duplicate_of else None,
    }
    return Status(201 if receipt.is_new else 200, answer)


@router.get("", response=DocumentsOut, summary="Visible documents, newest first")
def list_documents(
    request: HttpRequest, after: UUID | None = None, limit: int = 50
) -> dict[str, Any]:
    """Paged by key: pass `next` as `after`."""
    page = queries.newest_page(user=signed_in(request), after=after, size=max(1, min(limit, 200)))
    return {"documents": [document_out(one) for one in page.documents], "next": page.next}


@router.get("/{document_id}", response=DocumentOut, summary="One document")
def get_document(request: HttpRequest, document_id: UUID) -> dict[str, Any]:
    """Metadata and current version."""
    return document_out(queries.visible_document(document_id, user=signed_in(request)))


@router.patch("/{document_id}", response=DocumentOut, summary="Change the description")
def patch_document(request: HttpRequest, document_id: UUID, changes: MetadataIn) -> dict[str, Any]:
    """Only the fields given are changed, as one revision."""
    document = queries.visible_document(document_id, user=signed_in(request))
    given = changes.dict(exclude_unset=True)
    values = {n: v if v is not None or n == "issued_on" else "" for n, v in given.items()}
    operations.edit_metadata(document, values, by=signed_in(request), at=timezone.now())
    return document_out(queries.visible_document(document_id, user=signed_in(request)))


@router.get("/{document_id}/versions", response=list[VersionOut], summary="All versions")
def list_versions(request: HttpRequest, document_id: UUID) -> list[dict[str, Any]]:
    """Oldest first."""
    document = queries.visible_document(document_id, user=signed_in(request))
    versions = document.versions.select_related("created_by").order_by("major", "minor")
    return [version_out(version) for version in versions]


@router.post(
    "/{document_id}/versions", response={201: VersionOut}, summary="Check in a version (raw body)"
)
def post_version(
    request: HttpRequest, document_id: UUID, parent: UUID, filename: str = "", major: bool = False,
    comment: str = "",
) -> Status[dict[str, Any]]:  # fmt: skip
    """On top of `parent`; 409 when somebody was faster."""
    user = signed_in(request)
    document = queries.visible_document(document_id, user=user)
    check_change(user, document, Verb.CHECK_IN)  # before the body is read
    version = operations.add_version(
        document, body(request, by=user), parent=queries.visible_version(parent, user=user),
        untrusted_name=filename or "untitled", major=major, comment=comment[:500], by=user,
        at=timezone.now(),
    )  # fmt: skip
    return Status(201, version_out(version))


@router.post("/{document_id}/withdraw", response=DocumentOut, summary="Withdraw a wrong upload")
def withdraw(request: HttpRequest, document_id: UUID, given: ReasonIn) -> dict[str, Any]:
    """Out of lists and search; nothing is purged."""
    document = queries.visible_document(document_id, user=signed_in(request))
    operations.withdraw(document, reason=given.reason, by=signed_in(request), at=timezone.now())
    return get_document(request, document_id)


@router.post("/{document_id}/restore", response=DocumentOut, summary="Undo a withdrawal")
def restore(request: HttpRequest, document_id: UUID) -> dict[str, Any]:
    """Back in lists and search."""
    document = queries.visible_document(document_id, user=signed_in(request))
    operations.restore(document, by=signed_in(request), at=timezone.now())
    return get_document(request, document_id)


@router.put("/{document_id}/mode", response=DocumentOut, summary="Change who may see it")
def put_mode(request: HttpRequest, document_id: UUID, given: ModeIn) -> dict[str, Any]:
    """01 open, 02 conditional, 03 secret."""
    document = queries.visible_document(document_id, user=signed_in(request))
    sharing.set_mode(document, given.mode, by=signed_in(request), at=timezone.now())
    document.mode = given.mode  # a last look, though the new mode may close it to this person
    return document_out(document)


@router.post("/{document_id}/grants", response={204: None}, summary="Let somebody read it")
def post_grant(request: HttpRequest, document_id: UUID, given: GrantIn) -> Status[None]:
    """To a person, a unit or a role."""
    document = queries.visible_document(document_id, user=signed_in(request))
    sharing.grant(document, given.subject, given.name, by=signed_in(request), at=timezone.now())
    return Status(204, None)


@router.post("/{document_id}/judge", response=DocumentOut, summary="Open a locked document")
def judge(request: HttpRequest, document_id: UUID, given: ReasonIn) -> dict[str, Any]:
    """For a leader of its units, who is to say whether a secrecy mark is one."""
    user = signed_in(request)
    secrecy.open_to_judge(document_id, reason=given.reason, by=user, at=timezone.now())
    return get_document(request, document_id)


@router.post(
    "/versions/{version_id}/clear-mark", response=VersionOut, summary="A secrecy mark is none"
)
def clear_mark(request: HttpRequest, version_id: UUID, given: ReasonIn) -> dict[str, Any]:
    """The version is read again, whatever stands on it, and its document unlocked."""
    user = signed_in(request)
    check_may(user, Verb.JUDGE_SECRECY)
    version = queries.visible_version(version_id, user=user)
    secrecy.clear_mark(version, reason=given.reason, by=user, at=timezone.now())
    return version_out(version)


@router.get("/versions/{version_id}/file", summary="Download the original", include_in_schema=True)
def download(request: HttpRequest, version_id: UUID) -> HttpResponseBase:
    """The untouched bytes, or a part of them."""
    return files.download(request, version_id)
