"""Lists of documents: filters, order and paging by key, all of it read from an address and written to one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, F, OrderBy, OuterRef, Q, QuerySet

from dms.accounts.models import Unit, User
from dms.documents.models import (
    Document,
    Rendition,
    Suggestion,
    SuggestionState,
    Version,
    VersionState,
)

PAGE_SIZE = 50
OFFERED_FROM = 500  # filters offer what stands in so many of the newest documents
RARE = 1000  # so many documents are looked up one by one sooner than the list is searched for them
LONGEST = 200
CHOICES = ("state", "kind", "organ", "year", "unit")
SWITCHES = ("mine", "withdrawn", "suggested")
COLUMNS = ("kind", "number", "issued", "organ", "unit", "by", "state", "pages", "size", "received")
USUAL_COLUMNS = ("number", "issued", "organ", "state", "received")


@dataclass(frozen=True, slots=True)
class Order:
    """An order of documents: by a field, ties by id, empty values last."""

    field: str
    falls: bool = False
    has_gaps: bool = False  # the field may be empty

    def by(self) -> tuple[OrderBy, str]:
        """What the rows are ordered by."""
        field = F(self.field)
        gaps = {"nulls_last": True} if self.has_gaps else {}  # an index serves the plain order
        first = field.desc(**gaps) if self.falls else field.asc(**gaps)
        return first, "-pk" if self.falls else "pk"

    def beyond(self, value: Any, pk: UUID) -> Q:
        """What comes after a row with this value and id."""
        side = "lt" if self.falls else "gt"
        same = Q(**{self.field: value, f"pk__{side}": pk})
        if value is None:
            return Q(**{f"{self.field}__isnull": True, f"pk__{side}": pk})
        beyond = Q(**{f"{self.field}__{side}": value}) | same
        if self.has_gaps:
            return beyond | Q(**{f"{self.field}__isnull": True})
        return beyond & Q(**{f"{self.field}__{side}e": value})  # where an index is entered

    def parsed(self, text: str) -> Any:
        """A value out of a cursor. Raises: ValueError."""
        if not text:
            return None
        if self.field == "created_at":
            return datetime.fromisoformat(text)
        return date.fromisoformat(text) if self.field == "issued_on" else text


ORDERS: Mapping[str, Order] = {
    "newest": Order("created_at", falls=True),
    "oldest": Order("created_at"),
    "issued": Order("issued_on", falls=True, has_gaps=True),
    "issued_first": Order("issued_on", has_gaps=True),
    "title": Order("title"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader asks of the list. Whatever is wrong in an address means the default."""

    state: str = ""
    kind: str = ""
    organ: str = ""
    year: str = ""
    unit: str = ""
    mine: bool = False
    withdrawn: bool = False
    suggested: bool = False
    sort: str = "newest"
    columns: tuple[str, ...] = USUAL_COLUMNS
    after: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Wish":
        """Out of the query part of an address."""
        cols = given.get("cols")
        chosen = set(cols.split(" ")) if cols is not None else set(USUAL_COLUMNS)
        sort = given.get("sort", "")
        state = given.get("state", "")
        return cls(
            state=state if state in VersionState.values else "",
            kind=given.get("kind", "")[:LONGEST],
            organ=given.get("organ", "")[:LONGEST],
            year=number_text(given.get("year", ""), longest=4),
            unit=number_text(given.get("unit", ""), longest=9),
            mine=given.get("mine") == "1",
            withdrawn=given.get("withdrawn") == "1",
            suggested=given.get("suggested") == "1",
            sort=sort if sort in ORDERS else "newest",
            columns=tuple(name for name in COLUMNS if name in chosen),
            after=given.get("after", "")[:1000],
        )

    def to(self, **changes: Any) -> str:
        """The query part of the address with something changed; the first page unless told otherwise."""
        wish = replace(self, **{"after": "", **changes})
        told = {name: getattr(wish, name) for name in CHOICES}
        told |= {name: "1" if getattr(wish, name) else "" for name in SWITCHES}
        told["sort"] = wish.sort if wish.sort != "newest" else ""
        told["after"] = wish.after
        given = {name: value for name, value in told.items() if value}
        if wish.columns != USUAL_COLUMNS:
            given["cols"] = " ".join(wish.columns)
        return urlencode(given)

    @property
    def is_narrowed(self) -> bool:
        """Whether some filter is set."""
        return any(getattr(self, name) for name in (*CHOICES, *SWITCHES))


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the list with what a reader sees beside it."""

    document: Document
    version: Version
    has_thumbnail: bool
    suggestions: int


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list; `next` is the cursor of the following one."""

    rows: tuple[Listed, ...]
    next: str


def number_text(untrusted: str, *, longest: int) -> str:
    """A whole number as it stands in an address, or nothing."""
    is_number = untrusted.isascii() and untrusted.isdecimal() and len(untrusted) <= longest
    return untrusted if is_number else ""


def wished(wish: Wish, *, user: User) -> QuerySet[Document]:
    """Every document that is asked for and visible, in order."""
    rows = Document.objects.visible_to(user).filter(current__isnull=False)
    rows = rows.filter(withdrawn_at__isnull=not wish.withdrawn)
    if wish.state:
        rows = rows.filter(current__state=wish.state)
    if wish.kind:
        rows = rows.filter(type_name=wish.kind)
    if wish.organ:
        rows = rows.filter(organ_name=wish.organ)
    if wish.year and 1 <= int(wish.year) <= date.max.year:
        year = int(wish.year)
        rows = rows.filter(issued_on__range=(date(year, 1, 1), date(year, 12, 31)))
    if wish.unit:
        rows = rows.filter(unit=int(wish.unit))
    if wish.mine:
        rows = rows.filter(created_by=user)
    if wish.suggested:
        rows = rows.filter(with_suggestions())
    return rows.order_by(*ORDERS[wish.sort].by())


def with_suggestions() -> Q:
    """Something waits for a decision. Where that is rare, those few are looked up; else the list meets them."""
    waiting = waiting_suggestions().order_by().values_list("version", flat=True).distinct()
    few = list(waiting[: RARE + 1])
    if len(few) <= RARE:
        return Q(current__in=few)
    return Q(Exists(waiting_suggestions().filter(version=OuterRef("current"))))


def waiting_suggestions() -> QuerySet[Suggestion]:
    """Suggestions that nobody has decided on."""
    return Suggestion.objects.filter(state=SuggestionState.OPEN)


def listing(wish: Wish, *, user: User, size: int = PAGE_SIZE) -> Listing:
    """One page, from where the address says."""
    order = ORDERS[wish.sort]
    rows = with_company(wished(wish, user=user))
    start = cursor(wish.after, order)
    if start is not None:
        rows = rows.filter(order.beyond(*start))
    found = list(rows[: size + 1])
    shown = found[:size]
    return Listing(
        rows=tuple(dressed(shown)),
        next=cursor_of(shown[-1], order) if len(found) > size else "",
    )


def with_company(rows: QuerySet[Document]) -> QuerySet[Document]:
    """With the rows that every line of a list names."""
    return rows.select_related("current", "unit", "created_by")


def dressed(documents: Iterable[Document]) -> Iterator[Listed]:
    """Documents with their thumbnails and waiting suggestions, in two queries for all of them."""
    held = [(document, document.current) for document in documents if document.current]
    versions = [version.pk for _, version in held]
    pictured = set(
        Rendition.objects.filter(version__in=versions, kind="thumb", page=1).values_list(
            "version_id", flat=True
        )
    )
    waiting = Counter(
        waiting_suggestions().filter(version__in=versions).values_list("version_id", flat=True)
    )
    for document, version in held:
        yield Listed(document, version, version.pk in pictured, waiting[version.pk])


def cursor(text: str, order: Order) -> tuple[Any, UUID] | None:
    """Where a page begins; None for the beginning of the list."""
    value, _, pk = text.rpartition("~")
    try:
        return order.parsed(value), UUID(pk)
    except ValueError:
        return None


def cursor_of(document: Document, order: Order) -> str:
    """The place of a row in this order. It holds values, since looking a row up would tell where it stands."""
    value = getattr(document, order.field)
    text = value.isoformat() if isinstance(value, date) else value or ""
    return f"{text}~{document.pk}"


@dataclass(frozen=True, slots=True)
class Offers:
    """What the filters offer; anything else can stand in an address all the same."""

    kinds: tuple[str, ...]
    organs: tuple[str, ...]
    years: tuple[str, ...]
    units: tuple[tuple[str, str], ...]


def offers(wish: Wish, *, user: User) -> Offers:
    """Values of the newest documents, most frequent first, and those that are chosen."""
    newest = Document.objects.visible_to(user).order_by("-created_at", "-pk")
    rows = list(
        newest.values_list("type_name", "organ_name", "issued_on", "unit_id")[:OFFERED_FROM]
    )
    years = {str(row[2].year) for row in rows if row[2]} | {wish.year}
    units = Unit.objects.filter(
        pk__in={row[3] for row in rows} | ({int(wish.unit)} if wish.unit else set())
    )
    return Offers(
        kinds=ranked((row[0] for row in rows), wish.kind),
        organs=ranked((row[1] for row in rows), wish.organ),
        years=tuple(sorted(filter(None, years), reverse=True)),
        units=tuple((str(unit.pk), unit.name) for unit in units.order_by("name")),
    )


def ranked(values: Iterable[str], chosen: str) -> tuple[str, ...]:
    """Values by how often they occur, at most 40, the chosen one among them."""
    counted = Counter(filter(None, values))
    found = [value for value, _ in counted.most_common(40)]
    return tuple(found if not chosen or chosen in found else [chosen, *found])
