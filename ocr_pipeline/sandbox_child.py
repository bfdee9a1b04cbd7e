"""The warmed process of the sandbox: imports the parsers once, then forks a confined child for each job.

It opens no file of a user itself. Started by `ocr_pipeline.isolation`, it speaks over one socket.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from ocr_pipeline import seccomp, wire
from ocr_pipeline.confinement import SET_CHILD_SUBREAPER, SET_PARENT_DEATH_SIGNAL, Confinement
from ocr_pipeline.job_child import work
from ocr_pipeline.limits import Limits
from ocr_pipeline.supervision import Ending, supervise


def main(configuration: str) -> None:
    """Warm up, say so, and serve jobs until the worker is gone."""
    told = json.loads(configuration)
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
    confinement = Confinement(**told["confinement"])
    warm(told["functions"])
    with socket.socket(fileno=told["descriptor"]) as connection, contextlib.suppress(wire.Closed):
        wire.send_json(connection, {"ready": True})
        while True:
            serve(connection, confinement)


def warm(functions: list[str]) -> None:
    """Import what jobs need, and keep the collector away from it so that children share the memory."""
    for dotted in functions:
        with contextlib.suppress(ImportError):  # the job itself says that it is missing
            module = importlib.import_module(dotted.rpartition(".")[0])
            prepare = getattr(module, "warm", None)
            if prepare is not None:
                prepare()
    with contextlib.suppress(ImportError):
        import cv2  # only where a job has brought it in already

        cv2.setNumThreads(1)
    seccomp.packed_program(None)
    gc.collect()
    gc.freeze()


def serve(connection: socket.socket, confinement: Confinement) -> None:
    """One job: take it, fork, watch, answer. Raises: wire.Closed."""
    request = wire.receive_json(connection)
    original = wire.receive_descriptor(connection)
    limits = Limits(**request["limits"])
    directory = Path(request["directory"])
    pipe = os.pipe()
    with kept_out_of_the_child(original):
        child = fork(lambda: work(request, original, pipe[1], limits, confinement), keep=pipe[1])
    os.close(pipe[1])
    with stopping_kills(child):
        ending = supervise(child, pipe[0], directory, limits)
    reply(connection, ending)


@contextlib.contextmanager
def kept_out_of_the_child(descriptor: int | None) -> Any:
    """Close the original here once the child has it."""
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def fork(body: Callable[[], None], *, keep: int) -> int:
    """Run the body in a child that never returns here; the child leads a process group of its own."""
    child = os.fork()
    if child:
        with contextlib.suppress(OSError):  # the child was faster, or is gone already
            os.setpgid(child, child)
        return child
    status = 1
    try:
        os.setpgid(0, 0)
        body()
        status = 0
    except BaseException:
        traceback.print_exc()  # to the log of the worker
        raise
    finally:
        os._exit(status)


@contextlib.contextmanager
def stopping_kills(child: int) -> Any:
    """When this process is told to stop, the job dies first."""

    def stop(number: int, frame: FrameType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os._exit(0)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def reply(connection: socket.socket, ending: Ending) -> None:
    """How it ended, then the answer as the child wrote it."""
    wire.send_json(connection, {"problem": ending.problem, "detail": ending.detail})
    wire.send(connection, ending.answer)
