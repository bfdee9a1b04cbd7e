"""Measuring: milliseconds in turns, percentiles, memory."""

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

INDEXING_PER_S = 2000  # targets
ASKING_P95_MS = 25
LIST_P95_MS = 60
Calls = Mapping[str, Callable[[], Any]]


def timed(call: Callable[[], Any]) -> float:
    """Seconds."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def measured(calls: Calls, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each call, in turns, so that no cache helps one of them."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(timed(call) * 1000)
    return times


def every(times: Mapping[str, list[float]]) -> list[float]:
    """All of them together."""
    return [one for many in times.values() for one in many]


def at(times: Iterable[float], share: float) -> float:
    """A percentile."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def both(times: Iterable[float]) -> str:
    """The two percentiles that are told."""
    found = list(times)
    return f"p50 {at(found, 0.5):.1f}, p95 {at(found, 0.95):.1f} ms"


def peak() -> str:
    """Resident memory of this process at its highest, with the mapped files of the index."""
    status = Path("/proc/self/status").read_text()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return f"{int(kilobytes) / 1024:.0f} MB"


def tell(name: str, fact: str) -> None:
    """One line of the report."""
    print(f"{name:28}{fact}", flush=True)
