"""The API of search: the same answers as the pages, typed; a query that cannot be understood is a 422."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query as Parameters
from ninja import Router, Schema
from pydantic import Field

from dms.accounts.requiring import signed_in
from search.base import FacetName, Sort
from search.queries import FacetValue, Hit, find_strictly, suggest

router = Router(tags=["search"])


class Asked(Schema):
    """What to look for. Facets narrow by a value that an answer has told."""

    q: str = ""
    kind: str = ""
    agency: str = ""
    year: str = ""
    unit: str = ""
    state: str = ""
    sort: Sort = Sort.RELEVANCE
    limit: int = Field(20, ge=1, le=100)
    after: str = ""
    count_exactly: bool = False


class HitOut(Schema):
    """A document; marks are pairs of character offsets to light in snippet and title."""

    document: UUID
    version: UUID | None
    title: str
    title_marks: list[tuple[int, int]]
    number: str
    issued_on: date | None
    page: int
    score: float
    snippet: str
    marks: list[tuple[int, int]]


class FacetOut(Schema):
    """A value to narrow by, and how many visible documents have it."""

    value: str
    label: str
    count: int
    chosen: bool


class FoundOut(Schema):
    """One page of hits; `next` is the `after` of the following page, or null."""

    total: int
    is_exact: bool
    seconds: float
    hits: list[HitOut]
    facets: dict[FacetName, list[FacetOut]]
    next: str | None


class SuggestionsOut(Schema):
    """Titles that begin so."""

    titles: list[str]


def hit_out(hit: Hit) -> dict[str, Any]:
    """A hit as the API tells it."""
    return {
        "document": hit.document.pk, "version": hit.document.current_id, "title": hit.title,
        "title_marks": hit.title_marks, "number": hit.document.number,
        "issued_on": hit.document.issued_on, "page": hit.page, "score": hit.score,
        "snippet": hit.snippet, "marks": hit.marks,
    }  # fmt: skip


def facet_out(facet: FacetValue) -> dict[str, Any]:
    """A facet's value as the API tells it."""
    return {
        "value": facet.value, "label": facet.label, "count": facet.count, "chosen": facet.chosen,
    }  # fmt: skip


@router.get("", response=FoundOut, summary="Search what you may see")
def search(request: HttpRequest, asked: Parameters[Asked]) -> dict[str, Any]:
    """Words (all required), "phrases", -not, prefix*, so: ngay: loai: coquan: nguoiky: ten: and their English twins."""
    found = find_strictly(
        asked.q, user=signed_in(request), facets={name: getattr(asked, name) for name in FacetName},
        sort=asked.sort, limit=asked.limit, after=asked.after, count_exactly=asked.count_exactly,
    )  # fmt: skip
    return {
        "total": found.total,
        "is_exact": found.is_exact,
        "seconds": found.seconds,
        "hits": [hit_out(hit) for hit in found.hits],
        "facets": {name: [facet_out(v) for v in values] for name, values in found.facets.items()},
        "next": found.next or None,
    }


@router.get("/suggest", response=SuggestionsOut, summary="Titles in which these words stand")
def suggest_titles(request: HttpRequest, prefix: str = "") -> dict[str, Any]:
    """The last word may be only begun; titles of visible documents."""
    return {"titles": suggest(prefix, user=signed_in(request))}
