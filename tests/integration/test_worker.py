"""What a worker does with steps that succeed, fail, and fail to fail."""

import logging
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.db.models.functions import Now
from pytest_django.fixtures import Settings as SettingsWrapper

from dms.accounts.permissions import NotYourRole
from dms.audit.models import Event
from dms.pipeline import claim, cron
from dms.pipeline.models import CronRun, Heartbeat, Step, StepState
from dms.pipeline.operations import StepMovedOn, cancel, plan, plan_absent, retry
from dms.pipeline.worker import Stopping, Worker
from tests.ledger import NOON
from tests.people import People
from tests.saboteurs.tasks import Noted

pytestmark = [pytest.mark.usefixtures("db", "steps_table")]
LIMITS = {"noted": 1, "pretty": 1, "batch": 10}


@pytest.fixture
def worker() -> Worker:
    return Worker(name="test:1")


def a_step(name: str = "noted", target: str = "a", **facts: object) -> Step:
    plan(target, name, at=NOON)
    Step.objects.filter(target=target, name=name).update(**facts)
    return Step.objects.get(target=target, name=name)


def again(step: Step) -> Step:
    step.refresh_from_db()
    return step


def hurry_up() -> None:
    """The time of every backoff has passed."""
    Step.objects.update(not_before=NOON)


def turns(worker: Worker) -> int:
    """Work until nothing is due; how many turns."""
    count = 0
    while worker.turn():
        count += 1
        hurry_up()
    return count


def test_a_step_is_done_once(worker: Worker) -> None:
    step = a_step()
    assert turns(worker) == 1
    again(step)
    assert (step.state, step.attempts, step.token, step.lease_until) == (StepState.DONE, 1, 1, None)
    assert Noted.settled == ["a"]


@pytest.mark.parametrize(
    ("name", "attempts", "error", "given_up"),
    [
        ("unlucky", 5, "flaky", [("a", "flaky")]),
        ("buggy", 5, "unexpected", [("a", "unexpected")]),
        ("hopeless", 1, "broken", [("a", "broken")]),
        ("unwritable", 1, "broken", [("a", "broken")]),
        ("orphaned", 1, "broken", []),
    ],
)
def test_a_failing_step_ends_in_quarantine(
    worker: Worker, name: str, attempts: int, error: str, given_up: list[tuple[str, str]],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.CRITICAL)
    step = a_step(name)
    assert turns(worker) == attempts
    again(step)
    assert (step.state, step.error) == (StepState.QUARANTINED, error)
    assert step.attempts == attempts
    assert Noted.given_up == given_up
    assert Noted.settled == []


def test_the_next_attempt_waits_longer_each_time(worker: Worker) -> None:
    step = a_step("unlucky")
    waits = []
    for _ in range(4):
        hurry_up()
        worker.turn()
        now = Step.objects.annotate(now=Now()).get(pk=step.pk).now
        waits.append((again(step).not_before - now).total_seconds())
    for wait_s, base_s in zip(waits, (3, 9, 27, 81), strict=True):
        assert base_s * 0.4 < wait_s < base_s * 1.6
    assert not worker.turn(), "it is not due yet"


@pytest.mark.parametrize("name", ["batch", "batchsettle"])
def test_one_bad_step_does_not_fail_its_batch(worker: Worker, name: str) -> None:
    for target in ("a", "poison", "b"):
        plan(target, name, at=NOON)
    turns(worker)
    assert Noted.performed[0] == ["a", "poison", "b"]
    assert set(Noted.settled) == {"a", "b"}
    states = dict(Step.objects.values_list("target", "state"))
    assert states == {"a": "done", "b": "done", "poison": "quarantined"}


def test_a_worker_in_difficulties_gives_its_steps_back(worker: Worker) -> None:
    """Asked to stop, or fenced in the middle of a batch."""
    steps = [a_step("batch", target) for target in "ab"]
    worker.stop = True
    with pytest.raises(Stopping):
        worker.handle(claim.claim(LIMITS, worker="test:1"))
    assert [(again(s).state, s.attempts) for s in steps] == [("waiting", 0), ("waiting", 0)]
    worker.run()
    assert not Heartbeat.objects.exists()


def test_the_next_step_is_claimed_with_the_last_and_returned_before_housekeeping(
    worker: Worker,
) -> None:
    first, second = (a_step("noted", target) for target in "ab")
    worker.turn()
    assert (again(first).state, again(second).state) == (StepState.DONE, StepState.RUNNING)
    assert worker.next == [second]
    worker.last_beat = float("-inf")
    worker.keep_house()
    assert (again(second).state, second.attempts, worker.next) == (StepState.WAITING, 0, [])
    worker.turn()
    assert again(second).state == StepState.DONE


def test_a_result_that_cannot_be_committed_claims_nothing(
    worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    a_step("unwritable", "a")
    second = a_step("noted", "b")
    worker.turn()
    assert (again(second).state, worker.next) == (StepState.WAITING, [])


def test_a_lost_lease_gives_back_the_rest_of_the_batch(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, people: People
) -> None:
    first, second = (a_step("batch", target) for target in "ab")
    claimed = claim.claim(LIMITS, worker="test:1")
    Step.objects.filter(pk=first.pk).update(token=99)  # taken over by another
    monkeypatch.setattr("dms.pipeline.worker.RENEW_S", -1.0)
    worker.handle(claimed)
    assert (again(second).state, second.attempts) == (StepState.WAITING, 0)
    assert (again(first).state, first.token) == (StepState.RUNNING, 99)


def test_urgent_steps_come_first_and_reading_before_rendering() -> None:
    plan("import", "pretty", at=NOON, priority=10)
    plan("import", "noted", at=NOON, priority=10)
    plan("fresh", "pretty", at=NOON)
    plan("fresh", "noted", at=NOON)
    order = [claim.claim(LIMITS, worker="w")[0] for _ in range(4)]
    assert [(s.target, s.name) for s in order] == [
        ("fresh", "noted"), ("import", "noted"), ("fresh", "pretty"), ("import", "pretty"),
    ]  # fmt: skip
    assert claim.claim(LIMITS, worker="w") == []


def test_what_may_not_run_here_is_left_to_others(worker: Worker) -> None:
    step = a_step("elsewhere")
    assert not worker.turn()
    assert again(step).state == StepState.WAITING


def test_a_dead_workers_steps_come_back_and_it_is_fenced() -> None:
    step = a_step()
    zombie = claim.claim(LIMITS, worker="dead")[0]
    assert claim.release_expired() == []
    assert claim.claim(LIMITS, worker="w") == []
    assert claim.release_worker("dea") == 0, "no other worker whose name begins the same"
    assert claim.release_worker("dead") == 1
    assert claim.release_expired() == []
    heir = claim.claim(LIMITS, worker="w")[0]
    assert (heir.pk, heir.attempts, heir.token) == (step.pk, 2, 2)
    with pytest.raises(claim.LeaseLost):
        claim.renew([zombie])
    with pytest.raises(claim.LeaseLost):
        claim.finish(zombie, at=NOON)
    with pytest.raises(claim.LeaseLost):
        claim.fail(zombie, problem="x", detail="", at=NOON, final=False)
    claim.give_back(zombie)
    assert again(step).state == StepState.RUNNING
    claim.renew([heir])
    claim.finish(heir, at=NOON)


def test_a_step_that_kills_its_workers_is_buried(worker: Worker) -> None:
    step = a_step()
    for _ in range(claim.MAX_ATTEMPTS):
        claim.claim(LIMITS, worker="dead")
        Step.objects.update(lease_until=NOON)
        worker.last_beat = float("-inf")
        worker.keep_house()
    assert (again(step).state, step.error) == (StepState.QUARANTINED, "worker_died")
    assert Noted.given_up == [("a", "worker_died")]


def test_a_restart_releases_what_dead_processes_of_this_machine_held() -> None:
    for number, worker in enumerate(("here:999999999:0", "here:1:0", "there:999999999:0")):
        a_step(target=str(number))
        claim.claim(LIMITS, worker=worker)
    assert claim.release_dead("here") == 1
    assert claim.expired().get().worker == "here:999999999:0"


def test_operators_retry_and_cancel(worker: Worker, people: People) -> None:
    step, at = a_step("hopeless"), NOON + timedelta(hours=1)
    operator = people.administrator
    with pytest.raises(NotYourRole):
        cancel(step, by=people.owner, at=at)
    with pytest.raises(StepMovedOn):
        retry(step, by=operator, at=at)
    worker.turn()
    retry(step, by=operator, at=at)
    assert (again(step).state, step.attempts, step.error) == (StepState.WAITING, 0, "")
    Noted.given_up.clear()
    cancel(step, by=operator, at=at)
    assert again(step).state == StepState.CANCELLED
    assert Noted.given_up == [("a", "cancelled")], "its target must not wait for ever"
    with pytest.raises(StepMovedOn):
        cancel(step, by=operator, at=at)
    assert [e.kind for e in Event.objects.filter(target=step.ledger_ref).order_by("id")] == [
        "pipeline.step.retried", "pipeline.step.cancelled",
    ]  # fmt: skip


def test_a_cancelled_step_fences_its_worker(worker: Worker, people: People) -> None:
    step = a_step()
    claimed = claim.claim(LIMITS, worker="test:1")
    cancel(step, by=people.administrator, at=NOON)
    worker.handle(claimed)
    assert Noted.settled == []
    assert again(step).state == StepState.CANCELLED


def test_planning_twice_is_one_step_and_again_is_another_run(worker: Worker) -> None:
    step = a_step()
    plan("a", "noted", at=NOON)
    assert Step.objects.count() == 1
    worker.turn()
    plan("a", "noted", at=NOON)
    assert again(step).state == StepState.DONE
    plan("a", "noted", at=NOON, again=True)
    assert (again(step).state, step.attempts) == (StepState.WAITING, 0)
    zombie = claim.claim(LIMITS, worker="w")[0]
    plan("a", "noted", at=NOON, again=True)
    with pytest.raises(claim.LeaseLost):
        claim.finish(zombie, at=NOON)


def test_only_absent_names_are_filled(worker: Worker) -> None:
    a_step(code_version=0, state=StepState.DONE)
    plan_absent("a", "noted", at=NOON)
    assert Step.objects.count() == 1, "what older code has done stays done"
    plan_absent("b", "noted", at=NOON)
    assert Step.objects.count() == 2


def test_a_full_or_locked_database_does_not_end_the_worker(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    monkeypatch.setattr("dms.pipeline.worker.POLL_S", 0.0)
    step = a_step()

    def broken(*args: object, **options: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(claim, "finish", broken)
        patch.setattr(claim, "fail", broken)
        assert not worker.turn()
    assert again(step).state == StepState.RUNNING, "it comes back by its lease"


RAN: list[datetime] = []


def scheduled(at: datetime) -> None:
    RAN.append(at)


def failing(at: datetime) -> None:
    raise ZeroDivisionError


def test_a_due_moment_runs_once_and_a_failing_task_stops_no_other(
    settings: SettingsWrapper, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    settings.CRON = {
        "fails": (60, "tests.integration.test_worker.failing"),
        "works": (60, "tests.integration.test_worker.scheduled"),
    }
    RAN.clear()
    for name in ("one", "two"):
        Worker(name=name).keep_house()
    assert len(RAN) == 1
    assert [name for name, _ in cron.taken(NOON - timedelta(days=3))] == [], "the past is past"
    at = CronRun.objects.latest("due_at").due_at + timedelta(days=2)
    assert [name for name, _ in cron.taken(at)] == ["fails", "works"]
    assert CronRun.objects.count() == 2, "old moments are forgotten"


def test_heartbeats() -> None:
    for doing in ("a", "b"):
        claim.beat(worker="w", isolation="none", doing=doing)
    assert claim.live_workers().get().doing == "b"
    Heartbeat.objects.update(seen_at=NOON)
    assert not claim.live_workers().exists()
    claim.forget_silent()
    assert not Heartbeat.objects.exists()
