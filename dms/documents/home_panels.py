"""What documents bring to the first page: what waits, what is on its way, what is new."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from dms.accounts.models import User
from dms.accounts.roles import Verb
from dms.documents.following import progress_of
from dms.documents.listing import dressed, waiting_suggestions
from dms.documents.models import Document
from dms.documents.queries import count_up_to, in_preparation, needing_attention, newest
from dms.lib.panels import Panel

SHOWN = 5
RECENT = 12
FOLLOWED = 8


def waiting(user: User) -> Panel | None:
    """Documents that stopped on their way, and suggestions that nobody has confirmed."""
    stopped, suggested = needing_attention(user).filter(own(user)), to_confirm(user)
    stopped_count, suggested_count = count_up_to(stopped), count_up_to(suggested)
    rows = list(dressed(stopped[:SHOWN]))
    told = progress_of([row.version for row in rows])
    context = {
        "stopped": [(row, told[row.version.pk]) for row in rows],
        "stopped_count": stopped_count,
        "suggested": list(dressed(suggested[:SHOWN])),
        "suggested_count": suggested_count,
    }
    tasks = stopped_count.number + suggested_count.number
    return Panel("documents/home_waiting.html", context, tasks=tasks) if tasks else None


def own(user: User) -> Q:
    """Documents that this person looks after: his own, and those of his unit and the units below."""
    return Q(created_by=user) | Q(unit__in=user.unit_ids)


def to_confirm(user: User) -> QuerySet[Document]:
    """Documents this person sent whose description was read off the pages and waits for a look."""
    if not user.may(Verb.DESCRIBE):
        return Document.objects.none()
    open_ones = waiting_suggestions().filter(version=OuterRef("current"))
    return newest(user).filter(created_by=user).filter(Exists(open_ones))


def on_their_way(user: User) -> Panel | None:
    """What this person sent and is still being read, followed live."""
    rows = list(dressed(in_preparation(user)[:FOLLOWED]))
    if not rows:
        return None
    told = progress_of([row.version for row in rows])
    context = {
        "rows": [(row, told[row.version.pk]) for row in rows],
        "count": count_up_to(in_preparation(user)),
    }
    return Panel("documents/home_on_their_way.html", context)


def recent(user: User) -> Panel | None:
    """The newest documents, or an invitation to send the first."""
    rows = list(dressed(newest(user).select_related("created_by")[:RECENT]))
    told = progress_of([row.version for row in rows])
    context = {
        "rows": [(row, told[row.version.pk]) for row in rows],
        "may_upload": user.may(Verb.UPLOAD),
    }
    return Panel("documents/home_recent.html", context, wide=True)
