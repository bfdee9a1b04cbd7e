"""The projection: rows in, entries out; rebuildable at any time, checked against the rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from dms.backends import backend
from dms.documents.models import AccessKey, Document, Page
from search.base import Entry, SearchEngine

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


def indexable() -> QuerySet[Document]:
    """Documents that search may show: standing, and without a secrecy mark."""
    return Document.objects.standing().filter(secret_mark="", current__isnull=False)


def with_text(documents: QuerySet[Document]) -> QuerySet[Document]:
    """The rows that `entry` needs, in three queries a batch."""
    pages = Page.objects.only("version_id", "number", "text").order_by("number")
    return documents.select_related("current", "agency", "unit").prefetch_related(
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
        agency=document.agency.name,
        unit=document.unit.name,
        state=version.state,
        created_at=document.created_at,
        access=frozenset(key.key for key in document.access.all()),
    )


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
    """Bring the index up to the rows for these documents; the revision shown for each."""
    documents = {str(d.pk): d for d in with_text(indexable().filter(pk__in=ids))}
    revisions = {
        str(pk): revision
        for pk, revision in Document.objects.filter(pk__in=ids).values_list("pk", "revision")
    }
    made = [entry(document) for document in documents.values()]
    engine().write(made, remove=[pk for pk in ids if pk not in documents])
    return revisions | {made_entry.document: made_entry.revision for made_entry in made}


def rebuild() -> int:
    """A fresh index beside the old one, switched at the end; how many entries."""
    return engine().rebuild(entries(indexable()))


def drift() -> Drift:
    """Compare every entry with its row."""
    held = dict(engine().stamps())
    rows = {str(pk): rev for pk, rev in indexable().values_list("pk", "revision").iterator()}
    return Drift(
        missing=tuple(sorted(rows.keys() - held.keys())),
        stale=tuple(sorted(pk for pk, rev in rows.items() if pk in held and held[pk] != rev)),
        untracked=tuple(sorted(held.keys() - rows.keys())),
    )
