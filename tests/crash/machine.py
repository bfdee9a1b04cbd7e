"""A whole machine in a directory: prepared once, copied for each test, started, killed, looked into."""

import hashlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
REST = ("complete", "kept", "quarantined", "locked")


@dataclass
class Machine:
    """Everything that a data directory holds, and the processes on it."""

    data: Path
    settings: str = "tests.crash.settings"
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "VANKHO_DATA": str(self.data), "DJANGO_SETTINGS_MODULE": self.settings,
            "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1", "VANKHO_HOSTS": "127.0.0.1",
            "VANKHO_LOG_LEVEL": "ERROR", "VANKHO_DISK_RESERVE_MB": "0",
        }  # fmt: skip
        return os.environ | own

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=REPOSITORY, env=self.environment, capture_output=True, text=True, check=False
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command, cwd=REPOSITORY, env=self.environment, start_new_session=True
        )
        self.processes.append(process)
        return process

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """The database as a bystander reads it."""
        with sqlite3.connect(self.data / "vankho.sqlite3", timeout=30) as connection:
            found = connection.execute(sql, values).fetchall()
        connection.close()
        return found

    def write(self, sql: str) -> None:
        """Change rows behind the product's back, as time does."""
        with sqlite3.connect(self.data / "vankho.sqlite3", timeout=30) as connection:
            connection.execute(sql)
        connection.close()

    def object_path(self, sha256: str) -> Path:
        return self.data / "objects" / "sha256" / sha256[:2] / sha256[2:4] / sha256

    def check_objects(self) -> None:
        """Every row has its bytes, unchanged: no row ever precedes them."""
        for table in ("documents_version", "documents_rendition"):
            for (sha256,) in self.rows(f"SELECT DISTINCT sha256 FROM {table}"):
                assert hashlib.sha256(self.object_path(sha256).read_bytes()).hexdigest() == sha256

    def documents_of(self, content: bytes) -> list[str]:
        """Documents that hold exactly these bytes."""
        sql = "SELECT document_id FROM documents_version WHERE sha256 = ?"
        return [row[0] for row in self.rows(sql, hashlib.sha256(content).hexdigest())]

    def check_intact(self) -> None:
        """Rows are whole: each document has its version, its first step, its keys and its event."""
        assert self.rows("PRAGMA integrity_check") == [("ok",)]
        assert self.rows("PRAGMA foreign_key_check") == []
        documents = self.rows("SELECT count(*) FROM documents_document")[0][0]
        for sql in (
            "SELECT count(*) FROM documents_version",
            "SELECT count(*) FROM pipeline_step WHERE name = 'inspect'",
            "SELECT count(DISTINCT document_id) FROM documents_accesskey",
            "SELECT count(*) FROM audit_event WHERE kind = 'documents.document.received'",
        ):
            assert self.rows(sql) == [(documents,)], sql

    def unfinished(self) -> list[tuple[Any, ...]]:
        marks = ",".join("?" * len(REST))
        return self.rows(f"SELECT id, state FROM documents_version WHERE state NOT IN ({marks})", *REST)  # fmt: skip

    def wait_until(self, holds: Any, *, seconds: float, what: str) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"{what}: still not after {seconds} s"
            time.sleep(0.1)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9 of a process and all it started."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated data directory with its first unit and operator."""
    machine = Machine(tmp_path_factory.mktemp("prepared") / "data")
    machine.manage("migrate", "--verbosity", "0")
    machine.manage("create_token", "first")
    return machine.data


@pytest.fixture
def machine(prepared: Path, tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path / "machine")
    shutil.copytree(prepared, made.data)
    yield made
    for process in made.processes:
        made.kill(process)


@contextmanager
def forking(machine: Machine, module: str) -> Iterator[Any]:
    """A warmed process that serves orders in forked children; call the yielded function with an order."""
    process = subprocess.Popen(
        [sys.executable, "-m", module], cwd=REPOSITORY, env=machine.environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    stdin, stdout = process.stdin, process.stdout

    def order(**facts: Any) -> dict[str, Any]:
        stdin.write(json.dumps(facts) + "\n")
        stdin.flush()
        told: dict[str, Any] = json.loads(stdout.readline())
        return told

    try:
        yield order
    finally:
        stdin.close()
        process.wait()
        stdout.close()
