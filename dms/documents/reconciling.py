"""Mending: versions and documents left without the step that should come next, and deliberate rereading.

Only what is absent is planned: what an operator cancelled, what failed for good, and what an older version
of the code has read, stays as it is.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from dms.documents import reading
from dms.documents.models import Document, PageState, Version, VersionState
from dms.pipeline.models import OPEN, Step, StepState
from dms.pipeline.operations import BULK, plan, plan_absent

BATCH = 500
SETTLING = timedelta(minutes=1)  # younger rows are left to their first worker
UNFINISHED = (VersionState.RECEIVED, VersionState.READING, VersionState.SEARCHABLE)


def reconcile(*, at: datetime) -> int:
    """Plan what is missing; how many versions and documents were mended."""
    mended = 0
    for version_id in without_open_step(unfinished_versions(at=at)):
        mended += mend_version(version_id, at=at)
    for document_id in without_open_step(unindexed_documents()):
        mended += mend_index(document_id, at=at)
    return mended


def unfinished_versions(*, at: datetime) -> Iterator[str]:
    """Versions that are not at rest."""
    rows = Version.objects.filter(state__in=UNFINISHED, created_at__lt=at - SETTLING)
    for pk in rows.values_list("pk", flat=True).iterator():
        yield str(pk)


def unindexed_documents() -> Iterator[str]:
    """Documents of which search shows an older revision, though reading has come as far as search."""
    rows = Document.objects.behind().exclude(
        current__state__in=[VersionState.RECEIVED, VersionState.READING]
    )
    for pk in rows.values_list("pk", flat=True).iterator():
        yield str(pk)


def without_open_step(targets: Iterable[str]) -> Iterator[str]:
    """Those of the targets that no step will take further."""
    waiting = iter(targets)
    while batch := list(islice(waiting, BATCH)):
        steps = Step.objects.filter(target__in=batch, state__in=[*OPEN, StepState.QUARANTINED])
        held = set(steps.values_list("target", flat=True))
        yield from (target for target in batch if target not in held)


def mend_version(version_id: str, *, at: datetime) -> bool:
    """Plan the version's next step; whether there was something to mend."""
    with transaction.atomic():
        version = Version.objects.select_for_update(of=("self",)).get(pk=version_id)
        targets = [version_id, str(version.document_id)]
        if len(list(without_open_step(targets))) < len(targets):
            return False  # a worker was faster, or search is about to follow
        before = version.state
        next_step(version, at=at)
        version.refresh_from_db(fields=["state"])
        return version.state != before or len(list(without_open_step(targets))) < len(targets)


def next_step(version: Version, *, at: datetime) -> None:
    """What should follow from what is there."""
    target, priority = str(version.pk), reading.priority_of(version)
    if version.state == VersionState.RECEIVED:
        plan_absent(target, "inspect", at=at, priority=priority)
    elif version.state == VersionState.SEARCHABLE:
        reading.plan_images(version, at=at)
        reading.complete_if_done(version, at=at)
    elif version.pages.filter(state=PageState.WAITING).exists():
        parts = reading.chunks(version.page_count)
        plan_absent(target, "read", at=at, parts=parts, priority=priority)
    elif not Step.objects.filter(target=target, name="describe").exists():
        plan(target, "describe", at=at, priority=priority)
    elif version.document.current_id != version.pk:
        reading.superseded(version, at=at)
    elif version.document.revision > version.document.indexed_revision:
        mend_index(str(version.document_id), at=at)
    else:
        reading.became_searchable(version.document, at=at)


def mend_index(document_id: str, *, at: datetime) -> bool:
    """Plan that search follows; False where an operator has stopped just that."""
    with transaction.atomic():
        document = Document.objects.select_for_update(of=("self",)).get(pk=document_id)
        part = str(document.revision)
        plan_absent(document_id, "index", at=at, parts=[part], priority=BULK)
        return Step.objects.filter(
            target=document_id, name="index", part=part, state__in=OPEN
        ).exists()


def reread(*, below: int, document_id: UUID | None = None, at: datetime) -> int:
    """Plan to read current versions anew that were last read by older code; how many.

    Args:
        below: versions whose newest reading was made by a code version smaller than this.
    """
    documents = Document.objects.filter(secret_mark="", current__page_count__gt=0)
    if document_id is not None:
        documents = documents.filter(pk=document_id)
    versions = documents.values_list("current_id", flat=True).iterator()
    targets, planned = (str(pk) for pk in versions), 0
    while batch := list(islice(targets, BATCH)):
        rows = Step.objects.filter(target__in=batch, name="read", state=StepState.DONE)
        newest = dict(rows.values_list("target").annotate(Max("code_version")))
        for target in batch:
            if newest.get(target, 0) < below:
                plan_reading(target, at=at)
                planned += 1
    return planned


def plan_reading(version_id: str, *, at: datetime) -> None:
    """All pages once more, behind what is fresh; what was read stays until it is replaced."""
    with transaction.atomic():
        version = Version.objects.get(pk=version_id)
        parts = reading.chunks(version.page_count)
        plan(version_id, "read", at=at, parts=parts, priority=BULK, again=True)
