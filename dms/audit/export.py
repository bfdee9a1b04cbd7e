"""Checkpoints where the administrator cannot reach: a directory that only ever gains files."""

from collections.abc import Mapping
from pathlib import Path

from dms.audit.note import write_new
from dms.errors import IntegrityFailure

PUBLIC_KEY = "ledger-public.pem"


class ExportConflict(IntegrityFailure):
    """The exported ledger checkpoints tell another history; run verify_ledger and tell the auditor."""

    code = "ledger_export_conflict"


def export_name(size: int) -> str:
    """The file name of a checkpoint."""
    return f"checkpoint-{size:012d}"


def export(directory: Path, checkpoints: Mapping[int, str], *, public_pem: str) -> None:
    """Add the checkpoints that are not there yet. Raises: ExportConflict, when another is."""
    directory.mkdir(parents=True, exist_ok=True)
    add(directory / PUBLIC_KEY, public_pem.encode())
    for size, note in sorted(checkpoints.items()):
        add(directory / export_name(size), note.encode())


def add(path: Path, content: bytes) -> None:
    """Write the file, or see that it stands there with the same bytes. Raises: ExportConflict."""
    if not path.exists():
        write_new(path, content, mode=0o444)
    elif path.read_bytes() != content:
        raise ExportConflict
