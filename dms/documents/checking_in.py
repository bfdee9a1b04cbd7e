"""Checking in from a form: the bytes are held first, so that losing a race costs nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dms.accounts.models import User
from dms.accounts.permissions import check_may
from dms.accounts.roles import Verb
from dms.documents.intake import check_length, check_quota, store_chunks
from dms.documents.models import Document, Upload, Version
from dms.documents.queries import visible_version
from dms.documents.uploading import check_in_again, complete, drop_upload
from dms.errors import NotFound
from dms.lib.filenames import harmless
from dms.storage.base import ObjectStore


@dataclass(frozen=True, slots=True)
class Sent:
    """A file out of a form."""

    chunks: Iterable[bytes]
    size_bytes: int
    untrusted_name: str


def check_in(
    document: Document, sent: Sent, *, parent: str, major: bool, comment: str, by: User,
    at: datetime, store: ObjectStore,
) -> None:  # fmt: skip
    """A new version out of a form's file. When somebody was faster, the bytes wait in `held_uploads`.

    Raises: NotYourRole, NotFound, ReadOnly, Withdrawn, StaleVersion, EmptyFile, TooLarge, StorageFull.
    """
    check_may(by, Verb.CHECK_IN)
    check_length(sent.size_bytes)
    check_quota(by, sent.size_bytes)
    visible_version(parent, user=by)
    blob = store_chunks(sent.chunks, store=store)
    wishes = {"document": str(document.pk), "parent": parent, "comment": comment[:500]}
    upload = Upload.objects.create(
        user=by, filename=harmless(sent.untrusted_name), length_bytes=blob.size_bytes,
        offset_bytes=blob.size_bytes, sha256=blob.sha256, created_at=at,
        wishes=wishes | ({"major": "1"} if major else {}),
    )  # fmt: skip
    complete(upload, at=at, store=store)
    drop_upload(upload)


def check_in_held(
    document: Document, upload: Upload, *, parent: Version, at: datetime, store: ObjectStore
) -> None:
    """The held bytes on top of the version that the person has now seen.

    Raises: NotFound, ReadOnly, Withdrawn, StaleVersion (once more).
    """
    check_belongs(upload, document)
    check_in_again(upload, parent=parent, at=at, store=store)
    drop_upload(upload)


def held_uploads(document: Document, *, user: User) -> list[Upload]:
    """Files of this person that came too late to be checked in."""
    mine = Upload.objects.filter(user=user, version=None).exclude(sha256="")
    return list(mine.filter(wishes__document=str(document.pk)).order_by("created_at"))


def drop_held(document: Document, upload: Upload) -> None:
    """Forget a held file. Raises: NotFound."""
    check_belongs(upload, document)
    drop_upload(upload)


def check_belongs(upload: Upload, document: Document) -> None:
    """Raises: NotFound when the upload is for another document, or was taken in already."""
    if upload.wishes.get("document") != str(document.pk) or upload.version_id is not None:
        raise NotFound
