"""Hostile files are opened only here: in a child without network, credentials or more than its limits."""

import contextlib
import fcntl
import json
import os
import select
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from dms.errors import DmsError, Unavailable
from ocr_pipeline import isolation, wire
from ocr_pipeline.isolation import Isolation, IsolationMissing
from ocr_pipeline.jobs import JOBS, Job, answers
from ocr_pipeline.limits import Limits

TICK_S = 1.0
START_S = 60.0
GRACE_S = 15.0  # after the wall time of a job, before the warmed process itself counts as stuck
STOP_S = 5.0
IN_MEMORY_BYTES = 64 * 1024**2
SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE

__all__ = ["IsolationMissing", "JobFailed", "Outcome", "Sandbox", "describe_isolation"]


class SandboxDied(Unavailable):
    """The process that opens files stopped unexpectedly; it is started again and the file is tried again."""

    code = "sandbox_died"


class JobKilled(Unavailable):
    """The machine ran short of memory and ended the reading of a file; it is tried again."""

    code = "job_killed"


class JobMissing(Unavailable):
    """This installation lacks the program for a step; install it again."""

    code = "job_missing"


class JobFailed(DmsError):
    """The file could not be processed ({problem}): {detail}"""  # noqa: D415  # ends with the detail

    code = "job_failed"
    http_status = 422

    def __init__(self, problem: str, detail: str) -> None:
        super().__init__(problem=problem, detail=detail)
        self.code = problem  # type: ignore[misc]  # the problem is the code


RETRIED: Mapping[str, type[Unavailable]] = {
    "killed": JobKilled, "job_missing": JobMissing, "no_isolation": IsolationMissing,
}  # fmt: skip
FINAL = {
    "crashed", "out_of_memory", "too_slow", "too_much_output", "too_many_processes", "too_deep",
    "unreadable", "bad_answer",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job answered, and the directory of the files it made (emptied by the next job)."""

    result: dict[str, Any]
    files: Path


def describe_isolation() -> str:
    """The kind of isolation that works here: `bubblewrap` or `seccomp`. Raises: IsolationMissing."""
    return isolation.describe()


class Sandbox:
    """A warmed process that forks a limited child for each job; a dead one is started again."""

    def __init__(
        self,
        *,
        scratch: Path,
        limits: Limits,
        kind: Isolation | None = None,
        jobs: Mapping[str, Job] = JOBS,
        code: Sequence[Path] = isolation.PROJECT_CODE,
    ) -> None:
        self.scratch = scratch.absolute()
        self.limits = limits
        self.kind = kind or isolation.best()
        self.jobs = jobs
        self.code = code
        self.warmed: Warmed | None = None
        self.original = Original()
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_about: object) -> None:
        self.close()

    def run(
        self, job: str, path: Path | None, arguments: Mapping[str, Any], *, tick: Callable[[], None]
    ) -> Outcome:
        """Run a job on a file; `tick` is called every second, and what it raises ends the job.

        Raises: JobFailed, SandboxDied, JobKilled, JobMissing, IsolationMissing.
        """
        warmed = self.warm()
        directory = self.fresh_directory(warmed.user)
        request = {
            "function": self.jobs[job].function,
            "arguments": dict(arguments),
            "directory": str(directory),
            "limits": asdict(self.limits),
        }
        try:
            with self.original.opened(path, directory) as descriptor:
                ending, answer = warmed.ask(
                    request, descriptor, tick=tick, patience_s=self.limits.wall_s + GRACE_S
                )
        except wire.Closed:
            self.drop()
            raise SandboxDied from None
        except BaseException:
            self.drop()
            raise
        return Outcome(self.believe(job, ending, answer, directory), directory / "files")

    def believe(
        self, job: str, ending: dict[str, Any], answer: bytes, directory: Path
    ) -> dict[str, Any]:
        """The result of a job, if all of it has the form it owes. Raises: JobFailed and its kin."""
        if ending["problem"]:
            fail(ending["problem"], ending["detail"])
        told = parsed(answer)
        if not isinstance(told, dict):
            raise JobFailed("bad_answer", "no object of JSON")
        if "problem" in told:
            fail(str(told["problem"]), str(told.get("detail", "")))
        result = told.get("result")
        if not answers(self.jobs[job], result):
            raise JobFailed("bad_answer", "not of the form the job owes")
        if not only_plain_files(directory / "files"):
            raise JobFailed("bad_answer", "made something that is not a plain file")
        return dict(result or {})

    def warm(self) -> "Warmed":
        """The warmed process, started when there is none."""
        if self.warmed is None or self.warmed.process.poll() is not None:
            self.drop()
            self.scratch.mkdir(parents=True, exist_ok=True)
            self.scratch.chmod(0o711)
            functions = [job.function for job in self.jobs.values()]
            self.warmed = Warmed(self.kind, self.scratch, functions, self.code)
        return self.warmed

    def fresh_directory(self, user: int | None) -> Path:
        """A directory for the next job, and nothing left of those before."""
        for old in self.scratch.iterdir():
            remove(old)
        self.count += 1
        directory = self.scratch / str(self.count)
        for path in (directory, directory / "files", directory / "tmp"):
            path.mkdir(mode=0o700)
            if user is not None:
                os.chown(path, user, user)
        return directory

    def drop(self) -> None:
        """End the warmed process."""
        warmed, self.warmed = self.warmed, None
        if warmed is not None:
            warmed.end()

    def close(self) -> None:
        """End the warmed process and leave nothing behind."""
        self.drop()
        self.original.forget()
        if self.scratch.is_dir():
            remove(self.scratch)


class Warmed:
    """The running warmed process and the socket to it."""

    def __init__(
        self, kind: Isolation, scratch: Path, functions: Sequence[str], code: Sequence[Path]
    ) -> None:
        self.connection, theirs = socket.socketpair()
        with theirs:
            started = isolation.start_command(
                kind, scratch=scratch, descriptor=theirs.fileno(), functions=functions, code=code
            )
            self.process = subprocess.Popen(
                started.command, env=started.environment, pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/",
            )  # fmt: skip
        self.user = started.user
        self.ready = False

    def ask(
        self,
        request: dict[str, Any],
        original: int | None,
        *,
        tick: Callable[[], None],
        patience_s: float,
    ) -> tuple[dict[str, Any], bytes]:
        """One job and its ending. Raises: wire.Closed."""
        if not self.ready:
            self.wait(tick, START_S)
            wire.receive_json(self.connection)
            self.ready = True
        wire.send_json(self.connection, request)
        wire.send_descriptor(self.connection, original)
        self.wait(tick, patience_s)
        return wire.receive_json(self.connection), wire.receive(self.connection)

    def wait(self, tick: Callable[[], None], patience_s: float) -> None:
        """Until something arrives, ticking. Raises: wire.Closed."""
        until = time.monotonic() + patience_s
        while not select.select([self.connection], [], [], TICK_S)[0]:
            tick()
            if time.monotonic() > until:
                raise wire.Closed

    def end(self) -> None:
        """Stop it and what it started."""
        self.connection.close()
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Original:
    """The bytes of a document as a descriptor through which nobody can change them."""

    def __init__(self) -> None:
        self.identity: tuple[int, ...] = ()
        self.sealed: int | None = None

    @contextlib.contextmanager
    def opened(self, path: Path | None, directory: Path) -> Iterator[int | None]:
        """A copy for the job: sealed in memory and kept for the next, or a large one on disk for once."""
        if path is None:
            yield None
            return
        with path.open("rb") as file:
            facts = os.fstat(file.fileno())
            if facts.st_size > IN_MEMORY_BYTES:
                copy = throwaway_copy(file.fileno(), facts.st_size, directory)
                try:
                    yield copy
                finally:
                    os.close(copy)
                return
            identity = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)
            if identity != self.identity:
                self.forget()
                self.sealed = sealed_copy(file.fileno(), facts.st_size)
                self.identity = identity
        yield self.sealed

    def forget(self) -> None:
        """Let the memory go."""
        if self.sealed is not None:
            os.close(self.sealed)
        self.identity, self.sealed = (), None


def sealed_copy(source: int, size: int) -> int:
    """The bytes in memory that the kernel lets nobody change any more."""
    copy = os.memfd_create("original", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    copy_bytes(source, copy, size)
    fcntl.fcntl(copy, fcntl.F_ADD_SEALS, SEALS)
    return copy


def throwaway_copy(source: int, size: int, directory: Path) -> int:
    """A copy without a name, for one job."""
    path = directory / "original"
    target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
    try:
        copy_bytes(source, target, size)
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(target)
        path.unlink()


def copy_bytes(source: int, target: int, size: int) -> None:
    """All bytes, inside the kernel."""
    done = 0
    while done < size:
        moved = os.sendfile(target, source, done, size - done)
        if not moved:
            break
        done += moved


def fail(problem: str, detail: str) -> None:
    """Raise what a problem means: to be tried again, or final."""
    if problem in RETRIED:
        raise RETRIED[problem](detail=detail)
    if problem not in FINAL:
        problem, detail = "bad_answer", f"{problem}: {detail}"
    raise JobFailed(problem, detail)


def parsed(answer: bytes) -> object:
    """JSON as the child wrote it, or None."""
    try:
        return json.loads(answer, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        return None


def refuse_constant(name: str) -> None:
    """NaN and infinities are no JSON."""
    raise ValueError(name)


def only_plain_files(directory: Path) -> bool:
    """Whether a directory holds nothing but files with one name each."""
    return all(
        entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_nlink == 1
        for entry in os.scandir(directory)
    )


def remove(path: Path) -> None:
    """Remove what a job left, closed directories too."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    for root, names, _files in os.walk(path):
        for name in names:
            place = Path(root, name)
            if not place.is_symlink():
                place.chmod(0o700)
    shutil.rmtree(path)
