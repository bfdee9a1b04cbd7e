"""The projection: rows in, entries out; rebuildable at any time, checked against the rows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, QuerySet

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


class Read(NamedTuple):
    """What a page tells of itself."""

    text: str
    state: str


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


def entry(document: Document, pages: Sequence[Read], keys: Iterable[str]) -> Entry:
    """A document as search sees it."""
    version = document.current
    assert version is not None  # noqa: S101  # `indexable` asks for it
    return Entry(
        document=str(document.pk),
        revision=document.revision,
        title=document.title,
        subject=document.subject,
        text="\n".join(page.text for page in pages if page.text),
        filename=version.filename,
        type_name=document.type_name,
        organ_name=document.organ_name,
        number=document.number,
        issued_on=document.issued_on,
        signer_name=document.signer_name,
        unit=str(document.unit_id),
        state=shown_state(version, {page.state for page in pages}),
        created_at=document.created_at,
        access=frozenset(keys),
    )


def shown_state(version: Version, pages: Set[str]) -> str:
    """The state by which search narrows: what follows from the pages, so that later steps change nothing."""
    if version.state == VersionState.COMPLETE:
        return VersionState.SEARCHABLE
    if version.state != VersionState.READING:
        return version.state
    if PageState.WAITING in pages:
        return VersionState.READING
    return VersionState.QUARANTINED if PageState.FAILED in pages else VersionState.SEARCHABLE


def made(documents: QuerySet[Document]) -> list[Entry]:
    """A batch of documents as entries, in three queries."""
    rows = list(documents.select_related("current"))
    pages: dict[UUID | None, list[Read]] = defaultdict(list)
    read = Page.objects.filter(version__in=[row.current_id for row in rows]).order_by("number")
    for version, text, state in read.values_list("version_id", "text", "state"):
        pages[version].append(Read(text, state))
    keys: dict[UUID, list[str]] = defaultdict(list)
    opening = AccessKey.objects.filter(document__in=[row.pk for row in rows])
    for pk, key in opening.values_list("document_id", "key"):
        keys[pk].append(key)
    return [entry(row, pages[row.current_id], keys[row.pk]) for row in rows]


def entries(documents: QuerySet[Document]) -> Iterator[Entry]:
    """Entries in batches of a bounded number of rows."""
    last: UUID | None = None
    while True:
        rows = documents.order_by("pk")
        batch = list((rows.filter(pk__gt=last) if last else rows).values_list("pk", flat=True)[:BATCH])  # fmt: skip
        if not batch:
            return
        last = batch[-1]
        yield from made(documents.filter(pk__in=batch))


def chosen(ids: Sequence[str]) -> Iterator[Entry]:
    """Entries of these documents, as far as search may show them."""
    for first in range(0, len(ids), BATCH):  # a database takes only so many parameters
        yield from made(indexable().filter(pk__in=ids[first : first + BATCH]))


def carry_over(ids: Sequence[str]) -> dict[str, int]:
    """Bring the index up to the rows for these documents; the revision shown for each.

    Raises: SearchUnavailable.
    """
    fresh = list(chosen(ids))
    revisions = {
        str(pk): revision
        for pk, revision in Document.objects.filter(pk__in=ids).values_list("pk", "revision")
    }
    shown = {entry.document: entry.revision for entry in fresh}
    engine().write(fresh, remove=[pk for pk in ids if pk not in shown])
    return revisions | shown


def rebuild() -> int:
    """A fresh index beside the old one, switched at the end; how many entries.

    Raises: RebuildUnderWay, SearchUnavailable.
    """
    return engine().rebuild(entries(indexable()), catch_up=catch_up)


def lost() -> frozenset[str]:
    """Documents that differ though no step waits for them: something happened to the index itself.

    Raises: SearchUnavailable.
    """
    found = drift()
    waiting = Document.objects.filter(indexed_revision__lt=F("revision"))
    ids = {*found.missing, *found.stale, *found.untracked}
    return frozenset(ids - {str(pk) for pk in waiting.values_list("pk", flat=True)})


def catch_up(held: Mapping[str, int]) -> Changes:
    """What changed while a fresh index was filled."""
    found = compare(held)
    return Changes(chosen([*found.missing, *found.stale]), found.untracked)


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
