"""What a step does: the contract between the worker and the packages that do the work."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.utils.module_loading import import_string

from dms.pipeline.models import Step

Tick = Callable[[], None]


class Task(ABC):
    """The code behind a step name. `perform` may take long and may die; `settle` is one transaction."""

    code_version: ClassVar[int] = 1
    batch: ClassVar[int] = 1  # how many steps one claim may take
    # below 10: to searchable, what is nearest to it first; from 50: makes it pretty
    rank: ClassVar[int] = 0

    def can_run(self) -> bool:
        """Whether this process may do such work now (it holds the lock that the work needs)."""
        return True

    @abstractmethod
    def perform(self, steps: Sequence[Step], tick: Tick) -> Mapping[int, Any]:
        """Do the work outside any transaction; results by step id.

        Raises: DmsError; a retryable one is tried again later, another goes to `give_up`.
        """

    @abstractmethod
    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        """Write the result, inside the transaction that marks the step done."""

    def give_up(self, step: Step, problem: str, *, at: datetime) -> None:  # noqa: B027  # a task may have nothing to write
        """Write what a failed step means for its target, inside the transaction that quarantines it."""


@cache
def task(name: str) -> Task:
    """The task that settings name."""
    made: Task = import_string(settings.STEPS[name])()
    return made
