"""What people decided about marks of state secrets."""

from django.db import models

from dms.accounts.models import User
from dms.documents.models.version import Version


class ClearedMark(models.Model):
    """A leader has said that what looked like a secrecy mark on this version is none: it is read all the same."""

    version = models.OneToOneField(Version, models.PROTECT, related_name="cleared_mark")
    mark = models.CharField(max_length=20)  # as it was read
    reason = models.CharField(max_length=300)
    cleared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    cleared_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.mark} on {self.version_id}"
