"""Planning, retrying and cancelling steps."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from dms.accounts.models import User
from dms.accounts.permissions import check_may
from dms.accounts.roles import Verb
from dms.audit.operations import record
from dms.errors import Conflict, NotFound
from dms.pipeline.base import task
from dms.pipeline.models import OPEN, Step, StepState

BULK = 10  # what an import adds to the priority of its steps
CANCELLED = "cancelled"  # the problem of a version whose reading an operator stopped


class StepMovedOn(Conflict):
    """This step has moved on meanwhile; look at the list again."""

    code = "step_moved_on"


def plan(
    target: str, name: str, *, at: datetime, parts: Iterable[str] = ("",), priority: int = 0,
    again: bool = False,
) -> None:  # fmt: skip
    """Insert the steps that are absent; inside the caller's transaction.

    Args:
        priority: 0 for a fresh upload, `BULK` for an import; the task's own rank comes on top.
        again: what was done, or is being done, with earlier facts is to be done once more.
    """
    made, parts = task(name), list(parts)
    if again:
        Step.objects.filter(
            target=target, name=name, part__in=parts, code_version=made.code_version
        ).exclude(state=StepState.WAITING).update(
            state=StepState.WAITING, token=F("token") + 1, attempts=0, lease_until=None,
            not_before=at, finished_at=None, priority=priority + made.rank,
        )  # fmt: skip
    Step.objects.bulk_create(
        (
            Step(
                target=target, name=name, part=part, code_version=made.code_version,
                priority=priority + made.rank, not_before=at, planned_at=at,
            )
            for part in parts
        ),
        ignore_conflicts=True,
    )  # fmt: skip


def plan_absent(
    target: str, name: str, *, at: datetime, parts: Iterable[str] = ("",), priority: int = 0
) -> None:
    """As `plan`, but leaves alone what an earlier version of the code has done."""
    known = set(Step.objects.filter(target=target, name=name).values_list("part", flat=True))
    absent = [part for part in parts if part not in known]
    if absent:
        plan(target, name, at=at, parts=absent, priority=priority)


def retry(step: Step, *, by: User, at: datetime) -> None:
    """Give a quarantined or cancelled step new attempts. Raises: NotYourRole, StepMovedOn."""
    check_may(by, Verb.OPERATE)
    with transaction.atomic():
        moved = Step.objects.filter(
            pk=step.pk, state__in=[StepState.QUARANTINED, StepState.CANCELLED]
        ).update(
            state=StepState.WAITING,
            attempts=0,
            not_before=at,
            finished_at=None,
            error="",
            detail="",
        )
        if not moved:
            raise StepMovedOn
        record("pipeline.step.retried", target=step, by=by, at=at)


def cancel(step: Step, *, by: User, at: datetime) -> None:
    """Stop a step; a worker in the middle of it is fenced, its target ends as after a failure.

    Raises: NotYourRole, StepMovedOn.
    """
    check_may(by, Verb.OPERATE)
    with transaction.atomic():
        moved = Step.objects.filter(pk=step.pk, state__in=[*OPEN, StepState.QUARANTINED]).update(
            state=StepState.CANCELLED, lease_until=None, finished_at=at
        )
        if not moved:
            raise StepMovedOn
        task(step.name).give_up(step, CANCELLED, at=at)
        record("pipeline.step.cancelled", target=step, by=by, at=at)


def step_of(step_id: int, *, by: User) -> Step:
    """The step that an operator named. Raises: NotYourRole, NotFound."""
    check_may(by, Verb.OPERATE)
    found = Step.objects.filter(pk=step_id).first()
    if found is None:
        raise NotFound
    return found


def retry_step(step_id: int, *, by: User, at: datetime) -> None:
    """As `retry`, by id. Raises: NotYourRole, NotFound, StepMovedOn."""
    retry(step_of(step_id, by=by), by=by, at=at)


def cancel_step(step_id: int, *, by: User, at: datetime) -> None:
    """As `cancel`, by id. Raises: NotYourRole, NotFound, StepMovedOn."""
    cancel(step_of(step_id, by=by), by=by, at=at)


def stop_target(step_id: int, *, by: User, at: datetime) -> int:
    """Stop all that waits or is under way on the target of this step; how many steps.

    What was read stays, and what follows from it (its description, its page images) is planned as usual.

    Raises: NotYourRole, NotFound, StepMovedOn.
    """
    target = step_of(step_id, by=by).target
    with transaction.atomic():
        steps = list(Step.objects.filter(target=target, state__in=OPEN).order_by("pk"))
        if not steps:
            raise StepMovedOn
        for step in steps:
            cancel(step, by=by, at=at)
    return len(steps)


def retry_failed(name: str, error: str, *, by: User, at: datetime) -> int:
    """Give all steps of a name that failed for one reason new attempts; how many. Raises: NotYourRole."""
    check_may(by, Verb.OPERATE)
    with transaction.atomic():
        steps = list(failed(name, error))
        for step in steps:
            retry(step, by=by, at=at)
    return len(steps)


def cancel_failed(name: str, error: str, *, by: User, at: datetime) -> int:
    """Let all steps of a name that failed for one reason rest; how many. Raises: NotYourRole."""
    check_may(by, Verb.OPERATE)
    with transaction.atomic():
        steps = list(failed(name, error))
        for step in steps:
            cancel(step, by=by, at=at)
    return len(steps)


def failed(name: str, error: str) -> QuerySet[Step]:
    """Steps that need attention for one reason."""
    return Step.objects.filter(state=StepState.QUARANTINED, name=name, error=error).order_by("pk")


def cancel_all(target: str, *, at: datetime) -> None:
    """Drop whatever is still open for a target; inside the caller's transaction."""
    Step.objects.filter(target=target, state__in=OPEN).update(
        state=StepState.CANCELLED, lease_until=None, finished_at=at
    )
