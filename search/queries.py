"""Finding, as a page needs it: hits with their page, snippet and marks, facets, counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from dms.accounts.models import User
from dms.documents.models import Document
from search.base import FacetName, Sort


@dataclass(frozen=True, slots=True)
class Hit:
    """A document with the page that answers best; marks are ranges of the snippet to light, as offsets."""

    document: Document
    page: int
    score: float
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()


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
    """Search what the person may see."""
    raise NotImplementedError
