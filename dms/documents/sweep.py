"""Removing bytes without a row, after a grace period; a row can never come to stand without its bytes."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from dms.documents.queries import is_referenced
from dms.storage.base import ObjectStore


def sweep(*, store: ObjectStore, grace: timedelta) -> int:
    """Delete unreferenced objects that are older than the grace period; how many.

    Each deletion holds the database's write lock while it looks once more, and intake asks under the
    same lock whether its bytes still stand: so of the two, one waits for the other.
    """
    needed: set[str] = set()
    for dotted in settings.BLOB_REFERRERS:
        needed.update(import_string(dotted)())
    candidates = [n for n in store.names(older_than_s=grace.total_seconds()) if n not in needed]
    removed = 0
    for name in candidates:
        with transaction.atomic():
            old = store.is_older(name, grace.total_seconds())  # not put again meanwhile
            if old and not is_referenced(name):
                store.delete(name)
                removed += 1
    return removed
