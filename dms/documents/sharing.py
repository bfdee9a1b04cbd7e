"""Changing who may see a document; the change holds at once, in rows and in search."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from dms.accounts.models import Unit, User
from dms.accounts.permissions import check_may
from dms.accounts.roles import Role, Verb
from dms.audit.operations import record
from dms.documents.access import access_keys
from dms.documents.indexing import reindex
from dms.documents.models import AccessKey, Document, Grant, GrantSubject, Mode
from dms.documents.permissions import check_change
from dms.errors import Invalid, NotFound
from dms.lib.ids import is_row_id, sent_id


class UnknownSubject(Invalid):
    """There is no such person, unit or role; choose one from the list."""

    code = "unknown_subject"


class ReasonMissing(Invalid):
    """Say why you need access; the reason is kept in the ledger’s record."""

    code = "reason_missing"


def set_mode(document: Document, mode: str, *, by: User, at: datetime) -> None:
    """Open, conditional or secret. Raises: NotFound, ReadOnly."""
    check_change(by, document, Verb.SHARE)
    if mode not in Mode.values:
        raise Invalid
    with transaction.atomic():
        if Document.objects.filter(pk=document.pk).exclude(mode=mode).update(mode=mode):
            record("documents.document.mode_changed", target=document, by=by, at=at, mode=mode)
            rewrite_keys(document, at=at)


def grant(document: Document, subject: str, name: str, *, by: User, at: datetime) -> None:
    """Let a person, a unit or a role read. Raises: NotFound, ReadOnly, UnknownSubject."""
    check_change(by, document, Verb.SHARE)
    check_subject(subject, name)
    with transaction.atomic():
        _, made = Grant.objects.get_or_create(
            document=document, subject=subject, name=name,
            defaults={"granted_by": by, "granted_at": at},
        )  # fmt: skip
        if made:
            record(
                "documents.document.granted", target=document, by=by, at=at,
                subject=f"{subject}:{name}",
            )  # fmt: skip
            rewrite_keys(document, at=at)


def revoke(given: Grant, *, by: User, at: datetime) -> None:
    """Take a grant back. Raises: NotFound, ReadOnly."""
    document = given.document
    check_change(by, document, Verb.SHARE)
    with transaction.atomic():
        if Grant.objects.filter(pk=given.pk).delete()[0]:
            record(
                "documents.document.grant_revoked", target=document, by=by, at=at,
                subject=str(given),
            )  # fmt: skip
            rewrite_keys(document, at=at)


def take_access(untrusted_id: str, *, reason: str, by: User, at: datetime) -> Document:
    """An administrator grants himself access: an event that everybody who sees the document can read.

    Raises: NotYourRole, ReasonMissing, NotFound.
    """
    check_may(by, Verb.TAKE_ACCESS)
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        document = Document.objects.filter(pk=sent_id(untrusted_id)).first()
        if document is None:
            raise NotFound
        Grant.objects.get_or_create(
            document=document, subject=GrantSubject.USER, name=str(by.pk),
            defaults={"granted_by": by, "granted_at": at, "reason": reason[:300]},
        )  # fmt: skip
        record("documents.document.access_taken", target=document, by=by, at=at)
        rewrite_keys(document, at=at)
    return document


def rewrite_keys(document: Document, *, at: datetime) -> None:
    """Make the keys what the rule says now; inside the caller's transaction."""
    document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    wanted = access_keys(document, document.grants.all())
    held = frozenset(document.access.values_list("key", flat=True))
    document.access.filter(key__in=held - wanted).delete()
    AccessKey.objects.bulk_create(
        AccessKey(document=document, key=k) for k in sorted(wanted - held)
    )
    reindex(document.pk, at=at, access=True)


def check_subject(subject: str, name: str) -> None:
    """Raises: UnknownSubject."""
    known: dict[str, Callable[[], bool]] = {
        GrantSubject.USER: lambda: User.objects.filter(pk=name, is_active=True).exists(),
        GrantSubject.UNIT: lambda: Unit.objects.filter(pk=name).exists(),
        GrantSubject.ROLE: lambda: name in Role.values,
    }
    numeric = subject == GrantSubject.ROLE or is_row_id(name)
    if subject not in known or not numeric or not known[subject]():
        raise UnknownSubject
