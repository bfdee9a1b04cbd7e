"""Several worker processes on one machine, started and stopped together."""

import multiprocessing
import os
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any

import django
from django.conf import settings
from django.utils.module_loading import import_string

from dms.pipeline.claim import release_worker
from dms.pipeline.worker import Worker

STOP_S = 20.0


def work(slot: str, ready: Callable[[], None] | None = None) -> None:
    """The body of one worker process: its own sandbox, its own connection, stopped by SIGTERM."""
    django.setup()
    opening = import_string(settings.WORKER_ROOM)
    with opening() as isolation:
        worker = Worker(name=slot, isolation=isolation)

        def stop(signum: int, frame: FrameType | None) -> None:
            worker.stop = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        worker.run()


class Processes:
    """N worker processes; one that dies is started again, and what it held goes back to the queue."""

    def __init__(self, number: int) -> None:
        self.context: Any = multiprocessing.get_context("spawn")  # no inherited connections
        self.host = f"{socket.gethostname()}:{os.getpid()}"
        self.names = [f"{self.host}:{slot}" for slot in range(number)]
        self.running: dict[str, Any] = {}

    def start(self) -> None:
        """Start what does not run."""
        for name in self.names:
            self.launch(name)

    def launch(self, name: str) -> None:
        """One process; a daemon, so that it cannot outlive us."""
        process = self.context.Process(target=work, args=(name,), daemon=True)
        process.start()
        self.running[name] = process

    def revive(self) -> list[str]:
        """Start dead processes again and release what they held; their names."""
        dead = [name for name, process in self.running.items() if not process.is_alive()]
        for name in dead:
            release_worker(name)
            self.launch(name)
        return dead

    def stop(self) -> None:
        """Ask all to stop, wait, and end those that do not."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.join(STOP_S)
            if process.is_alive():
                process.kill()
                process.join()
        self.running.clear()
