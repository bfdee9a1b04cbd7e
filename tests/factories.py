"""Documents for tests, made through the real intake; and a data directory of the test's own."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings as SettingsWrapper

from dms.accounts.models import Unit, User
from dms.backends import backend
from dms.documents import indexing, reading, sharing
from dms.documents.intake import WEB, Channel, Receipt, store_chunks, take_in
from dms.documents.models import Document, GrantSubject, Mode, Version
from dms.documents.reading import ReadPage
from dms.pipeline.models import Step, StepState
from dms.profiles import embedded
from tests.ledger import NOON


def point_at(data: Path, settings: SettingsWrapper) -> None:
    """Let everything that keeps state keep it below this directory (but for the database)."""
    profile = embedded(data)
    settings.VANKHO_DATA = data
    settings.OBJECT_STORES = profile["OBJECT_STORES"]
    settings.SEARCH_ENGINES = profile["SEARCH_ENGINES"]
    settings.LEDGER_KEY_FILE = data / "keys" / "ledger.pem"
    settings.LEDGER_EXPORT_DIR = data / "ledger-export"
    settings.WATCHED_FOLDER = data / "incoming"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.STATIC_ROOT = data / "static"
    (data / "static").mkdir(parents=True, exist_ok=True)


@pytest.fixture
def vankho_data(settings: SettingsWrapper, tmp_path: Path) -> Iterator[Path]:
    """An empty data directory: objects, index, keys and the watched folder are the test's own."""
    point_at(tmp_path / "data", settings)
    backend.cache_clear()
    yield settings.VANKHO_DATA
    backend.cache_clear()


def taken_in(
    content: bytes, *, by: User, name: str = "công văn.txt", channel: Channel = WEB,
    mode: str = Mode.CONDITIONAL, unit: Unit | None = None, key: str = "",
) -> Receipt:  # fmt: skip
    """Bytes through the real intake."""
    store = backend("OBJECT_STORES")
    return take_in(
        store_chunks([content], store=store), untrusted_name=name, channel=channel, by=by, at=NOON,
        store=store, unit=unit, mode=mode, key=key,
    )  # fmt: skip


def a_document(
    content: bytes = b"Kinh gui", *, by: User, name: str = "công văn.txt",
    mode: str = Mode.CONDITIONAL, granted_to: User | None = None, texts: Sequence[str] = (),
) -> Document:  # fmt: skip
    """A new document; with `texts`, one page each, read and searchable."""
    version = taken_in(content, by=by, name=name, mode=mode).version
    document = Document.objects.select_related("current").get(pk=version.document_id)
    if granted_to is not None:
        sharing.grant(document, GrantSubject.USER, str(granted_to.pk), by=by, at=NOON)
    if texts:
        read(version, texts)
    document.refresh_from_db()
    return document


def a_page(number: int, text: str, *, secret_mark: str | None = None) -> ReadPage:
    """A page as a reading step hands it over."""
    return ReadPage(
        number=number, text=text, confidence=0.9, source="ocr", engine="tesseract",
        engine_version="5", width_px=1240, height_px=1754, turn_deg=0, readings=1,
        secret_mark=secret_mark, words=None,
    )  # fmt: skip


def read(version: Version, texts: Sequence[str], *, secret_mark: str | None = None) -> None:
    """Bring a version through the reading steps' writes, without opening a file."""
    target = str(version.pk)
    sizes = [(1240, 1754)] * len(texts)
    reading.begin(
        version, kind="pdf", media_type="application/pdf", signed=False, sizes=sizes, at=NOON
    )
    done(target, "inspect")
    done(target, "read")
    pages = [a_page(n, t, secret_mark=secret_mark) for n, t in enumerate(texts, start=1)]
    reading.pages_read(Version.objects.get(pk=version.pk), pages, at=NOON)
    if secret_mark:
        return
    done(target, "describe")
    reading.described(Version.objects.select_related("document").get(pk=version.pk), (), at=NOON)
    document = Document.objects.select_related("current").get(pk=version.document_id)
    indexing.indexed(document.pk, document.revision)
    done(str(document.pk), "index")
    reading.became_searchable(document, at=NOON)


def done(target: str, name: str) -> None:
    """Mark the steps of this name done, as the worker does before it settles."""
    Step.objects.filter(target=target, name=name).update(state=StepState.DONE, finished_at=NOON)
