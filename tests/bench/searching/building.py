"""An installation full of synthetic records: rows, then the index from them, each timed."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from dms.accounts.models import Unit, User
from dms.accounts.operations import SETUP, open_agency, set_roles
from dms.accounts.roles import Role
from dms.documents.access import access_keys
from dms.documents.models import AccessKey, Document, Page, Version
from search.base import Changes, Entry
from search.engines.tantivy import TantivyEngine
from search.index import drift, rebuild
from tests.bench.searching.figures import INDEXING_PER_S, peak, tell, timed
from tests.bench.searching.records import EPOCH, KINDS, NOTATIONS, UNITS, Record, records

BATCH = 2000
ALONE = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where the records lie, and who took them in."""

    units: Sequence[Unit]
    owner: User


def build(count: int) -> None:
    """Everything that is asked later."""
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    tell("machine", f"{os.cpu_count()} cores, load {load} before we begin")
    call_command("migrate", verbosity=0)
    took = timed(lambda: insert(count))
    tell("rows inserted", f"{count} in {took:.1f} s")
    engine_alone(min(count, ALONE))
    took = timed(rebuild)
    tell("rebuild from rows", f"{took:.1f} s, {count / took:.0f} documents/s")
    tell("drift check", f"{timed(drift):.2f} s")
    index = settings.VANKHO_DATA / "index"
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    tell("index on disk", f"{size / 1024**2:.0f} MB")
    tell("peak memory while building", peak())


def engine_alone(count: int) -> None:
    """Indexing rate of the engine, without the rows."""
    entries = [as_entry(record) for record in records(count)]
    engine = TantivyEngine(str(settings.VANKHO_DATA / "bench-index"))
    took = timed(lambda: engine.rebuild(entries, catch_up=lambda held: Changes()))
    tell(
        "indexing, engine alone",
        f"{count / took:.0f} documents/s (target {INDEXING_PER_S} or more)",
    )
    engine.can_write()
    parts = [entries[first : first + 500] for first in range(0, min(count, 5000), 500)]
    took = sum(timed(lambda part=part: engine.write(part)) for part in parts)  # type: ignore[misc]
    tell("replacing, batches of 500", f"{sum(map(len, parts)) / took:.0f} documents/s")
    took = sum(timed(lambda one=one: engine.write([one])) for one in entries[:50])  # type: ignore[misc]
    tell("replacing, one by one", f"{took / len(entries[:50]) * 1000:.1f} ms a document")


def as_entry(record: Record) -> Entry:
    """A record as search sees it."""
    return Entry(
        document=str(record.id), revision=1, title=title(record), subject=record.subject,
        text=record.text, filename="scan.pdf", type_name=KINDS[record.kind],
        organ_name=record.agency, number=f"{record.number}/{NOTATIONS[record.kind]}",
        issued_on=record.issued_on, signer_name=record.signer, unit=str(record.unit),
        state="searchable", created_at=record.created_at,
        access=frozenset({f"unit:{record.unit}", f"user:{record.unit}"}),
    )  # fmt: skip


def title(record: Record) -> str:
    """As the product composes it."""
    return f"{KINDS[record.kind]} {record.number}/{NOTATIONS[record.kind]} · {record.subject}"


def insert(count: int) -> None:
    """Documents with a version, a page and their keys."""
    place = people()
    source: Iterator[Record] = records(count)
    while batch := list(islice(source, BATCH)):
        with transaction.atomic():
            insert_batch(batch, place)


def people() -> Place:
    """Units, and `bench`, who stands above two thirds of them."""
    root = open_agency(organ_id="000.00.01.H01", name="UBND xã", by=SETUP, at=EPOCH)
    above = Unit.objects.create(agency=root.agency, name="Khối", parent=root)
    units = [
        Unit.objects.create(agency=root.agency, name=f"Phòng {n}", parent=above if n % 3 else root)
        for n in range(UNITS)
    ]
    asker = User.objects.create(username="bench", unit=above)
    owner = User.objects.create(username="owner", unit=root)
    for user in (asker, owner):
        set_roles(user, [Role.STAFF])
    return Place(units, owner)


def insert_batch(batch: Sequence[Record], place: Place) -> None:
    """One batch of rows."""
    documents = [as_document(record, place) for record in batch]
    versions = [
        Version(
            document=document, sha256=f"{record.id.int:064x}", size_bytes=1000,
            filename="scan.pdf", created_by=place.owner, created_at=record.created_at,
            state="complete", kind="pdf", media_type="application/pdf", page_count=1,
        )
        for record, document in zip(batch, documents, strict=True)
    ]  # fmt: skip
    Document.objects.bulk_create(documents)
    Version.objects.bulk_create(versions)
    for document, version in zip(documents, versions, strict=True):
        document.current = version
    Document.objects.bulk_update(documents, ["current"], batch_size=500)
    Page.objects.bulk_create(
        Page(version=version, number=1, state="read", text=record.text)
        for record, version in zip(batch, versions, strict=True)
    )
    AccessKey.objects.bulk_create(
        AccessKey(document=document, key=key)
        for document in documents
        for key in access_keys(document, ())
    )


def as_document(record: Record, place: Place) -> Document:
    """A record as a row."""
    return Document(
        id=record.id, agency_id=place.units[0].agency_id, unit=place.units[record.unit],
        created_by=place.owner, created_at=record.created_at, mode=record.mode, channel="command",
        title=title(record), type_name=KINDS[record.kind], code_number=str(record.number),
        code_notation=NOTATIONS[record.kind], issued_on=record.issued_on, organ_name=record.agency,
        subject=record.subject, signer_name=record.signer, indexed_revision=1,
    )  # fmt: skip
