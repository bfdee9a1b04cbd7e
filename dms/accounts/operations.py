"""What changes people, units and agencies; each change is a ledger event in the same transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from dms.accounts.models import (
    OPERATOR,
    Agency,
    RoleAssignment,
    Unit,
    User,
    with_descendants,
)
from dms.accounts.passwords import generated
from dms.accounts.permissions import check_may
from dms.accounts.roles import Role, Verb
from dms.accounts.tokens import revoke_token
from dms.audit.base import Actor
from dms.audit.operations import record
from dms.errors import Conflict, Invalid


class NameTaken(Conflict):
    """This name is taken already; choose another."""

    code = "name_taken"


class UnitLoop(Invalid):
    """A unit cannot stand below itself; choose another parent."""

    code = "unit_loop"


class WeakPassword(Invalid):
    """The password is too weak: use at least 12 characters that are not a common word or your name."""

    code = "weak_password"


class LastAdministrator(Conflict):
    """This is the last administrator; make somebody else administrator first."""

    code = "last_administrator"


@dataclass(frozen=True, slots=True)
class System:
    """The machine itself as an actor."""

    actor_ref: str


WORKER = System("system:worker")
SETUP = System("system:setup")


def open_agency(*, organ_id: str, name: str, by: Actor, at: datetime) -> Unit:
    """A new agency with its root unit of the same name; returns the unit."""
    with transaction.atomic():
        agency = Agency.objects.create(organ_id=organ_id, name=name)
        unit = Unit.objects.create(agency=agency, name=name)
        record("accounts.agency.created", target=agency, by=by, at=at)
    return unit


def succeed_agency(*, old: Agency, new: Agency, by: Actor, at: datetime) -> None:
    """The new agency inherits: the root units of the old one come to stand below its own root unit."""
    with transaction.atomic():
        root = new.units.filter(parent=None).order_by("id").first()
        if root is None:
            raise Invalid
        new.predecessors.add(old)
        old.units.filter(parent=None).update(parent=root)
        record("accounts.agency.succeeded", target=new, by=by, at=at, predecessor=old.pk)


def open_unit(*, agency: Agency, name: str, parent: Unit | None, by: User, at: datetime) -> Unit:
    """A new unit. Raises: NotYourRole, NameTaken."""
    check_may(by, Verb.MANAGE_USERS)
    try:
        with transaction.atomic():
            unit = Unit.objects.create(agency=agency, name=name, parent=parent)
            record("accounts.unit.created", target=unit, by=by, at=at)
    except IntegrityError as error:
        raise NameTaken from error
    return unit


def change_unit(*, unit: Unit, name: str, parent: Unit | None, by: User, at: datetime) -> None:
    """Rename or move a unit. Raises: NotYourRole, NameTaken, UnitLoop."""
    check_may(by, Verb.MANAGE_USERS)
    try:
        with transaction.atomic():
            if parent is not None and parent.pk in with_descendants(unit.pk):
                raise UnitLoop
            Unit.objects.filter(pk=unit.pk).update(name=name, parent=parent)
            record("accounts.unit.changed", target=unit, by=by, at=at)
    except IntegrityError as error:
        raise NameTaken from error


def create_user(
    *, username: str, full_name: str, unit: Unit | None, roles: Iterable[str], password: str | None,
    by: Actor, at: datetime,
) -> User:  # fmt: skip
    """A new person; without a password nobody can sign in as him. Raises: NameTaken, WeakPassword."""
    user = User(username=username, full_name=full_name, unit=unit)
    if password is not None:
        check_password_strength(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
            set_roles(user, roles)
            record("accounts.user.created", target=user, by=by, at=at)
    except IntegrityError as error:
        raise NameTaken from error
    return user


def change_user(
    *, user: User, full_name: str, unit: Unit | None, roles: Iterable[str], is_active: bool,
    by: User, at: datetime,
) -> None:  # fmt: skip
    """Change what a person is. Raises: NotYourRole, LastAdministrator."""
    check_may(by, Verb.MANAGE_USERS)
    wanted = frozenset(roles)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(full_name=full_name, unit=unit, is_active=is_active)
        set_roles(user, wanted)
        if not administrators().exists():
            raise LastAdministrator
        record(
            "accounts.user.changed", target=user, by=by, at=at,
            unit=unit.pk if unit else None, active=is_active, roles=" ".join(sorted(wanted)),
        )  # fmt: skip
    user.refresh_from_db()


def set_password(*, user: User, password: str, by: User, at: datetime) -> None:
    """Give a person a new password; from somebody else it ends his tokens too, as after a theft.

    Raises: NotYourRole, WeakPassword.
    """
    if by.pk != user.pk:
        check_may(by, Verb.MANAGE_USERS)
    check_password_strength(password, user)
    user.set_password(password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        record("accounts.user.password_set", target=user, by=by, at=at)
        if by.pk != user.pk:
            for token in user.tokens.filter(revoked_at=None):
                revoke_token(token, by=by, at=at)


def set_roles(user: User, roles: Iterable[str]) -> None:
    """Exactly these roles, from now on."""
    wanted = frozenset(roles)
    user.roles.exclude(role__in=wanted).delete()
    held = set(user.roles.values_list("role", flat=True))
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=user, role=role) for role in sorted(wanted - held)
    )


def check_password_strength(password: str, user: User) -> None:
    """Raises: WeakPassword."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword from error


def administrators() -> QuerySet[User]:
    """People who can administer: active, able to sign in."""
    return User.objects.filter(is_active=True, roles__role=Role.ADMINISTRATOR)


def root_unit(*, at: datetime, organ_id: str, name: str) -> Unit:
    """The first agency's root unit, opened on first use."""
    unit = Unit.objects.filter(parent=None).order_by("id").first()
    return unit or open_agency(organ_id=organ_id, name=name, by=SETUP, at=at)


def operator(*, unit: Unit, at: datetime) -> User:
    """The actor of commands, who cannot sign in; made on first use."""
    found = User.objects.filter(username=OPERATOR).first()
    return found or create_user(
        username=OPERATOR, full_name="", unit=unit, roles=[Role.ARCHIVIST], password=None,
        by=SETUP, at=at,
    )  # fmt: skip


def first_administrator(*, unit: Unit, at: datetime) -> tuple[User, str] | None:
    """An administrator with a generated password, unless there is one already."""
    if administrators().exists():
        return None
    password = generated()
    user = create_user(
        username="admin", full_name="", unit=unit, roles=[Role.ADMINISTRATOR, Role.CLERK],
        password=password, by=SETUP, at=at,
    )  # fmt: skip
    return user, password
