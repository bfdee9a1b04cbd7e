"""Claiming work: the only place that knows leases, tokens, attempts, and the database's clock."""

import os
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from dms.errors import Conflict
from dms.pipeline.models import Heartbeat, Step, StepState

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 5
BACKOFF_S = 3.0  # 3, 9, 27 and 81 seconds, more or less
SEEN = timedelta(seconds=15)


class LeaseLost(Conflict):
    """Another worker has taken this step over; its result counts, not this one."""

    code = "lease_lost"


def claim(limits: Mapping[str, int], *, worker: str) -> list[Step]:
    """The most urgent waiting steps, now ours until their lease ends.

    Only steps of one name are returned, so that they can be done as one batch; a step that has failed
    before comes alone, so that one bad step cannot fail a batch again.

    Args:
        limits: the names that this worker may claim now, each with the size of a batch.
    """
    if not due(limits).exists():
        return []  # no write lock for an empty queue
    with transaction.atomic():
        rows = due(limits).order_by("priority", "id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        first = rows.first()
        if first is None:
            return []
        batch = [first]
        if first.attempts == 0 and limits[first.name] > 1:
            batch = list(rows.filter(name=first.name, attempts=0)[: limits[first.name]])
        Step.objects.filter(pk__in=[step.pk for step in batch]).update(
            state=StepState.RUNNING,
            token=F("token") + 1,
            attempts=F("attempts") + 1,
            lease_until=Now() + LEASE,
            worker=worker,
        )
    for step in batch:  # as the rows now say; nobody else could change them meanwhile
        step.state, step.worker = StepState.RUNNING, worker
        step.token += 1
        step.attempts += 1
    return batch


def due(names: Iterable[str]) -> QuerySet[Step]:
    """Waiting steps whose time has come."""
    return Step.objects.filter(state=StepState.WAITING, name__in=list(names), not_before__lte=Now())


def renew(steps: Sequence[Step]) -> None:
    """Keep the lease. Raises: LeaseLost when a step is ours no more (or was cancelled)."""
    with transaction.atomic():
        for step in steps:
            if not ours(step).update(lease_until=Now() + LEASE):
                raise LeaseLost


def finish(step: Step, *, at: datetime) -> None:
    """Mark our step done, inside the transaction of its result. Raises: LeaseLost."""
    moved = ours(step).update(
        state=StepState.DONE, lease_until=None, finished_at=at, error="", detail=""
    )
    if not moved:
        raise LeaseLost


def fail(step: Step, *, problem: str, detail: str, at: datetime, final: bool) -> bool:
    """Plan another attempt, or quarantine; True when this was the last one. Raises: LeaseLost."""
    last = final or step.attempts >= MAX_ATTEMPTS
    wait_s = BACKOFF_S**step.attempts * random.uniform(0.5, 1.5)  # noqa: S311  # spreads retries
    moved = ours(step).update(
        state=StepState.QUARANTINED if last else StepState.WAITING,
        lease_until=None,
        not_before=Now() + timedelta(seconds=wait_s),
        error=problem[:60],
        detail=detail[:500],
        finished_at=at if last else None,
    )
    if not moved:
        raise LeaseLost
    return last


def give_back(step: Step) -> None:
    """Return an unfinished step after a graceful stop: the attempt does not count."""
    ours(step).update(state=StepState.WAITING, lease_until=None, attempts=F("attempts") - 1)


def ours(step: Step) -> QuerySet[Step]:
    """The row, if it is still claimed under our token."""
    return Step.objects.filter(pk=step.pk, token=step.token, state=StepState.RUNNING)


def expired() -> QuerySet[Step]:
    """Steps whose worker died: still running, but the lease is over."""
    return Step.objects.filter(state=StepState.RUNNING, lease_until__lt=Now())


def release_expired() -> list[Step]:
    """Put steps of dead workers back in the queue; returns those that died too often, still running."""
    if not expired().exists():
        return []
    expired().filter(attempts__lt=MAX_ATTEMPTS).update(
        state=StepState.WAITING, lease_until=None, not_before=Now(), error="worker_died"
    )
    return list(expired().filter(attempts__gte=MAX_ATTEMPTS))


def release_worker(name: str) -> int:
    """End at once the leases of a process that is known to be dead."""
    return Step.objects.filter(worker=name, state=StepState.RUNNING).update(
        lease_until=Now() - timedelta(seconds=1)
    )


def release_dead(host: str) -> int:
    """End the leases of this machine's workers (`host:pid…`) whose process is gone, as after a power cut."""
    held = Step.objects.filter(state=StepState.RUNNING, worker__startswith=f"{host}:")
    names = set(held.values_list("worker", flat=True))
    return sum(release_worker(name) for name in names if not lives(name.removeprefix(f"{host}:")))


def lives(pid_and_slot: str) -> bool:
    """Whether a process of this number runs (another may have taken the number: then the lease runs out)."""
    pid = pid_and_slot.partition(":")[0]
    if not pid.isdecimal():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def beat(*, worker: str, isolation: str, doing: str) -> None:
    """Say that this worker is alive."""
    facts = {"isolation": isolation, "doing": doing[:100]}
    if not Heartbeat.objects.filter(worker=worker).update(seen_at=Now(), **facts):
        Heartbeat.objects.create(worker=worker, seen_at=Now(), **facts)


def silence(worker: str) -> None:
    """Take the heartbeat away at a clean stop."""
    Heartbeat.objects.filter(worker=worker).delete()


def forget_silent() -> None:
    """Remove heartbeats of workers that died a day ago or more."""
    Heartbeat.objects.filter(seen_at__lt=Now() - timedelta(days=1)).delete()


def live_workers() -> QuerySet[Heartbeat]:
    """Workers that were seen within the last seconds."""
    return Heartbeat.objects.filter(seen_at__gte=Now() - SEEN).order_by("worker")
