"""Run worker processes until told to stop."""

import os
import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.db import connections

from dms.commands import DomainCommand
from dms.pipeline.processes import Processes


class Command(DomainCommand):
    """Work off the queue: `worker --processes N`."""

    help = "Run worker processes until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()

        def ask(signum: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, ask)
        signal.signal(signal.SIGINT, ask)
        processes = Processes(max(1, options["processes"]))
        processes.start()
        self.say(f"{len(processes.names)} worker processes")
        try:
            while not stop.wait(1.0):
                for name in processes.revive():
                    self.say(f"restarted {name}")
                connections.close_all()
        finally:
            processes.stop()
