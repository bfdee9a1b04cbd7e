"""The projection: rows in, entries out; rebuildable at any time, checked against the rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from dms.backends import backend
from dms.documents.models import (
    AccessKey,
    Document,
    Page,
    PageState,
    Version,
    VersionState,
)
from dms.documents.models.document import DocumentQuerySet
from search.base import Changes, Entry, SearchEngine

BATCH = 500


@dataclass(frozen=True, slots=True)
class Drift:
    """Where index and rows differ, by document id."""

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    untracked: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.untracked)


def engine() -> SearchEngine:
    """The engine that settings name."""
    found: SearchEngine = backend("SEARCH_ENGINES")
    return found


def indexable() -> DocumentQuerySet:
    """Documents that search may show: standing, and without a secrecy mark."""
    return Document.objects.standing().filter(secret_mark="", current__isnull=False)


def with_text(documents: QuerySet[Document]) -> QuerySet[Document]:
    """The rows that `entry` needs, in three queries a batch."""
    pages = Page.objects.only("version_id", "number", "text", "state").order_by("number")
    return documents.select_related("current").prefetch_related(
        Prefetch("current__pages", queryset=pages),
        Prefetch("access", queryset=AccessKey.objects.only("document_id", "key")),
    )


def entry(document: Document) -> Entry:
    """A document as search sees it."""
    version = document.current
    assert version is not None  # noqa: S101  # `indexable` asks for it
    return Entry(
        document=str(document.pk),
        revision=document.revision,
        title=document.title,
        subject=document.subject,
        text="\n".join(page.text for page in version.pages.all()),
        filename=version.filename,
        type_name=document.type_name,
        organ_name=document.organ_name,
        number=document.number,
        issued_on=document.issued_on,
        signer_name=document.signer_name,
        unit=str(document.unit_id),
        state=shown_state(version),
        created_at=document.created_at,
        access=frozenset(key.key for key in document.access.all()),
    )


def shown_state(version: Version) -> str:
    """The state by which search narrows: what follows from the pages, so that later steps change nothing."""
    if version.state == VersionState.COMPLETE:
        return VersionState.SEARCHABLE
    if version.state != VersionState.READING:
        return version.state
    states = {page.state for page in version.pages.all()}
    if PageState.WAITING in states:
        return VersionState.READING
    return VersionState.QUARANTINED if PageState.FAILED in states else VersionState.SEARCHABLE


def entries(documents: QuerySet[Document]) -> Iterator[Entry]:
    """Entries in batches of a bounded number of rows."""
    last: UUID | None = None
    while True:
        rows = with_text(documents.order_by("pk"))
        batch = list((rows.filter(pk__gt=last) if last else rows)[:BATCH])
        if not batch:
            return
        last = batch[-1].pk
        for document in batch:
            yield entry(document)


def carry_over(ids: Sequence[str]) -> dict[str, int]:
    """Bring the index up to the rows for these documents; the revision shown for each.

    Raises: SearchUnavailable, RebuildUnderWay.
    """
    if not engine().is_ready():
        rebuild()
    documents = {str(d.pk): d for d in with_text(indexable().filter(pk__in=ids))}
    revisions = {
        str(pk): revision
        for pk, revision in Document.objects.filter(pk__in=ids).values_list("pk", "revision")
    }
    made = [entry(document) for document in documents.values()]
    engine().write(made, remove=[pk for pk in ids if pk not in documents])
    return revisions | {made_entry.document: made_entry.revision for made_entry in made}


def rebuild() -> int:
    """A fresh index beside the old one, switched at the end; how many entries.

    Raises: RebuildUnderWay, SearchUnavailable.
    """
    return engine().rebuild(entries(indexable()), catch_up=catch_up)


def catch_up(held: Mapping[str, int]) -> Changes:
    """What changed while a fresh index was filled."""
    found = compare(held)
    changed = indexable().filter(pk__in=[*found.missing, *found.stale])
    return Changes(entries(changed), found.untracked)


def drift() -> Drift:
    """Compare every entry with its row. Raises: SearchUnavailable."""
    return compare(dict(engine().stamps()))


def compare(held: Mapping[str, int]) -> Drift:
    """Indexed revisions against the rows."""
    rows = {str(pk): rev for pk, rev in indexable().values_list("pk", "revision").iterator()}
    return Drift(
        missing=tuple(sorted(rows.keys() - held.keys())),
        stale=tuple(sorted(pk for pk, rev in rows.items() if pk in held and held[pk] != rev)),
        untracked=tuple(sorted(held.keys() - rows.keys())),
    )
