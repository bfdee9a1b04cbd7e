"""Claiming work: the only place that knows leases, tokens, attempts, and the database's clock."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from dms.errors import Conflict
from dms.pipeline.models import Heartbeat, Step, StepState

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 5
BACKOFF_S = 2.0


class LeaseLost(Conflict):
    """Another worker has taken this step over; its result counts, not this one."""

    code = "lease_lost"


def database_now() -> datetime:
    """The database's clock, so that workers on many machines agree."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")
            return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment


def claim(*, names: Sequence[str], worker: str, limit: int = 1) -> list[Step]:
    """The most urgent waiting steps, now ours until their lease ends.

    Only steps of one name are returned, so that they can be done as one batch.
    """
    if not due(names).exists():
        return []  # no write lock for an empty queue
    with transaction.atomic():
        rows = due(names).order_by("priority", "id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        first = rows.first()
        if first is None:
            return []
        batch = [first]
        if limit > 1:
            batch = list(rows.filter(name=first.name)[:limit])
        keys = [step.pk for step in batch]
        Step.objects.filter(pk__in=keys).update(
            state=StepState.RUNNING,
            token=F("token") + 1,
            attempts=F("attempts") + 1,
            lease_until=database_now() + LEASE,
            worker=worker,
        )
        return list(Step.objects.filter(pk__in=keys).order_by("id"))


def due(names: Sequence[str]) -> QuerySet[Step]:
    """Waiting steps whose time has come."""
    return Step.objects.filter(state=StepState.WAITING, name__in=names, not_before__lte=Now())


def renew(steps: Sequence[Step]) -> None:
    """Keep the lease. Raises: LeaseLost when a step is ours no more (or was cancelled)."""
    until = database_now() + LEASE
    for step in steps:
        if not ours(step).update(lease_until=until):
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
        not_before=database_now() + timedelta(seconds=wait_s),
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


def release_worker(prefix: str) -> int:
    """Put back at once what processes of this machine held that are known to be dead."""
    return Step.objects.filter(Q(worker__startswith=prefix), state=StepState.RUNNING).update(
        lease_until=Now() - timedelta(seconds=1)
    )


def beat(*, worker: str, isolation: str, doing: str) -> None:
    """Say that this worker is alive."""
    Heartbeat.objects.update_or_create(
        worker=worker,
        defaults={"seen_at": database_now(), "isolation": isolation, "doing": doing[:100]},
    )


def silence(worker: str) -> None:
    """Take the heartbeat away at a clean stop."""
    Heartbeat.objects.filter(worker=worker).delete()


def live_workers() -> QuerySet[Heartbeat]:
    """Workers that were seen within the last seconds."""
    return Heartbeat.objects.filter(seen_at__gte=Now() - timedelta(seconds=15)).order_by("worker")
