"""Finding, as a page needs it: hits with their page, snippet and marks, facets, counts."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from dms.accounts.models import Unit, User
from dms.documents.models import Document, Page, VersionState
from dms.errors import Invalid
from dms.lib.ids import is_row_id
from dms.lib.sentences import sentence_of
from dms.lib.text import nfc, words
from search.base import (
    Clause,
    EngineHit,
    FacetName,
    Field,
    Query,
    Result,
    SearchUnavailable,
    Sort,
)
from search.highlight import best_page, snippet
from search.index import engine, indexable
from search.lighting import lit_clauses, merged, placed
from search.parse import parse

SUGGESTIONS = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """A document with the page that answers best; marks are ranges to light, as offsets of characters."""

    document: Document
    page: int
    score: float
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()  # of the snippet
    title: str = ""
    title_marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value to narrow by, as stored and as shown."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One page of an answer. `problem` is a sentence when the query could not be understood."""

    total: int
    is_exact: bool
    seconds: float
    hits: tuple[Hit, ...]
    facets: Mapping[FacetName, tuple[FacetValue, ...]]
    next: str = ""
    problem: str = ""


def find(
    text: str, *, user: User, facets: Mapping[FacetName, str] | None = None,
    sort: Sort = Sort.RELEVANCE, limit: int = 20, after: str = "", count_exactly: bool = False,
) -> Found:  # fmt: skip
    """As `find_strictly`, for a person: what cannot be understood is an answer with a sentence. Raises: SearchUnavailable."""
    try:
        return find_strictly(
            text, user=user, facets=facets, sort=sort, limit=limit, after=after,
            count_exactly=count_exactly,
        )  # fmt: skip
    except Invalid as error:
        sentence = sentence_of(error)
        return Found(0, is_exact=True, seconds=0.0, hits=(), facets={}, problem=sentence)


def find_strictly(
    text: str, *, user: User, facets: Mapping[FacetName, str] | None = None,
    sort: Sort = Sort.RELEVANCE, limit: int = 20, after: str = "", count_exactly: bool = False,
) -> Found:  # fmt: skip
    """Search what the person may see. Raises: SearchUnavailable, and what `parse` and cursors raise (all Invalid)."""
    began = time.perf_counter()
    chosen = {name: value for name, value in (facets or {}).items() if value}
    parsed = parse(text)
    query = Query(
        keys=user.access_keys, clauses=parsed.clauses, issued_from=parsed.issued_from,
        issued_to=parsed.issued_to, facets=chosen, excluded=changed(), sort=sort, limit=limit,
        after=after, count_exactly=count_exactly,
    )  # fmt: skip
    result = answer(query)
    hits = shown(result.hits, parsed.clauses, user=user)
    return Found(
        total=result.total - (len(result.hits) - len(hits) if result.is_exact else 0),
        is_exact=result.is_exact,
        hits=tuple(hits),
        facets=labelled(result.facets, chosen),
        next=result.hits[-1].cursor if len(result.hits) == limit else "",
        seconds=time.perf_counter() - began,
    )


def suggest(prefix: str, *, user: User, limit: int = SUGGESTIONS) -> tuple[str, ...]:
    """Titles of visible documents in which the words stand, the last one perhaps begun. Raises: SearchUnavailable."""
    typed = words(prefix[:100])
    if not typed:
        return ()
    clause = Clause(tuple(typed), Field.TITLE, prefix=True)
    query = Query(
        keys=user.access_keys, clauses=(clause,), excluded=changed(), limit=limit * 3,
        with_facets=False,
    )  # fmt: skip
    try:
        hits = answer(query).hits
    except Invalid:  # too little is typed yet
        return ()
    rows = visible_rows(hits, user=user)
    titles = [rows[hit.document].title for hit in hits if hit.document in rows]
    return tuple(dict.fromkeys(titles))[:limit]


def answer(query: Query) -> Result:
    """The engine's answer; before anything was taken in, an index need not exist. Raises: SearchUnavailable."""
    try:
        return engine().search(query)
    except SearchUnavailable:
        if indexable().exists():
            raise
        return Result(hits=(), total=0, is_exact=True, facets={})


def changed() -> frozenset[str]:
    """Documents whose access has changed since they were indexed: no answer may use what the index says of them."""
    ids = Document.objects.filter(access_changed=True).values_list("pk", flat=True)
    return frozenset(map(str, ids))


def visible_rows(hits: Iterable[EngineHit], *, user: User) -> dict[str, Document]:
    """The rows behind hits, by the rule of the rows: what the index says is not enough to be shown."""
    ids = [UUID(hit.document) for hit in hits]
    rows = indexable().visible_to(user).filter(pk__in=ids).select_related("current", "unit")
    return {str(row.pk): row for row in rows}


def shown(hits: Sequence[EngineHit], clauses: Iterable[Clause], *, user: User) -> list[Hit]:
    """Hits as a page shows them, in three queries whatever their number."""
    rows = visible_rows(hits, user=user)
    lit = lit_clauses(clauses)
    pages = texts(rows.values(), first_only=not lit)
    made = []
    for hit in hits:
        row = rows.get(hit.document)
        if row is None:
            continue
        number, text = best_page(pages.get(row.current_id, ()), lit)
        part, part_marks = snippet(text, lit)
        title = nfc(row.title)
        title_marks = merged((m.first, m.last) for m in placed(lit, title))
        made.append(Hit(row, number, hit.score, part, part_marks, title, title_marks))
    return made


def texts(
    documents: Iterable[Document], *, first_only: bool
) -> dict[UUID | None, list[tuple[int, str]]]:
    """Number and text of the pages of current versions, by version."""
    rows = Page.objects.filter(version__in=[d.current_id for d in documents]).exclude(text="")
    if first_only:
        rows = rows.filter(number=1)
    found = rows.order_by("version", "number").values_list("version_id", "number", "text")
    return {
        version: [(number, text) for _, number, text in group]
        for version, group in groupby(found, key=lambda row: row[0])
    }


def labelled(
    facets: Mapping[FacetName, Sequence[tuple[str, int]]], chosen: Mapping[FacetName, str]
) -> dict[FacetName, tuple[FacetValue, ...]]:
    """Facets with the words a person reads; a chosen value stays, even when it finds nothing."""
    units = {value for value, _ in facets.get(FacetName.UNIT, ()) if is_row_id(value)}
    units |= {value for value in [chosen.get(FacetName.UNIT, "")] if is_row_id(value)}
    names = dict(Unit.objects.filter(pk__in=units).values_list("pk", "name")) if units else {}
    labels = {
        FacetName.UNIT: {str(pk): name for pk, name in names.items()},
        FacetName.STATE: {state.value: str(state.label) for state in VersionState},
    }
    made = {}
    for name, values in facets.items():
        kept = list(values)
        if name in chosen and chosen[name] not in dict(values):
            kept.append((chosen[name], 0))
        told = labels.get(name, {})
        made[name] = tuple(
            FacetValue(value, told.get(value, value), count, chosen.get(name) == value)
            for value, count in kept
        )
    return made
