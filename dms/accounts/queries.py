"""Reads about people and units, for the pages of administrators."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet

from dms.accounts.models import Agency, ApiToken, Unit, User
from dms.accounts.roles import Role
from dms.errors import NotFound
from dms.lib.ids import is_row_id
from dms.lib.text import nfc

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """Which people are asked for."""

    q: str = ""
    role: str = ""
    unit: str = ""
    state: str = ""  # "off": those who may not sign in; else those who may, "all": both
    after: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Filter":
        """Out of an address; whatever is wrong in it means no filter."""
        unit, role, state = (given.get(name, "") for name in ("unit", "role", "state"))
        return cls(
            q=given.get("q", "").strip()[:100],
            role=role if role in Role.values else "",
            unit=unit if unit.isascii() and unit.isdecimal() and len(unit) < 10 else "",  # noqa: PLR2004  # 32 bits
            state=state if state in {"off", "all"} else "",
            after=given.get("after", "")[:200],
        )

    def to(self, after: str = "") -> str:
        """The query part of the address."""
        told = {
            "q": self.q, "role": self.role, "unit": self.unit, "state": self.state, "after": after
        }  # fmt: skip
        return urlencode({name: value for name, value in told.items() if value})


@dataclass(frozen=True, slots=True)
class Persons:
    """One page of people; `next` is the address of the following one."""

    rows: tuple[User, ...]
    total: int
    next: str
    units: QuerySet[Unit]


def persons(wanted: Filter) -> Persons:
    """People by user name."""
    found = User.objects.select_related("unit").prefetch_related("roles").order_by("username")
    if wanted.q:
        found = found.filter(Q(username__icontains=wanted.q) | Q(full_name__icontains=wanted.q))
    if wanted.role:
        found = found.filter(roles__role=wanted.role)
    if wanted.unit:
        found = found.filter(unit=int(wanted.unit))
    if wanted.state != "all":
        found = found.filter(is_active=wanted.state != "off")
    total = found.count()
    page = list(found.filter(username__gt=wanted.after)[: PAGE_SIZE + 1])
    rows = tuple(page[:PAGE_SIZE])
    return Persons(
        rows=rows,
        total=total,
        next=wanted.to(rows[-1].username) if len(page) > PAGE_SIZE else "",
        units=Unit.objects.order_by("name"),
    )


def person(user_id: int) -> User:
    """Raises: NotFound."""
    found = User.objects.select_related("unit").filter(pk=user_id).first()
    if found is None:
        raise NotFound
    return found


def unit_named(unit_id: int) -> Unit:
    """Raises: NotFound."""
    found = Unit.objects.select_related("agency").filter(pk=unit_id).first()
    if found is None:
        raise NotFound
    return found


def unit_called(untrusted: str, *, within: Iterable[int] | None = None) -> Unit | None:
    """The unit of this id or name, of these or of all; a name may come with its accents apart, as some file systems write them."""
    units = Unit.objects.all() if within is None else Unit.objects.filter(pk__in=within)
    by_id = units.filter(pk=untrusted) if is_row_id(untrusted) else Unit.objects.none()
    name = nfc(untrusted).encode(errors="replace").decode()  # a database takes no surrogates
    return by_id.first() or units.filter(name=name).order_by("pk").first()


def own_token(token_id: int, *, user: User) -> ApiToken:
    """A token of this person. Raises: NotFound."""
    found = ApiToken.objects.filter(pk=token_id, user=user).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit in the tree, with how many people are in it; `foreign` names an agency other than its parent's."""

    unit: Unit
    depth: int
    members: int
    foreign: Agency | None


def unit_tree() -> tuple[UnitNode, ...]:
    """All units, each below its parent, in two queries."""
    units = Unit.objects.select_related("agency").annotate(
        people=Count("members", filter=Q(members__is_active=True))
    )
    below: dict[int | None, list[Unit]] = {}
    people: dict[int, int] = {}
    for unit in units.order_by("name"):
        below.setdefault(unit.parent_id, []).append(unit)
        people[unit.pk] = unit.people

    def walk(parent: Unit | None, depth: int) -> Iterator[UnitNode]:
        for unit in below.get(parent.pk if parent else None, []):
            is_foreign = parent is None or parent.agency_id != unit.agency_id
            yield UnitNode(unit, depth, people[unit.pk], unit.agency if is_foreign else None)
            yield from walk(unit, depth + 1)

    return tuple(walk(None, 0))
