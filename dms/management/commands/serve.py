"""Web and worker as one process tree: what `./dev up` and the systemd unit run."""

import os
import signal
import subprocess
import sys
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command

from dms.commands import DomainCommand

GRACE_S = 25.0


class Command(DomainCommand):
    """Serve pages and work off the queue: `serve --bind 127.0.0.1 --port 8000 --processes N`."""

    help = "Run the web server and the workers until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--bind", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("collectstatic", interactive=False, verbosity=0)
        stop = threading.Event()

        def ask(signum: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, ask)
        signal.signal(signal.SIGINT, ask)
        commands = (
            web(f"{options['bind']}:{options['port']}"),
            worker(options["processes"]),
        )
        running = [subprocess.Popen(command) for command in commands]  # our own
        self.say(f"http://{options['bind']}:{options['port']}/")
        while not stop.wait(0.5):
            for place, process in enumerate(running):
                if process.poll() is not None:
                    self.say(
                        f"restarting {commands[place][2]} (it ended with {process.returncode})"
                    )
                    stop.wait(1.0)
                    running[place] = subprocess.Popen(commands[place])
        end(running)


def web(address: str) -> list[str]:
    """The production web server: threads, so that slow uploads do not hold up the pages."""
    return [
        sys.executable, "-m", "gunicorn", "dms.wsgi:application", "--bind", address,
        "--workers", "2", "--threads", "8", "--worker-class", "gthread", "--timeout", "120",
        "--graceful-timeout", "20", "--no-control-socket", "--max-requests", "20000",
        "--worker-tmp-dir", "/dev/shm" if os.path.isdir("/dev/shm") else str(settings.VANKHO_DATA),  # noqa: S108, PTH112
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
