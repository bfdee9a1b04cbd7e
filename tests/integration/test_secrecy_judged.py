"""A secrecy mark that is none: who may say so, what he sees, and that everything comes back."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from dms.accounts.models import Unit, User
from dms.accounts.operations import SETUP, create_user
from dms.accounts.permissions import NotYourRole
from dms.accounts.roles import Role
from dms.audit.models import Event
from dms.backends import backend
from dms.documents import indexing, operations, reading, secrecy, sharing
from dms.documents.intake import store_chunks
from dms.documents.models import (
    ClearedMark,
    Document,
    Grant,
    GrantSubject,
    Page,
    PageState,
    Version,
    VersionState,
)
from dms.errors import DmsError, NotFound
from dms.pipeline.models import Step
from search.index import carry_over, rebuild
from search.queries import find
from tests.factories import a_page, done, read, taken_in
from tests.ledger import NOON
from tests.people import People

pytestmark = pytest.mark.usefixtures("vankho_data")
S = VersionState


def person(name: str, unit: Unit, role: Role) -> User:
    return create_user(
        username=name, full_name=name, unit=unit, roles=[role], password=None, by=SETUP, at=NOON
    )


@pytest.fixture
def leader(people: People) -> User:
    return person("leader", people.office, Role.LEADER)


@pytest.fixture
def locked(people: People) -> Document:
    version = taken_in(b"a circular", by=people.owner).version
    read(version, ["phòng mật mã", "trang hai"], secret_mark="MẬT")
    return Document.objects.select_related("current").get(pk=version.document_id)


def current(document: Document) -> Version:
    return Version.objects.select_related("document").get(current_of=document.pk)


def read_again(version: Version, text: str = "phòng mật mã") -> None:
    """The steps that were planned, done as by a worker; the mark stands there as before."""
    target = str(version.pk)
    done(target, "read")
    pages = [a_page(number, text, secret_mark="MẬT") for number in (1, 2)]
    reading.pages_read(
        Version.objects.select_related("document").get(pk=version.pk), pages, at=NOON
    )
    done(target, "describe")
    reading.described(Version.objects.select_related("document").get(pk=version.pk), (), at=NOON)
    document = Document.objects.select_related("current").get(pk=version.document_id)
    carry_over([str(document.pk)])
    done(str(document.pk), "index")
    indexing.indexed(document.pk, document.revision)
    reading.became_searchable(document, at=NOON)


def seers(people: People) -> set[str]:
    return {name for name, user in people.signed_in() if Document.objects.visible_to(user)}


def test_everything_comes_back(people: People, leader: User, locked: Document) -> None:
    rebuild()
    secrecy.open_to_judge(locked.pk, reason="asked by the owner", by=leader, at=NOON)
    leader.refresh_from_db()
    assert Document.objects.visible_to(leader).exists()
    assert seers(people) == {"owner"}
    secrecy.clear_mark(current(locked), reason="mật mã is a word", by=leader, at=NOON)
    assert current(locked).state == S.READING
    assert set(Page.objects.values_list("state", flat=True)) == {PageState.WAITING}
    read_again(current(locked))
    assert current(locked).state == S.SEARCHABLE
    assert [page.text for page in Page.objects.all()] == ["phòng mật mã"] * 2
    assert seers(people) == {"owner", "colleague", "parent"}
    assert find("mật mã", user=people.colleague).total == 1
    assert not Grant.objects.exists(), "the judge sees it by the usual rule only"
    done(str(current(locked).pk), "render")
    done(str(current(locked).pk), "pdfa")
    reading.complete_if_done(current(locked), at=NOON)
    assert current(locked).state == S.COMPLETE, "no step that the lock stopped is left behind"
    cleared = ClearedMark.objects.get()
    assert (cleared.mark, cleared.reason, cleared.cleared_by) == ("MẬT", "mật mã is a word", leader)
    kinds = list(Event.objects.about(locked).values_list("kind", flat=True))
    for kind in ("document.locked", "document.opened_to_judge", "version.mark_cleared"):
        assert kinds.count(f"documents.{kind}") == 1


@pytest.mark.parametrize("role", [role for role in Role if role != Role.LEADER])
def test_no_other_role_judges(people: People, locked: Document, role: Role) -> None:
    other = person("other", people.office, role)
    with pytest.raises(NotYourRole):
        secrecy.open_to_judge(locked.pk, reason="x", by=other, at=NOON)
    with pytest.raises(NotYourRole):
        secrecy.clear_mark(current(locked), reason="x", by=other, at=NOON)


def test_only_leaders_of_its_units_and_only_of_what_is_locked(
    people: People, leader: User, locked: Document
) -> None:
    stranger, above = (
        person("a", people.elsewhere, Role.LEADER), person("b", people.root, Role.LEADER),
    )  # fmt: skip
    open_one = taken_in(b"open", by=people.owner).version.document_id
    for who, document_id, error in (
        (stranger, locked.pk, NotFound),
        (leader, open_one, NotFound),
        (leader, uuid4(), NotFound),
    ):
        with pytest.raises(error):
            secrecy.open_to_judge(document_id, reason="x", by=who, at=NOON)
    with pytest.raises(secrecy.JudgementMissing):
        secrecy.open_to_judge(locked.pk, reason=" ", by=leader, at=NOON)
    with pytest.raises(NotFound):
        secrecy.clear_mark(current(locked), reason="x", by=above, at=NOON)  # unseen
    secrecy.open_to_judge(locked.pk, reason="x", by=above, at=NOON)
    secrecy.open_to_judge(locked.pk, reason="again", by=above, at=NOON)
    with pytest.raises(secrecy.JudgementMissing):
        secrecy.clear_mark(current(locked), reason=" ", by=above, at=NOON)
    secrecy.clear_mark(current(locked), reason="x", by=above, at=NOON)
    with pytest.raises(secrecy.NotLocked):
        secrecy.clear_mark(current(locked), reason="x", by=above, at=NOON)


def test_no_other_way_opens_a_locked_document(people: People, locked: Document) -> None:
    sharing.take_access(str(locked.pk), reason="x", by=people.administrator, at=NOON)
    with pytest.raises(DmsError):
        sharing.grant(locked, GrantSubject.JUDGE, str(people.stranger.pk), by=people.owner, at=NOON)
    assert seers(people) == {"owner"}


def test_it_can_be_withdrawn_by_the_one_who_judges(
    people: People, leader: User, locked: Document
) -> None:
    secrecy.open_to_judge(locked.pk, reason="x", by=leader, at=NOON)
    operations.withdraw(locked, reason="it is one", by=leader, at=NOON)
    assert not Document.objects.standing().exists()


def test_a_late_chunk_of_a_locked_version_leaves_nothing(people: People, locked: Document) -> None:
    reading.pages_read(current(locked), [a_page(2, "trang hai")], at=NOON)
    assert not Page.objects.exclude(text="").exists()


def test_each_version_is_judged_by_itself(people: People, leader: User, locked: Document) -> None:
    rebuild()
    first = current(locked)
    secrecy.open_to_judge(locked.pk, reason="x", by=leader, at=NOON)
    second = operations.add_version(
        locked, store_chunks([b"two"], store=backend("OBJECT_STORES")), parent=first,
        untrusted_name="b.txt", major=False, comment="", by=people.owner, at=NOON,
    )  # fmt: skip
    read(
        Version.objects.select_related("document").get(pk=second.pk), ["x"], secret_mark="TUYỆT MẬT"
    )
    secrecy.clear_mark(Version.objects.get(pk=first.pk), reason="x", by=leader, at=NOON)
    assert Document.objects.get().secret_mark, "the other version is locked still"
    assert seers(people) == {"owner"}
    secrecy.clear_mark(current(locked), reason="x", by=leader, at=NOON)
    assert Document.objects.get().secret_mark == ""
    read_again(first)
    again = operations.restore_version(
        locked, first, parent=current(locked), by=people.owner, at=NOON
    )
    read(Version.objects.select_related("document").get(pk=again.pk), ["x"])
    assert Document.objects.get().secret_mark == "", "the same bytes are not locked twice"


def test_a_clerk_asks_and_the_leader_releases_in_the_page(
    people: People, leader: User, locked: Document
) -> None:
    page, judge = reverse("documents:document", args=[locked.pk]), reverse("documents:judge")
    clear = reverse("documents:clear-mark", args=[locked.pk, locked.current_id])
    told = people.client("owner").get(page).content.decode()
    assert str(locked.pk) in told
    assert clear not in told
    client = people.client("owner")
    client.force_login(leader)
    assert f"{judge}?id={locked.pk}" in client.get("/").content.decode()
    assert str(locked.pk) in client.get(f"{judge}?id={locked.pk}").content.decode()
    assert client.get(page).status_code == 404
    assert client.post(judge, {"document": "x", "reason": "x"}).status_code == 404
    assert client.post(judge, {"document": locked.pk, "reason": "x"}).headers["Location"] == page
    assert clear in client.get(page).content.decode()
    assert client.post(clear, {"reason": "no stamp"}).status_code == 302
    assert current(locked).state == S.READING
    assert clear not in client.get(page).content.decode()
    assert Step.objects.filter(target=str(locked.current_id), name="read", state="waiting").exists()


def test_programs_can_do_so(people: People, leader: User, locked: Document) -> None:
    client = people.client("anonymous")
    client.force_login(leader)

    def post(path: str, reason: str) -> Any:
        return client.post(
            f"/api/v1/documents/{path}", {"reason": reason}, content_type="application/json"
        )

    clear = f"versions/{locked.current_id}/clear-mark"
    assert post(clear, "x").status_code == 404
    assert post(f"{locked.pk}/judge", "").status_code == 422
    assert post(f"{locked.pk}/judge", "x").json()["state"] == "locked"
    assert post(clear, "x").json()["state"] == "reading"
    assert post(clear, "x").status_code == 409
