"""Writing to the ledger: in the transaction of the change that the event proves."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction

from dms.audit.base import Actor, Detail, Salted, Target
from dms.audit.canonical import dump
from dms.audit.kinds import declared
from dms.audit.models import Event
from dms.errors import IntegrityFailure

REFERENCE = re.compile(r"[a-z][a-z_]*:[A-Za-z0-9_.-]{1,64}\Z")
WORDS = re.compile(r"[A-Za-z0-9_.:/+-]*(?: [A-Za-z0-9_.:/+-]+)*\Z")  # ids, digests, moments, codes
WORDS_MAX = 200


class NotRecordable(IntegrityFailure):
    """This could not be recorded in the ledger ({reason}), so it was not done; tell the operator."""

    code = "not_recordable"


def record(
    kind: str, *, target: Target, by: Actor, at: datetime, **detail: Detail | Salted
) -> Event:
    """Record that something happened, in the caller's transaction.

    Raises: NotRecordable, for an undeclared kind, for content, or outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotRecordable(reason="no transaction")
    event = prepared(kind, target=target, by=by, at=at, detail=detail)
    event.save(force_insert=True)
    return event


def record_alone(
    kind: str, *, target: Target, by: Actor, at: datetime, **detail: Detail | Salted
) -> Event:
    """Record what changes nothing else, such as a download, in a transaction of its own."""
    with transaction.atomic():
        return record(kind, target=target, by=by, at=at, **detail)


def record_view(kind: str, *, target: Target, by: Actor, at: datetime) -> None:
    """Record a reading: one event per actor, target and hour, however often it is opened."""
    hour = at.astimezone(UTC).strftime("%Y%m%dT%H")
    once = f"{kind}|{by.actor_ref}|{target.ledger_ref}|{hour}"
    if Event.objects.filter(once=once).exists():  # the usual case takes no write lock
        return
    event = prepared(kind, target=target, by=by, at=at, detail={})
    with transaction.atomic():
        Event.objects.get_or_create(
            once=once,
            defaults={"kind": kind, "target": event.target, "actor": event.actor, "at": at},
        )


def salted(value: str, *, salt: str) -> str:
    """The digest that stands for a value under an event's salt."""
    return hmac.new(bytes.fromhex(salt), value.encode(), hashlib.sha256).hexdigest()


def tells(event: Event, field: str, value: str) -> bool:
    """Whether the event recorded this value, salted, in this field."""
    recorded = event.details.get(field)
    return (
        bool(event.salt)
        and isinstance(recorded, str)
        and hmac.compare_digest(recorded, salted(value, salt=event.salt))
    )


def prepared(
    kind: str, *, target: Target, by: Actor, at: datetime, detail: Mapping[str, Detail | Salted]
) -> Event:
    """The unsaved event. Raises: NotRecordable."""
    if kind not in declared():
        raise NotRecordable(reason=f"undeclared kind {kind}")
    if at.tzinfo is None:
        raise NotRecordable(reason="a moment without a time zone")
    salt = secrets.token_hex(16) if any(isinstance(v, Salted) for v in detail.values()) else ""
    values = {name: recordable(name, value, salt) for name, value in detail.items()}
    return Event(
        kind=kind, target=reference(target.ledger_ref), actor=reference(by.actor_ref), at=at,
        detail=dump(values), salt=salt,
    )  # fmt: skip


def recordable(name: str, value: Detail | Salted, salt: str) -> Detail:
    """The value as it may stand in the ledger. Raises: NotRecordable."""
    if isinstance(value, Salted):
        return salted(value.value, salt=salt)
    if isinstance(value, str) and (len(value) > WORDS_MAX or not WORDS.match(value)):
        raise NotRecordable(reason=f"{name} is not an id, code or digest")
    if value is not None and not isinstance(value, str | int):
        raise NotRecordable(reason=f"{name} is neither text, number, truth nor nothing")
    return value


def reference(text: str) -> str:
    """The reference, if it is one. Raises: NotRecordable."""
    if not REFERENCE.match(text):
        raise NotRecordable(reason="a reference that is not kind:id")
    return text
