"""The worker's end of the warmed process: start it, ask it, end it."""

import select
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ocr_pipeline import isolation, wire
from ocr_pipeline.isolation import Isolation

TICK_S = 1.0
START_S = 60.0
STOP_S = 5.0


class Warmed:
    """The running warmed process and the socket to it."""

    def __init__(
        self, kind: Isolation, scratch: Path, functions: Sequence[str], code: Sequence[Path]
    ) -> None:
        self.connection, theirs = socket.socketpair()
        with theirs:
            started = isolation.start_command(
                kind, scratch=scratch, descriptor=theirs.fileno(), functions=functions, code=code
            )
            self.process = subprocess.Popen(
                started.command, env=started.environment, pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/",
            )  # fmt: skip
        self.user = started.user
        self.ready = False

    def ask(
        self,
        request: dict[str, Any],
        original: int | None,
        *,
        tick: Callable[[], None],
        patience_s: float,
    ) -> tuple[dict[str, Any], bytes]:
        """One job and its ending. Raises: wire.Closed."""
        if not self.ready:
            self.wait(tick, START_S)
            wire.receive_json(self.connection)
            self.ready = True
        wire.send_json(self.connection, request)
        wire.send_descriptor(self.connection, original)
        self.wait(tick, patience_s)
        return wire.receive_json(self.connection), wire.receive(self.connection)

    def wait(self, tick: Callable[[], None], patience_s: float) -> None:
        """Until something arrives, ticking. Raises: wire.Closed."""
        until = time.monotonic() + patience_s
        while not select.select([self.connection], [], [], TICK_S)[0]:
            tick()
            if time.monotonic() > until:
                raise wire.Closed

    def end(self) -> None:
        """Stop it and what it started."""
        self.connection.close()
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
