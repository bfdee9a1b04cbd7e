"""A file system that fails at the Nth call of one kind, and one that tells the order of calls."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


class Calls:
    """What the store asked of the file system, in order, as (call, path)."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str]] = []

    def named(self, root: Path) -> list[str]:
        """Each call with its path below root, hashes and random names shortened."""
        return [f"{call} {shortened(path, root)}" for call, path in self.made]


def shortened(path: str, root: Path) -> str:
    """`staging/*` for a staged file, `…/*` for an object, the directory else."""
    parts = Path(path).relative_to(root).parts
    return "/".join("*" if len(part) >= 32 else part for part in parts) or "."


def path_of(descriptor: int) -> str:
    return str(Path(f"/proc/self/fd/{descriptor}").readlink())


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Calls]:
    """Note every fsync and rename."""
    calls, fsync, rename = Calls(), os.fsync, os.rename

    def noted_fsync(descriptor: int) -> None:
        calls.made.append(("fsync", path_of(descriptor)))
        fsync(descriptor)

    def noted_rename(source: Any, target: Any) -> None:
        calls.made.append(("rename", str(target)))
        rename(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", noted_fsync)
        patch.setattr(os, "rename", noted_rename)
        yield calls


@contextmanager
def failing(
    monkeypatch: pytest.MonkeyPatch, call: str, *, number: int, code: int
) -> Iterator[list[int]]:
    """Let the call fail with this errno at its Nth use and ever after; yields how often it was made."""
    real: Callable[..., Any] = getattr(os, call)
    made: list[int] = []

    def sabotaged(*arguments: Any, **options: Any) -> Any:
        made.append(len(made) + 1)
        if len(made) >= number:
            raise OSError(code, os.strerror(code))
        return real(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, sabotaged)
        yield made
