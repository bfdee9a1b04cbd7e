"""Steps that kill their worker process at one exact boundary: the saboteur of the tests of every boundary."""

import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction

import ocr_pipeline.tasks
import search.tasks
from dms.pipeline.base import Task, Tick
from dms.pipeline.models import Step
from tests.crash import tasks

NAMES = ("inspect", "read", "describe", "index", "render", "pdfa")
BOUNDARIES = ("claimed", "performing", "performed", "settling", "committed")


@dataclass
class Order:
    """Where to die: at the Nth time that this boundary of this step is met; without a step, never."""

    step: str = ""
    boundary: str = ""
    number: int = 1


ORDER = Order()


def met(step: str, boundary: str) -> None:
    """Die here, if so ordered."""
    if (step, boundary) == (ORDER.step, ORDER.boundary):
        ORDER.number -= 1
        if ORDER.number == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Deadly(Task):
    """In front of a task: tells which boundaries it meets."""

    name: ClassVar[str]

    def perform(self, steps: Sequence[Step], tick: Tick) -> Mapping[int, Any]:
        met(self.name, "claimed")  # the claim is committed, nothing is done

        def ticked() -> None:
            met(self.name, "performing")
            tick()

        results = super().perform(steps, ticked)  # type: ignore[safe-super]  # a task stands behind
        met(self.name, "performed")  # what was made outside the database stands, no row knows
        return results

    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        super().settle(step, result, at=at)  # type: ignore[safe-super]
        transaction.on_commit(lambda: met(self.name, "committed"))  # the next step is claimed, too
        met(self.name, "settling")  # all is written, nothing is committed


class DeadlyJob(Deadly):
    """As above for work in the sandbox, which may end before it ever ticks."""

    def bring_home(self, outcome: Any) -> Any:
        met(self.name, "performing")
        return super().bring_home(outcome)  # type: ignore[misc]


class QuickInspect(Deadly, tasks.Inspect):
    name = "inspect"


class QuickRead(Deadly, tasks.Read):
    name = "read"


class QuickDescribe(Deadly, tasks.Describe):
    name = "describe"


class QuickIndex(Deadly, tasks.Index):
    name = "index"


class QuickRender(Deadly, tasks.Render):
    name = "render"


class QuickMakePdfA(Deadly, tasks.MakePdfA):
    name = "pdfa"


class Inspect(DeadlyJob, ocr_pipeline.tasks.Inspect):
    name = "inspect"


class Read(DeadlyJob, ocr_pipeline.tasks.Read):
    name = "read"


class Describe(Deadly, ocr_pipeline.tasks.Describe):
    name = "describe"

    def work(self, step: Step, version: Any, tick: Tick) -> Any:
        made = super().work(step, version, tick)
        met(self.name, "performing")
        return made


class Index(Deadly, search.tasks.Index):
    name = "index"


class Render(DeadlyJob, ocr_pipeline.tasks.Render):
    name = "render"


class MakePdfA(DeadlyJob, ocr_pipeline.tasks.MakePdfA):
    name = "pdfa"
