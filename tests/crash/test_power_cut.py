"""A simulated power cut: what was acknowledged before it stands after it, bytes and rows.

An ext4 file system lives in a file on XFS; a reflink copy of that file in the middle of the work is what a
disk holds when the power goes: all that was handed to it, nothing of what the system only had in memory.
"""

import os
import random
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crash.machine import Machine, forking

FORGE = "tests.crash.forge"
NEEDED = ("mkfs.xfs", "mkfs.ext4", "mount", "umount")


def run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


@contextmanager
def mounted(image: Path, place: Path) -> Iterator[Path]:
    place.mkdir()
    run("mount", "-o", "loop", image, place)
    try:
        yield place
    finally:
        run("umount", "-l", place)


@pytest.fixture
def disks(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """The ext4 disk of the machine, and the directory that holds its image."""
    if os.geteuid() != 0:
        pytest.skip("a simulated power cut needs root, for it mounts file systems")
    if missing := [name for name in NEEDED if not shutil.which(name)]:
        pytest.skip(f"a simulated power cut needs {', '.join(missing)}")
    outer, inner = tmp_path / "outer.img", tmp_path / "outer" / "inner.img"
    for path, size in ((outer, 700),):
        path.touch()
        os.truncate(path, size * 1024**2)
    run("mkfs.xfs", "-q", "-m", "reflink=1", outer)
    try:
        with mounted(outer, tmp_path / "outer") as holder:
            inner.touch()
            os.truncate(inner, 96 * 1024**2)
            run("mkfs.ext4", "-q", inner)
            with mounted(inner, tmp_path / "inner") as disk:
                yield disk, holder
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this machine cannot mount images: {error.stderr!r}")


def cut(holder: Path, number: int) -> Path:
    """What the disk holds at this moment."""
    copy = holder / f"cut-{number}.img"
    run("cp", "--reflink=always", holder / "inner.img", copy)
    return copy


def check_after(image: Path, place: Path, acknowledged: list[tuple[str, str]]) -> None:
    """Everything acknowledged before the cut is there."""
    with mounted(image, place) as disk:
        after = Machine(disk / "data")
        after.check_intact()
        after.check_objects()
        for content, document in acknowledged:
            assert after.documents_of(content.encode()) == [document.replace("-", "")], (
                f"{content[:20]} is lost"
            )


def battered(
    prepared: Path, disks: tuple[Path, Path], tmp_path: Path, *, cuts: int, seed: int
) -> None:
    disk, holder = disks
    machine, chance = Machine(disk / "data"), random.Random(seed)
    shutil.copytree(prepared, machine.data)
    os.sync()
    acknowledged: list[tuple[str, str]] = []
    stop = threading.Event()

    def send() -> None:
        with forking(machine, FORGE) as order:
            while not stop.is_set():
                content = f"{seed} {len(acknowledged)} " + "x" * chance.randrange(100_000)
                told = order(content=content, key=str(len(acknowledged)))
                acknowledged.append((content, told["acknowledged"]))

    sender = threading.Thread(target=send)
    sender.start()
    try:
        machine.wait_until(lambda: len(acknowledged) > 2, seconds=60, what="first documents")
        taken = []
        for number in range(cuts):
            stop.wait(chance.uniform(0.3, 1.2))
            before = list(acknowledged)
            taken.append((cut(holder, number), before))
    finally:
        stop.set()
        sender.join()
    for number, (image, before) in enumerate(taken):
        check_after(image, tmp_path / f"after-{number}", before)


def test_a_power_cut_loses_nothing_acknowledged(
    prepared: Path, disks: tuple[Path, Path], tmp_path: Path
) -> None:
    battered(prepared, disks, tmp_path, cuts=3, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 8))
def test_power_cuts_lose_nothing_acknowledged(
    prepared: Path, disks: tuple[Path, Path], tmp_path: Path, seed: int
) -> None:
    battered(prepared, disks, tmp_path, cuts=12, seed=seed)
