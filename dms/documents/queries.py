"""Page-sized reads over several models, as frozen values; all of them go through `visible_to`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from dms.accounts.models import User
from dms.documents.models import Document, Page, Rendition, Upload, Version, VersionState
from dms.errors import NotFound
from dms.lib.ids import sent_id

EXACT_COUNT = 10_000


@dataclass(frozen=True, slots=True)
class Count10k:
    """Exact up to 10,000, then "over 10,000"."""

    number: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """Some documents, and the id after which the following ones come."""

    documents: tuple[Document, ...]
    next: UUID | None


def visible_document(document_id: UUID | str, *, user: User) -> Document:
    """The document with its current version. Raises: NotFound when it is invisible or does not exist.

    Args:
        document_id: what a person or program sent; a text that is no UUID names nothing.
    """
    found = (
        Document.objects.visible_to(user)
        .select_related("current", "unit", "agency", "created_by")
        .filter(pk=sent_id(document_id))
        .first()
    )
    if found is None:
        raise NotFound
    return found


def visible_version(version_id: UUID | str, *, user: User) -> Version:
    """A version of a visible document, by whatever was sent as its id. Raises: NotFound."""
    found = (
        Version.objects.select_related("document", "document__current")
        .filter(pk=sent_id(version_id), document__in=Document.objects.visible_to(user))
        .first()
    )
    if found is None:
        raise NotFound
    return found


def count_up_to(documents: QuerySet[Document], limit: int = EXACT_COUNT) -> Count10k:
    """A count whose cost does not grow without end."""
    number = documents.order_by()[: limit + 1].count()
    return Count10k(min(number, limit), number <= limit)


def in_preparation(user: User) -> QuerySet[Document]:
    """What this person sent and is still being read, newest first."""
    states = [VersionState.RECEIVED, VersionState.READING]
    return newest(user).filter(created_by=user, current__state__in=states)


def needing_attention(user: User) -> QuerySet[Document]:
    """Visible documents whose reading stopped or that were locked."""
    states = [VersionState.QUARANTINED, VersionState.LOCKED]
    return newest(user).filter(current__state__in=states)


def newest(user: User) -> QuerySet[Document]:
    """Standing visible documents, newest first."""
    visible = Document.objects.visible_to(user).standing()
    return visible.select_related("current", "unit").order_by("-created_at", "-pk")


def newest_page(*, user: User, after: UUID | None, size: int) -> DocumentPage:
    """Standing visible documents by their ids, newest first, those after this one."""
    rows = newest(user).select_related("current__created_by").order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = tuple(rows[: size + 1])
    return DocumentPage(found[:size], found[size - 1].pk if len(found) > size else None)


def referenced_blobs(using: str = "default") -> Iterator[str]:
    """Every object that a row still needs; the sweep leaves these alone, and a backup holds them."""
    held: tuple[QuerySet[Any], ...] = (
        Version.objects.using(using),
        Rendition.objects.using(using),
        Upload.objects.using(using).exclude(sha256=""),
    )
    for rows in held:
        yield from rows.values_list("sha256", flat=True).iterator()


def is_referenced(sha256: str) -> bool:
    """Whether a row needs this object now."""
    models = (Version, Rendition, Upload)
    return any(model._default_manager.filter(sha256=sha256).exists() for model in models)


def stale_uploads(*, at: datetime, after: timedelta) -> QuerySet[Upload]:
    """Uploads that nobody went on with."""
    return Upload.objects.filter(created_at__lt=at - after)


def page_texts(version: Version) -> list[tuple[int, str]]:
    """Number and text of the pages that have some."""
    return list(Page.objects.filter(version=version).exclude(text="").values_list("number", "text"))
