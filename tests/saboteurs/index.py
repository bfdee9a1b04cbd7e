"""Processes that share an index, and die in it: `python -m tests.saboteurs.index ROOT JOURNAL PART`.

The journal stands for the rows: a line `number revision` is written before the index is.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

from search.base import Changes, Entry, SearchUnavailable
from search.engines.tantivy import TantivyEngine
from tests.engines import an_entry, nothing, pk

IDLE_S = 0.005


def rows(journal: Path) -> dict[int, int]:
    """The revision of each document; 0 is one that was withdrawn."""
    lines = journal.read_text().splitlines() if journal.exists() else []
    return {int(n): int(revision) for n, revision in (line.split() for line in lines)}


def entry(number: int, revision: int) -> Entry:
    """A document as of a revision."""
    return an_entry(number, f"văn bản {number} bản {revision}", revision=revision)


def standing(journal: Path) -> list[Entry]:
    """What an index of the journal holds."""
    return [entry(number, revision) for number, revision in rows(journal).items() if revision]


def catch_up(journal: Path, held: Mapping[str, int]) -> Changes:
    """What changed since."""
    now = rows(journal)
    changed = [entry(n, rev) for n, rev in now.items() if rev and held.get(pk(n)) != rev]
    return Changes(changed, [pk(n) for n, rev in now.items() if not rev and pk(n) in held])


def die() -> NoReturn:
    """As by kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def hold(engine: TantivyEngine, journal: Path) -> None:
    """Take the writer's lock, say so, and keep it."""
    print(engine.can_write(), flush=True)
    time.sleep(60)


def hold_and_fork(engine: TantivyEngine, journal: Path) -> None:
    """Hold the lock and have a child that lives on for a while."""
    engine.can_write()
    child = os.fork()
    if child:
        print(child, flush=True)
    time.sleep(60)


def write(engine: TantivyEngine, journal: Path) -> None:
    """A worker: change documents and carry each change over, giving way to who asks."""
    number = 0
    while not (journal.parent / "stop").exists():
        number += 1
        revision = 0 if number % 7 == 0 else number
        with journal.open("a") as file:
            file.write(f"{number % 50} {revision}\n")
        while True:
            if engine.can_write() and carried(engine, number % 50, revision):
                break
            time.sleep(IDLE_S)
        if number == 1:
            print("writing", flush=True)
    print(number, flush=True)


def carried(engine: TantivyEngine, number: int, revision: int) -> bool:
    """Write one change; False to try again."""
    try:
        if revision:
            engine.write([entry(number, revision)])
        else:
            engine.write([], remove=[pk(number)])
    except SearchUnavailable:
        return False
    return True


def rebuild(engine: TantivyEngine, journal: Path) -> None:
    """An operator's command."""
    print(engine.rebuild(standing(journal), catch_up=lambda held: catch_up(journal, held)))


def die_filling(engine: TantivyEngine, journal: Path) -> None:
    """Die half way through."""

    def dying() -> Iterator[Entry]:
        yield from standing(journal)[:3]
        die()

    engine.rebuild(dying(), catch_up=nothing)


def die_catching_up(engine: TantivyEngine, journal: Path) -> None:
    """Die with the writer's lock."""
    engine.rebuild(standing(journal), catch_up=lambda held: die())


def die_before_switch(engine: TantivyEngine, journal: Path) -> None:
    """Die with everything written."""
    engine.generations.switch = lambda to: die()  # type: ignore[method-assign]
    rebuild(engine, journal)


def die_after_switch(engine: TantivyEngine, journal: Path) -> None:
    """Die before anything is swept."""
    switch = engine.generations.switch

    def then_die(to: Path) -> None:
        switch(to)
        die()

    engine.generations.switch = then_die  # type: ignore[method-assign]
    rebuild(engine, journal)


def die_writing(engine: TantivyEngine, journal: Path) -> None:
    """Die with a batch half written."""

    def dying() -> Iterator[Entry]:
        yield entry(900, 1)
        die()

    engine.can_write()
    engine.write(dying())


PARTS = {
    part.__name__: part
    for part in (
        hold, hold_and_fork, write, rebuild, die_filling, die_catching_up, die_before_switch, die_after_switch,
        die_writing,
    )
}  # fmt: skip

if __name__ == "__main__":
    PARTS[sys.argv[3]](TantivyEngine(sys.argv[1]), Path(sys.argv[2]))
