"""The actors of every test: one agency, its units, and people who may see different things."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from dms.accounts.models import Agency, Unit, User
from dms.accounts.operations import SETUP, create_user, open_agency
from dms.accounts.roles import Role
from tests.ledger import NOON

ACTORS = ("owner", "colleague", "parent", "granted", "stranger", "administrator", "anonymous")


@dataclass(frozen=True)
class People:
    """Who is who. The owner's documents stand in `office`, below `root`; strangers sit in `elsewhere`."""

    agency: Agency
    root: Unit
    office: Unit
    elsewhere: Unit
    owner: User
    colleague: User  # same unit as the owner
    parent: User  # member of the root unit, above the owner's
    granted: User  # another unit; reads what is granted to him
    stranger: User  # another unit
    administrator: User  # yet another unit, no other role
    anonymous: AnonymousUser

    def named(self, actor: str) -> User:
        """The signed-in person of this part."""
        found = getattr(self, actor)
        assert isinstance(found, User), f"{actor} is not a person who signs in"
        return found

    def signed_in(self) -> Iterator[tuple[str, User]]:
        """Everybody but anonymous, with the part they play."""
        for actor in ACTORS[:-1]:
            yield actor, self.named(actor)

    def client(self, actor: str) -> Client:
        """A browser in which this actor is signed in (or nobody, for `anonymous`)."""
        client = Client()
        if actor != "anonymous":
            client.force_login(self.named(actor))
        return client


def make_people(organ_id: str = "000.00.01.H01", name: str = "UBND xã Thử Nghiệm") -> People:
    """An agency with its units and one person for each part."""
    root = open_agency(organ_id=organ_id, name=name, by=SETUP, at=NOON)
    office = Unit.objects.create(agency=root.agency, name="Văn phòng", parent=root)
    elsewhere = Unit.objects.create(agency=root.agency, name="Địa chính", parent=root)
    machines = Unit.objects.create(agency=root.agency, name="Quản trị máy", parent=root)

    def person(username: str, unit: Unit, role: Role = Role.STAFF) -> User:
        return create_user(
            username=f"{username}-{root.agency_id}", full_name=username.title(), unit=unit,
            roles=[role], password=None, by=SETUP, at=NOON,
        )  # fmt: skip

    return People(
        agency=root.agency, root=root, office=office, elsewhere=elsewhere,
        owner=person("owner", office), colleague=person("colleague", office),
        parent=person("parent", root), granted=person("granted", elsewhere),
        stranger=person("stranger", elsewhere),
        administrator=person("administrator", machines, Role.ADMINISTRATOR),
        anonymous=AnonymousUser(),
    )  # fmt: skip


@pytest.fixture
def people(db: None) -> People:
    """The usual actors."""
    return make_people()
