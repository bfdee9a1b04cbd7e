"""Uploads under way, and the promises made to programs that repeat a request."""

from django.db import models

from dms.accounts.models import User
from dms.lib.ids import new_id


class Upload(models.Model):
    """A resumable upload (tus 1.0): its bytes grow in a file until the last one has come."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="uploads")
    filename = models.CharField(max_length=255)
    length_bytes = models.PositiveBigIntegerField()
    offset_bytes = models.PositiveBigIntegerField(default=0)
    wishes = models.JSONField(default=dict)  # unit, mode, document and parent, as the client asked
    created_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, blank=True)  # set when all bytes are stored
    version = models.ForeignKey("Version", models.CASCADE, null=True, related_name="+")
    answer = models.JSONField(default=dict)  # what the client is told, again after a lost response

    def __str__(self) -> str:
        return f"{self.filename} {self.offset_bytes}/{self.length_bytes}"


class IdempotencyKey(models.Model):
    """A repeated request with the same key gets the first answer again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    version = models.ForeignKey("Version", models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="an_idempotency_key_once")
        ]

    def __str__(self) -> str:
        return self.key
