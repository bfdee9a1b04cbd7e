"""The reading steps without reading: the same writes at the same places, a few milliseconds of work."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from dms.backends import backend
from dms.documents import indexing, reading
from dms.documents.models import Document, Version
from dms.pipeline.base import Task, Tick
from dms.pipeline.models import Step
from dms.storage.base import Blob
from tests.factories import a_page

PAGES = 3


@contextmanager
def room() -> Iterator[str]:
    """No file is opened here."""
    yield "none"


def version_of(step: Step) -> Version:
    return Version.objects.select_related("document").get(pk=step.target)


class Quick(Task):
    """Works for a moment, ticking."""

    seconds: ClassVar[float] = 0.01

    def perform(self, steps: Sequence[Step], tick: Tick) -> Mapping[int, Any]:
        results = {}
        for step in steps:
            tick()
            time.sleep(self.seconds)
            results[step.pk] = self.work(step)
        tick()
        return results

    def work(self, step: Step) -> Any:
        return None


class Inspect(Quick):
    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        reading.begin(
            version_of(step), kind="pdf", media_type="application/pdf", signed=False,
            sizes=[(100, 100)] * PAGES, at=at,
        )  # fmt: skip


class Read(Quick):
    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        page = a_page(int(step.part.partition("-")[0]), f"page {step.part} of {step.target}")
        reading.pages_read(version_of(step), [page], at=at)


class Describe(Quick):
    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        told = {"name": "subject", "value": step.target, "confidence": 0.9, "page": 1, "boxes": []}
        reading.described(version_of(step), [told], at=at)


class Index(Quick):
    batch = 20

    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        document = Document.objects.select_related("current").get(pk=step.target)
        indexing.indexed(UUID(step.target), document.revision)
        reading.became_searchable(document, at=at)


class Render(Quick):
    rank = 50

    def work(self, step: Step) -> Blob:
        blob: Blob = backend("OBJECT_STORES").put(f"image {step.part} {step.target}".encode())
        return blob

    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        version, page = version_of(step), int(step.part.partition("-")[0])
        reading.keep_rendition(
            version, kind="image", page=page, media_type="image/jpeg", blob=result
        )
        reading.complete_if_done(version, at=at)


class MakePdfA(Quick):
    rank = 80

    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        reading.complete_if_done(version_of(step), at=at)
