"""Several worker processes on one machine, started and stopped together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys

from django.conf import settings

from dms.pipeline.claim import forget_silent, release_dead, release_worker

STOP_S = 20.0
PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int | None = None) -> None:
    """Let the kernel stop this process when the one that started it dies.

    Args:
        parent: the process that must be the parent still; it may have died before we asked.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


class Processes:
    """N worker processes; one that dies is started again, and what it held goes back to the queue."""

    def __init__(self, number: int) -> None:
        self.host = socket.gethostname()
        self.names = [f"{self.host}:{os.getpid()}:{slot}" for slot in range(number)]
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start all of them; what this machine's dead workers held goes back to the queue first."""
        release_dead(self.host)
        forget_silent()
        for name in self.names:
            self.launch(name)

    def launch(self, name: str) -> None:
        """One process."""
        manage = str(settings.BASE_DIR / "manage.py")
        command = [sys.executable, manage, "work", name, "--parent", str(os.getpid())]
        self.running[name] = subprocess.Popen(command)

    def revive(self) -> list[str]:
        """Start dead processes again and release what they held; their names."""
        dead = [name for name, process in self.running.items() if process.poll() is not None]
        for name in dead:
            release_worker(name)
            self.launch(name)
        return dead

    def stop(self) -> None:
        """Ask all to stop, wait, and end those that do not."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()
