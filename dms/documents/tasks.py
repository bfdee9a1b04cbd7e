"""What runs on schedule for documents: the watched folder, what was left behind, what no row needs."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from dms.commands import commands_actor
from dms.documents import folder, reconciling
from dms.documents.models import Upload
from dms.documents.queries import stale_uploads
from dms.documents.sweep import sweep
from dms.documents.uploading import drop_upload, uploads_directory
from dms.storage.default import store

GRACE = timedelta(days=2)


def watch_folder(at: datetime) -> int:
    """Take in what has come to stand in the watched folder; how many files left it."""
    root = Path(settings.WATCHED_FOLDER)
    root.mkdir(parents=True, exist_ok=True)
    if not any(folder.files(root)):
        return 0
    return folder.take_in_folder(root, by=commands_actor(), at=at, store=store())


def reconcile(at: datetime) -> int:
    """Plan the next step of versions and documents that have none; how many."""
    return reconciling.reconcile(at=at)


def sweep_objects(at: datetime) -> int:
    """Forget abandoned uploads, then remove bytes that no row refers to; how many objects went."""
    for upload in stale_uploads(at=at, after=GRACE):
        drop_upload(upload)
    clear_uploads(at)
    store().clear_unfinished(older_than_s=GRACE.total_seconds())
    return sweep(store=store(), grace=GRACE)


def clear_uploads(at: datetime) -> int:
    """Remove old files of uploads whose row is gone, or was never written; how many."""
    directory, limit = uploads_directory(), (at - GRACE).timestamp()
    if not directory.is_dir():
        return 0
    known = {pk.hex for pk in Upload.objects.values_list("pk", flat=True)}
    left = [path for path in directory.iterdir() if path.name not in known]
    stale = [path for path in left if path.stat().st_mtime <= limit]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)
