"""The contract of a search engine: entries in, hits out, the viewer's keys inside every query."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Field(StrEnum):
    """Where a clause looks; `ANY` is text, title, subject, filename and number together."""

    ANY = "any"
    NUMBER = "number"  # so: 05/QĐ-UBND, forgiving zeros and accents
    KIND = "kind"  # loai:
    AGENCY = "agency"  # coquan: the issuing agency
    SIGNER = "signer"  # nguoiky:


class FacetName(StrEnum):
    """What results can be narrowed by."""

    KIND = "kind"
    AGENCY = "agency"
    YEAR = "year"
    UNIT = "unit"
    STATE = "state"


class Sort(StrEnum):
    """The order of hits; ties are broken by document id, newest first."""

    RELEVANCE = "relevance"
    NEWEST = "newest"  # taken in last
    ISSUED = "issued"  # date of issue, latest first
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as search sees it: an entry is a document, all words may stand anywhere in it."""

    document: str
    revision: int
    title: str
    subject: str
    text: str
    filename: str
    type_name: str
    organ_name: str
    number: str
    issued_on: date | None
    signer_name: str
    agency: str
    unit: str
    state: str
    created_at: datetime
    access: frozenset[str]


@dataclass(frozen=True, slots=True)
class Clause:
    """Words that must (or must not) stand in a field: one token, or several in a row as a phrase.

    `tokens` are exact tokens of `dms.lib.text.tokens`; an engine looks for them folded and ranks the exact higher.
    """

    tokens: tuple[str, ...]
    field: Field = Field.ANY
    prefix: bool = False  # the last token may go on
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for, who asks, and how to show it. An empty `clauses` finds everything visible."""

    keys: frozenset[str]  # the viewer's access keys; nothing is found without one of them
    clauses: tuple[Clause, ...] = ()
    issued_from: date | None = None
    issued_to: date | None = None
    facets: Mapping[FacetName, str] = field(default_factory=dict)  # chosen values
    excluded: frozenset[str] = (
        frozenset()
    )  # documents whose access has changed since they were indexed
    sort: Sort = Sort.RELEVANCE
    limit: int = 20
    after: str = ""  # the cursor of the last hit of the page before
    count_exactly: bool = False


@dataclass(frozen=True, slots=True)
class EngineHit:
    """A document that was found, its score, and the cursor from which the next page goes on."""

    document: str
    score: float
    cursor: str


@dataclass(frozen=True, slots=True)
class Result:
    """One page of hits; `total` is exact up to 10,000 unless asked for exactly.

    `facets`: for each facet its values with counts, most first; a facet ignores its own chosen value.
    """

    hits: tuple[EngineHit, ...]
    total: int
    is_exact: bool
    facets: Mapping[FacetName, tuple[tuple[str, int], ...]]


class SearchEngine(ABC):
    """An index of entries. Engines answer one spec table identically (tests/spec)."""

    @abstractmethod
    def can_write(self) -> bool:
        """Whether this process holds, or can take, the one writer's lock."""

    @abstractmethod
    def write(self, entries: Sequence[Entry], *, remove: Sequence[str] = ()) -> None:
        """Add or replace entries and remove others; durable and visible when it returns."""

    @abstractmethod
    def rebuild(self, entries: Iterable[Entry]) -> int:
        """Fill a fresh index beside the old one, which answers until the switch; how many entries."""

    @abstractmethod
    def search(self, query: Query) -> Result:
        """Find. Raises: SearchUnavailable."""

    @abstractmethod
    def complete(self, prefix: str, *, keys: frozenset[str], limit: int = 8) -> tuple[str, ...]:
        """Words or titles that begin so, out of documents that these keys open."""

    @abstractmethod
    def stamps(self) -> Iterator[tuple[str, int]]:
        """Every indexed document id with its revision."""
