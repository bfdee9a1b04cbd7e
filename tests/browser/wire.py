"""A wire between a browser and the server that can be cut in the middle of a request."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import urlsplit

PIECE_BYTES = 16 * 1024


class Wire:
    """Passes bytes on, counts what the browser sends, and goes dead after so many of them."""

    def __init__(self, to: tuple[str, int]) -> None:
        self.to = to
        self.sent_bytes = 0
        self.left_bytes: int | None = None  # until it goes dead; None never
        self.counting = threading.Lock()
        self.listener = socket.create_server((to[0], 0), backlog=50)
        self.url = f"http://{to[0]}:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def cut_after(self, size_bytes: int) -> None:
        self.left_bytes = size_bytes

    def mend(self) -> None:
        self.left_bytes = None

    def is_dead(self) -> bool:
        return self.left_bytes == 0

    def accept(self) -> None:
        with suppress(OSError):  # closed: the test is over
            while True:
                browser, _ = self.listener.accept()
                threading.Thread(target=self.carry, args=[browser], daemon=True).start()

    def carry(self, browser: socket.socket) -> None:
        with closing(browser):
            if self.is_dead():
                return
            with closing(socket.create_connection(self.to)) as server:
                back = threading.Thread(target=answers, args=[server, browser], daemon=True)
                back.start()
                with suppress(OSError):
                    self.pass_on(browser, server)
                    server.shutdown(socket.SHUT_WR)
                if self.is_dead():
                    with suppress(OSError):
                        browser.shutdown(socket.SHUT_RDWR)
                back.join(30)

    def pass_on(self, browser: socket.socket, server: socket.socket) -> None:
        while piece := browser.recv(PIECE_BYTES):
            with self.counting:
                if self.left_bytes is not None:
                    piece = piece[: self.left_bytes]
                    self.left_bytes -= len(piece)
                self.sent_bytes += len(piece)
            server.sendall(piece)
            if self.is_dead():
                return


def answers(server: socket.socket, browser: socket.socket) -> None:
    """The way back."""
    with suppress(OSError):
        while piece := server.recv(PIECE_BYTES):
            browser.sendall(piece)
        browser.shutdown(socket.SHUT_WR)


@contextmanager
def wire(url: str) -> Iterator[Wire]:
    """A wire to the server at this address, for one test."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    made = Wire((parts.hostname, parts.port))
    with closing(made.listener):
        yield made
