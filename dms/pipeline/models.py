"""Durable steps: the rows are the queue, and they are the truth."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class StepState(models.TextChoices):
    """Where a step stands."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    QUARANTINED = "quarantined", _("needs attention")
    CANCELLED = "cancelled", _("cancelled")


OPEN = (StepState.WAITING, StepState.RUNNING)


class Step(models.Model):
    """One piece of work on one target. Token and attempts rise at claim, so that a crash counts."""

    target = models.CharField(max_length=40)
    name = models.CharField(max_length=30)
    part = models.CharField(max_length=40, blank=True)
    code_version = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=StepState.choices, default=StepState.WAITING)
    priority = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    token = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=60, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    worker = models.CharField(max_length=80, blank=True)
    planned_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target", "name", "part", "code_version"], name="a_step_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False),
                name="running_has_lease",
            ),
        ]
        indexes = [
            models.Index(
                F("priority"), F("id"), name="steps_to_claim", condition=Q(state="waiting")
            ),
            models.Index(F("lease_until"), name="steps_leased", condition=Q(state="running")),
            models.Index(F("state"), F("name"), name="steps_by_state"),
            models.Index(F("state"), F("finished_at"), name="steps_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.part} of {self.target}".replace("  ", " ")

    @property
    def ledger_ref(self) -> str:
        return f"step:{self.pk}"


class CronRun(models.Model):
    """One due moment of a scheduled task; the row that could be inserted is the right to run it."""

    name = models.CharField(max_length=40)
    due_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "due_at"], name="a_due_moment_once")]

    def __str__(self) -> str:
        return f"{self.name} due {self.due_at}"


class Heartbeat(models.Model):
    """A worker process that was alive at a moment."""

    worker = models.CharField(max_length=80, unique=True)
    seen_at = models.DateTimeField()
    isolation = models.CharField(max_length=20, blank=True)
    doing = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.worker
