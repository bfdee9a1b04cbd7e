"""What a taken-over parser may try, and what comes of it: the same table for both isolations."""

import errno
import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dms.errors import DmsError
from ocr_pipeline import isolation, seccomp
from ocr_pipeline.isolation import IsolationMissing
from ocr_pipeline.problems import PROBLEMS
from ocr_pipeline.sandbox import JobFailed, JobKilled, Sandbox, SandboxDied
from tests.sandboxes import SMALL


def no_tick() -> None:
    """Nothing to do while waiting."""


def run(sandbox: Sandbox, job: str, path: Path | None = None, **arguments: Any) -> dict[str, Any]:
    return sandbox.run(job, path, arguments, tick=no_tick).result


OVERSTEPS = {
    "segfault": {"crashed"},
    "abort": {"crashed"},
    "leave": {"bad_answer"},
    "eat_memory": {"out_of_memory"},
    "eat_memory_in_children": {"out_of_memory"},
    "spin": {"too_slow"},
    "sleep": {"too_slow"},
    "fork_bomb": {"too_many_processes", "out_of_memory", "too_slow"},
    "write_endlessly": {"too_much_output"},
    "write_many": {"too_much_output"},
    "answer_no_json": {"bad_answer"},
    "answer_wrongly": {"bad_answer"},
    "recurse": {"too_deep"},
}


@pytest.mark.parametrize("job", OVERSTEPS)
def test_a_job_that_oversteps_is_ended_and_named(sandbox: Sandbox, job: str) -> None:
    with pytest.raises(JobFailed) as caught:
        run(sandbox, job)
    assert caught.value.code in OVERSTEPS[job]
    assert caught.value.code in PROBLEMS
    assert not caught.value.retryable
    assert run(sandbox, "behave", n=1)["echo"] == {"n": 1}  # the next job is none the worse


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\x00" * 100, b"[]", b'{"result": 1}', b'{"result": {"a": NaN}}', b"{}", b'{"a":' * 5000,
     b'{"problem": "made up"}', b'{"problem": 5}', b"\xff\xfe", b'{"result": {}} trailing'],
)  # fmt: skip
def test_an_answer_that_makes_no_sense_is_not_believed(sandbox: Sandbox, garbage: bytes) -> None:
    with pytest.raises(JobFailed) as caught:
        run(sandbox, "answer_garbage", garbage=garbage.hex())
    assert caught.value.code == "bad_answer"


def test_an_answer_has_a_limit(sandbox: Sandbox) -> None:
    assert len(run(sandbox, "answer_endlessly", chars=500_000)["text"]) == 500_000
    with pytest.raises(JobFailed) as caught:
        run(sandbox, "answer_endlessly", chars=SMALL.answer_bytes + 1)
    assert caught.value.code == "too_much_output"


def test_a_job_that_the_system_kills_is_tried_again(sandbox: Sandbox) -> None:
    with pytest.raises(JobKilled) as caught:
        run(sandbox, "kill_self")
    assert caught.value.retryable


def test_what_a_job_leaves_behind_dies_with_it(sandbox: Sandbox) -> None:
    outcome = sandbox.run("outlive", None, {}, tick=no_tick)
    alive = outcome.files / "alive"
    before = alive.read_bytes() if alive.exists() else b""
    time.sleep(0.1)
    assert (alive.read_bytes() if alive.exists() else b"") == before


def test_links_and_directories_are_no_output(sandbox: Sandbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    with pytest.raises(JobFailed) as caught:
        run(sandbox, "link_out", target=str(secret))
    assert caught.value.code == "bad_answer"


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Servers that would answer: their port, and their socket in the file system."""
    path = str(tmp_path / "s")
    with (
        socket.create_server(("127.0.0.1", 0)) as inet,
        socket.socket(socket.AF_UNIX) as unix,
    ):
        unix.bind(path)
        unix.listen()
        yield {"port": inet.getsockname()[1], "unix": path}


def test_there_is_no_network(sandbox: Sandbox, listening: dict[str, Any]) -> None:
    found = run(sandbox, "connect", **listening)
    assert set(found.values()) == {"PermissionError"}
    assert len(found) == 6


def test_nothing_of_others_can_be_read(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "vankho.sqlite3").write_text("rows")
    tmp_path.chmod(0o755)
    monkeypatch.setenv("VANKHO_SECRET_KEY", "hush-hush")
    sandbox.drop()  # so that it starts with the secret in the worker's environment
    home = str(Path.home())
    found = run(
        sandbox, "pry", worker=os.getpid(), lists=[str(data), home, "/root", "/home", "/tmp", "/etc"],
        files=[str(data / "vankho.sqlite3"), "/etc/shadow", "/etc/passwd", f"/proc/{os.getpid()}/environ"],
    )  # fmt: skip
    assert set(found["files"].values()) <= {"PermissionError", "FileNotFoundError"}
    assert set(found["lists"].values()) <= {"PermissionError", "FileNotFoundError"}
    assert not any("hush-hush" in text for text in found["environment"])


def test_the_original_and_the_code_cannot_be_altered(sandbox: Sandbox, tmp_path: Path) -> None:
    original = tmp_path / "original"
    original.write_text("what was signed")
    facts = original.stat()
    found = run(sandbox, "alter", original)
    assert "done" not in found.values()
    assert original.read_text() == "what was signed"
    assert original.stat().st_mtime_ns == facts.st_mtime_ns
    assert original.stat().st_mode == facts.st_mode


def test_a_large_original_is_a_copy_for_once(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ocr_pipeline.originals.IN_MEMORY_BYTES", 10)
    original = tmp_path / "original"
    original.write_text("what was signed, at length")
    assert run(sandbox, "behave", original)["text"] == "what was signed, at length"
    run(sandbox, "alter", original)
    assert original.read_text() == "what was signed, at length"


def test_the_bytes_of_the_path_are_read_even_when_it_changes(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    for text in ("first", "second, longer"):
        path.write_text(text)
        assert run(sandbox, "behave", path)["text"] == text


def test_other_processes_are_out_of_reach(sandbox: Sandbox) -> None:
    warmed = sandbox.warm().process.pid
    found = run(sandbox, "signal_others", worker=os.getpid())
    assert found.pop("all") in {"PermissionError", "done"}  # done: to nobody but itself
    assert set(found.values()) <= {"PermissionError", "ProcessLookupError"}
    assert sandbox.warm().process.pid == warmed


def test_limits_cannot_be_raised(sandbox: Sandbox) -> None:
    assert run(sandbox, "raise_limits")["memory"] in {"PermissionError", "ValueError"}


def test_the_kernel_refuses_what_no_reader_needs(sandbox: Sandbox) -> None:
    column = seccomp.MACHINES[os.uname().machine].column
    calls = {name: [numbers[column], -1, 0, 0, 0, 0] for name, numbers in seccomp.REFUSED.items() if numbers[column] >= 0}  # fmt: skip
    calls["clone into a user name space"] = [seccomp.CLONE[column], 0x10000000 | 17, 0, 0, 0, 0]
    calls["type into a terminal"] = [seccomp.IOCTL[column], 0, 0x5412, 0]
    calls["limits of others"] = [seccomp.PRLIMIT64[column], os.getpid(), 7, 0, 0]
    errors = run(sandbox, "call_kernel", calls=calls)["errors"]
    assert {name for name, code in errors.items() if code != errno.EPERM} == set()
    assert run(sandbox, "call_kernel", calls={"clone3": [seccomp.CLONE3[column], 0, 0]})["errors"] == {"clone3": errno.ENOSYS}  # fmt: skip


def test_tesseract_runs_inside_on_one_thread(sandbox: Sandbox) -> None:
    found = run(sandbox, "recognise")
    assert found["version"][0].isdigit()
    assert found["threads"] == "1"


def test_files_come_back_and_the_next_job_starts_empty(sandbox: Sandbox) -> None:
    first = sandbox.run("behave", None, {}, tick=no_tick)
    assert (first.files / "made.txt").read_text() == "made"
    second = sandbox.run("behave", None, {}, tick=no_tick)
    assert not first.files.exists()
    assert [entry.name for entry in second.files.iterdir()] == ["made.txt"]


def test_what_the_tick_raises_ends_the_job(sandbox: Sandbox) -> None:
    class Stop(BaseException):
        pass

    def tick() -> None:
        raise Stop

    with pytest.raises(Stop):
        sandbox.run("sleep", None, {}, tick=tick)
    assert run(sandbox, "behave")["echo"] == {}


def test_a_dead_warmed_process_is_told_and_started_again(sandbox: Sandbox) -> None:
    warmed = sandbox.warm()
    run(sandbox, "behave")
    killer = threading.Timer(0.3, warmed.process.kill)
    killer.start()
    with pytest.raises(SandboxDied) as caught:
        run(sandbox, "sleep")
    killer.join()
    assert caught.value.retryable
    assert run(sandbox, "behave")["echo"] == {}


def test_a_missing_job_is_tried_again_later(sandbox: Sandbox) -> None:
    broken = replace(sandbox.jobs["behave"], function="ocr_pipeline.nowhere.nothing")
    sandbox.jobs = {**sandbox.jobs, "broken": broken}
    with pytest.raises(DmsError) as caught:
        run(sandbox, "broken")
    assert caught.value.code == "job_missing"
    assert caught.value.retryable


def test_without_isolation_nothing_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    isolation.best.cache_clear()
    monkeypatch.setattr(isolation, "answers", lambda command: False)
    try:
        with pytest.raises(IsolationMissing) as caught:
            Sandbox(scratch=tmp_path, limits=SMALL)
        assert "bubblewrap" in caught.value.sentence
    finally:
        isolation.best.cache_clear()
