"""The contract of a search engine: entries in, hits out, the viewer's keys inside every query."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import groupby, pairwise

from dms.errors import Conflict, Invalid, Unavailable
from dms.lib.text import fold, folded

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXACT_COUNT = 10_000
TITLE_KEY_CHARS = 200
FACET_VALUES = 50  # how many values of a facet are told

# Relevance: what a clause in `Field.ANY` or `Field.TITLE` adds. Rarity decides only among equals.
EXACT_SCORE = 8.0  # some place has the words as typed, accents and all
HEAD_SCORE = 4.0  # they stand in title, subject, number or filename
NEAR_SCORE = 6.0  # words that were typed in a row stand in a row
NUMBER_SCORE = 16.0  # they are the whole number of the document
RARITY_SCALE = 0.02  # brings BM25 below any of these


class SearchUnavailable(Unavailable):
    """The search index is being made anew. Documents stay open by their lists; try again in some minutes."""

    code = "search_unavailable"


class RebuildUnderWay(Conflict):
    """The search index is being rebuilt already; wait until that has ended."""

    code = "rebuild_under_way"


class TooManyBeginnings(Invalid):
    """Too many words begin like the last word of this phrase; write more of it."""

    code = "too_many_beginnings"


class Field(StrEnum):
    """Where a clause looks; `ANY` is all of them and the text."""

    ANY = "any"
    TITLE = "title"  # ten: title, subject and filename
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

    document: str  # a UUID
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
    unit: str  # the id of the owning unit, whose name may change
    state: str
    created_at: datetime
    access: frozenset[str]

    @property
    def head(self) -> tuple[str, ...]:
        """What weighs more than the text."""
        return (self.title, self.subject, self.filename, self.number)

    def values(self, where: Field) -> tuple[str, ...]:
        """The texts that a clause in this field looks into; no phrase goes from one into the next."""
        return {
            Field.ANY: (*self.head, self.type_name, self.organ_name, self.signer_name, self.text),
            Field.TITLE: (self.title, self.subject, self.filename),
            Field.NUMBER: (self.number,),
            Field.KIND: (self.type_name,),
            Field.AGENCY: (self.organ_name,),
            Field.SIGNER: (self.signer_name,),
        }[where]

    @property
    def created_us(self) -> int:
        """Microseconds since 1970, to sort by."""
        return (self.created_at - EPOCH) // timedelta(microseconds=1)

    @property
    def issued_day(self) -> int:
        """Days since the year 1, to sort and compare by; 0 where it is not known."""
        return self.issued_on.toordinal() if self.issued_on else 0

    @property
    def title_key(self) -> str:
        """The beginning of the title without accents and case, to sort by."""
        return fold(self.title)[:TITLE_KEY_CHARS]

    def facet(self, name: FacetName) -> str:
        """The value by which results are narrowed; empty where it is not known."""
        return {
            FacetName.KIND: self.type_name,
            FacetName.AGENCY: self.organ_name,
            FacetName.YEAR: str(self.issued_on.year) if self.issued_on else "",
            FacetName.UNIT: self.unit,
            FacetName.STATE: self.state,
        }[name]


@dataclass(frozen=True, slots=True)
class Clause:
    """Words that must (or must not) stand in a field: one token, or several in a row as a phrase.

    `tokens` are exact tokens of `dms.lib.text`; an engine looks for them folded and ranks the exact higher.
    """

    tokens: tuple[str, ...]
    field: Field = Field.ANY
    prefix: bool = False  # the last token may go on
    negated: bool = False

    @property
    def folded(self) -> tuple[str, ...]:
        """The tokens without accents and leading zeros."""
        return tuple(folded(token) for token in self.tokens)

    @property
    def is_plain_word(self) -> bool:
        """Whether it is one whole word, wanted anywhere."""
        plain = not (self.negated or self.prefix)
        return plain and self.field is Field.ANY and len(self.tokens) == 1

    @property
    def scores(self) -> bool:
        """Whether it says something about relevance; other fields only filter."""
        return not self.negated and self.field in {Field.ANY, Field.TITLE}


def pairs(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """Neighbouring single words as phrases of two."""
    return tuple(
        Clause((*one.tokens, *other.tokens))
        for one, other in pairwise(clauses)
        if one.is_plain_word and other.is_plain_word
    )


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for, who asks, and how to show it. An empty `clauses` finds everything visible."""

    keys: frozenset[str]  # the viewer's access keys; nothing is found without one of them
    clauses: tuple[Clause, ...] = ()
    issued_from: date | None = None
    issued_to: date | None = None
    facets: Mapping[FacetName, str] = field(default_factory=dict)  # chosen values
    # documents whose access has changed since they were indexed
    excluded: frozenset[str] = frozenset()
    sort: Sort = Sort.RELEVANCE
    limit: int = 20
    after: str = ""  # the cursor of the last hit of the page before
    count_exactly: bool = False
    with_facets: bool = True

    @property
    def runs(self) -> tuple[Clause, ...]:
        """Words typed in a row, as phrases: they need not stand so, but rank higher where they do."""
        groups = groupby(self.clauses, key=lambda clause: clause.is_plain_word)
        words = [list(group) for is_plain, group in groups if is_plain]
        return tuple(
            Clause(tuple(clause.tokens[0] for clause in run)) for run in words if len(run) > 1
        )


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


@dataclass(frozen=True, slots=True)
class Changes:
    """What has to be written to bring an index up to the rows."""

    entries: Iterable[Entry] = ()
    remove: Sequence[str] = ()


CatchUp = Callable[[Mapping[str, int]], Changes]


class SearchEngine(ABC):
    """An index of entries. Engines answer one spec table identically (tests/spec)."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether there is an index that can be searched and written; if not, it must be rebuilt."""

    @abstractmethod
    def can_write(self) -> bool:
        """Whether this process holds, or can take, the one writer's lock; asked before each batch."""

    @abstractmethod
    def write(self, entries: Iterable[Entry], *, remove: Sequence[str] = ()) -> None:
        """Add or replace entries and remove others; durable and visible everywhere when it returns.

        Raises: SearchUnavailable.
        """

    @abstractmethod
    def rebuild(self, entries: Iterable[Entry], *, catch_up: CatchUp) -> int:
        """Fill a fresh index beside the old one, which answers and is written until the switch.

        Args:
            catch_up: given the documents in the fresh index with their revisions, what changed meanwhile;
                asked just before the switch, while nobody else writes.

        Returns: how many entries it holds. Raises: RebuildUnderWay, SearchUnavailable.
        """

    @abstractmethod
    def search(self, query: Query) -> Result:
        """Find. Raises: SearchUnavailable, UnknownCursor, TooManyBeginnings."""

    @abstractmethod
    def stamps(self) -> Iterator[tuple[str, int]]:
        """Every indexed document id with its revision. Raises: SearchUnavailable."""


def counted(number: int, query: Query) -> tuple[int, bool]:
    """The total as it is told, and whether that is exact."""
    if number <= EXACT_COUNT or query.count_exactly:
        return number, True
    return EXACT_COUNT, False


def most_first(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """The values of a facet as they are told; documents without one are not counted."""
    known = [(value, count) for value, count in counts.items() if value]
    return tuple(sorted(known, key=lambda pair: (-pair[1], pair[0]))[:FACET_VALUES])
