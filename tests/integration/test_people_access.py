"""What a person may see and use when his roles or his password change."""

from dms.accounts.operations import set_password, set_roles
from dms.accounts.tokens import create_token, user_of
from dms.documents.audience import staff
from dms.documents.models import Document, Mode
from dms.documents.sharing import set_mode
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import People


def test_without_a_role_nothing_is_seen(people: People) -> None:
    made = a_document(by=people.owner)
    set_mode(made, Mode.OPEN, by=people.owner, at=NOON)
    assert Document.objects.visible_to(people.stranger).exists()
    set_roles(people.stranger, [])
    people.stranger.refresh_from_db()
    assert people.stranger.access_keys == frozenset()
    assert not Document.objects.visible_to(people.stranger).exists()
    assert people.stranger not in staff().users


def test_a_password_set_by_another_ends_the_tokens(people: People) -> None:
    plain = create_token(people.owner, name="scanner", by=people.owner, at=NOON)
    words = "một mật khẩu dài và lạ"
    set_password(user=people.owner, password=words, by=people.owner, at=NOON)
    assert user_of(plain) == people.owner
    set_password(user=people.owner, password=words + "!", by=people.administrator, at=NOON)
    assert user_of(plain) is None
