"""What the operator page asks of documents: titles only where they are visible, and how far search lags."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext

from dms.accounts.models import User
from dms.documents.models import Document, Version
from dms.pipeline.queries import Fact, Target


def visible_targets(ids: Collection[str], *, user: User) -> dict[str, Target]:
    """Step targets (versions or documents) that this person may see, with their pages; two queries."""
    keys = [UUID(target) for target in ids if len(target) == len(str(UUID(int=0)))]
    documents = Document.objects.visible_to(user).filter(Q(pk__in=keys) | Q(versions__in=keys))
    found = {document.pk: document for document in documents.distinct()}
    owners = {pk: pk for pk in found} | dict(
        Version.objects.filter(pk__in=keys, document__in=found).values_list("pk", "document_id")
    )
    return {
        str(target): Target(reverse("documents:document", args=[owner]), found[owner].title)
        for target, owner in owners.items()
    }


def search_lag() -> Fact:
    """Documents that search does not show as they are now; for long, and only without a worker."""
    late = Document.objects.behind().standing().filter(secret_mark="").count()
    return Fact(
        label=gettext("Documents that wait for the search index"),
        value=number_format(late, force_grouping=True),
        advice=gettext("If this stays, run: manage.py check_index") if late else "",
        is_good=late == 0,
    )
