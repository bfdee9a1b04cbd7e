"""kill -9 of a worker at every boundary of every step: nothing lost, nothing doubled, nothing stuck."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.crash.deadly import BOUNDARIES, NAMES
from tests.crash.machine import Machine, forking
from tests.crash.tasks import PAGES
from tests.crash.test_machine_killed import scan

MORTALS = "tests.crash.mortals"
COUNTED = (
    "CREATE TABLE finished (step INTEGER)",
    "CREATE TRIGGER step_finished AFTER UPDATE OF state ON pipeline_step "
    "WHEN NEW.state = 'done' AND OLD.state != 'done' "
    "BEGIN INSERT INTO finished VALUES (NEW.id); END",
)


@dataclass(frozen=True)
class Bench:
    """A machine on which workers die as ordered, one after the other."""

    machine: Machine
    order: Any

    def file(self, name: str, content: bytes) -> Path:
        path = self.machine.data.parent / name
        path.write_bytes(content)
        return path

    def dies(self, step: str, boundary: str, *, paths: list[Path] = [], number: int = 1) -> None:  # noqa: B006
        """A worker dies exactly there; its leases run out."""
        told = self.order(
            step=step, boundary=boundary, number=number, paths=[str(path) for path in paths]
        )
        assert told["killed"], f"no worker met {step}/{boundary}: {told}"
        self.machine.write(
            "UPDATE pipeline_step SET lease_until = '2000-01-01 00:00:00' WHERE state = 'running'"
        )

    def rests(self) -> None:
        """A new worker takes over and comes to rest."""
        told = self.order()
        assert told["rested"], f"the worker that took over is stuck: {told}"

    def steps(self, content: bytes) -> list[tuple[str, int]]:
        """Name and attempts of the steps of the document with these bytes, in their order."""
        (document,) = self.machine.documents_of(content)
        return self.machine.rows(
            "SELECT name, attempts FROM pipeline_step WHERE target = ? OR replace(target, '-', '') "
            "IN (SELECT id FROM documents_version WHERE document_id = ?) ORDER BY id",
            str(UUID(document)), document,
        )  # fmt: skip

    def check(self, documents: int, *, pages: int, images: int) -> None:
        """Everything is done, and in effect once."""
        machine = self.machine
        machine.check_intact()
        machine.check_objects()
        assert machine.rows("SELECT state, count(*) FROM documents_version GROUP BY 1") == [
            ("complete", documents)
        ]
        assert machine.rows("SELECT state, count(*) FROM documents_page GROUP BY 1") == [
            ("read", documents * pages)
        ]
        rendered = machine.rows("SELECT count(*) FROM documents_rendition WHERE kind = 'image'")
        assert rendered[0][0] == documents * images
        assert machine.rows("SELECT DISTINCT state FROM pipeline_step") == [("done",)]
        steps = machine.rows("SELECT id FROM pipeline_step ORDER BY id")
        assert machine.rows("SELECT step FROM finished ORDER BY step") == steps, "done twice"
        behind = "indexed_revision != revision OR access_changed"
        assert machine.rows(f"SELECT id FROM documents_document WHERE {behind}") == []
        for kind, expected in (
            ("documents.version.searchable", documents),
            ("documents.version.failed", 0),
        ):
            told = machine.rows("SELECT count(*) FROM audit_event WHERE kind = ?", kind)
            assert told == [(expected,)], kind


@contextmanager
def benched(machine: Machine, settings: str) -> Iterator[Bench]:
    machine.settings = settings
    for sql in COUNTED:
        machine.write(sql)
    with forking(machine, MORTALS) as order:
        yield Bench(machine, order)


def check_attempts(steps: list[tuple[str, int]], step: str, boundary: str) -> None:
    """Only what the dead worker held was tried twice: the step, or after its commit the next one."""
    twice = [name for name, attempts in steps if attempts == 2]
    assert {attempts for _, attempts in steps} <= {1, 2}
    if boundary != "committed":
        assert twice == [step]
    else:
        assert len(twice) == (step != "pdfa"), f"after {step}: {twice}"


def test_every_boundary_of_every_step(machine: Machine) -> None:
    """One document for each; quick steps that write as the product's do."""
    with benched(machine, "tests.crash.deadly_settings") as bench:
        cases = list(product(NAMES, BOUNDARIES))
        for step, boundary in cases:
            content = f"{step} {boundary}".encode()
            bench.dies(step, boundary, paths=[bench.file("a.txt", content)])
            bench.rests()
            check_attempts(bench.steps(content), step, boundary)
        bench.check(len(cases), pages=PAGES, images=PAGES)


def test_the_product_s_own_steps_lose_their_work(machine: Machine) -> None:
    """Each step really reads a scan, is killed with its work done, and does it again."""
    content = scan("Quyet dinh so 15")
    with benched(machine, "tests.crash.deadly_reading_settings") as bench:
        paths = [bench.file("scan.png", content)]
        for step in NAMES:
            bench.dies(step, "performed", paths=paths)
            paths = []
        bench.rests()
        assert bench.steps(content) == [(name, 2) for name in NAMES]
        bench.check(1, pages=1, images=len(image_widths(machine)))
    machine.manage("check_index")
    assert '"total": 1' in machine.manage("find", "quyet dinh", "--json")


def image_widths(machine: Machine) -> list[tuple[int]]:
    return machine.rows("SELECT DISTINCT width_px FROM documents_rendition WHERE kind = 'image'")


@pytest.mark.long
def test_every_part_and_every_death_but_the_last(machine: Machine) -> None:
    """At each chunk of pages; and four times in a row at one place, of five attempts that there are."""
    with benched(machine, "tests.crash.deadly_settings") as bench:
        documents = 0
        for step, boundary, number in product(("read", "render"), BOUNDARIES, range(2, PAGES + 1)):
            documents += 1
            bench.dies(
                step, boundary, number=number, paths=[bench.file("a.txt", b"%d" % documents)]
            )
            bench.rests()
        for step, boundary in product(NAMES, BOUNDARIES[:-1]):
            documents += 1
            content = b"%d" % documents
            bench.dies(step, boundary, paths=[bench.file("a.txt", content)])
            for _ in range(3):
                bench.dies(step, boundary)
            bench.rests()
            assert [name for name, attempts in bench.steps(content) if attempts == 5] == [step]
        bench.check(documents, pages=PAGES, images=PAGES)


@pytest.mark.long
def test_batches(machine: Machine) -> None:
    """Documents that are indexed together, with a worker that dies in the middle of them."""
    with benched(machine, "tests.crash.deadly_settings") as bench:
        documents = 0
        cases = [(boundary, 1) for boundary in BOUNDARIES] + [("settling", 3), ("committed", 3)]
        for boundary, number in cases:
            paths = [bench.file(f"{documents + n}.txt", f"{documents + n}".encode()) for n in range(5)]  # fmt: skip
            bench.dies("index", boundary, number=number, paths=paths)
            bench.rests()
            documents += len(paths)
        bench.check(documents, pages=PAGES, images=PAGES)


@pytest.mark.long
def test_every_boundary_of_the_product_s_own_steps(machine: Machine) -> None:
    """One scan meets four deaths at each of the boundaries before the commit, another all after it."""
    with benched(machine, "tests.crash.deadly_reading_settings") as bench:
        for number, boundaries in enumerate((BOUNDARIES[:-1], BOUNDARIES[-1:])):
            paths = [bench.file("scan.png", scan(f"Quyet dinh so {number}"))]
            for step, boundary in product(NAMES, boundaries):
                bench.dies(step, boundary, paths=paths)
                paths = []
            bench.rests()
        bench.check(2, pages=1, images=len(image_widths(machine)))
    machine.manage("check_index")
