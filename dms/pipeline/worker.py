"""A worker process: claim, perform, settle; again and again until it is told to stop."""

import contextlib
import logging
import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction

from dms.errors import DmsError
from dms.pipeline import claim, cron
from dms.pipeline.base import Task, task
from dms.pipeline.models import Step

log = logging.getLogger(__name__)
POLL_S = 0.5
BEAT_S = 5.0
RENEW_S = 10.0
SETTLED_TOGETHER = 100  # results of a batch in one transaction


class Stopping(BaseException):  # like KeyboardInterrupt: not an error of the work
    """The worker was told to stop; what it holds goes back to the queue."""


def moment() -> datetime:
    """The worker's clock, read here and passed on as `at`."""
    return datetime.now(UTC)


class Worker:
    """One process of work. `stop` may be set from a signal handler."""

    def __init__(self, *, name: str = "", isolation: str = "", names: Sequence[str] = ()) -> None:
        self.name = name or f"{socket.gethostname()}:{os.getpid()}"
        self.isolation = isolation
        self.names = tuple(names or settings.STEPS)
        self.stop = False
        self.last_beat = float("-inf")
        self.next: list[Step] = []  # claimed in the transaction that settled the steps before

    def run(self, *, until: Callable[[], bool] = lambda: False) -> None:
        """Work until told to stop, or until `until()` holds while the queue is empty."""
        with contextlib.suppress(Stopping):
            while not self.stop or self.next:
                if self.turn():
                    continue  # whoever finished a step looks at once for the next
                if until():
                    break
                time.sleep(POLL_S)
        claim.silence(self.name)

    def turn(self) -> bool:
        """One round: housekeeping, then one claim; False when there was nothing to do."""
        try:
            self.keep_house()
            steps, self.next = self.next, []
            steps = steps or claim.claim(self.limits(), worker=self.name)
            if steps:
                self.handle(steps)
        except DatabaseError:
            # a full disk, a lock that lasts: what is held comes back by its lease
            log.exception("The queue could not be read or written; trying again")
            time.sleep(POLL_S)
            return False
        return bool(steps)

    def limits(self) -> dict[str, int]:
        """The tasks that may run here now, each with the size of a batch."""
        tasks = {name: task(name) for name in self.names}
        return {name: made.batch for name, made in tasks.items() if made.can_run()}

    def keep_house(self) -> None:
        """Every few seconds: be seen, take back the steps of dead workers, run what is scheduled."""
        if time.monotonic() - self.last_beat < BEAT_S:
            return
        self.last_beat = time.monotonic()
        give_back(self.next)  # what is scheduled may outlast a lease
        self.next = []
        claim.beat(worker=self.name, isolation=self.isolation, doing="")
        for step in claim.release_expired():
            self.fail(step, problem="worker_died", detail="", final=True)
        at = moment()
        for name, run in cron.taken(at):
            try:
                run(at)
            except Exception:  # one of the three translators: the others of the schedule go on
                log.exception("The scheduled %s failed", name)

    def handle(self, steps: list[Step]) -> None:
        """Do claimed steps of one name and write their results."""
        work = task(steps[0].name)
        try:
            results = work.perform(steps, self.ticker(steps))
        except Stopping:
            give_back(steps)
            raise
        except claim.LeaseLost:
            log.warning("Lost the lease of one of %s", steps)
            give_back(steps)  # the others; what we lost is not ours to give
        except Exception as error:  # noqa: BLE001  # one of the three translators
            self.fail_all(steps, error)
        else:
            for first in range(0, len(steps), SETTLED_TOGETHER):
                self.settle(work, steps[first : first + SETTLED_TOGETHER], results)

    def settle(self, work: Task, steps: Sequence[Step], results: Mapping[int, Any]) -> None:
        """Commit results, fenced by their tokens; where one of several cannot be, each alone.

        What comes next is claimed in the same transaction: one wait for the disk less.
        """
        at, following = moment(), []
        try:
            with transaction.atomic():
                for step in steps:
                    claim.finish(step, at=at)
                    work.settle(step, results.get(step.pk), at=at)
                if not (self.stop or self.next):
                    following = claim.claim(self.limits(), worker=self.name)
            self.next = self.next or following
        except Exception as error:  # noqa: BLE001  # one of the three translators
            if len(steps) > 1:
                for step in steps:
                    self.settle(work, [step], results)
            elif isinstance(error, claim.LeaseLost):
                log.warning("Another worker has taken over %s", steps[0])
            else:
                self.fail_all(steps, error)

    def fail_all(self, steps: Sequence[Step], error: Exception) -> None:
        """Retry or quarantine; of a failed batch nobody knows the culprit, so each is tried alone next."""
        hopeless = isinstance(error, DmsError) and not error.retryable
        if not isinstance(error, DmsError):
            log.error("Unexpected failure in %s", steps[0], exc_info=error)
        for step in steps:
            self.fail(
                step,
                problem=error.code if isinstance(error, DmsError) else "unexpected",
                detail=str(error),
                final=hopeless and len(steps) == 1,
            )

    def fail(self, step: Step, *, problem: str, detail: str, final: bool) -> None:
        """One failed attempt; after the last one the task says what that means for its target."""
        at = moment()
        with contextlib.suppress(claim.LeaseLost):
            try:
                with transaction.atomic():
                    if claim.fail(step, problem=problem, detail=detail, at=at, final=final):
                        task(step.name).give_up(step, problem, at=at)
            except (claim.LeaseLost, DatabaseError):
                raise
            except Exception:
                # the target is gone, the task unknown: the step must end all the same
                log.exception("Giving up %s failed", step)
                claim.fail(step, problem=problem, detail=detail, at=at, final=True)

    def ticker(self, steps: Sequence[Step]) -> Callable[[], None]:
        """What long work calls about every second: renew the lease, be seen, notice a stop."""
        renewed = time.monotonic()

        def tick() -> None:
            nonlocal renewed
            if self.stop:
                raise Stopping
            if time.monotonic() - renewed > RENEW_S:
                claim.renew(steps)
                claim.beat(worker=self.name, isolation=self.isolation, doing=str(steps[0]))
                renewed = time.monotonic()

        return tick


def give_back(steps: Sequence[Step]) -> None:
    """Return what is still ours of these."""
    for step in steps:
        claim.give_back(step)
