"""Which isolation this machine offers, and the command line that starts the warmed process in it."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from dms.errors import Unavailable
from ocr_pipeline import landlock, seccomp
from ocr_pipeline.confinement import Confinement

PROJECT = Path(__file__).resolve().parent.parent
PROJECT_CODE = (PROJECT / "ocr_pipeline", PROJECT / "dms")
SYSTEM = tuple(Path(name) for name in ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/sbin"))
SETTINGS = tuple(
    Path("/etc") / name for name in ("ld.so.cache", "alternatives", "fonts", "localtime")
)
OTHER = (Path("/sys/devices/system/cpu"),)
JOB_USERS_FROM = 2_000_000_000  # numbers that no distribution gives to a user or a container
JOB_USERS = 100_000_000
COUNTS_BY_NAMESPACE = (5, 14)  # since then RLIMIT_NPROC counts in each user namespace apart
PROBE_S = 20


class IsolationMissing(Unavailable):
    """Files are not opened here: neither bubblewrap nor a system call filter works on this machine. Install bubblewrap, or run a kernel with seccomp."""

    code = "no_isolation"


class Isolation(StrEnum):
    """What stands between a hostile file and the machine."""

    BUBBLEWRAP = "bubblewrap"  # name spaces, and the filter inside
    SECCOMP = "seccomp"  # the filter alone, for containers


@dataclass(frozen=True, slots=True)
class Started:
    """How the warmed process was started, and the user its jobs run as (None: the worker's own)."""

    command: list[str]
    environment: dict[str, str]
    user: int | None


@cache
def best() -> Isolation:
    """The strongest isolation that works here. Raises: IsolationMissing."""
    if not seccomp.supported() or not answers([sys.executable, "-I", "-c", FILTER_PROBE]):
        raise IsolationMissing
    if answers(bubblewrap([], ["/bin/true"])):
        return Isolation.BUBBLEWRAP
    return Isolation.SECCOMP


FILTER_PROBE = (
    f"import sys; sys.path.insert(0, {str(PROJECT)!r})\n"
    "from ocr_pipeline import seccomp; import socket\n"
    "seccomp.forbid_new_privileges(); seccomp.apply(own_signals_only=True)\n"
    "try: socket.socket()\n"
    "except PermissionError: sys.exit(0)\n"
    "sys.exit(1)"
)


def answers(command: Sequence[str]) -> bool:
    """Whether a command can be run and ends well."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=PROBE_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def describe() -> str:
    """The isolation for the operator: `bubblewrap` or `seccomp`, with what the kernel adds. Raises: IsolationMissing."""
    return f"{best()}+landlock" if landlock.abi() else str(best())


def start_command(
    isolation: Isolation,
    *,
    scratch: Path,
    descriptor: int,
    functions: Iterable[str],
    code: Sequence[Path],
) -> Started:
    """The warmed process: its command line, its whole environment, and the user of its jobs."""
    readable = readable_paths(code)
    user = job_user(isolation, readable)
    confinement = Confinement(
        readable=[str(path) for path in (*readable, *proc(isolation))],
        user=user,
        counts_processes=user is not None or own_count(isolation),
    )
    told = {
        "descriptor": descriptor,
        "functions": list(functions),
        "confinement": asdict(confinement),
    }
    script = (
        f"import sys; sys.path[:] = {import_paths(code)!r}\n"
        f"from ocr_pipeline.sandbox_child import main; main({json.dumps(told)!r})"
    )
    command = [str(Path(sys.executable).resolve()), "-I", "-S", "-B", "-c", script]
    if isolation is Isolation.BUBBLEWRAP:
        shared = [path for path in readable if not path.is_relative_to("/usr")]
        places = parents([scratch, *shared])
        binds = [*places, "--bind", str(scratch), str(scratch), *read_only(shared)]
        command = bubblewrap(binds, command)
    return Started(command, environment(scratch), user)


def bubblewrap(binds: Sequence[str], command: Sequence[str]) -> list[str]:
    """A command in name spaces of its own, with a read-only system and nothing else."""
    root = os.geteuid() == 0
    rights = ("SETUID", "SETGID", "KILL", "DAC_READ_SEARCH")
    return [
        "bwrap", "--die-with-parent", "--new-session",
        "--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
        *((part for right in rights for part in ("--cap-add", f"CAP_{right}")) if root
          else ("--unshare-user", "--disable-userns")),
        *system(), "--proc", "/proc", "--dev", "/dev", *binds,
        "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/", "--", *command,
    ]  # fmt: skip


def system() -> list[str]:
    """The system's own directories, read-only, links as links."""
    parts: list[str] = []
    for path in SYSTEM:
        if path.is_symlink():
            parts += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            parts += ["--ro-bind", str(path), str(path)]
    return parts + read_only([*SETTINGS, *OTHER])


def read_only(paths: Iterable[Path]) -> list[str]:
    """Bind these at their own place, those that exist."""
    return [part for path in paths for part in ("--ro-bind-try", str(path), str(path))]


def parents(paths: Iterable[Path]) -> list[str]:
    """The directories above these, open to the user of jobs (bubblewrap itself would close them)."""
    above = sorted({place for path in paths for place in path.parents if len(place.parts) > 1})
    return [
        part
        for place in above
        if not any(place.is_relative_to(path) for path in (*SYSTEM, *paths))
        for part in ("--perms", "0755", "--dir", str(place))
    ]


def readable_paths(code: Sequence[Path]) -> list[Path]:
    """All that a job may read: the system, the Python environment, the project's code, OCR models."""
    python = [Path(sys.base_prefix), Path(sys.base_prefix).resolve(), *libraries()]
    models = [Path(path) for path in [os.environ.get("TESSDATA_PREFIX")] if path]
    return list(dict.fromkeys([*SYSTEM, *SETTINGS, *OTHER, *python, *code, *models]))


def libraries() -> list[Path]:
    """The directories of installed packages that this process imports from."""
    prefixes = [Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()]
    found = (Path(entry).resolve() for entry in sys.path if entry)
    return [p for p in found if any(p.is_relative_to(prefix) for prefix in prefixes) and p.exists()]


def import_paths(code: Sequence[Path]) -> list[str]:
    """What the warmed process has as `sys.path`: packages as here, then the parents of code."""
    parents = dict.fromkeys(str(path.parent) for path in (*PROJECT_CODE, *code))
    return [str(path) for path in libraries()] + list(parents)


def proc(isolation: Isolation) -> tuple[Path, ...]:
    """In name spaces of its own a job may read /proc: it holds nothing of others."""
    return (Path("/proc"),) if isolation is Isolation.BUBBLEWRAP else ()


def job_user(isolation: Isolation, readable: Iterable[Path]) -> int | None:
    """A user that nobody else is, where this process may give one and that user can reach the code."""
    if os.geteuid() != 0:
        return None
    if isolation is Isolation.SECCOMP and not all(map(open_to_all, readable)):
        return None
    return JOB_USERS_FROM + os.getpid() % JOB_USERS


def open_to_all(path: Path) -> bool:
    """Whether any user can come to a directory."""
    existing = [place for place in (path, *path.parents) if place.exists()]
    return all(place.stat().st_mode & 0o001 or place.is_file() for place in existing)


def own_count(isolation: Isolation) -> bool:
    """Whether the kernel counts the processes of the sandbox apart from those of its user."""
    release = tuple(int(part) for part in platform.release().split("-")[0].split(".")[:2])
    ordinary = os.geteuid() != 0
    return isolation is Isolation.BUBBLEWRAP and ordinary and release >= COUNTS_BY_NAMESPACE


def environment(scratch: Path) -> dict[str, str]:
    """All that the warmed process and its jobs find in their environment: no secret of the worker."""
    kept = {name: os.environ[name] for name in ("TESSDATA_PREFIX",) if name in os.environ}
    return {
        **kept,
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "OMP_THREAD_LIMIT": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
