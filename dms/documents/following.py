"""How far several versions are, in a handful of queries whatever their number: for lists that follow along."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Count, Q

from dms.accounts.models import User
from dms.documents.models import Document, Page, PageState, Version, VersionState
from dms.documents.progress import Progress, progress
from dms.documents.queries import Status
from dms.pipeline.models import OPEN, Step

MOST = 200  # versions that one question may name
QUEUE_SEEN = 5_000  # how far down the queue a place is counted


def followed(ids: Iterable[str], *, user: User) -> dict[UUID, Progress]:
    """How far the visible ones of these versions are; others are left out."""
    wanted = [parsed for parsed in map(uuid_or_none, list(ids)[:MOST]) if parsed]
    versions = list(
        Version.objects.filter(
            pk__in=wanted, document__in=Document.objects.visible_to(user)
        )
    )  # fmt: skip
    return progress_of(versions)


def progress_of(versions: Sequence[Version]) -> dict[UUID, Progress]:
    """The sentence for each version."""
    read = pages_read([version.pk for version in versions if version.state == VersionState.READING])
    ahead = places([version for version in versions if version.state == VersionState.RECEIVED])
    return {
        version.pk: progress(
            status_of(version, read.get(version.pk, 0), ahead.get(version.pk, 0))
        )
        for version in versions
    }  # fmt: skip


def status_of(version: Version, pages_read: int, ahead: int) -> Status:
    """The facts of one version."""
    waited = version.searchable_at - version.created_at if version.searchable_at else None
    return Status(
        state=version.state, pages_read=pages_read, page_count=version.page_count,
        problem=version.problem, ahead=ahead, terminal=version.is_terminal,
        seconds_to_searchable=waited.total_seconds() if waited else None,
    )  # fmt: skip


def pages_read(ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many pages of each version are read."""
    counted = Page.objects.filter(version__in=ids).values("version_id").order_by()
    read = counted.annotate(read=Count("pk", filter=~Q(state=PageState.WAITING)))
    return dict(read.values_list("version_id", "read"))


def places(versions: Sequence[Version]) -> dict[UUID, int]:
    """How many steps will be done before each of these."""
    if not versions:
        return {}
    mine = {str(version.pk): version.pk for version in versions}
    queue = Step.objects.filter(state__in=OPEN).order_by("priority", "pk")
    found: dict[UUID, int] = {}
    for place, target in enumerate(queue.values_list("target", flat=True)[:QUEUE_SEEN]):
        if target in mine:
            found.setdefault(mine[target], place)
    return {pk: found.get(pk, QUEUE_SEEN) for pk in mine.values()}


def uuid_or_none(untrusted: str) -> UUID | None:
    """A UUID, if the text is one."""
    try:
        return UUID(untrusted)
    except ValueError:
        return None
