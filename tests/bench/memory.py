"""How much memory a process needs with all that it started, shared pages counted once."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

EVERY_S = 0.4  # each look costs a few milliseconds of the kernel's time


class Peak:
    """The most memory that any one of some processes needs, sampled while this context is open.

    Counted is the proportional share (PSS) of the process and of everything below it: the warmed process,
    the forked job, and Tesseract. Pages that several hold are divided among them, so nothing counts twice.
    """

    def __init__(self, processes: Callable[[], Iterable[int]]) -> None:
        self.processes = processes
        self.mb = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(EVERY_S):
            below = children()
            for process in self.processes():
                self.mb = max(self.mb, sum(map(pss_mb, family(process, below))))


def children() -> dict[int, list[int]]:
    """The processes of this machine by their parent."""
    found = defaultdict(list)
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                stat = (place / "stat").read_text()
            except OSError:  # it has ended
                continue
            found[int(stat.rpartition(")")[2].split()[1])].append(int(place.name))
    return found


def family(process: int, below: dict[int, list[int]]) -> list[int]:
    """A process and all below it."""
    return [process, *(one for child in below.get(process, ()) for one in family(child, below))]


def pss_mb(process: int) -> float:
    """The proportional share of a process, 0.0 once it has ended. Source: proc(5), smaps_rollup."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0) / 1024
