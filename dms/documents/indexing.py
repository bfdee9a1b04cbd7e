"""What makes search follow the rows: a revision that rises, and a step that carries it over."""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from dms.documents.models import Document
from dms.pipeline.operations import plan


def reindex(document_id: UUID, *, at: datetime, access: bool = False, priority: int = 0) -> None:
    """Plan that search shows the document as it is now; inside the caller's transaction.

    Args:
        access: who may see it has changed, so that it stays out of every answer until indexed anew.
    """
    changes: dict[str, object] = {"revision": F("revision") + 1}
    if access:
        changes["access_changed"] = True
    Document.objects.filter(pk=document_id).update(**changes)
    revision = Document.objects.values_list("revision", flat=True).get(pk=document_id)
    plan(str(document_id), "index", parts=[str(revision)], at=at, priority=priority)


def indexed(document_id: UUID, revision: int) -> None:
    """Search now shows this revision; if it is the newest, the document may be answered with again."""
    Document.objects.filter(pk=document_id, indexed_revision__lt=revision).update(
        indexed_revision=revision
    )
    Document.objects.filter(pk=document_id, revision=revision).update(access_changed=False)
