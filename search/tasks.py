"""The index step: one holder of the engine's lock writes, in batches."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from dms.documents.indexing import indexed
from dms.documents.models import Document
from dms.documents.reading import became_searchable, indexing_failed
from dms.pipeline.base import Task, Tick
from dms.pipeline.models import Step
from search.index import carry_over, engine


class Index(Task):
    """Carry documents over to the index as they are now."""

    batch = 500

    def can_run(self) -> bool:
        return engine().can_write()

    def perform(self, steps: Sequence[Step], tick: Tick) -> Mapping[int, Any]:
        tick()
        revisions = carry_over(sorted({step.target for step in steps}))
        return {step.pk: revisions.get(step.target) for step in steps}

    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        if result is None:
            return  # the document is gone
        indexed(UUID(step.target), result)
        document = Document.objects.select_related("current").get(pk=step.target)
        if document.revision == result:
            became_searchable(document, at=at)

    def give_up(self, step: Step, problem: str, *, at: datetime) -> None:
        indexing_failed(UUID(step.target), "not_indexed", at=at)
