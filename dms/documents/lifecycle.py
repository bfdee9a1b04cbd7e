"""The life of a version as a table; rows move by condition, never by assignment."""

from typing import Any

from dms.documents.models import Version, VersionState

S = VersionState

# target state: the states it may be reached from
MOVES: dict[str, tuple[str, ...]] = {
    S.READING: (S.RECEIVED, S.QUARANTINED, S.LOCKED),
    S.SEARCHABLE: (S.RECEIVED, S.READING, S.QUARANTINED),
    S.COMPLETE: (S.SEARCHABLE, S.QUARANTINED),
    S.KEPT: (S.RECEIVED, S.QUARANTINED),
    S.QUARANTINED: (S.RECEIVED, S.READING, S.SEARCHABLE),
    S.LOCKED: (S.RECEIVED, S.READING, S.SEARCHABLE, S.QUARANTINED, S.COMPLETE),
}


def move(version: Version, to: VersionState, **facts: Any) -> bool:
    """Move the row if its state allows; False when somebody else moved it elsewhere."""
    moved = Version.objects.filter(pk=version.pk, state__in=MOVES[to]).update(state=to, **facts)
    if moved:
        version.state = to
    return bool(moved)
