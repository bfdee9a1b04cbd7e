"""The index step, and what keeps an index there: one holder of the engine's lock writes, in batches."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from dms.documents.indexing import indexed
from dms.documents.models import Document
from dms.documents.reading import became_searchable, indexing_failed
from dms.pipeline.base import Task, Tick
from dms.pipeline.models import Step
from search.base import RebuildUnderWay
from search.index import carry_over, engine, lost, rebuild

log = logging.getLogger(__name__)


class Index(Task):
    """Carry documents over to the index as they are now."""

    batch = 500

    def can_run(self) -> bool:
        return engine().can_write() and engine().is_ready()

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


def keep_index(at: datetime) -> bool:  # the schedule tells every task the moment
    """Make an index where there is none that can be used; True when one was made."""
    return not engine().is_ready() and made_anew()


def check_index(at: datetime) -> bool:
    """Make the index anew when it has lost documents that nothing waits to bring; True when it was."""
    if not engine().is_ready():
        return False
    missing = lost()
    if missing:
        log.error("The search index differs from the rows in %d documents", len(missing))
    return bool(missing) and made_anew()


def made_anew() -> bool:
    """Rebuild, unless somebody does so already."""
    try:
        count = rebuild()
    except RebuildUnderWay:
        return False
    log.warning("The search index was made anew from %d documents", count)
    return True
