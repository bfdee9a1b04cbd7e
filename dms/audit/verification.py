"""The verifier on the configured database, whichever it is."""

from pathlib import Path

from dms.audit import verifier
from dms.audit.models import Checkpoint, Event, Leaf
from dms.audit.verifier import PublicKey, Report

CHUNK_ROWS = 5_000


def verify_ledger(*, export_directory: Path, key: PublicKey) -> Report:
    """Compare the database with the exported checkpoints.

    Whatever is appended meanwhile does no harm: what is read later holds all that was read before.
    """
    exported = verifier.read_exported(export_directory) if export_directory.is_dir() else {}
    checkpoints = dict(Checkpoint.objects.values_list("size", "note"))
    leaves = Leaf.objects.order_by("index").values_list("index", "event_id", "hash")
    events = Event.objects.order_by("id").values_list(*verifier.COLUMNS)
    return verifier.verify(
        events=events.iterator(CHUNK_ROWS),
        leaves=leaves.iterator(CHUNK_ROWS),
        checkpoints=checkpoints,
        exported=exported,
        key=key,
    )
