"""Planning, retrying and cancelling steps."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from dms.accounts.models import User
from dms.accounts.permissions import check_may
from dms.accounts.roles import Verb
from dms.audit.operations import record
from dms.errors import Conflict
from dms.pipeline.base import task
from dms.pipeline.models import OPEN, Step, StepState

BULK = 10  # what an import adds to the priority of its steps


class StepMovedOn(Conflict):
    """This step has moved on meanwhile; look at the list again."""

    code = "step_moved_on"


def plan(
    target: str, name: str, *, at: datetime, parts: Iterable[str] = ("",), priority: int = 0
) -> None:
    """Insert the steps that are absent; inside the caller's transaction.

    Args:
        priority: 0 for a fresh upload, `BULK` for an import; the task's own rank comes on top.
    """
    made = task(name)
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


def hurry(target: str, name: str) -> None:
    """Somebody waits for this: put its open steps in front."""
    Step.objects.filter(target=target, name=name, state=StepState.WAITING, priority__gt=0).update(
        priority=0
    )


def retry(step: Step, *, by: User, at: datetime) -> None:
    """Give a quarantined or cancelled step new attempts. Raises: NotYourRole, StepMovedOn."""
    check_may(by, Verb.OPERATE)
    with transaction.atomic():
        moved = Step.objects.filter(
            pk=step.pk, state__in=[StepState.QUARANTINED, StepState.CANCELLED]
        ).update(state=StepState.WAITING, attempts=0, not_before=at, finished_at=None)
        if not moved:
            raise StepMovedOn
        record("pipeline.step.retried", target=step, by=by, at=at)


def cancel(step: Step, *, by: User, at: datetime) -> None:
    """Stop a step; a worker in the middle of it is fenced. Raises: NotYourRole, StepMovedOn."""
    check_may(by, Verb.OPERATE)
    with transaction.atomic():
        moved = Step.objects.filter(pk=step.pk, state__in=[*OPEN, StepState.QUARANTINED]).update(
            state=StepState.CANCELLED, lease_until=None, finished_at=at
        )
        if not moved:
            raise StepMovedOn
        record("pipeline.step.cancelled", target=step, by=by, at=at)


def cancel_all(target: str, *, at: datetime) -> None:
    """Drop whatever is still open for a target; inside the caller's transaction."""
    Step.objects.filter(target=target, state__in=OPEN).update(
        state=StepState.CANCELLED, lease_until=None, finished_at=at
    )
