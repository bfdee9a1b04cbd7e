"""Who may see a document: grants are what people decide, keys are what the rule makes of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dms.accounts.models import User


class GrantSubject(models.TextChoices):
    """To whom a grant is given."""

    USER = "user", _("person")
    UNIT = "unit", _("unit")
    ROLE = "role", _("role")
    JUDGE = "judge", _("leader who judges a secrecy mark")  # counts while the document is locked


class Grant(models.Model):
    """Reading is allowed to a person, a unit, or a role of the owning agency."""

    document = models.ForeignKey("Document", models.CASCADE, related_name="grants")
    subject = models.CharField(max_length=5, choices=GrantSubject.choices)
    name = models.CharField(max_length=30)  # the id of the person or unit, or the role
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "subject", "name"], name="a_grant_once")
        ]

    def __str__(self) -> str:
        return f"{self.subject}:{self.name}"


class AccessKey(models.Model):
    """One key that opens the document; written by `operations`, read by `visible_to` and the index."""

    document = models.ForeignKey("Document", models.CASCADE, related_name="access")
    key = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "key"], name="a_key_once")]
        indexes = [models.Index(fields=["key", "document"], name="documents_by_key")]

    def __str__(self) -> str:
        return self.key
