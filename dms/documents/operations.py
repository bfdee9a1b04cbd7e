"""What people do to documents: describe, withdraw, restore, check in. One verb, one transaction each."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import reversion
from django.db import IntegrityError, models, transaction

from dms.accounts.models import User
from dms.accounts.roles import Verb
from dms.audit.base import Actor
from dms.audit.operations import record
from dms.documents.indexing import reindex
from dms.documents.models import (
    Document,
    Page,
    Rendition,
    Suggestion,
    SuggestionState,
    Version,
    VersionState,
)
from dms.documents.models.document import METADATA
from dms.documents.permissions import check_change
from dms.errors import Conflict, Invalid, NotFound
from dms.lib.filenames import harmless
from dms.pipeline.operations import plan
from dms.storage.base import Blob


class StaleVersion(Conflict):
    """Somebody checked in a newer version meanwhile ({current}). Look at it, then check in on top of it."""

    code = "stale_version"


class StaleDescription(Conflict):
    """Somebody changed the description meanwhile. Your entries are kept below; compare and save again."""

    code = "stale_description"


class Withdrawn(Conflict):
    """The document is withdrawn; restore it first."""

    code = "withdrawn"


class NotADate(Invalid):
    """This is not a date: write it as 15/09/2023 or 2023-09-15."""

    code = "not_a_date"


class UnknownField(Invalid):
    """There is no field {field}."""

    code = "unknown_field"


def edit_metadata(
    document: Document, changes: Mapping[str, Any], *, by: User, at: datetime,
    seen: Mapping[str, Any] | None = None, comment: str = "",
) -> Document:  # fmt: skip
    """Change descriptive fields as one revision.

    Args:
        seen: the values the person saw; a field that another changed since is not overwritten.

    Raises: NotFound, ReadOnly, UnknownField, StaleDescription.
    """
    check_change(by, document, Verb.DESCRIBE)
    return describe(document, changes, by=by, at=at, seen=seen, comment=comment)


def describe(
    document: Document, changes: Mapping[str, Any], *, by: Actor, at: datetime,
    seen: Mapping[str, Any] | None = None, comment: str = "", priority: int = 0,
) -> Document:  # fmt: skip
    """As `edit_metadata`, for actors who need no permission (the reading steps)."""
    for name in changes:
        if name not in METADATA:
            raise UnknownField(field=name)
    with transaction.atomic(), reversion.create_revision():
        document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        differing = {n: v for n, v in changes.items() if getattr(document, n) != v}
        if any(getattr(document, n) != seen[n] for n in differing if seen and n in seen):
            raise StaleDescription
        if not differing:
            return document
        for name, value in differing.items():
            setattr(document, name, value)
        filename = document.current.filename if document.current else ""
        document.title = document.composed_title(filename)[:700]
        document.save(update_fields=[*differing, "title"])
        reversion.set_comment(comment)
        if isinstance(by, User):
            reversion.set_user(by)
            record(
                "documents.document.described", target=document, by=by, at=at,
                fields=" ".join(sorted(differing)),
            )  # fmt: skip
        reindex(document.pk, at=at, priority=priority)
    return document


def decide_suggestion(
    suggestion: Suggestion, *, accept: bool, by: User, at: datetime, value: Any = None
) -> None:
    """Confirm a suggested field (with the value as it stands in the document), or dismiss it."""
    document = suggestion.document
    check_change(by, document, Verb.DESCRIBE)
    state = SuggestionState.ACCEPTED if accept else SuggestionState.DISMISSED
    with transaction.atomic():
        moved = Suggestion.objects.filter(pk=suggestion.pk, state=SuggestionState.OPEN).update(
            state=state
        )
        if not moved:
            return
        kind = f"documents.suggestion.{state}"
        record(kind, target=document, by=by, at=at, field=suggestion.name)
        given = parsed(suggestion.name, suggestion.value)
        if accept and not getattr(document, suggestion.name):
            describe(document, {suggestion.name: given}, by=by, at=at)
        if not accept and getattr(document, suggestion.name) == given:
            describe(document, {suggestion.name: empty(suggestion.name)}, by=by, at=at)


def parsed(name: str, value: str) -> Any:
    """A suggestion's text as the field's type."""
    if name != "issued_on":
        column = Document._meta.get_field(name)
        assert isinstance(column, models.CharField)  # noqa: S101  # as all of METADATA but the date
        return value[: column.max_length]
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise NotADate from error


def empty(name: str) -> Any:
    """The value of a field that is not known."""
    return None if name == "issued_on" else ""


def withdraw(document: Document, *, reason: str, by: User, at: datetime) -> None:
    """Take a wrong upload out of lists and search; nothing is purged. Raises: NotFound, ReadOnly."""
    check_change(by, document, Verb.WITHDRAW)
    with transaction.atomic():
        moved = Document.objects.filter(pk=document.pk, withdrawn_at=None).update(
            withdrawn_at=at, withdrawn_by=by, withdrawn_reason=reason[:300]
        )
        if moved:
            record("documents.document.withdrawn", target=document, by=by, at=at)
            reindex(document.pk, at=at, access=True)


def restore(document: Document, *, by: User, at: datetime) -> None:
    """Undo a withdrawal. Raises: NotFound, ReadOnly."""
    check_change(by, document, Verb.WITHDRAW)
    with transaction.atomic():
        moved = Document.objects.filter(pk=document.pk, withdrawn_at__isnull=False).update(
            withdrawn_at=None, withdrawn_by=None, withdrawn_reason=""
        )
        if moved:
            record("documents.document.restored", target=document, by=by, at=at)
            reindex(document.pk, at=at)


def add_version(
    document: Document, blob: Blob, *, parent: Version, untrusted_name: str, major: bool,
    comment: str, by: User, at: datetime,
) -> Version:  # fmt: skip
    """Check in new content on top of a version; of two people on one parent, one wins.

    Raises: NotFound, ReadOnly, Withdrawn, StaleVersion.
    """
    with transaction.atomic():
        version = next_version(
            document, parent=parent, sha256=blob.sha256, size_bytes=blob.size_bytes,
            filename=harmless(untrusted_name), major=major, comment=comment, by=by, at=at,
        )  # fmt: skip
        plan(str(version.pk), "inspect", at=at)
        reindex(document.pk, at=at)
    return version


def restore_version(
    document: Document, version: Version, *, parent: Version, by: User, at: datetime
) -> Version:
    """Make an old content state current again, as a new version with what was read off it.

    Raises: NotFound, ReadOnly, Withdrawn, StaleVersion.
    """
    if version.document_id != document.pk:
        raise NotFound
    with transaction.atomic():
        new = next_version(
            document, parent=parent, sha256=version.sha256, size_bytes=version.size_bytes,
            filename=version.filename, major=False, comment=f"= {version.label}", by=by, at=at,
        )  # fmt: skip
        if version.state in {VersionState.COMPLETE, VersionState.SEARCHABLE}:
            copy_reading(version, new, at=at)
        else:
            plan(str(new.pk), "inspect", at=at)
        reindex(document.pk, at=at)
    return new


def next_version(
    document: Document, *, parent: Version, major: bool, by: User, at: datetime, **content: Any
) -> Version:
    """The row of a new version, now current; the database refuses a second child of one parent."""
    check_change(by, document, Verb.CHECK_IN)
    document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if document.withdrawn_at is not None:
        raise Withdrawn
    if document.current_id != parent.pk:
        raise StaleVersion(current=document.current.label if document.current else "")
    try:
        with transaction.atomic():
            version = Version.objects.create(
                document=document, parent=parent, created_by=by, created_at=at,
                major=parent.major + 1 if major else parent.major,
                minor=0 if major else parent.minor + 1, **content,
            )  # fmt: skip
    except IntegrityError as error:
        raise StaleVersion(current=parent.label) from error
    Document.objects.filter(pk=document.pk).update(current=version)
    record(
        "documents.version.added", target=document, by=by, at=at,
        label=version.label, version=str(version.pk),
    )  # fmt: skip
    return version


def copy_reading(old: Version, new: Version, *, at: datetime) -> None:
    """The same bytes read the same: pages and renditions are carried over, nothing is read again."""
    pages = list(Page.objects.filter(version=old))
    renditions = list(Rendition.objects.filter(version=old))
    for page in pages:
        page.pk, page.version = None, new
    for rendition in renditions:
        rendition.pk, rendition.version = None, new
    Page.objects.bulk_create(pages)
    Rendition.objects.bulk_create(renditions)
    Version.objects.filter(pk=new.pk).update(
        state=old.state, kind=old.kind, media_type=old.media_type, page_count=old.page_count,
        signed=old.signed, searchable_at=at,
    )  # fmt: skip
