"""Names in a file system that stand after a power cut: what a directory holds is synced like a file."""

import os
from pathlib import Path


def make_directories(path: Path, root: Path) -> None:
    """Make the directories below root, each new one durable in its parent."""
    if path.is_dir():
        return
    if path != root:
        make_directories(path.parent, root)
    path.mkdir(exist_ok=True)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
