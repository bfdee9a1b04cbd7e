"""Hostile files are opened only here: in a child without network, credentials or more than its limits."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from dms.errors import DmsError, Unavailable
from ocr_pipeline import isolation, wire
from ocr_pipeline.isolation import Isolation, IsolationMissing
from ocr_pipeline.jobs import JOBS, Job, answers
from ocr_pipeline.limits import Limits
from ocr_pipeline.originals import Original
from ocr_pipeline.problems import PROBLEMS
from ocr_pipeline.warmed import Warmed

GRACE_S = 15.0  # after the wall time of a job, before the warmed process itself counts as stuck
STARTING_S = 60.0  # a scratch directory so young may be about to be held


class SandboxDied(Unavailable):
    """The process that opens files stopped unexpectedly; it is started again and the file is tried again."""

    code = "sandbox_died"


class JobKilled(Unavailable):
    """The machine ran short of memory and ended the reading of a file; it is tried again."""

    code = "job_killed"


class JobMissing(Unavailable):
    """This installation lacks the program for a step; install it again."""

    code = "job_missing"


class JobPostponed(Unavailable):
    """Something that the job needs is not available right now ({problem}); it is tried again."""

    code = "job_postponed"

    def __init__(self, problem: str, detail: str) -> None:
        super().__init__(problem=problem, detail=detail)
        self.code = problem  # type: ignore[misc]  # the problem is the code


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job answered, and the directory of the files it made (emptied by the next job)."""

    result: dict[str, Any]
    files: Path


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
        self.lock: int | None = None
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_about: object) -> None:
        self.close()

    def run(
        self, job: str, path: Path | None, arguments: Mapping[str, Any], *, tick: Callable[[], None]
    ) -> Outcome:
        """Run a job on a file; `tick` is called every second, and what it raises ends the job.

        Raises: JobFailed, SandboxDied, JobPostponed, JobKilled, JobMissing, IsolationMissing.
        """
        warmed = self.warm()
        directory = self.fresh_directory(warmed.user)
        request = {
            "function": self.jobs[job].function,
            "arguments": dict(arguments),
            "directory": str(directory),
            "limits": asdict(self.limits_of(self.jobs[job])),
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
            fail(str(told["problem"]), str(told.get("detail", "")), retry=told.get("retry") is True)
        result = told.get("result")
        if not answers(self.jobs[job], result):
            raise JobFailed("bad_answer", "not of the form the job owes")
        if not only_plain_files(directory / "files"):
            raise JobFailed("bad_answer", "made something that is not a plain file")
        return dict(result or {})

    def occupy(self) -> None:
        """Make the scratch directory, and hold a lock that says it is in use as long as this process lives."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.scratch.chmod(0o711)
        if self.lock is None:
            self.lock = os.open(self.scratch, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(self.lock, fcntl.LOCK_EX)

    def limits_of(self, job: Job) -> Limits:
        """The limits, and those of a job where they are tighter."""
        return replace(self.limits, cpu_s=min(self.limits.cpu_s, job.cpu_s or self.limits.cpu_s))

    def warm(self) -> Warmed:
        """The warmed process, started when there is none."""
        if self.warmed is None or self.warmed.process.poll() is not None:
            self.drop()
            self.occupy()
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
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None
        if self.scratch.is_dir():
            remove(self.scratch)


def fail(problem: str, detail: str, *, retry: bool = False) -> None:
    """Raise what a problem means: to be tried again, or final."""
    if problem in RETRIED:
        raise RETRIED[problem](detail=detail)
    if problem not in PROBLEMS:
        raise JobFailed("bad_answer", f"{problem}: {detail}")
    raise (JobPostponed if retry else JobFailed)(problem, detail)


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
    with os.scandir(directory) as entries:
        return all(
            entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_nlink == 1
            for entry in entries
        )


def sweep(scratches: Path) -> int:
    """Remove what killed workers left: old scratch directories that nobody holds. How many."""
    removed = 0
    for path in scratches.iterdir() if scratches.is_dir() else ():
        if time.time() - path.stat().st_mtime < STARTING_S:
            continue
        held = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove(path)
            removed += 1
        except BlockingIOError:
            continue
        finally:
            os.close(held)
    return removed


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
