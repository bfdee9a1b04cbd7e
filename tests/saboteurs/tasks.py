"""Steps that behave badly on purpose, and the table that names them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

import pytest
from pytest_django.fixtures import Settings as SettingsWrapper

from dms.errors import Invalid, NotFound, Unavailable
from dms.pipeline.base import Task, Tick, task
from dms.pipeline.models import Step


class Flaky(Unavailable):
    """The engine is away for a moment."""

    code = "flaky"


class Broken(Invalid):
    """The file is broken."""

    code = "broken"


class Noted(Task):
    """Notes what happened to which target."""

    performed: ClassVar[list[list[str]]] = []
    settled: ClassVar[list[str]] = []
    given_up: ClassVar[list[tuple[str, str]]] = []

    def perform(self, steps: Sequence[Step], tick: Tick) -> Mapping[int, Any]:
        self.performed.append([step.target for step in steps])
        tick()
        for step in steps:
            self.work(step)
        return {step.pk: step.target for step in steps}

    def work(self, step: Step) -> None:
        """Nothing goes wrong."""

    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        assert result == step.target
        self.settled.append(step.target)

    def give_up(self, step: Step, problem: str, *, at: datetime) -> None:
        self.given_up.append((step.target, problem))


class Pretty(Noted):
    """Work that can wait."""

    rank = 50


class Unlucky(Noted):
    """Fails for a reason that may pass."""

    def work(self, step: Step) -> None:
        raise Flaky


class Hopeless(Noted):
    """Fails for good."""

    def work(self, step: Step) -> None:
        raise Broken


class Buggy(Noted):
    """Fails in a way that nobody foresaw."""

    def work(self, step: Step) -> None:
        raise ZeroDivisionError


class Orphaned(Hopeless):
    """Cannot even give up: its target is gone."""

    def give_up(self, step: Step, problem: str, *, at: datetime) -> None:
        raise NotFound


class Unwritable(Noted):
    """The result cannot be written."""

    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        raise Broken


class Batch(Noted):
    """Many at once; one whose target is `poison` spoils its batch."""

    batch = 10

    def work(self, step: Step) -> None:
        if step.target == "poison":
            raise Broken


class BatchSettle(Noted):
    """Many at once; the result of `poison` cannot be written."""

    batch = 10

    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        if step.target == "poison":
            raise Broken
        super().settle(step, result, at=at)


class Elsewhere(Noted):
    """Work that another process alone may do."""

    def can_run(self) -> bool:
        return False


STEPS = {
    name.lower(): f"tests.saboteurs.tasks.{name}"
    for name in (
        "Noted", "Pretty", "Unlucky", "Hopeless", "Buggy", "Orphaned", "Unwritable", "Batch",
        "BatchSettle", "Elsewhere",
    )
}  # fmt: skip


@pytest.fixture
def steps_table(settings: SettingsWrapper) -> Iterator[None]:
    """The saboteurs are the steps there are, and nothing is scheduled."""
    settings.STEPS = STEPS
    settings.CRON = {}
    task.cache_clear()
    for noted in (Noted.performed, Noted.settled, Noted.given_up):
        noted.clear()
    yield
    task.cache_clear()
