"""Bytes without a row go after a grace period; bytes with a row, or on their way to one, never."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from dms.backends import backend
from dms.documents import queries, tasks, uploading
from dms.documents.models import Document, Rendition, Upload, Version
from dms.documents.sweep import sweep
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import People

pytestmark = pytest.mark.usefixtures("vankho_data")
GRACE = timedelta(days=2)


def old(sha256: str) -> str:
    os.utime(backend("OBJECT_STORES").path(sha256), (0, 0))
    return sha256


def test_only_what_nothing_refers_to_is_removed(people: People) -> None:
    store = backend("OBJECT_STORES")
    document = a_document(b"version", by=people.owner)
    version = Version.objects.get()
    words = old(store.put(b"words").sha256)
    Rendition.objects.create(
        version=version, kind="words", page=1, media_type="x", sha256=words, size_bytes=5
    )
    waiting = old(store.put(b"upload").sha256)
    Upload.objects.create(
        user=people.owner, filename="a", length_bytes=6, sha256=waiting, created_at=NOON
    )
    orphan, young = old(store.put(b"orphan").sha256), store.put(b"young").sha256
    Document.objects.filter(pk=document.pk).update(withdrawn_at=NOON)
    assert sweep(store=store, grace=GRACE) == 1
    assert set(store.names()) == {old(version.sha256), words, waiting, young}
    assert not store.exists(orphan)


def test_bytes_that_find_their_row_meanwhile_stay(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at all rows and the removal of one, somebody takes the same bytes in."""
    store = backend("OBJECT_STORES")
    blob = store.put(b"content")
    old(blob.sha256)
    real = queries.is_referenced

    def late(sha256: str) -> bool:
        a_document(b"content", by=people.owner)
        return real(sha256)

    monkeypatch.setattr("dms.documents.sweep.is_referenced", late)
    assert sweep(store=store, grace=GRACE) == 0
    assert store.read(blob.sha256) == b"content"


def test_bytes_put_again_meanwhile_stay(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    store = backend("OBJECT_STORES")
    name = old(store.put(b"x").sha256)
    real = store.is_older

    def late(sha256: str, age_s: float) -> bool:
        store.put(b"x")
        answer: bool = real(sha256, age_s)
        return answer

    monkeypatch.setattr(store, "is_older", late)
    assert sweep(store=store, grace=GRACE) == 0
    assert store.exists(name)


def test_the_daily_round(people: People, vankho_data: Path) -> None:
    """Abandoned uploads, what killed writers left, and orphans."""
    store = backend("OBJECT_STORES")
    upload = uploading.begin_upload(
        length_bytes=5, untrusted_name="a", wishes={}, by=people.owner, at=NOON
    )
    left = store.staging / "left"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    orphan = old(store.put(b"orphan").sha256)
    assert tasks.sweep_objects(NOON + timedelta(hours=1)) == 1
    assert uploading.file_of(upload).exists()
    assert tasks.sweep_objects(NOON + timedelta(days=3)) == 0
    assert not uploading.file_of(upload).exists()
    assert not Upload.objects.exists()
    assert not left.exists()
    assert not store.exists(orphan)
