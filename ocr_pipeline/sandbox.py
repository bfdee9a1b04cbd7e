"""Hostile files are opened only here: in a child without network, credentials or more than its limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ocr_pipeline.limits import Limits


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job answered, and the directory of the files it made (emptied by the next job)."""

    result: dict[str, Any]
    files: Path


def describe_isolation() -> str:
    """The kind of isolation that works here: `bubblewrap` or `seccomp`."""
    raise NotImplementedError


class Sandbox:
    """A warmed process that forks a limited child for each job."""

    def __init__(self, *, scratch: Path, limits: Limits) -> None:
        self.scratch = scratch
        self.limits = limits

    def __enter__(self) -> Self:
        return self

    def run(
        self, job: str, path: Path | None, arguments: Mapping[str, Any], *, tick: Callable[[], None]
    ) -> Outcome:
        """Run a job of `ocr_pipeline.jobs` on a file."""
        raise NotImplementedError

    def close(self) -> None:
        """End the warmed process."""
