"""From events to a signed tree: one sequencer appends leaves in order and signs checkpoints."""

from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Max

from dms.audit.canonical import canonical
from dms.audit.export import export
from dms.audit.merkle import Frontier, leaf_hash
from dms.audit.models import Checkpoint, Event, Leaf, TreeHead
from dms.audit.note import Signer

LOCK_WAIT = "SET LOCAL lock_timeout = '2s'"  # writers wait behind this lock, so it gives up soon
BATCH = 2_000  # rows in one INSERT


def append_leaves(*, limit: int = 10_000) -> int:
    """Append the next events to the tree, oldest first; how many. A second sequencer appends none."""
    head, _ = TreeHead.objects.get_or_create(pk=1)
    settled = last_settled_event()
    if settled <= head.last_event:
        return 0
    waiting = Event.objects.filter(id__gt=head.last_event, id__lte=settled).order_by("id")
    leaves = [
        Leaf(index=index, event_id=event.pk, hash=leaf_hash(canonical(event)).hex())
        for index, event in enumerate(waiting[:limit], start=head.size)
    ]
    frontier = Frontier.load(head.size, head.frontier)
    frontier = frontier.extended(bytes.fromhex(leaf.hash) for leaf in leaves)
    with transaction.atomic():
        moved = TreeHead.objects.filter(pk=1, size=head.size, last_event=head.last_event).update(
            size=frontier.size, frontier=frontier.dump(), last_event=leaves[-1].event_id
        )
        if not moved:
            return 0
        Leaf.objects.bulk_create(leaves, batch_size=BATCH)
    return len(leaves)


def last_settled_event() -> int:
    """The largest event id below which no transaction can still commit another event.

    SQLite has one writer, so ids are committed in order. On PostgreSQL a table lock waits for the
    writers that took an id before and have not committed.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(LOCK_WAIT)
                cursor.execute("LOCK TABLE audit_event IN SHARE MODE")
        return Event.objects.aggregate(last=Max("id"))["last"] or 0


def checkpoint(*, at: datetime, signer: Signer, export_directory: Path) -> Checkpoint | None:
    """Sign the tree as it stands and export every checkpoint that is not exported yet.

    Returns: the newest checkpoint, or None while the ledger is empty.
    Raises: ExportConflict, when the exported ones tell another history.
    """
    with transaction.atomic():
        head, _ = TreeHead.objects.select_for_update().get_or_create(pk=1)
        newest = Checkpoint.objects.filter(size=head.size).first()
        if newest is None and head.size:
            root = Frontier.load(head.size, head.frontier).root
            newest = Checkpoint.objects.create(
                size=head.size, note=signer.checkpoint(size=head.size, root=root, at=at)
            )
    notes = dict(Checkpoint.objects.values_list("size", "note"))
    export(export_directory, notes, public_pem=signer.public_pem)
    return newest
