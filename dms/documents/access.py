"""The rule of access: mode and grants in, keys out. Pure, so that rows and index cannot differ."""

from collections.abc import Iterable

from dms.documents.models import Document, Grant, GrantSubject, Mode


def access_keys(document: Document, grants: Iterable[Grant]) -> frozenset[str]:
    """The keys that open the document.

    01: all signed-in staff. 02: the owning unit (a member's keys hold the units below, so parents see it),
    the creator, and all grants. 03: the creator and the persons named. A secrecy mark leaves the creator,
    and the leaders who opened the document to judge the mark.
    """
    creator = f"user:{document.created_by_id}"
    given = {grant_key(document, grant) for grant in grants if granted(document, grant)}
    if document.secret_mark or document.mode == Mode.SECRET:
        return frozenset({creator} | given)
    own = {creator, f"unit:{document.unit_id}"}
    everyone = {"staff"} if document.mode == Mode.OPEN else set()
    return frozenset(own | given | everyone)


def granted(document: Document, grant: Grant) -> bool:
    """A locked document opens to its judges only, and they to no other; a secret one to named persons only."""
    if document.secret_mark or grant.subject == GrantSubject.JUDGE:
        return bool(document.secret_mark) and grant.subject == GrantSubject.JUDGE
    return document.mode != Mode.SECRET or grant.subject == GrantSubject.USER


def grant_key(document: Document, grant: Grant) -> str:
    """The key a grant stands for; a role is one of the owning agency."""
    if grant.subject == GrantSubject.ROLE:
        return f"role:{document.agency_id}:{grant.name}"
    subject = GrantSubject.USER if grant.subject == GrantSubject.JUDGE else grant.subject
    return f"{subject}:{grant.name}"
