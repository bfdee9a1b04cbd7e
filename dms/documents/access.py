"""The rule of access: mode and grants in, keys out. Pure, so that rows and index cannot differ."""

from collections.abc import Iterable

from dms.documents.models import Document, Grant, GrantSubject, Mode


def access_keys(document: Document, grants: Iterable[Grant]) -> frozenset[str]:
    """The keys that open the document.

    01: all signed-in staff. 02: the owning unit (a member's keys hold the units below, so parents see it),
    the creator, and all grants. 03: the creator and the persons named. A secrecy mark leaves the creator alone.
    """
    creator = f"user:{document.created_by_id}"
    if document.secret_mark:
        return frozenset({creator})
    given = {grant_key(document, grant) for grant in grants if granted(document, grant)}
    if document.mode == Mode.SECRET:
        return frozenset({creator} | given)
    own = {creator, f"unit:{document.unit_id}"}
    everyone = {"staff"} if document.mode == Mode.OPEN else set()
    return frozenset(own | given | everyone)


def granted(document: Document, grant: Grant) -> bool:
    """A secret document opens to named persons only."""
    return document.mode != Mode.SECRET or grant.subject == GrantSubject.USER


def grant_key(document: Document, grant: Grant) -> str:
    """The key a grant stands for; a role is one of the owning agency."""
    if grant.subject == GrantSubject.ROLE:
        return f"role:{document.agency_id}:{grant.name}"
    return f"{grant.subject}:{grant.name}"
