"""A warmed process that forks worker processes, each of which is to die at one boundary or to come to rest.

One JSON object a line comes in (`paths` to take in first; `step`, `boundary` and perhaps `number`), one goes
out (`killed`, `rested`: how the worker ended).
"""

import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  # after setup
from django.utils.module_loading import import_string  # noqa: E402

from dms.backends import backend  # noqa: E402
from dms.commands import commands_actor  # noqa: E402
from dms.documents.intake import WEB, store_chunks, take_in  # noqa: E402
from dms.pipeline.models import OPEN, Step  # noqa: E402
from dms.pipeline.worker import Worker  # noqa: E402
from tests.crash import deadly  # noqa: E402

PATIENCE_S = 120  # a worker that has not come to rest by then is stuck


def live(order: dict[str, Any]) -> None:
    """Take in what is ordered, then work until the queue is empty, or until death."""
    store = backend("OBJECT_STORES")
    for path in map(Path, order.get("paths", ())):
        take_in(
            store_chunks([path.read_bytes()], store=store), untrusted_name=path.name, channel=WEB,
            by=commands_actor(), at=datetime.now(UTC), store=store,
        )  # fmt: skip
    deadly.ORDER.step = order.get("step", "")
    deadly.ORDER.boundary = order.get("boundary", "")
    deadly.ORDER.number = order.get("number", 1)
    with import_string(settings.WORKER_ROOM)() as isolation:
        worker = Worker(isolation=isolation)
        worker.run(until=lambda: not Step.objects.filter(state__in=OPEN).exists())


def serve(order: dict[str, Any]) -> dict[str, bool]:
    """One worker in a child of its own."""
    pid = os.fork()
    if pid == 0:
        signal.alarm(PATIENCE_S)
        try:
            live(order)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return {"killed": killed, "rested": status == 0}


print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps(serve(json.loads(line))), flush=True)
