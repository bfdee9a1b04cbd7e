"""Access at rest: the keys in the rows are what the rule says, whatever is changed, and successors inherit."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dms.accounts.models import Agency, Unit, User
from dms.accounts.operations import SETUP, change_user, create_user, succeed_agency
from dms.accounts.permissions import NotYourRole
from dms.accounts.roles import Role
from dms.audit.models import Event
from dms.documents import sharing
from dms.documents.access import access_keys
from dms.documents.models import Document, GrantSubject, Mode
from dms.documents.permissions import ReadOnly
from dms.documents.sharing import ReasonMissing, UnknownSubject
from dms.errors import NotFound
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import People, make_people

pytestmark = pytest.mark.usefixtures("vankho_data")


def seers(people: People) -> set[str]:
    return {name for name, user in people.signed_in() if Document.objects.visible_to(renewed(user))}


def renewed(user: User) -> User:
    return User.objects.get(pk=user.pk)


def kept(document: Document) -> frozenset[str]:
    return frozenset(document.access.values_list("key", flat=True))


CHANGES = st.lists(
    st.one_of(
        st.sampled_from([("mode", mode) for mode in Mode.values]),
        st.tuples(
            st.sampled_from(["grant", "revoke"]),
            st.sampled_from(["user", "unit", "role"]),
        ),
    ),
    max_size=8,
)


@given(changes=CHANGES)
@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_the_rows_follow_the_rule_through_every_change(
    people: People, changes: list[tuple[str, str]]
) -> None:
    document = a_document(str(changes).encode(), by=people.owner)
    names = {
        "user": str(people.granted.pk), "unit": str(people.elsewhere.pk), "role": str(Role.ARCHIVIST),
    }  # fmt: skip
    for verb, what in changes:
        if verb == "mode":
            sharing.set_mode(document, what, by=people.owner, at=NOON)
        elif verb == "grant":
            sharing.grant(document, what, names[what], by=people.owner, at=NOON)
        elif given_ := document.grants.filter(subject=what).first():
            sharing.revoke(given_, by=people.owner, at=NOON)
        document.refresh_from_db()
        assert kept(document) == access_keys(document, document.grants.all())
    Document.objects.all().update(withdrawn_at=NOON)


def test_a_secret_document_is_for_named_persons_only(people: People) -> None:
    document = a_document(by=people.owner, mode=Mode.SECRET)
    sharing.grant(document, GrantSubject.UNIT, str(people.office.pk), by=people.owner, at=NOON)
    sharing.grant(document, GrantSubject.ROLE, Role.STAFF, by=people.owner, at=NOON)
    assert seers(people) == {"owner"}
    sharing.grant(document, GrantSubject.USER, str(people.granted.pk), by=people.owner, at=NOON)
    assert seers(people) == {"owner", "granted"}


def test_a_grant_to_a_role_is_one_of_the_agency(people: People) -> None:
    document = a_document(by=people.owner)
    neighbours = make_people("000.00.02.H01", "UBND xã bên")
    sharing.grant(document, GrantSubject.ROLE, Role.STAFF, by=people.owner, at=NOON)
    assert seers(people) == {"owner", "colleague", "parent", "granted", "stranger"}
    assert seers(neighbours) == set()


def test_who_moves_away_sees_no_more_what_the_unit_sees(people: People) -> None:
    a_document(by=people.owner)
    change_user(
        user=people.colleague, full_name="x", unit=people.elsewhere, roles=[Role.STAFF],
        is_active=True, by=people.administrator, at=NOON,
    )  # fmt: skip
    assert "colleague" not in seers(people)
    User.objects.filter(pk=people.parent.pk).update(is_active=False)
    assert "parent" not in seers(people)


@pytest.mark.parametrize("role", Role.values)
def test_no_role_sees_by_itself(people: People, role: str) -> None:
    a_document(by=people.owner)
    user = create_user(
        username="x", full_name="", unit=people.elsewhere, roles=[role], password=None, by=SETUP,
        at=NOON,
    )  # fmt: skip
    assert not Document.objects.visible_to(user).exists()


def test_an_administrator_takes_access_in_the_open(people: People) -> None:
    document = a_document(by=people.owner, mode=Mode.SECRET)
    administrator, pk = people.administrator, str(document.pk)
    with pytest.raises(ReasonMissing):
        sharing.take_access(pk, reason=" ", by=administrator, at=NOON)
    with pytest.raises(NotYourRole):
        sharing.take_access(pk, reason="x", by=people.stranger, at=NOON)
    assert seers(people) == {"owner"}
    sharing.take_access(pk, reason="audit", by=administrator, at=NOON)
    assert seers(people) == {"owner", "administrator"}
    newest = Event.objects.about(document)[0]
    assert (newest.kind, newest.actor) == (
        "documents.document.access_taken", administrator.actor_ref,
    )  # fmt: skip


def test_readers_cannot_share_and_strangers_are_told_nothing(people: People) -> None:
    document = a_document(by=people.owner, granted_to=people.granted)
    with pytest.raises(ReadOnly):
        sharing.set_mode(document, Mode.OPEN, by=people.granted, at=NOON)
    for actor in ("stranger", "administrator"):
        with pytest.raises(NotFound):
            sharing.set_mode(document, Mode.OPEN, by=people.named(actor), at=NOON)
    for subject, name in (("user", "999999"), ("unit", "x"), ("role", "king"), ("cat", "1")):
        with pytest.raises(UnknownSubject):
            sharing.grant(document, subject, name, by=people.owner, at=NOON)


def test_a_successor_sees_what_it_inherits_under_the_old_name(people: People) -> None:
    """Communes merge: the old units come to stand below the new agency's root."""
    document = a_document(by=people.owner)
    secret = a_document(b"secret", by=people.owner, mode=Mode.SECRET)
    heirs = make_people("000.00.09.H01", "UBND xã mới")
    assert seers(heirs) == set()
    succeed_agency(old=people.agency, new=heirs.agency, by=SETUP, at=NOON)
    assert seers(heirs) == {"parent"}, "the members of its root unit, and no department"
    visible = Document.objects.visible_to(renewed(heirs.parent))
    assert set(visible) == {document}
    assert visible.get().agency.name == people.agency.name
    assert not visible.filter(pk=secret.pk).exists()
    assert seers(people) >= {"owner", "colleague", "parent"}, "nobody loses what he saw"
    assert Agency.objects.filter(predecessors=people.agency).get() == heirs.agency
    assert Unit.objects.get(pk=people.root.pk).parent == heirs.root
