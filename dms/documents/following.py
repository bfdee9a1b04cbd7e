"""How far several versions are, in a handful of queries whatever their number: for lists that follow along."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Count, Q

from dms.accounts.models import User
from dms.documents.models import Document, Page, PageState, Version, VersionState
from dms.documents.progress import Progress, Status, progress
from dms.lib.ids import sent_id
from dms.pipeline.models import OPEN, Step

MOST = 200  # versions that one question may name
QUEUE_SEEN = 5_000  # how far down the queue a place is counted


def followed(ids: Iterable[str], *, user: User) -> dict[UUID, Progress]:
    """How far the visible ones of these versions are; others are left out."""
    wanted = list(map(sent_id, list(ids)[:MOST]))
    visible = Document.objects.visible_to(user)
    return progress_of(list(Version.objects.filter(pk__in=wanted, document__in=visible)))


def progress_of(versions: Sequence[Version]) -> dict[UUID, Progress]:
    """The sentence for each version."""
    read = pages_read([version.pk for version in versions if version.state == VersionState.READING])
    ahead = places([version for version in versions if version.state == VersionState.RECEIVED])
    return {
        version.pk: progress(Status(version, read.get(version.pk, 0), ahead.get(version.pk, 0)))
        for version in versions
    }


def pages_read(ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many pages of each version are read."""
    counted = Page.objects.filter(version__in=ids).values("version_id").order_by()
    read = counted.annotate(read=Count("pk", filter=~Q(state=PageState.WAITING)))
    return dict(read.values_list("version_id", "read"))


def places(versions: Sequence[Version]) -> dict[UUID, int]:
    """How many steps will be done before each of these."""
    if not versions:
        return {}
    queue = Step.objects.filter(state__in=OPEN).order_by("priority", "pk")
    ahead = list(queue.values_list("target", flat=True)[:QUEUE_SEEN])
    first = {target: place for place, target in reversed(list(enumerate(ahead)))}
    return {version.pk: first.get(str(version.pk), len(ahead)) for version in versions}
