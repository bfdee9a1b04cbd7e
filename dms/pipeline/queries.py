"""What the operator sees: queues, workers, disk, and the steps that need attention."""

import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db.models import Count, Min
from django.utils.module_loading import import_string
from django.utils.translation import pgettext_lazy

from dms.accounts.models import User
from dms.accounts.permissions import check_may
from dms.accounts.roles import Verb
from dms.pipeline.claim import live_workers
from dms.pipeline.models import OPEN, Heartbeat, Step, StepState

WINDOW = timedelta(minutes=5)
SHOWN = 50
NEXT = 20  # of those that wait, in the order in which they will be done
LABELS = {  # a step that has no words yet is called by its name
    "inspect": pgettext_lazy("step", "look into the file"),
    "read": pgettext_lazy("step", "read pages"),
    "describe": pgettext_lazy("step", "suggest the description"),
    "index": pgettext_lazy("step", "put into the search"),
    "render": pgettext_lazy("step", "make page images"),
    "pdfa": pgettext_lazy("step", "make the searchable PDF"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """What a step works on, as somebody who may see it knows it."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about the state of the machine; `is_good` is false where the operator should look."""

    label: str
    value: str
    advice: str
    is_good: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """The steps of one name: how many, since when, how fast, how long still."""

    name: str
    label: str
    waiting: int
    running: int
    failed: int
    oldest_at: datetime | None
    per_minute: float
    left_s: int | None  # about; None where nothing was done lately or nothing waits

    @property
    def time_left(self) -> str:
        """The same as hours, minutes and seconds: 1:05:00."""
        if self.left_s is None:
            return ""
        minutes, seconds = divmod(self.left_s, 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


@dataclass(frozen=True, slots=True)
class Disk:
    """Room under the data directory."""

    free_bytes: int
    total_bytes: int
    is_short: bool

    @property
    def used_percent(self) -> int:
        """How full it is."""
        return round(100 * (self.total_bytes - self.free_bytes) / self.total_bytes)


@dataclass(frozen=True, slots=True)
class Seen:
    """A step with its sentence; `target` only for one who may see it, and then `detail` too."""

    id: int
    label: str
    part: str
    ref: str
    attempts: int
    worker: str
    since: datetime | None
    error: str
    sentence: str
    detail: str
    target: Target | None


@dataclass(frozen=True, slots=True)
class Group:
    """Steps that failed for one reason."""

    name: str
    label: str
    error: str
    sentence: str
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The operator page."""

    at: datetime
    queues: tuple[Queue, ...]
    running: tuple[Seen, ...]
    next: tuple[Seen, ...]
    groups: tuple[Group, ...]
    failed: tuple[Seen, ...]
    failed_count: int
    workers: tuple[Heartbeat, ...]
    disk: Disk
    facts: tuple[Fact, ...]

    @property
    def waiting(self) -> int:
        """All steps that wait."""
        return sum(queue.waiting for queue in self.queues)


def overview(*, user: User, at: datetime) -> Overview:
    """How the machine does. Raises: NotYourRole."""
    check_may(user, Verb.OPERATE)
    failed = Step.objects.filter(state=StepState.QUARANTINED)
    running = Step.objects.filter(state=StepState.RUNNING).order_by("name", "pk")[:SHOWN]
    waiting = Step.objects.filter(state=StepState.WAITING).order_by("priority", "pk")[:NEXT]
    parts = [[*running], [*waiting], [*failed.order_by("-finished_at", "-pk")[:SHOWN]]]
    seen = iter(shown([step for part in parts for step in part], user=user))
    running_seen, waiting_seen, failed_seen = (tuple(islice(seen, len(part))) for part in parts)
    groups = failures()
    return Overview(
        at=at,
        queues=queues(at=at),
        running=running_seen,
        next=waiting_seen,
        groups=groups,
        failed=failed_seen,
        failed_count=sum(group.count for group in groups),
        workers=tuple(live_workers()),
        disk=disk(),
        facts=tuple(import_string(name)() for name in settings.HEALTH_FACTS),
    )


def queues(*, at: datetime) -> tuple[Queue, ...]:
    """One line per step name that settings know, in the order of a document's way."""
    states = (*OPEN, StepState.QUARANTINED)
    counted = Step.objects.filter(state__in=states).values("name", "state")
    table = {
        (row["name"], row["state"]): row
        for row in counted.annotate(number=Count("pk"), oldest=Min("planned_at"))
    }
    done = dict(
        Step.objects.filter(state=StepState.DONE, finished_at__gte=at - WINDOW)
        .values_list("name")
        .annotate(number=Count("pk"))
    )
    return tuple(queue(name, table, done.get(name, 0)) for name in settings.STEPS)


def queue(name: str, table: Mapping[tuple[str, str], Mapping[str, object]], done: int) -> Queue:
    """The line of one name."""
    counts = {
        state: int(str(table[name, state]["number"])) if (name, state) in table else 0
        for state in (*OPEN, StepState.QUARANTINED)
    }
    waiting = counts[StepState.WAITING]
    oldest = table[name, StepState.WAITING]["oldest"] if waiting else None
    rate = done / (WINDOW.total_seconds() / 60)
    return Queue(
        name=name, label=label_of(name), waiting=waiting, running=counts[StepState.RUNNING],
        failed=counts[StepState.QUARANTINED],
        oldest_at=oldest if isinstance(oldest, datetime) else None, per_minute=rate,
        left_s=round(60 * waiting / rate) if waiting and rate else None,
    )  # fmt: skip


def label_of(name: str) -> str:
    """What a step does, in words."""
    return str(LABELS.get(name, name))


def failures() -> tuple[Group, ...]:
    """What failed, by step and reason, most first."""
    rows = (
        Step.objects.filter(state=StepState.QUARANTINED)
        .values("name", "error")
        .annotate(number=Count("pk"))
        .order_by("-number", "name", "error")
    )
    told = problem_teller()
    return tuple(
        Group(row["name"], label_of(row["name"]), row["error"], told(row["error"]), row["number"])
        for row in rows
    )


def shown(steps: Iterable[Step], *, user: User) -> Iterable[Seen]:
    """Steps as this operator may see them: a title or a detail only of what is visible to him."""
    rows = list(steps)
    visible: Callable[..., Mapping[str, Target]] = import_string(settings.STEP_TARGETS)
    targets = visible(ids_of(rows), user=user)
    told = problem_teller()
    for step in rows:
        failed = step.state == StepState.QUARANTINED
        target = targets.get(step.target)
        yield Seen(
            id=step.pk, label=label_of(step.name), part=step.part, ref=step.target, attempts=step.attempts,
            worker=step.worker, since=step.finished_at if failed else step.planned_at,
            error=(step.error or "unexpected") if failed else "",
            sentence=told(step.error) if failed else "", detail=step.detail if target else "",
            target=target,
        )  # fmt: skip


def ids_of(steps: Iterable[Step]) -> Collection[str]:
    """The targets, each once."""
    return sorted({step.target for step in steps})


def problem_teller() -> Callable[[str], str]:
    """What turns a code into a sentence (settings name it)."""
    told: Callable[[str], str] = import_string(settings.PROBLEM_TELLER)
    return told


def disk() -> Disk:
    """Room for what is still to come."""
    usage = shutil.disk_usage(settings.VANKHO_DATA)
    return Disk(usage.free, usage.total, is_short=usage.free < 2 * settings.INTAKE_RESERVE_BYTES)
