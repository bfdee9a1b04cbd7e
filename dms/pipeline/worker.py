"""A worker process: claim, perform, settle; again and again until it is told to stop."""

import contextlib
import logging
import os
import socket
import time
from collections.abc import Callable, Sequence
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
        self.last_beat = 0.0

    def run(self, *, until: Callable[[], bool] = lambda: False) -> None:
        """Work until told to stop, or until `until()` holds while the queue is empty."""
        with contextlib.suppress(Stopping):
            while not self.stop:
                if self.turn():
                    continue
                if until():
                    break
                time.sleep(POLL_S)
        claim.silence(self.name)

    def turn(self) -> bool:
        """One round: housekeeping, then one claim; False when there was nothing to do."""
        try:
            self.keep_house()
            steps = self.next_steps()
        except DatabaseError:
            log.exception("The queue could not be read; trying again")
            time.sleep(POLL_S)
            return False
        if steps:
            self.handle(steps)
        return bool(steps)

    def next_steps(self) -> list[Step]:
        """What to do next: of the tasks that may run here, the most urgent."""
        names = [name for name in self.names if task(name).can_run()]
        largest = max((task(name).batch for name in names), default=1)
        if largest == 1:
            return claim.claim(names=names, worker=self.name)
        first = claim.due(names).order_by("priority", "id").first()
        if first is None:
            return []
        return claim.claim(names=[first.name], worker=self.name, limit=task(first.name).batch)

    def keep_house(self) -> None:
        """Every few seconds: be seen, take back the steps of dead workers, run what is scheduled."""
        if time.monotonic() - self.last_beat < BEAT_S:
            return
        self.last_beat = time.monotonic()
        claim.beat(worker=self.name, isolation=self.isolation, doing="")
        for step in claim.release_expired():
            self.bury(step)
        cron.run_due(moment())

    def handle(self, steps: list[Step]) -> None:
        """Do claimed steps of one name and write each result in a transaction of its own."""
        work = task(steps[0].name)
        try:
            results = work.perform(steps, self.ticker(steps))
        except Stopping:
            for step in steps:
                claim.give_back(step)
            raise
        except claim.LeaseLost:
            log.warning("Lost the lease of %s", steps[0])
        except Exception as error:  # noqa: BLE001  # one of the three translators
            self.fail_all(work, steps, error)
        else:
            for step in steps:
                self.settle(work, step, results.get(step.pk))

    def settle(self, work: Task, step: Step, result: Any) -> None:
        """Commit one result, fenced by the token."""
        at = moment()
        try:
            with transaction.atomic():
                claim.finish(step, at=at)
                work.settle(step, result, at=at)
        except claim.LeaseLost:
            log.warning("Another worker has finished %s", step)
        except Exception as error:  # noqa: BLE001
            self.fail_all(work, [step], error)

    def fail_all(self, work: Task, steps: Sequence[Step], error: Exception) -> None:
        """Retry or quarantine; steps of a failed batch are tried singly from then on."""
        final = isinstance(error, DmsError) and not error.retryable
        problem = error.code if isinstance(error, DmsError) else "unexpected"
        if not isinstance(error, DmsError):
            log.error("Unexpected failure in %s", steps[0], exc_info=error)
        for step in steps:
            at = moment()
            with contextlib.suppress(claim.LeaseLost), transaction.atomic():
                if claim.fail(step, problem=problem, detail=str(error), at=at, final=final):
                    work.give_up(step, problem, at=at)

    def bury(self, step: Step) -> None:
        """A step that killed its worker too often."""
        at = moment()
        with contextlib.suppress(claim.LeaseLost), transaction.atomic():
            claim.fail(step, problem="worker_died", detail="", at=at, final=True)
            task(step.name).give_up(step, "worker_died", at=at)

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
