"""Web and worker as one process tree: what `./dev up` and the systemd unit run."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command

from dms.commands import DomainCommand
from dms.errors import Conflict
from dms.pipeline.processes import end_with_parent

GRACE_S = 25.0


class AddressTaken(Conflict):
    """Another program uses port {port} already; choose another with --port."""

    code = "address_taken"


class Command(DomainCommand):
    """Serve pages and work off the queue: `serve --bind 127.0.0.1 --port 8000 --processes N`."""

    help = "Run the web server and the workers until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--bind", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)

    def handle(self, *args: Any, **options: Any) -> None:
        bind, port = options["bind"], options["port"]
        address = f"http://{shown(bind)}:{port}/"
        with alone(settings.VANKHO_DATA / "serve.lock", address) as other:
            if other:
                self.say(f"Vankho runs already: {other}")
                return
            if answers(bind, port):
                raise AddressTaken(port=port)
            call_command("collectstatic", interactive=False, verbosity=0)
            self.run(bind, port, options["processes"], address)

    def run(self, bind: str, port: int, processes: int, address: str) -> None:
        """Start both, tell the address when it answers, restart what dies."""
        stop = threading.Event()

        def ask(signum: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, ask)
        signal.signal(signal.SIGINT, ask)
        commands = {"web": web(f"{bind}:{port}"), "worker": worker(processes)}
        running = {name: start(command) for name, command in commands.items()}
        told = False
        while not stop.wait(0.2):
            if not told and answers(bind, port):
                self.say(f"Vankho runs: {address}")
                told = True
            for name, process in running.items():
                if process.poll() is not None and not stop.wait(1.0):
                    self.say(f"restarting {name} (it ended with {process.returncode})")
                    running[name] = start(commands[name])
        end(list(running.values()))


@contextmanager
def alone(lock: Path, address: str) -> Iterator[str | None]:
    """Hold the data directory's one place for a server, or learn the address of who holds it."""
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            yield file.read()
            return
        file.truncate(0)
        file.write(address)
        file.flush()
        yield None


def shown(bind: str) -> str:
    """The address to type into a browser on this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(bind, bind)  # noqa: S104  # compared, not bound


def answers(bind: str, port: int) -> bool:
    """Whether something listens there."""
    try:
        socket.create_connection((shown(bind).strip("[]"), port), timeout=1).close()
    except OSError:
        return False
    return True


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """A child that Ctrl-C does not reach, for we end it in order, but that does not outlive us."""
    return subprocess.Popen(command, process_group=0, preexec_fn=end_with_parent)


def web(address: str) -> list[str]:
    """The production web server: threads, so that slow uploads do not hold up the pages."""
    in_memory = Path("/dev/shm")  # noqa: S108  # heartbeat files must not wait for a disk
    return [
        sys.executable, "-m", "gunicorn", "dms.wsgi:application", "--bind", address,
        "--workers", "2", "--threads", "8", "--worker-class", "gthread", "--timeout", "120",
        "--graceful-timeout", "20", "--no-control-socket", "--max-requests", "20000",
        "--worker-tmp-dir", str(in_memory if in_memory.is_dir() else settings.VANKHO_DATA),
        "--log-level", "warning",
    ]  # fmt: skip


def worker(processes: int) -> list[str]:
    """The workers' supervisor."""
    manage = str(settings.BASE_DIR / "manage.py")
    return [sys.executable, manage, "worker", "--processes", str(processes)]


def end(running: list[subprocess.Popen[bytes]]) -> None:
    """Ask all to stop, then insist."""
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()
