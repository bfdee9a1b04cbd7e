"""What happened to a document, in sentences: the ledger's events with names put in."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from dms.accounts.models import Unit, User
from dms.accounts.roles import Role
from dms.audit.base import Detail
from dms.audit.models import Event
from dms.audit.presenters import sentence
from dms.documents.models import Document, Mode
from dms.documents.models.document import METADATA
from dms.documents.revisions import label_of

READINGS = ("documents.version.viewed", "documents.version.downloaded")
SHOWN = 50
REFERENCE = re.compile(r"(user|unit):(\d{1,18})\Z")


@dataclass(frozen=True, slots=True)
class Told:
    """One event: when, the sentence, and the version it concerns if the document has several."""

    id: int
    kind: str
    at: datetime
    sentence: str
    version: str


@dataclass(frozen=True, slots=True)
class History:
    """A page of events, newest first; `older` is where the next page begins (0 at the end)."""

    events: tuple[Told, ...]
    older: int


def history(
    document: Document, *, readings: bool = False, before: int = 0, limit: int = SHOWN
) -> History:
    """Changes of a document, or who read and downloaded it."""
    versions = {version.ledger_ref: version.label for version in document.versions.all()}
    events = Event.objects.filter(target__in=[document.ledger_ref, *versions]).order_by("-id")
    events = events.filter(kind__in=READINGS) if readings else events.exclude(kind__in=READINGS)
    if before:
        events = events.filter(id__lt=before)
    rows = list(events[: limit + 1])
    names = names_in(rows[:limit])
    told = tuple(
        Told(
            row.pk, row.kind, row.at, said(row, names),
            versions.get(row.target, "") if len(versions) > 1 else "",
        )
        for row in rows[:limit]
    )  # fmt: skip
    return History(told, older=told[-1].id if len(rows) > limit else 0)


def said(event: Event, names: Mapping[str, str]) -> str:
    """The event's sentence with people, units, roles and fields by their names."""
    details = {key: word(key, value, names) for key, value in event.details.items()}
    return sentence(event, named=lambda ref: named(ref, names), details=details)


def named(reference: str, names: Mapping[str, str]) -> str:
    """A reference as people know it."""
    if reference.startswith("system:"):
        return gettext("The system")
    return names.get(reference, reference)


def word(key: str, value: Detail, names: Mapping[str, str]) -> str:
    """A recorded detail as people know it."""
    text = str(value)
    if key == "mode" and text in Mode.values:
        return str(Mode(text).label)
    if key == "field" and text in METADATA:
        return label_of(text)
    if text.startswith("role:"):
        role = text.rpartition(":")[2]
        return str(Role(role).label) if role in Role.values else role
    return names.get(text, text)


def names_in(events: Iterable[Event]) -> dict[str, str]:
    """The names behind all references of these events, in two queries."""
    wanted: dict[str, set[int]] = {"user": set(), "unit": set()}
    for event in events:
        for text in (event.actor, *map(str, event.details.values())):
            if match := REFERENCE.match(text):
                wanted[match[1]].add(int(match[2]))
    people = User.objects.filter(pk__in=wanted["user"])
    units = Unit.objects.filter(pk__in=wanted["unit"])
    found = {user.ledger_ref: str(user) for user in people}
    return found | {unit.ledger_ref: unit.name for unit in units}
