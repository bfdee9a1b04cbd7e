"""Watching one job from outside: its time, memory, processes and output; at the end nothing of it lives on."""

import contextlib
import os
import select
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from ocr_pipeline.limits import Limits

LOOK_S = 0.1
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
READ_BYTES = 65_536  # what a pipe holds


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ended: its answer, or a problem (a code of `ocr_pipeline.problems`) and its detail."""

    answer: bytes = b""
    problem: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process group uses at this moment."""

    processes: int = 0
    memory_bytes: int = 0
    cpu_s: float = 0.0


def supervise(child: int, pipe: int, directory: Path, limits: Limits) -> Ending:
    """Wait for a job and read its answer; kill its whole group at the end, or when it oversteps."""
    exited = os.pidfd_open(child)
    try:
        answer, problem = watch(child, exited, pipe, directory, limits)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os.close(pipe)
        os.close(exited)
        status, used = reap(child)
    if problem is None:
        problem = overstepped_outside(directory, limits)
    if problem is not None:
        return Ending(problem=problem)
    return judge(answer, status, used, limits)


def watch(
    child: int, exited: int, pipe: int, directory: Path, limits: Limits
) -> tuple[bytes, str | None]:
    """The answer once the job has exited, or the limit it overstepped."""
    answer = bytearray()
    until = time.monotonic() + limits.wall_s
    look_at = time.monotonic() + LOOK_S
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    poll.register(exited, select.POLLIN)
    os.set_blocking(pipe, False)
    while True:
        ready = [descriptor for descriptor, _event in poll.poll(LOOK_S * 1000)]
        if pipe in ready and not drain(pipe, answer, limits):
            poll.unregister(pipe)
        if len(answer) > limits.answer_bytes:
            return b"", "too_much_output"
        if exited in ready:
            return bytes(answer), None
        if time.monotonic() > look_at:
            look_at = time.monotonic() + LOOK_S
            problem = overstepped_by(child, until, directory, limits)
            if problem:
                return b"", problem


def overstepped_by(child: int, until: float, directory: Path, limits: Limits) -> str | None:
    """The limit that a running job has passed."""
    if time.monotonic() > until:
        return "too_slow"
    return overstepped(usage(child), limits) or overstepped_outside(directory, limits)


def drain(pipe: int, answer: bytearray, limits: Limits) -> bool:
    """Read all that is there, up to the limit; False at the end of it."""
    while len(answer) <= limits.answer_bytes:
        try:
            part = os.read(pipe, READ_BYTES)
        except BlockingIOError:
            return True
        if not part:
            return False
        answer += part
    return True


def overstepped(used: Usage, limits: Limits) -> str | None:
    """The limit that a whole group has passed."""
    if used.processes > limits.processes:
        return "too_many_processes"
    if used.memory_bytes > limits.memory_bytes:
        return "out_of_memory"
    if used.cpu_s > limits.cpu_s:
        return "too_slow"
    return None


def overstepped_outside(directory: Path, limits: Limits) -> str | None:
    """Whether a job's files take more than they may, or hide from being counted."""
    try:
        size, count = weigh(directory, limits)
    except PermissionError:
        return "bad_answer"
    if size > limits.output_bytes or count > limits.output_files:
        return "too_much_output"
    return None


def weigh(directory: Path, limits: Limits) -> tuple[int, int]:
    """Bytes and number of all files below a directory; counting stops beyond the limit."""
    size = count = 0
    waiting = [str(directory)]
    while waiting and count <= limits.output_files:
        with contextlib.suppress(FileNotFoundError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                count += 1
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    with contextlib.suppress(FileNotFoundError):
                        size += entry.stat(follow_symlinks=False).st_size
    return size, count


def usage(group: int) -> Usage:
    """What all processes of a group use together."""
    processes = memory = ticks = 0
    for entry in os.listdir("/proc"):  # noqa: PTH208  # names only
        if not entry.isdigit():
            continue
        try:
            stat = Path("/proc", entry, "stat").read_bytes()
        except OSError:
            continue
        fields = stat.rpartition(b")")[2].split()  # from field 3 of proc(5) on
        if int(fields[2]) == group:
            processes += 1
            ticks += sum(int(field) for field in fields[11:15])
            memory += int(fields[21]) * PAGE_BYTES
    return Usage(processes, memory, ticks / TICKS_PER_S)


def reap(child: int) -> tuple[int, float]:
    """Collect the job and every orphan of it; the job's status and the processor seconds it used."""
    _pid, status, used = os.wait4(child, 0)
    with contextlib.suppress(ChildProcessError):
        while True:
            if os.waitpid(-1, 0)[0] == 0:
                break
    return status, used.ru_utime + used.ru_stime


def judge(answer: bytes, status: int, cpu_s: float, limits: Limits) -> Ending:
    """The ending of a job that stopped by itself."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        detail = f"signal {number}, {cpu_s:.0f} s of processor time"
        if number == signal.SIGXCPU or cpu_s >= limits.cpu_s:
            return Ending(problem="too_slow", detail=detail)
        if number == signal.SIGXFSZ:
            return Ending(problem="too_much_output", detail=detail)
        return Ending(problem="killed" if number == signal.SIGKILL else "crashed", detail=detail)
    if os.WEXITSTATUS(status):
        return Ending(problem="crashed", detail=f"exit code {os.WEXITSTATUS(status)}")
    return Ending(answer=answer)
