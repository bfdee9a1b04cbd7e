"""A version: one immutable content state of a document."""

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dms.accounts.models import User
from dms.errors import Conflict
from dms.lib.ids import new_id

FIXED = (
    "document",
    "parent",
    "major",
    "minor",
    "sha256",
    "size_bytes",
    "filename",
    "comment",
    "created_by",
    "created_at",
)
COLUMNS = tuple(
    f"{name}_id" if name in {"document", "parent", "created_by"} else name for name in FIXED
)  # a trigger of migration 0002 refuses changes of the same columns


class VersionState(models.TextChoices):
    """Where the reading of a version stands; moved by conditional update only."""

    RECEIVED = "received", _("queued")
    READING = "reading", _("being read")
    SEARCHABLE = "searchable", _("searchable")
    COMPLETE = "complete", _("complete")
    KEPT = "kept", _("kept, not readable")
    QUARANTINED = "quarantined", _("needs attention")
    LOCKED = "locked", _("locked")


TERMINAL = frozenset(
    {VersionState.COMPLETE, VersionState.KEPT, VersionState.QUARANTINED, VersionState.LOCKED}
)


class ContentIsFixed(Conflict):
    """The content of a version never changes; check in a new one instead."""

    code = "content_is_fixed"


class VersionQuerySet(models.QuerySet["Version"]):
    """Sets of versions, whose content stays as it is."""

    def update(self, **changes: Any) -> int:
        """Change what reading found. Raises: ContentIsFixed."""
        if any(name.removesuffix("_id") in FIXED for name in changes):
            raise ContentIsFixed
        return super().update(**changes)


class Version(models.Model):
    """The bytes of a document at a time, by their SHA-256. Only `state` and what reading found change."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey("Document", models.CASCADE, related_name="versions")
    parent = models.OneToOneField("self", models.PROTECT, null=True, related_name="child")
    major = models.PositiveIntegerField(default=1)
    minor = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.PositiveBigIntegerField()
    filename = models.CharField(max_length=255)
    comment = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="versions")
    created_at = models.DateTimeField()

    state = models.CharField(
        max_length=12, choices=VersionState.choices, default=VersionState.RECEIVED
    )
    kind = models.CharField(max_length=10, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    page_count = models.PositiveIntegerField(default=0)
    signed = models.BooleanField(default=False)
    problem = models.CharField(max_length=40, blank=True)
    searchable_at = models.DateTimeField(null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            # one child per parent: of two people who build on one version, the database lets one win
            models.UniqueConstraint(
                fields=["document"], condition=Q(parent=None), name="one_first_version"
            ),
            models.UniqueConstraint(fields=["document", "major", "minor"], name="a_label_once"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row. Raises: ContentIsFixed."""
        rows = Version.objects.filter(pk=self.pk).values(*COLUMNS)
        standing = None if self._state.adding else rows.first()
        if standing and any(getattr(self, name) != value for name, value in standing.items()):
            raise ContentIsFixed
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """A version stays. Raises: ContentIsFixed."""
        raise ContentIsFixed

    @property
    def ledger_ref(self) -> str:
        return f"version:{self.pk}"

    @property
    def label(self) -> str:
        """Major and minor number: 2.1."""
        return f"{self.major}.{self.minor}"

    @property
    def seconds_to_searchable(self) -> float | None:
        """How long it waited; None while it is not searchable."""
        waited = self.searchable_at - self.created_at if self.searchable_at else None
        return waited.total_seconds() if waited else None
