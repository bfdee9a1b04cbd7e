"""What was read off a version, and what was derived from it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dms.documents.models.document import Document
from dms.documents.models.version import Version


class PageState(models.TextChoices):
    """Whether a page has been read."""

    WAITING = "waiting", _("waiting")
    READ = "read", _("read")
    FAILED = "failed", _("could not be read")


class Page(models.Model):
    """One page: its text in NFC; the words with their boxes are a rendition in the object store."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=PageState.choices, default=PageState.WAITING)
    text = models.TextField(blank=True)
    confidence = models.FloatField(null=True)  # 0.0-1.0
    source = models.CharField(max_length=12, blank=True)
    engine = models.CharField(max_length=30, blank=True)
    engine_version = models.CharField(max_length=30, blank=True)
    width_px = models.PositiveIntegerField(default=0)
    height_px = models.PositiveIntegerField(default=0)
    turn_deg = models.PositiveSmallIntegerField(default=0)
    readings = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="a_page_once"),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"page {self.number} of {self.version_id}"


class Rendition(models.Model):
    """Something derived from a version: words, thumbnail, page image, searchable PDF/A. Page 0 is the whole."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="renditions")
    kind = models.CharField(max_length=10)
    page = models.PositiveIntegerField(default=0)
    width_px = models.PositiveIntegerField(default=0)
    height_px = models.PositiveIntegerField(default=0)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind", "page", "width_px"], name="a_rendition_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.version_id} page {self.page}"


class SuggestionState(models.TextChoices):
    """What a person said of a suggestion."""

    OPEN = "open", _("suggested")
    ACCEPTED = "accepted", _("confirmed")
    DISMISSED = "dismissed", _("dismissed")


class Suggestion(models.Model):
    """A metadata field as read off the page, with the place it was read from."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="suggestions")
    version = models.ForeignKey(Version, models.CASCADE, related_name="suggestions")
    name = models.CharField(max_length=30)
    value = models.CharField(max_length=500)
    confidence = models.FloatField()
    page = models.PositiveIntegerField()
    boxes = models.JSONField(default=list)  # [[left, top, width, height], …] in pixels of the page
    state = models.CharField(
        max_length=10, choices=SuggestionState.choices, default=SuggestionState.OPEN
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "name"], name="a_suggestion_once"),
        ]
        indexes = [
            models.Index(
                fields=["version"], name="suggestions_open", condition=models.Q(state="open")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"
