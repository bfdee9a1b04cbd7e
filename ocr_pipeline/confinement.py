"""What a job's process gives up before it touches a file: limits, identity, files, system calls."""

import ctypes
import os
import resource
import signal
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ocr_pipeline import landlock, seccomp
from ocr_pipeline.limits import Limits

SET_PARENT_DEATH_SIGNAL, SET_CHILD_SUBREAPER = 1, 36
CAPABILITY_VERSION_3 = 0x20080522
DEVICES = tuple(Path("/dev") / name for name in ("null", "zero", "random", "urandom"))
CPU_GRACE_S = 5  # between the signal that the limit sends and the one that cannot be caught


@dataclass(frozen=True, slots=True)
class Confinement:
    """How the jobs of one warmed process are confined."""

    readable: Sequence[str]  # what code and its data need
    user: int | None  # a user of their own, where the warmed process may give one
    counts_processes: bool  # whether the kernel counts the processes of jobs apart from all others


def confine(directory: Path, limits: Limits, confinement: Confinement) -> None:
    """Give up everything but reading the system and writing to the directory. Raises: OSError."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    set_limits(limits, count_processes=confinement.counts_processes)
    drop_identity(confinement.user)
    libc = ctypes.CDLL(None)
    libc.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    seccomp.forbid_new_privileges()
    version = landlock.abi()
    if version:
        readable = [Path(path) for path in confinement.readable]
        landlock.restrict(readable=readable, writable=[directory], devices=DEVICES)
    apart = confinement.user is not None or version >= landlock.SIGNALS_SINCE
    seccomp.apply(own_signals_only=not apart)


def set_limits(limits: Limits, *, count_processes: bool) -> None:
    """Limits of the kernel, inherited by all that the job starts."""
    table = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_FSIZE: limits.output_bytes,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_CORE: 0,
    }
    if count_processes:
        table[resource.RLIMIT_NPROC] = limits.processes
    for kind, value in table.items():
        resource.setrlimit(kind, (value, value))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + CPU_GRACE_S))
    # if the machine runs short, this goes first
    Path("/proc/self/oom_score_adj").write_text("1000")


def drop_identity(user: int | None) -> None:
    """Become the user of jobs; without one, stay and lose every capability."""
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        return
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, bytes(24)):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
