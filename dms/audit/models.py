"""The ledger's tables. Triggers refuse UPDATE and DELETE on all but `TreeHead` (see triggers.py)."""

import json

from django.db import models

from dms.audit.base import Detail, Target


class EventQuerySet(models.QuerySet["Event"]):
    """What a set of events means."""

    def about(self, target: Target) -> "EventQuerySet":
        """The history of one thing, newest first."""
        return self.filter(target=target.ledger_ref).order_by("-id")


class Event(models.Model):
    """Something that happened: ids and salted digests only, never content."""

    kind = models.CharField(max_length=80)
    target = models.CharField(max_length=100)
    actor = models.CharField(max_length=100)
    at = models.DateTimeField()
    detail = models.TextField(default="{}")  # canonical JSON, byte for byte the same everywhere
    salt = models.CharField(max_length=32, blank=True, default="")
    once = models.CharField(max_length=250, null=True, unique=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["target", "id"], name="history_of_a_target"),
            models.Index(fields=["actor", "id"], name="history_of_an_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.target}"

    @property
    def details(self) -> dict[str, Detail]:
        """The detail as values."""
        values: dict[str, Detail] = json.loads(self.detail)
        return values


class Leaf(models.Model):
    """An event's place in the hash tree."""

    index = models.BigIntegerField(primary_key=True)  # from 0, without gaps
    event = models.OneToOneField(Event, models.PROTECT, related_name="leaf")
    hash = models.CharField(max_length=64)  # hexadecimal

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(index__gte=0), name="leaf_index_from_0"),
        ]

    def __str__(self) -> str:
        return f"{self.index} {self.hash}"


class Checkpoint(models.Model):
    """A signed statement of the tree's root at a size; the note says everything else."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()

    def __str__(self) -> str:
        return self.note


class TreeHead(models.Model):
    """Where the one sequencer stands: moved by compare-and-set on its size."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    frontier = models.TextField(blank=True, default="")
    last_event = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_tree"),
        ]

    def __str__(self) -> str:
        return f"{self.size} leaves, up to event {self.last_event}"
