"""One index, many processes: one writes, all read, any may die at any moment."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search.base import Clause, Query, RebuildUnderWay, SearchUnavailable, TooManyBeginnings
from search.engines.tantivy import TantivyEngine
from tests.engines import an_entry, nothing, pk
from tests.saboteurs import index as saboteur

STAFF = frozenset({"staff"})
Start = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Six documents, as rows would tell of them."""
    path = tmp_path / "journal"
    path.write_text("".join(f"{n} 1\n" for n in range(1, 7)))
    return path


@pytest.fixture
def engine(tmp_path: Path, journal: Path) -> TantivyEngine:
    made = TantivyEngine(str(tmp_path / "index"))
    made.rebuild(saboteur.standing(journal), catch_up=nothing)
    return made


@pytest.fixture
def start(tmp_path: Path, journal: Path) -> Iterator[Start]:
    """Another process on the same index."""
    running: list[subprocess.Popen[str]] = []

    def begin(part: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.saboteurs.index", str(tmp_path / "index"), str(journal), part]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def stamps(engine: TantivyEngine) -> dict[str, int]:
    return dict(engine.stamps())


def expected(journal: Path) -> dict[str, int]:
    return {pk(n): revision for n, revision in saboteur.rows(journal).items() if revision}


def generations(engine: TantivyEngine) -> int:
    return len([path for path in engine.generations.root.iterdir() if path.is_dir()])


def test_one_process_writes_until_it_dies(engine: TantivyEngine, start: Start) -> None:
    holder = start("hold")
    assert said(holder) == "True"
    assert not engine.can_write()
    with pytest.raises(SearchUnavailable):
        engine.write([an_entry(9)])
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert engine.can_write()
    engine.write([an_entry(9)])


def test_a_child_does_not_keep_the_lock_of_a_dead_parent(
    engine: TantivyEngine, start: Start
) -> None:
    holder = start("hold_and_fork")
    child = int(said(holder))
    try:
        assert not engine.can_write()
        holder.kill()
        holder.wait()
        assert engine.can_write()
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_commit_elsewhere_is_seen_here(engine: TantivyEngine, tmp_path: Path) -> None:
    reader = TantivyEngine(str(tmp_path / "index"))
    clause = Clause(("mới",))
    for number in range(20, 25):
        engine.write([an_entry(number, "mới")])
        assert reader.search(Query(STAFF, (clause,))).total == number - 19


def test_a_rebuild_loses_nothing_of_a_worker_that_goes_on(
    engine: TantivyEngine, journal: Path, start: Start
) -> None:
    worker = start("write")
    assert said(worker) == "writing"
    for _ in range(4):
        rebuilder = start("rebuild")
        while rebuilder.poll() is None:  # an answer at every moment
            assert engine.search(Query(STAFF, (Clause(("văn",)),), limit=60)).hits
        assert rebuilder.returncode == 0
    (journal.parent / "stop").touch()
    assert int(said(worker)) > 8
    assert worker.wait() == 0
    assert stamps(engine) == expected(journal)
    assert generations(engine) == 1


@pytest.mark.parametrize(
    "part", ["die_filling", "die_catching_up", "die_before_switch", "die_after_switch"]
)
def test_a_rebuild_may_die_anywhere(
    engine: TantivyEngine, journal: Path, start: Start, part: str
) -> None:
    assert start(part).wait() == -signal.SIGKILL
    assert stamps(engine) == expected(journal)
    assert engine.search(Query(STAFF)).total == 6
    assert engine.can_write()
    engine.write([an_entry(7)])
    assert engine.search(Query(STAFF)).total == 7
    engine.rebuild(saboteur.standing(journal), catch_up=nothing)
    assert stamps(engine) == expected(journal)
    assert generations(engine) == 1


def test_a_half_written_batch_is_as_if_never_begun(
    engine: TantivyEngine, journal: Path, start: Start
) -> None:
    assert start("die_writing").wait() == -signal.SIGKILL
    assert stamps(engine) == expected(journal)
    assert engine.can_write()
    engine.write([an_entry(8)])
    assert pk(8) in stamps(engine)


def test_two_do_not_rebuild_at_once(engine: TantivyEngine, tmp_path: Path) -> None:
    other = TantivyEngine(str(tmp_path / "index"))

    def meanwhile() -> Iterator[object]:
        with pytest.raises(RebuildUnderWay):
            other.rebuild((), catch_up=nothing)
        yield an_entry(1)

    assert engine.rebuild(meanwhile(), catch_up=nothing) == 1  # type: ignore[arg-type]


def test_a_phrase_with_too_many_endings_is_told_so(engine: TantivyEngine) -> None:
    words = " ".join(f"so b{number}" for number in range(17_000))
    engine.can_write()
    engine.write([an_entry(9, words)])
    with pytest.raises(TooManyBeginnings):
        engine.search(Query(STAFF, (Clause(("so", "b"), prefix=True),)))
    assert engine.search(Query(STAFF, (Clause(("so", "b99"), prefix=True),))).total == 1
    assert engine.search(Query(STAFF, (Clause(("b",), prefix=True),))).total == 7


def spoil_pointer(root: Path) -> None:
    (root / "current").write_text("g1-nowhere")


def take_away(root: Path) -> None:
    (root / "current").unlink()


def older_schema(root: Path) -> None:
    name = (root / "current").read_text()
    (root / name).rename(root / name.replace("g1-", "g0-"))
    (root / "current").write_text(name.replace("g1-", "g0-"))


def spoil_meta(root: Path) -> None:
    (root / (root / "current").read_text() / "meta.json").write_text("{")


def lose_files(root: Path) -> None:
    for path in (root / (root / "current").read_text()).iterdir():
        if path.name != "meta.json":
            path.unlink()


def cut_files(root: Path) -> None:
    for path in (root / (root / "current").read_text()).iterdir():
        if path.suffix in {".idx", ".fast", ".term", ".pos"}:
            path.write_bytes(path.read_bytes()[:10])


@pytest.mark.parametrize(
    "harm", [spoil_pointer, take_away, older_schema, spoil_meta, lose_files, cut_files]
)
def test_an_index_that_cannot_be_used_says_so_and_can_be_made_anew(
    engine: TantivyEngine, journal: Path, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    root = tmp_path / "index"
    harm(root)
    fresh = TantivyEngine(str(root))
    assert not fresh.is_ready()
    with pytest.raises(SearchUnavailable):
        fresh.search(Query(STAFF))
    with pytest.raises(SearchUnavailable):
        list(fresh.stamps())
    fresh.rebuild(saboteur.standing(journal), catch_up=nothing)
    assert fresh.is_ready()
    assert stamps(fresh) == stamps(engine) == expected(journal)
    assert generations(fresh) == 1


def test_without_a_directory_there_is_no_index(tmp_path: Path) -> None:
    engine = TantivyEngine(str(tmp_path / "none"))
    assert not engine.is_ready()
    with pytest.raises(SearchUnavailable):
        engine.search(Query(STAFF))
    assert not (tmp_path / "none").exists()
