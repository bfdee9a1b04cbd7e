"""A backup is complete or it is none, and a restored system is the same system."""

import fcntl
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from dms.backup.operations import verify
from dms.backup.sets import BackupDamaged, newest
from tests.system import System

TEXTS = {"mot.txt": "Quyết định số 01/QĐ-UBND", "hai.txt": "Thông báo 02", "ba.txt": "Báo cáo 03"}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> System:
    """An installation that holds three files and an exported checkpoint."""
    folder = tmp_path_factory.mktemp("backup")
    made = System(folder / "data")
    made.run("migrate")
    (folder / "texts").mkdir()
    for name, text in TEXTS.items():
        (folder / "texts" / name).write_text(text)
    made.run("ingest", folder / "texts")
    made.run("checkpoint_ledger")
    return made


@pytest.fixture(scope="module")
def backup(system: System, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    folder = tmp_path_factory.mktemp("sets") / "backup"
    facts = system.facts("backup", folder)
    assert facts[0] | {"documents": 3, "objects": 3, "copied": 3} == facts[0]
    return folder


@pytest.fixture
def copy(backup: Path, tmp_path: Path) -> Path:
    """The backup, to be damaged."""
    return shutil.copytree(backup, tmp_path / "copy")


def rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(database)) as opened:
        tables = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: sorted(opened.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for (name,) in tables
        }


def triggers(database: Path) -> set[str]:
    with closing(sqlite3.connect(database)) as opened:
        found = opened.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    return {sql for (sql,) in found}


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_restored_system_is_the_same_system(system: System, backup: Path, tmp_path: Path) -> None:
    restored = System(tmp_path / "data")
    facts = restored.facts("restore", backup)[0]
    assert facts["documents"] == 3
    assert rows(restored.database) == rows(system.database)
    assert triggers(restored.database) == triggers(system.database) != set()
    assert restored.objects() == system.objects()
    for name in ("keys", "ledger-export"):
        assert files(restored.data / name) == files(system.data / name) != {}
    assert (restored.data / "keys" / "ledger.pem").stat().st_mode & 0o077 == 0
    assert "Checked: the first" in restored.run("verify_ledger")
    assert restored.facts("check_index")[0]["untracked"] == []


def test_nobody_else_looks_into_data_or_backup(system: System, backup: Path) -> None:
    closed = ("keys", "objects", "vankho.sqlite3")
    assert {name: (system.data / name).stat().st_mode & 0o077 for name in closed} == dict.fromkeys(
        closed, 0
    )
    assert [(backup / name).stat().st_mode & 0o077 for name in ("objects", "sets")] == [0, 0]
    assert next(backup.glob("sets/*/vankho.sqlite3")).stat().st_mode & 0o077 == 0


def test_only_what_is_new_is_copied(system: System, backup: Path, tmp_path: Path) -> None:
    once_more = shutil.copytree(backup, tmp_path / "copy")
    system_copy = System(shutil.copytree(system.data, tmp_path / "data"))
    assert system_copy.facts("backup", once_more)[0]["copied"] == 0
    (tmp_path / "bon.txt").write_text("Kế hoạch 04")
    system_copy.run("ingest", tmp_path / "bon.txt")
    facts = system_copy.facts("backup", once_more)[0]
    assert (facts["objects"], facts["copied"], facts["documents"]) == (4, 1, 4)
    first = min(path.name for path in (once_more / "sets").iterdir())
    assert system_copy.facts("backup", once_more, "--verify", "--set", first)[0]["documents"] == 3


def test_old_sets_are_forgotten_with_what_they_alone_need(
    system: System, backup: Path, tmp_path: Path
) -> None:
    held = shutil.copytree(backup, tmp_path / "copy")
    stray = held / "objects" / "sha256" / "00" / "00" / ("0" * 64)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"of a set that is gone")
    system.run("backup", held, "--keep", 1)
    assert len([*complete_sets(held)]) == 1
    assert not stray.exists()
    assert system.facts("backup", held, "--verify")[0]["documents"] == 3


def test_two_backups_do_not_meet(system: System, backup: Path, tmp_path: Path) -> None:
    held = shutil.copytree(backup, tmp_path / "copy")
    with (held / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        system.run("backup", held, code=75)
    assert len([*complete_sets(held)]) == 1


def test_a_restore_needs_an_empty_place(system: System, backup: Path, tmp_path: Path) -> None:
    other = System(shutil.copytree(system.data, tmp_path / "data"))
    before = files(other.data)
    assert "VANKHO_DATA" in other.run("restore", backup, code=75)
    assert files(other.data) == before


def test_a_folder_without_a_set_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    answer = System(tmp_path / "data").run("restore", tmp_path / "nothing", code=66)
    assert str(tmp_path / "nothing") in answer


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)


def drop_last_line(path: Path) -> None:
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))


DAMAGES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a changed object": ("objects/sha256/*/*/*", flip),
    "a missing object": ("objects/sha256/*/*/*", Path.unlink),
    "a changed database": ("sets/*/vankho.sqlite3", flip),
    "a missing database": ("sets/*/vankho.sqlite3", Path.unlink),
    "a changed key": ("sets/*/keys/ledger.pem", flip),
    "a changed checkpoint": ("sets/*/ledger-export/checkpoint-*", flip),
    "a shorter list of objects": ("sets/*/objects.sha256", drop_last_line),
    "a shorter list of files": ("sets/*/files.sha256", drop_last_line),
    "a broken manifest": ("sets/*/manifest.json", drop_last_line),
    "a missing manifest": ("sets/*/manifest.json", Path.unlink),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damage_is_found(copy: Path, damage: str, django_db_blocker: DjangoDbBlocker) -> None:
    pattern, harm = DAMAGES[damage]
    harmed = sorted(copy.glob(pattern))[0]
    with django_db_blocker.unblock():  # it opens the database of the backup, and no other
        verify(newest(copy))
        harm(harmed)
        with pytest.raises(BackupDamaged) as found:
            verify(newest(copy))
    assert harmed.name in str(found.value)


def test_a_damaged_backup_restores_nothing(copy: Path, tmp_path: Path) -> None:
    harmed = sorted(copy.glob("objects/sha256/*/*/*"))[-1]
    flip(harmed)
    target = System(tmp_path / "data")
    assert harmed.name in target.run("restore", copy, code=70)
    assert not target.database.exists() or target.database.stat().st_size == 0
    assert target.objects() == {}


def killed_at(call: str, number: int) -> tuple[str, ...]:
    """Run under strace, to be killed at the Nth call."""
    return (
        "strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
        "-e", f"inject={call}:signal=SIGKILL:when={number}",
    )  # fmt: skip


def complete_sets(folder: Path) -> Iterator[str]:
    return (path.name for path in (folder / "sets").glob("[0-9]*"))


@pytest.mark.parametrize(("call", "number"), [("fsync", 3), ("rename", 2)])
def test_a_killed_backup_leaves_no_set(
    system: System, tmp_path: Path, call: str, number: int
) -> None:
    folder = tmp_path / "backup"
    system.run("backup", folder, code=-signal.SIGKILL, before=killed_at(call, number))
    assert [*complete_sets(folder)] == []
    system.run("backup", folder)
    assert len([*complete_sets(folder)]) == 1
    assert not [*(folder / "sets").glob(".*")]
    assert "Sound" in system.run("backup", folder, "--verify")


@pytest.mark.parametrize(("call", "number"), [("rename", 2), ("rename", 4)])
def test_a_killed_restore_can_be_repeated(
    system: System, backup: Path, tmp_path: Path, call: str, number: int
) -> None:
    restored = System(tmp_path / "data")
    restored.run("restore", backup, code=-signal.SIGKILL, before=killed_at(call, number))
    assert not restored.database.exists() or restored.database.stat().st_size == 0
    restored.run("restore", backup)
    assert rows(restored.database) == rows(system.database)
