"""The body of a job's own process: confine, do the work, write the answer, end."""

import contextlib
import errno
import gc
import importlib
import json
import os
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dms.errors import DmsError, Unavailable
from ocr_pipeline.confinement import Confinement, confine
from ocr_pipeline.limits import Limits

DETAIL_CHARS = 2_000


def work(
    request: dict[str, Any],
    original: int | None,
    answer_to: int,
    limits: Limits,
    confinement: Confinement,
) -> None:
    """Do one job and write `{"result": …}` or `{"problem": …, "detail": …}`."""
    directory = Path(request["directory"])
    try:
        silence()
        close_all_but({0, 1, 2, answer_to} | ({original} if original is not None else set()))
        confine(directory, limits, confinement)
    except Exception as error:  # noqa: BLE001  # without confinement nothing is opened, whatever the reason
        write(answer_to, {"problem": "no_isolation", "detail": f"{type(error).__name__}: {error}"})
        return
    gc.enable()
    tempfile.tempdir = os.environ["TMPDIR"] = str(directory / "tmp")
    os.chdir(directory / "tmp")
    path = None if original is None else Path(f"/proc/self/fd/{original}")
    write(answer_to, attempt(request, path, directory / "files"))


def attempt(request: dict[str, Any], path: Path | None, files: Path) -> dict[str, Any]:
    """The result of the function, or what stopped it."""
    module, _dot, name = request["function"].rpartition(".")
    try:
        function = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        return {"problem": "job_missing", "detail": str(error)[:DETAIL_CHARS]}
    try:
        return {"result": function(path, request["arguments"], files)}
    except Exception as error:  # noqa: BLE001  # whatever a parser raises becomes an answer here
        detail = traceback.format_exc()[-DETAIL_CHARS:]
        return {"problem": named(error), "detail": detail, "retry": may_pass(error)}


def named(error: BaseException) -> str:
    """The problem behind an error, looking through what was raised because of it."""
    for cause in chain(error):
        if isinstance(cause, DmsError):
            return cause.code
        if isinstance(cause, MemoryError):
            return "out_of_memory"
        if isinstance(cause, OSError) and cause.errno in {errno.EFBIG, errno.ENOSPC}:
            return "too_much_output"
        if isinstance(cause, RecursionError):
            return "too_deep"
    return "unreadable"


def may_pass(error: BaseException) -> bool:
    """Whether another attempt makes sense, by the error's own word."""
    return any(isinstance(cause, Unavailable) for cause in chain(error))


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those before it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def write(descriptor: int, answer: dict[str, Any]) -> None:
    """The whole answer as JSON; one that JSON cannot carry is said to be none."""
    try:
        payload = json.dumps(answer, allow_nan=False).encode("utf-8", "replace")
    except (TypeError, ValueError, RecursionError) as error:
        payload = json.dumps({"problem": "bad_answer", "detail": str(error)}).encode()
    except MemoryError:
        payload = b'{"problem": "out_of_memory", "detail": ""}'
    # a number, not a path
    with contextlib.suppress(BrokenPipeError), open(descriptor, "wb") as pipe:
        pipe.write(payload)


def silence() -> None:
    """Whatever parsers print goes nowhere; the log is the worker's."""
    nowhere = os.open("/dev/null", os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)


def close_all_but(kept: set[int]) -> None:
    """Leave no descriptor of the warmed process to the job."""
    for entry in os.listdir("/proc/self/fd"):  # noqa: PTH208  # names only
        if int(entry) not in kept:
            with contextlib.suppress(OSError):
                os.close(int(entry))
