"""kill -9 at every write, fsync and rename of intake: nothing acknowledged is lost, nothing doubled."""

import shutil
from pathlib import Path

import pytest

from tests.crash.machine import Machine, forking

if not shutil.which("strace"):
    pytest.skip("strace is not installed", allow_module_level=True)

FORGE = "tests.crash.forge"
CALLS = ["fsync", "fdatasync", "rename", "write", "pwrite64", "ftruncate", "mkdir", "chmod", "unlink"]  # fmt: skip
MOST = 400  # system calls of one kind in one intake, far above what there are


def killed_at_each(machine: Machine, calls: list[str], *, stride: int) -> int:
    """Kill an intake at each call in turn, send again as a client would; how many kills."""
    kills = 0
    with forking(machine, FORGE) as order:
        for call in calls:
            for number in range(1, MOST, stride):
                content, key = f"{call} {number}", f"{call}-{number}"
                first = order(content=content, key=key, call=call, number=number)
                held = machine.documents_of(content.encode())
                assert len(held) <= 1
                if first["acknowledged"]:
                    assert held == [first["acknowledged"].replace("-", "")], "acknowledged and lost"
                machine.check_objects()
                again = order(content=content, key=key)
                assert again["acknowledged"], "a client that sends again must be served"
                assert machine.documents_of(content.encode()) == [
                    again["acknowledged"].replace("-", "")
                ], "sent again and doubled"
                kills += first["killed"]
                if not first["killed"]:
                    break
    machine.check_intact()
    return kills


def test_some_kills(machine: Machine) -> None:
    kills = killed_at_each(machine, ["fsync", "fdatasync", "rename"], stride=1)
    kills += killed_at_each(machine, ["pwrite64", "write"], stride=15)
    print(f"{kills} kills")
    assert kills >= 10


@pytest.mark.long
def test_every_kill(machine: Machine) -> None:
    kills = killed_at_each(machine, CALLS, stride=1)
    print(f"{kills} kills")
    assert kills >= 40


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_errors_of_the_disk(machine: Machine, error: str) -> None:
    """A failing call refuses or is survived; what was acknowledged stands, sending again works."""
    refused = 0
    with forking(machine, FORGE) as order:
        for call in ("fsync", "fdatasync", "rename", "write", "pwrite64"):
            for number in (1, 4):
                content, key = f"{error} {call} {number}", f"{error}-{call}-{number}"
                first = order(content=content, key=key, call=call, number=number, error=error)
                held = machine.documents_of(content.encode())
                assert len(held) <= 1
                if first["acknowledged"]:
                    assert held == [first["acknowledged"].replace("-", "")]
                else:
                    refused += 1
                machine.check_objects()
                again = order(content=content, key=key)
                assert machine.documents_of(content.encode()) == [
                    again["acknowledged"].replace("-", "")
                ]
    machine.check_intact()
    assert refused >= 2
    assert not list(Path(machine.data / "objects" / "staging").iterdir())
