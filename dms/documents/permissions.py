"""Who may change a document: seeing it is the first condition, own unit or authorship the second."""

from dms.accounts.models import User
from dms.accounts.permissions import check_may
from dms.accounts.roles import Verb
from dms.documents.models import Document
from dms.errors import Denied, NotFound


class ReadOnly(Denied):
    """You may read this document but not change it; ask its unit."""

    code = "read_only"


def can_see(user: User, document: Document) -> bool:
    """By the one rule."""
    return Document.objects.filter(pk=document.pk).visible_to(user).exists()


def owns(user: User, document: Document) -> bool:
    """The creator, and the owning unit with its parents."""
    return document.created_by_id == user.pk or document.unit_id in user.unit_ids


def can_change(user: User, document: Document, verb: Verb) -> bool:
    """Of those who see it, its owners may change it."""
    return owns(user, document) and user.may(verb) and can_see(user, document)


def can_judge(user: User, document: Document) -> bool:
    """Whether this person decides if a mark on the document is one of a state secret.

    Source: Law 29/2018/QH14, article 10: the head decides on secrecy. So it is the leader of the owning unit
    or of one above it; no archivist, for whom it would be one more pair of eyes, and no administrator.
    """
    return user.may(Verb.JUDGE_SECRECY) and document.unit_id in user.unit_ids


def check_change(user: User, document: Document, verb: Verb) -> None:
    """Raises: NotFound when it is invisible, NotYourRole, ReadOnly."""
    if not can_see(user, document):
        raise NotFound
    check_may(user, verb)
    if not can_change(user, document, verb):
        raise ReadOnly
