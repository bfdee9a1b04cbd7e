"""What runs on schedule for documents: clearing away what no row needs."""

from datetime import datetime, timedelta

from dms.backends import backend
from dms.documents.queries import stale_uploads
from dms.documents.sweep import sweep
from dms.documents.uploading import drop_upload

GRACE = timedelta(days=2)


def sweep_objects(at: datetime) -> int:
    """Forget abandoned uploads, then remove bytes that no row refers to; how many objects went."""
    for upload in stale_uploads(at=at, after=GRACE):
        drop_upload(upload)
    return sweep(store=backend("OBJECT_STORES"), grace=GRACE)
