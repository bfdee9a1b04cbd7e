"""The way back from a secrecy mark that is none: a leader opens the locked document, decides, and it is read again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from dms.accounts.models import User
from dms.accounts.permissions import check_may
from dms.accounts.roles import Verb
from dms.audit.operations import record
from dms.documents.lifecycle import move
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
from dms.documents.permissions import can_judge, can_see
from dms.documents.reading import chunks, priority_of
from dms.documents.sharing import rewrite_keys
from dms.errors import Conflict, Invalid, NotFound
from dms.pipeline.models import Step, StepState
from dms.pipeline.operations import plan


class JudgementMissing(Invalid):
    """Say why; the reason is kept for everybody who has to answer for the secret."""

    code = "judgement_missing"


class NotLocked(Conflict):
    """This version is not locked any more; look at its page again."""

    code = "not_locked"


def open_to_judge(document_id: UUID, *, reason: str, by: User, at: datetime) -> Document:
    """Let a leader see a locked document of his units, whose number he was told; an event.

    Raises: NotYourRole, JudgementMissing, NotFound.
    """
    check_may(by, Verb.JUDGE_SECRECY)
    check_reason(reason)
    with transaction.atomic():
        locked = Document.objects.standing().exclude(secret_mark="")
        document = locked.filter(pk=document_id).first()
        if document is None or not can_judge(by, document):
            raise NotFound
        Grant.objects.get_or_create(
            document=document, subject=GrantSubject.JUDGE, name=str(by.pk),
            defaults={"granted_by": by, "granted_at": at, "reason": reason.strip()[:300]},
        )  # fmt: skip
        record("documents.document.opened_to_judge", target=document, by=by, at=at)
        rewrite_keys(document, at=at)
    return document


def clear_mark(version: Version, *, reason: str, by: User, at: datetime) -> None:
    """The mark is none: read the version again, whatever stands on it, and unlock the document.

    Raises: NotYourRole, NotFound, JudgementMissing, NotLocked.
    """
    check_may(by, Verb.JUDGE_SECRECY)
    document = version.document
    if not (can_see(by, document) and can_judge(by, document)):
        raise NotFound
    check_reason(reason)
    with transaction.atomic():
        if version.state != VersionState.LOCKED or not move(
            version, VersionState.READING, problem=""
        ):
            raise NotLocked
        ClearedMark.objects.create(
            version=version, mark=document.secret_mark, reason=reason.strip()[:300], cleared_by=by,
            cleared_at=at,
        )  # fmt: skip
        record(
            "documents.version.mark_cleared", target=document, by=by, at=at,
            label=version.label, version=str(version.pk),
        )  # fmt: skip
        read_again(version, at=at)
        release(document, at=at)


def check_reason(reason: str) -> None:
    """Raises: JudgementMissing."""
    if not reason.strip():
        raise JudgementMissing


def read_again(version: Version, *, at: datetime) -> None:
    """All of its pages from the beginning; what follows is planned as after a first reading."""
    target = str(version.pk)
    Page.objects.filter(version=version).update(state=PageState.WAITING)
    Step.objects.filter(target=target, state=StepState.CANCELLED).delete()  # stopped by the lock
    parts = chunks(version.page_count)
    plan(target, "read", at=at, parts=parts, priority=priority_of(version), again=True)


def release(document: Document, *, at: datetime) -> None:
    """Unlock the document, unless another of its versions is locked; its judges go."""
    if document.versions.filter(state=VersionState.LOCKED).exists():
        return
    Document.objects.filter(pk=document.pk).update(secret_mark="")
    document.grants.filter(subject=GrantSubject.JUDGE).delete()
    rewrite_keys(document, at=at)
