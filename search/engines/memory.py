"""The engine that is obviously right: every entry looked at, nothing indexed. The oracle of all others."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from dms.lib.text import folded, number_form, words
from search.base import (
    EXACT_SCORE,
    HEAD_SCORE,
    NEAR_SCORE,
    NUMBER_SCORE,
    CatchUp,
    Clause,
    Entry,
    FacetName,
    Query,
    Result,
    SearchEngine,
    Sort,
    counted,
    most_first,
)
from search.cursors import SortKey, page
from search.matching import places


class MemoryEngine(SearchEngine):
    """Entries in a dict, gone with the process."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}

    def is_ready(self) -> bool:
        return True

    def can_write(self) -> bool:
        return True

    def write(self, entries: Iterable[Entry], *, remove: Sequence[str] = ()) -> None:
        self.entries |= {entry.document: entry for entry in entries}
        for document in remove:
            self.entries.pop(document, None)

    def rebuild(self, entries: Iterable[Entry], *, catch_up: CatchUp) -> int:
        fresh = {entry.document: entry for entry in entries}
        changes = catch_up({document: entry.revision for document, entry in fresh.items()})
        fresh |= {entry.document: entry for entry in changes.entries}
        self.entries = {pk: entry for pk, entry in fresh.items() if pk not in set(changes.remove)}
        return len(self.entries)

    def search(self, query: Query) -> Result:
        found = self.matching(query)
        ranked = [(key(entry, query), UUID(entry.document).int) for entry in found]
        ranked.sort(reverse=query.sort is not Sort.TITLE)
        total, is_exact = counted(len(found), query)
        names = FacetName if query.with_facets else ()
        return Result(
            hits=tuple(page(query, lambda number: ranked[:number])),
            total=total,
            is_exact=is_exact,
            facets={name: self.facet(name, query) for name in names},
        )

    def stamps(self) -> Iterator[tuple[str, int]]:
        yield from [(entry.document, entry.revision) for entry in self.entries.values()]

    def matching(self, query: Query) -> list[Entry]:
        """The entries that the query finds."""
        return [entry for entry in self.entries.values() if answers(entry, query)]

    def facet(self, name: FacetName, query: Query) -> tuple[tuple[str, int], ...]:
        """The values of one facet, as if none of its own were chosen."""
        others = {other: value for other, value in query.facets.items() if other is not name}
        found = self.matching(replace(query, facets=others))
        return most_first(Counter(entry.facet(name) for entry in found))


def answers(entry: Entry, query: Query) -> bool:
    """Whether the query finds this entry."""
    return (
        bool(entry.access & query.keys)
        and entry.document not in query.excluded
        and all(entry.facet(name) == value for name, value in query.facets.items())
        and in_dates(entry, query)
        and all(stands(clause, entry) != clause.negated for clause in query.clauses)
    )


def in_dates(entry: Entry, query: Query) -> bool:
    """Whether the date of issue lies in the range; an unknown one lies in none."""
    if query.issued_from is None and query.issued_to is None:
        return True
    if entry.issued_on is None:
        return False
    from_ = query.issued_from or entry.issued_on
    to = query.issued_to or entry.issued_on
    return from_ <= entry.issued_on <= to


def stands(clause: Clause, entry: Entry) -> bool:
    """Whether the words of the clause stand in its field, accents aside."""
    return any(
        places(clause, [folded(w) for w in words(value)]) for value in entry.values(clause.field)
    )


def key(entry: Entry, query: Query) -> SortKey:
    """By what the sort orders."""
    if query.sort is Sort.NEWEST:
        return entry.created_us
    if query.sort is Sort.ISSUED:
        return entry.issued_day
    if query.sort is Sort.TITLE:
        return entry.title_key
    near = NEAR_SCORE * sum(stands(run, entry) for run in query.runs)
    return sum((score(clause, entry) for clause in query.clauses if clause.scores), near)


def score(clause: Clause, entry: Entry) -> float:
    """What one clause adds to the relevance."""
    values = entry.values(clause.field)
    is_exact = any(places(clause, words(value), folded=False) for value in values)
    in_head = any(places(clause, [folded(w) for w in words(value)]) for value in entry.head)
    is_number = not clause.prefix and number_form(entry.number) == " ".join(clause.folded)
    return EXACT_SCORE * is_exact + HEAD_SCORE * in_head + NUMBER_SCORE * is_number
