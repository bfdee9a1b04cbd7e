"""One worker process; started by `worker`, `serve` and `ingest --wait`, stopped by SIGTERM."""

import os
import signal
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from dms.commands import DomainCommand
from dms.pipeline.processes import end_with_parent
from dms.pipeline.worker import Worker


class Command(DomainCommand):
    """Work off the queue in this process: `work NAME`."""

    help = "One worker process (use `worker` to run several)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name")
        parser.add_argument("--parent", type=int, default=os.getppid())

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker(name=options["name"])

        def stop(signum: int, frame: FrameType | None) -> None:
            worker.stop = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        end_with_parent(options["parent"])
        opening = import_string(settings.WORKER_ROOM)
        with opening() as isolation:
            worker.isolation = isolation
            worker.run()
