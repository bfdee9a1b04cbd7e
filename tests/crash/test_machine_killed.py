"""kill -9 of web and worker processes at any moment: 0 acknowledged lost, 0 doubled, 0 stuck."""

import hashlib
import http.client
import io
import os
import random
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from dms.management.commands.serve import web
from tests.crash.machine import Machine, free_port


@dataclass
class Senders:
    """Clients that send until they are answered, as a tus or API client does."""

    port: int
    token: str
    contents: list[bytes]
    acknowledged: dict[bytes, str] = field(default_factory=dict)
    stop: bool = False

    def run(self, number: int) -> None:
        for place, content in enumerate(self.contents):
            if place % 3 == number:
                while content not in self.acknowledged and not self.stop:
                    self.send(content)

    def send(self, content: bytes) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": hashlib.sha256(content).hexdigest(),
            "Content-Type": "application/octet-stream",
        }  # fmt: skip
        try:
            connection.request("POST", "/api/v1/documents?filename=a.txt", content, headers)
            response = connection.getresponse()
            told = response.read().decode()
            if response.status in {200, 201}:
                self.acknowledged[content] = told.partition('"document": "')[2][:36]
            else:
                time.sleep(0.05)
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()


def kill_some(machine: Machine, chance: random.Random) -> None:
    """One web or worker process, or one of them with all its children."""
    process = chance.choice(machine.processes)
    children = [pid for pid in children_of(process.pid) if chance.random() < 0.5]
    if children:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
    else:
        machine.kill(process)


def children_of(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [int(child) for child in listed]


def keep_running(machine: Machine, commands: list[list[str]]) -> None:
    """As the supervisor of the system does: what has ended is started again."""
    standing = [process for process in machine.processes if process.poll() is None]
    running = {tuple(str(part) for part in process.args) for process in standing}  # type: ignore[union-attr]
    machine.processes[:] = standing
    for command in commands:
        if tuple(command) not in running:
            machine.start(*command)


def kept_running(machine: Machine, commands: list[list[str]], holds: bool) -> bool:
    """Whether what is waited for holds; until then, processes are kept running."""
    keep_running(machine, commands)
    return holds


def battered(machine: Machine, contents: list[bytes], *, kills: int, seed: int) -> None:
    """Send, kill, restart; then let it come to rest and count."""
    chance = random.Random(seed)
    port, token = free_port(), machine.manage("create_token", "program").strip()
    commands = [
        web(f"127.0.0.1:{port}"),
        [sys.executable, "manage.py", "worker", "--processes", "2"],
    ]
    senders = Senders(port, token, contents)
    keep_running(machine, commands)
    threads = [threading.Thread(target=senders.run, args=[number]) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(kills):
            time.sleep(chance.uniform(0.2, 1.2))
            kill_some(machine, chance)
            keep_running(machine, commands)
        machine.wait_until(
            lambda: kept_running(machine, commands, len(senders.acknowledged) == len(contents)),
            seconds=90, what="all acknowledged",
        )  # fmt: skip
        machine.wait_until(
            lambda: kept_running(machine, commands, not machine.unfinished()),
            seconds=180, what="all at rest",
        )  # fmt: skip
    finally:
        senders.stop = True
        for thread in threads:
            thread.join()
    for content, document in senders.acknowledged.items():
        assert machine.documents_of(content) == [document.replace("-", "")]
    machine.check_intact()
    machine.check_objects()
    check_once(machine, len(contents))


def check_rest(machine: Machine, documents: int) -> None:
    """Everything that the quick steps write is there."""
    counts = machine.rows(
        "SELECT (SELECT count(*) FROM documents_document), (SELECT count(*) FROM documents_version "
        "WHERE state = 'complete'), (SELECT count(*) FROM documents_page WHERE state = 'read'), "
        "(SELECT count(*) FROM documents_rendition WHERE kind = 'image')"
    )
    assert counts == [(documents, documents, 3 * documents, 3 * documents)]


def check_once(machine: Machine, documents: int) -> None:
    """Everything is done, and done once."""
    states = machine.rows("SELECT state, count(*) FROM documents_version GROUP BY state")
    assert states == [("complete", documents)]
    once = machine.rows(
        "SELECT target FROM audit_event WHERE kind = 'documents.version.searchable' "
        "GROUP BY target HAVING count(*) > 1"
    )
    assert once == [], "done twice"
    open_steps = (
        "SELECT name, state, count(*) FROM pipeline_step WHERE state != 'done' GROUP BY 1, 2"
    )
    assert machine.rows(open_steps) == []


def numbered(documents: int, seed: int) -> list[bytes]:
    return [f"{seed}-{number}".encode() for number in range(documents)]


def test_a_machine_that_is_killed_now_and_then(machine: Machine) -> None:
    battered(machine, numbered(12, 1), kills=5, seed=1)
    check_rest(machine, 12)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_a_machine_that_is_killed_again_and_again(machine: Machine, seed: int) -> None:
    battered(machine, numbered(60, seed), kills=40, seed=seed)
    check_rest(machine, 60)


def scan(text: str) -> bytes:
    """A page as a scanner makes it."""
    page = Image.new("L", (827, 1169), 255)
    ImageDraw.Draw(page).text((80, 120), text, fill=0, font=ImageFont.load_default(30))
    file = io.BytesIO()
    page.save(file, "PNG", dpi=(100, 100))
    return file.getvalue()


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_a_machine_that_really_reads_is_killed(machine: Machine, seed: int) -> None:
    machine.settings = "dms.settings"
    scans = [scan(f"Quyet dinh so {seed}{number}") for number in range(6)]
    texts = [f"Công văn số {seed}{number}".encode() for number in range(6)]
    battered(machine, scans + texts, kills=15, seed=seed)
    read = machine.rows("SELECT count(*) FROM documents_page WHERE state = 'read'")
    assert read == [(12,)]
    machine.manage("check_index")
