"""However claims, crashes, retries and late results interleave, a step is done once and never lost."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from dms.pipeline import claim
from dms.pipeline.models import Step, StepState
from dms.pipeline.operations import plan
from tests.ledger import NOON

NAMES = {"noted": 1, "batch": 3}


class Steps(RuleBasedStateMachine):
    """Workers that are slow, die, come back as zombies; the rows against a count of results that stood."""

    held = Bundle("held")

    def __init__(self) -> None:
        super().__init__()
        Step.objects.all().delete()
        self.done: Counter[int] = Counter()
        self.planned = 0

    @initialize()
    def some_to_begin_with(self) -> None:
        for name, urgent in (("noted", True), ("batch", False)):
            self.plan(name, urgent)

    @rule(name=st.sampled_from(sorted(NAMES)), urgent=st.booleans())
    def plan_one(self, name: str, urgent: bool) -> None:
        self.plan(name, urgent)

    def plan(self, name: str, urgent: bool) -> None:
        self.planned += 1
        plan(f"target {self.planned}", name, at=NOON, priority=0 if urgent else 10)

    @rule(target=held, worker=st.sampled_from("abc"))
    def claim(self, worker: str) -> object:
        Step.objects.filter(state=StepState.WAITING).update(not_before=NOON)
        before = Step.objects.filter(state=StepState.WAITING)
        urgent = before.order_by("priority").values_list("priority", flat=True).first()
        steps = claim.claim(NAMES, worker=worker)
        assert bool(steps) == (urgent is not None)
        assert len({step.name for step in steps}) <= 1
        assert all(step.attempts <= claim.MAX_ATTEMPTS for step in steps)
        if steps:
            assert min(step.priority for step in steps) == urgent
        return multiple(*steps)

    @rule(step=consumes(held))
    def finish(self, step: Step) -> None:
        try:
            claim.finish(step, at=NOON)
        except claim.LeaseLost:
            return
        self.done[step.pk] += 1

    @rule(step=held, final=st.booleans())
    def fail(self, step: Step, final: bool) -> None:
        try:
            last = claim.fail(step, problem="flaky", detail="", at=NOON, final=final)
        except claim.LeaseLost:
            return
        assert last == (final or step.attempts == claim.MAX_ATTEMPTS)

    @rule(step=held)
    def renew(self, step: Step) -> None:
        row = Step.objects.get(pk=step.pk)
        mine = row.state == StepState.RUNNING and row.token == step.token
        try:
            claim.renew([step])
        except claim.LeaseLost:
            assert not mine
        else:
            assert mine

    @rule(step=consumes(held))
    def stop_gracefully(self, step: Step) -> None:
        claim.give_back(step)

    @rule(step=held, heir=st.booleans())
    def lease_runs_out(self, step: Step, heir: bool) -> None:
        """The worker is dead, or only slow: it still holds its step and may come back."""
        Step.objects.filter(pk=step.pk, state=StepState.RUNNING).update(lease_until=NOON)
        for buried in claim.release_expired():
            assert buried.attempts >= claim.MAX_ATTEMPTS
            claim.fail(buried, problem="worker_died", detail="", at=NOON, final=True)
        row = Step.objects.get(pk=step.pk)
        if heir and row.state == StepState.WAITING:
            self.taken_over(step)

    def taken_over(self, step: Step) -> None:
        """Another holds it now: whatever the first one says is not heard."""
        Step.objects.filter(pk=step.pk).update(not_before=NOON, priority=0)
        Step.objects.exclude(pk=step.pk).update(not_before=NOON + timedelta(days=36_500))
        taken = claim.claim(NAMES, worker="heir")
        assert [other.pk for other in taken] == [step.pk]
        with pytest.raises(claim.LeaseLost):
            claim.finish(step, at=NOON)
        claim.give_back(step)
        claim.renew(taken)
        claim.give_back(taken[0])

    @invariant()
    def nothing_is_done_twice_or_lost(self) -> None:
        assert all(count == 1 for count in self.done.values())
        rows = dict(Step.objects.values_list("pk", "state"))
        assert len(rows) == self.planned
        assert {pk for pk, state in rows.items() if state == StepState.DONE} == set(self.done)

    def teardown(self) -> None:
        """Whatever happened, one patient worker brings everything to rest."""
        Step.objects.filter(state=StepState.RUNNING).update(lease_until=NOON)
        for buried in claim.release_expired():
            claim.fail(buried, problem="worker_died", detail="", at=NOON, final=True)
        Step.objects.filter(state=StepState.WAITING).update(not_before=NOON)
        while steps := claim.claim(NAMES, worker="last"):
            for step in steps:
                claim.finish(step, at=NOON)
        ends = {StepState.DONE, StepState.QUARANTINED}
        assert set(Step.objects.values_list("state", flat=True)) <= ends


@pytest.mark.usefixtures("db", "steps_table")
def test_every_step_is_done_once() -> None:
    run_state_machine_as_test(
        Steps, settings=settings(max_examples=25, stateful_step_count=30, deadline=None)
    )
