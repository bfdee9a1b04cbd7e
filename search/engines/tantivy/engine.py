"""The embedded engine: tantivy under one directory, one writer in one process, readers everywhere."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import tantivy

from search.base import (
    CatchUp,
    Entry,
    FacetName,
    Query,
    RebuildUnderWay,
    Result,
    SearchEngine,
    SearchUnavailable,
    Sort,
    TooManyBeginnings,
    counted,
    most_first,
)
from search.cursors import SortKey, page
from search.engines.generations import Generations, Lock
from search.engines.tantivy import asking
from search.engines.tantivy.reader import Reader
from search.engines.tantivy.schema import FACETS, ID_BITS, SCHEMA, VERSION, row

log = logging.getLogger(__name__)
HEAP_BYTES = 64_000_000
BUCKETS = 1000
EXPANSIONS = "exceeded max expansions"
SORT_FIELDS = {Sort.NEWEST: "newest", Sort.ISSUED: "issued", Sort.TITLE: "title"}


class TantivyEngine(SearchEngine):
    """An index in generations: one answers, a rebuilt one takes its place in one rename."""

    def __init__(self, root: str) -> None:
        self.generations = Generations(Path(root), schema=VERSION)
        self.reader = Reader(self.generations)
        self.writer: Any = None
        self.writer_lock = Lock(Path(root) / "writer.lock")
        self.asked_lock = Lock(Path(root) / "asked.lock")
        self.rebuild_lock = Lock(Path(root) / "rebuild.lock")

    def is_ready(self) -> bool:
        try:
            self.reader.searcher().search(tantivy.Query.all_query(), 1)
        except SearchUnavailable:
            return False
        return True

    def can_write(self) -> bool:
        if self.asked_lock.is_taken_elsewhere():
            self.let_go()
            return False
        return self.writer_lock.take()

    def let_go(self) -> None:
        """Give the writer's lock to the process that asks for it."""
        if self.writer_lock.is_held:
            self.writer = None
            self.writer_lock.release()

    def write(self, entries: Iterable[Entry], *, remove: Sequence[str] = ()) -> None:
        with self.writing(wait=False), failures():
            if self.writer is None:
                self.writer = open_writer(self.reader.path())
            try:
                fill(self.writer, entries, remove=remove)
            except BaseException:
                self.writer = None  # what was not committed is gone with it
                raise

    def rebuild(self, entries: Iterable[Entry], *, catch_up: CatchUp) -> int:
        if not self.rebuild_lock.take():
            raise RebuildUnderWay
        try:
            self.generations.sweep()
            fresh = self.generations.fresh()
            with failures():
                writer = open_writer(fresh)
            fill(writer, entries)
            with self.writing(wait=True):
                held = dict(stamps(Reader.opened(fresh)))
                changes = catch_up(held)
                fill(writer, changes.entries, remove=changes.remove)
                count: int = Reader.opened(fresh).num_docs
                self.writer = None
                self.generations.switch(fresh)
            writer.wait_merging_threads()
            self.generations.sweep()
        finally:
            self.rebuild_lock.release()
        return count

    @contextmanager
    def writing(self, *, wait: bool) -> Iterator[None]:
        """Under the writer's lock; who did not hold it before gives it back. Raises: SearchUnavailable."""
        held_before = self.writer_lock.is_held
        if not held_before and wait:
            self.asked_lock.take(wait=True)
            try:
                self.writer_lock.take(wait=True)
            finally:
                self.asked_lock.release()
        if not self.writer_lock.take():
            raise SearchUnavailable
        try:
            yield
        finally:
            if not held_before:
                self.let_go()

    def search(self, query: Query) -> Result:
        with failures():
            searcher = self.reader.searcher()
            ranking = Ranking(searcher, query)
            hits = tuple(page(query, ranking.first))
            total, is_exact = counted(ranking.total, query)
            found = facets(searcher, query) if query.with_facets else {}
            return Result(hits, total, is_exact, found)

    def stamps(self) -> Iterator[tuple[str, int]]:
        with failures():
            searcher = self.reader.searcher()
            found = list(stamps(searcher))
        yield from found


@contextmanager
def failures() -> Iterator[None]:
    """An index that cannot be read is unavailable until it is rebuilt; the cause is logged."""
    try:
        yield
    except (ValueError, OSError) as error:
        if EXPANSIONS in str(error):
            raise TooManyBeginnings from error
        log.exception("The search index cannot be used")
        raise SearchUnavailable from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how tantivy tells of corrupt files
            raise
        log.exception("The search index cannot be used")
        raise SearchUnavailable from error


def open_writer(path: Path) -> Any:
    """A writer of one thread; more would only wait for Python."""
    return tantivy.Index(SCHEMA, str(path)).writer(HEAP_BYTES, 1)


def fill(writer: Any, entries: Iterable[Entry], *, remove: Sequence[str] = ()) -> None:
    """Write entries in the place of older ones, remove others, commit."""
    for document in remove:
        writer.delete_documents_by_term("document", document)
    for entry in entries:
        writer.delete_documents_by_term("document", entry.document)
        writer.add_document(row(entry))
    writer.commit()


class Ranking:
    """The hits of a query in its order; counted in the same pass."""

    def __init__(self, searcher: Any, query: Query) -> None:
        self.searcher = searcher
        self.total = 0
        self.field: str | None = SORT_FIELDS.get(query.sort)
        self.asked = asking.filtering(query)
        if query.sort is Sort.RELEVANCE:
            if any(clause.scores for clause in query.clauses):
                self.asked = asking.scoring(query)
            else:
                self.field = "id_high"
        self.order = tantivy.Order.Asc if query.sort is Sort.TITLE else tantivy.Order.Desc

    def first(self, number: int) -> list[tuple[SortKey, int]]:
        """The first n hits, as `cursors.page` asks for them."""
        most = max(1, self.searcher.num_docs)  # a cursor may claim any position
        found = self.searcher.search(
            self.asked, min(number, most), count=True, order_by_field=self.field, order=self.order
        )
        self.total = found.count
        keys = [key for key, _ in found.hits]
        return list(zip(keys, ids(self.searcher, [at for _, at in found.hits]), strict=True))


def ids(searcher: Any, addresses: list[Any]) -> list[int]:
    """The document ids at these places, as numbers."""
    highs = searcher.fast_field_values("id_high", addresses)
    lows = searcher.fast_field_values("id_low", addresses)
    return [high << ID_BITS | low for high, low in zip(highs, lows, strict=True)]


def facets(searcher: Any, query: Query) -> dict[FacetName, tuple[tuple[str, int], ...]]:
    """All facets; those without a chosen value share one pass."""
    shared = [name for name in FacetName if name not in query.facets]
    found = buckets(searcher, asking.filtering(query), shared)
    for name in query.facets:
        found |= buckets(searcher, asking.filtering(query, but=name), [name])
    return {name: found[name] for name in FacetName}


def buckets(
    searcher: Any, asked: Any, names: Sequence[FacetName]
) -> dict[FacetName, tuple[tuple[str, int], ...]]:
    """The values of these facets with their counts."""
    wanted = {str(name): {"terms": {"field": FACETS[name], "size": BUCKETS}} for name in names}
    answer = searcher.aggregate(asked, wanted) if wanted else {}
    return {
        name: most_first({b["key"]: b["doc_count"] for b in answer[str(name)]["buckets"]})
        for name in names
    }


def stamps(searcher: Any) -> Iterator[tuple[str, int]]:
    """Every document with its revision."""
    every = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs), count=False).hits
    addresses = [address for _, address in every]
    revisions = searcher.fast_field_values("revision", addresses)
    for number, revision in zip(ids(searcher, addresses), revisions, strict=True):
        yield str(UUID(int=number)), revision
