"""Web and workers as one process tree: it answers before it tells its address, starts once, leaves nothing."""

import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.system import ROOT, System


@pytest.fixture
def system(tmp_path: Path) -> System:
    made = System(tmp_path / "data")
    made.run("migrate")
    return made


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@contextmanager
def serving(system: System, port: int) -> Iterator[subprocess.Popen[str]]:
    """The server, once it told its address."""
    command = system.command("serve", "--port", port, "--processes", 1)
    process = subprocess.Popen(
        command, env=system.environment(), cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert any("Vankho runs" in line for line in process.stdout)
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=60)


def answers(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def test_it_answers_starts_once_and_ends(system: System) -> None:
    port = free_port()
    with serving(system, port) as process:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/"
        ) as page:  # the sign-in, by redirect
            html = page.read().decode()
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        style = html.partition('rel="stylesheet" href="')[2].partition('"')[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{style}") as sheet:
            assert "immutable" in sheet.headers["Cache-Control"]
        assert f"http://127.0.0.1:{port}/" in system.run("serve", "--port", free_port())
        other = System(system.data.with_name("other"))
        other.run("migrate")
        assert str(port) in other.run("serve", "--port", port, code=75)
        process.terminate()
        assert process.wait(60) == 0
    assert not answers(port)


def test_a_killed_server_takes_its_children_along(system: System) -> None:
    port = free_port()
    with serving(system, port) as process:
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        deadline = time.monotonic() + 60
        while answers(port) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not answers(port)
    with serving(system, port):  # and it starts again at once
        assert answers(port)
