"""The document: what a record is about and who owns it; its content is in its versions."""

from typing import Self

import reversion
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from dms.accounts.models import Agency, Unit, User
from dms.documents.models.access import AccessKey
from dms.lib.ids import new_id

METADATA = (
    "type_name",
    "code_number",
    "code_notation",
    "issued_on",
    "organ_name",
    "subject",
    "place",
    "signing_capacity",
    "signer_position",
    "signer_name",
    "language",
    "description",
)


class Mode(models.TextChoices):
    """Chế độ sử dụng, by the codes of Circular 05/2025."""

    OPEN = "01", _("open: all signed-in staff")
    CONDITIONAL = "02", _("conditional: the owning unit, its parents, and grants")
    SECRET = "03", _("secret: the creator and the persons named")


class DocumentQuerySet(models.QuerySet["Document"]):
    """What sets of documents mean."""

    def visible_to(self, user: User) -> Self:
        """The one rule of who sees what; the same keys stand inside the search query."""
        held = AccessKey.objects.filter(document=OuterRef("pk"))
        # through an expression: a document has few keys, so reading them beats seeking each of the viewer's
        opening = held.annotate(opens=Coalesce("key", Value("")))
        return self.filter(Exists(opening.filter(opens__in=sorted(user.access_keys))))

    def behind(self) -> Self:
        """Those of which search does not show the newest revision; the condition of an index, word for word."""
        return self.filter(indexed_revision__lt=F("revision"))

    def standing(self) -> Self:
        """Without withdrawn ones."""
        return self.filter(withdrawn_at=None)


@reversion.register(fields=METADATA)
class Document(models.Model):
    """A record. The fields are those of Decree 30/2020, Annex VI, part II, by their English names."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT)
    unit = models.ForeignKey(Unit, models.PROTECT)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="documents")
    created_at = models.DateTimeField()
    mode = models.CharField(max_length=2, choices=Mode.choices, default=Mode.CONDITIONAL)
    channel = models.CharField(max_length=20)
    title = models.CharField(_("title"), max_length=700)
    current = models.OneToOneField(
        "Version", models.PROTECT, null=True, related_name="current_of"
    )  # null only inside the transaction that takes the document in

    type_name = models.CharField(_("kind"), max_length=100, blank=True)
    code_number = models.CharField(_("number"), max_length=11, blank=True)
    code_notation = models.CharField(_("notation"), max_length=30, blank=True)
    issued_on = models.DateField(_("date of issue"), null=True, blank=True)
    organ_name = models.CharField(_("issuing agency"), max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    place = models.CharField(_("place"), max_length=100, blank=True)
    signing_capacity = models.CharField(_("signing capacity"), max_length=10, blank=True)
    signer_position = models.CharField(_("signer’s position"), max_length=100, blank=True)
    signer_name = models.CharField(_("signer"), max_length=50, blank=True)
    language = models.CharField(_("language"), max_length=30, blank=True)
    description = models.CharField(_("note"), max_length=500, blank=True)

    revision = models.PositiveIntegerField(default=1)  # rises with every change that search shows
    indexed_revision = models.PositiveIntegerField(default=0)
    access_changed = models.BooleanField(default=False)  # kept out of search until indexed anew
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    secret_mark = models.CharField(max_length=20, blank=True)  # locked, unindexed, with an alert

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="a_known_mode"),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="documents_newest"),
            models.Index(fields=["created_by", "-created_at"], name="documents_of_creator"),
            models.Index(fields=["-issued_on", "-id"], name="documents_by_issue"),
            models.Index(
                fields=["id"],
                name="documents_behind",
                condition=Q(indexed_revision__lt=F("revision")),
            ),
            models.Index(fields=["title", "id"], name="documents_by_title"),
            models.Index(fields=["unit", "-created_at", "-id"], name="documents_of_unit"),
            models.Index(
                fields=["id"], name="documents_excluded", condition=Q(access_changed=True)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ledger_ref(self) -> str:
        return f"document:{self.pk}"

    @property
    def number(self) -> str:
        """Số, ký hiệu as one: 109/QĐ-UBND."""
        return "/".join(part for part in (self.code_number, self.code_notation) if part)

    def composed_title(self, filename: str) -> str:
        """What a list shows: kind, number and subject where known, else the file's name."""
        head = " ".join(part for part in (self.type_name, self.number) if part)
        return " · ".join(part for part in (head, self.subject) if part) or filename
