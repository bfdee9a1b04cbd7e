"""What runs on schedule: the sequencer, and the hourly checkpoint."""

from datetime import datetime

from django.conf import settings

from dms.audit.models import Checkpoint
from dms.audit.note import Signer
from dms.audit.sequencer import append_leaves, checkpoint


def append_ledger(at: datetime) -> int:  # the schedule tells every task the moment
    """Append every waiting event to the tree; how many."""
    appended = 0
    while count := append_leaves():
        appended += count
    return appended


def checkpoint_ledger(at: datetime) -> Checkpoint | None:
    """Append what waits, then sign and export a checkpoint; the newest one."""
    append_ledger(at)
    first = not Checkpoint.objects.exists()  # later, a missing key is a loss and not a beginning
    signer = Signer.from_file(settings.LEDGER_KEY_FILE, create=first)
    return checkpoint(at=at, signer=signer, export_directory=settings.LEDGER_EXPORT_DIR)
