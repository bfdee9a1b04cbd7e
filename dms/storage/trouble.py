"""What the system says when the data directory cannot be used, as the errors that a person is told."""

import errno

from django.db import OperationalError

from dms.storage.base import StorageFailed, StorageFull

FULL = "database or disk is full"  # SQLite
FAILED = ("readonly database", "disk I/O error", "database is locked", "unable to open database")
ERRNOS = {errno.EROFS, errno.EACCES, errno.EIO}


def trouble(error: Exception) -> StorageFailed | StorageFull | None:
    """The error that tells it; None for a mistake of ours, which is told as one."""
    if isinstance(error, OperationalError):
        if FULL in str(error):
            return StorageFull()
        return StorageFailed() if any(cause in str(error) for cause in FAILED) else None
    if isinstance(error, OSError):
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return StorageFull()
        return StorageFailed() if error.errno in ERRNOS else None
    return None
