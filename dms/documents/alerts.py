"""What those who run the machine are told of a state secret: that it is here, where, since when; no content."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext

from dms.accounts.models import User
from dms.accounts.roles import Verb
from dms.audit.models import Event
from dms.documents.models import Document
from dms.documents.permissions import can_judge
from dms.lib.panels import Panel
from dms.pipeline.queries import Fact

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Alert:
    """A locked document, by its number and by whom to ask; neither name nor text nor mark."""

    document: str
    unit: str
    sender: str
    locked_at: datetime | None
    may_judge: bool


def locked(user: User) -> Sequence[Alert]:
    """Standing documents that a secrecy mark locked, newest first: all of them, or those a leader may judge."""
    rows = Document.objects.standing().exclude(secret_mark="").select_related("unit", "created_by")
    if not user.may(Verb.OPERATE):
        rows = rows.filter(unit__in=user.unit_ids)
    documents = list(rows.order_by("-pk")[:SHOWN])
    events = Event.objects.filter(
        kind="documents.document.locked", target__in=[row.ledger_ref for row in documents]
    )
    moments = dict(events.values_list("target", "at"))
    return [
        Alert(
            str(row.pk),
            row.unit.name,
            str(row.created_by),
            moments.get(row.ledger_ref),
            may_judge=can_judge(user, row),
        )
        for row in documents
    ]


def secrecy_alert(user: User) -> Panel | None:
    """The panel of the first page, for those who operate the machine and for leaders."""
    concerned = user.may(Verb.OPERATE) or user.may(Verb.JUDGE_SECRECY)
    alerts = locked(user) if concerned else ()
    if not alerts:
        return None
    return Panel("documents/home_alert.html", {"alerts": alerts}, tasks=len(alerts), wide=True)


def locked_documents() -> Fact:
    """A line of the operator's page."""
    count = Document.objects.standing().exclude(secret_mark="").count()
    return Fact(
        label=gettext("Documents locked because of a secrecy mark"),
        value=number_format(count, force_grouping=True),
        advice=gettext("State secrets do not belong on this machine. Ask the senders to act by the rules.")
        if count
        else "",
        is_good=count == 0,
    )  # fmt: skip
