"""Who can see a document now, and why: the access keys told as people."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch
from django.utils.translation import gettext

from dms.accounts.models import RoleAssignment, Unit, User
from dms.accounts.roles import MAY, Role, Verb
from dms.documents.access import granted
from dms.documents.models import Document, Grant, GrantSubject

NAMES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Reason:
    """One way to see the document, and the people it lets in."""

    sentence: str
    people: tuple[str, ...]  # at most NAMES_SHOWN
    more: int

    @property
    def count(self) -> int:
        """How many people."""
        return len(self.people) + self.more


@dataclass(frozen=True, slots=True)
class Given:
    """One grant: to whom, by whom, when and why; `counts` is false while the mode leaves it out."""

    id: int
    subject: str
    name: str
    by: str
    at: object
    reason: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody to whom access can be given."""

    value: str  # user:3, unit:5, role:clerk
    label: str


@dataclass(frozen=True, slots=True)
class Audience:
    """The access panel of a document."""

    reasons: tuple[Reason, ...]
    grants: tuple[Given, ...]
    people: tuple[Choice, ...]
    units: tuple[Choice, ...]
    roles: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody who may sign in, all units, and who holds which role."""

    users: tuple[User, ...]
    units: dict[int, Unit]

    def above(self, unit_id: int) -> frozenset[int]:
        """The unit and all units that it stands below: their members see what it owns."""
        found: set[int] = set()
        place: int | None = unit_id
        while place is not None and place not in found:
            found.add(place)
            unit = self.units.get(place)
            place = unit.parent_id if unit else None
        return frozenset(found)

    def opened_by(self, key: str) -> list[User]:
        """Those who hold an access key; the mirror of `User.access_keys`."""
        subject, _, name = key.partition(":")
        if subject == "staff":
            return list(self.users)
        if subject == "user":
            return [user for user in self.users if str(user.pk) == name]
        if subject == "unit":
            units = self.above(int(name))
            return [user for user in self.users if user.unit_id in units]
        agency, _, role = name.partition(":")
        return [user for user in self.users if self.holds(user, role, int(agency))]

    def holds(self, user: User, role: str, agency_id: int) -> bool:
        """Whether the person has the role in the agency."""
        unit = self.units.get(user.unit_id or 0)
        is_there = unit is not None and unit.agency_id == agency_id
        return is_there and any(assigned.role == role for assigned in user.roles.all())


def staff() -> Staff:
    """In three queries, however many there are."""
    readers = [role for role, verbs in MAY.items() if Verb.READ in verbs]
    holds = RoleAssignment.objects.filter(user=OuterRef("pk"), role__in=readers)
    users = User.objects.filter(Exists(holds), is_active=True).order_by("full_name", "username")
    roles = Prefetch("roles", RoleAssignment.objects.order_by("pk"))
    units = {unit.pk: unit for unit in Unit.objects.order_by("name")}
    return Staff(tuple(users.prefetch_related(roles)), units)


def audience(document: Document) -> Audience:
    """Who sees it, the grants, and to whom more can be given."""
    everyone = staff()
    grants = tuple(document.grants.select_related("granted_by").order_by("pk"))
    keys = sorted(document.access.values_list("key", flat=True), key=_broadest_first)
    return Audience(
        reasons=tuple(_reason(document, key, everyone) for key in keys),
        grants=tuple(_given(document, grant, everyone) for grant in grants),
        people=tuple(Choice(user.ledger_ref, _person(user)) for user in everyone.users),
        units=tuple(Choice(unit.ledger_ref, unit.name) for unit in everyone.units.values()),
        roles=tuple(Choice(f"role:{value}", str(label)) for value, label in Role.choices),
    )


def _broadest_first(key: str) -> tuple[int, str]:
    subject = key.partition(":")[0]
    return ("staff", "unit", "role", "user").index(subject), key


def _reason(document: Document, key: str, everyone: Staff) -> Reason:
    people = everyone.opened_by(key)
    names = tuple(_person(user) for user in people[:NAMES_SHOWN])
    return Reason(_sentence(document, key, everyone), names, len(people) - len(names))


def _sentence(document: Document, key: str, everyone: Staff) -> str:
    subject, _, name = key.partition(":")
    if subject == "staff":
        return gettext("The document is open to all signed-in staff")
    if subject == "unit":
        unit = everyone.units.get(int(name))
        owner = int(name) == document.unit_id
        msgid = (
            gettext("Owning unit {unit}, with the units above it")
            if owner
            else gettext("Granted to the unit {unit}, with the units above it")
        )
        return msgid.format(unit=unit.name if unit else name)
    if subject == "role":
        role = name.partition(":")[2]
        label = Role(role).label if role in Role.values else role
        return gettext("Granted to the role {role}").format(role=label)
    if int(name) == document.created_by_id:
        return gettext("Took the document in")
    return (
        gettext("Judges the secrecy mark") if document.secret_mark else gettext("Granted in person")
    )


def _given(document: Document, grant: Grant, everyone: Staff) -> Given:
    return Given(
        id=grant.pk, subject=grant.get_subject_display(), name=_name(grant, everyone),
        by=str(grant.granted_by), at=grant.granted_at, reason=grant.reason,
        counts=granted(document, grant),
    )  # fmt: skip


def _name(grant: Grant, everyone: Staff) -> str:
    if grant.subject == GrantSubject.ROLE:
        return str(Role(grant.name).label) if grant.name in Role.values else grant.name
    if grant.subject == GrantSubject.UNIT:
        unit = everyone.units.get(int(grant.name))
        return unit.name if unit else grant.name
    found = (user for user in everyone.users if str(user.pk) == grant.name)
    user = next(found, None)
    return _person(user) if user else grant.name


def _person(user: User) -> str:
    return f"{user} · {user.position}" if user.position else str(user)
