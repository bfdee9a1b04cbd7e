"""Every search engine under its contract, and entries for it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from search.base import Changes, Entry, SearchEngine
from search.engines.memory import MemoryEngine
from search.engines.tantivy import TantivyEngine

ENGINES = ("memory", "tantivy")
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)


def make(name: str, root: Path) -> SearchEngine:
    """An empty engine that is ready."""
    found: SearchEngine = MemoryEngine() if name == "memory" else TantivyEngine(str(root))
    found.rebuild((), catch_up=nothing)
    return found


def nothing(held: object) -> Changes:
    """Nothing changed meanwhile."""
    return Changes()


def refill(engine: SearchEngine, entries: Iterable[Entry]) -> SearchEngine:
    """The engine with exactly these entries."""
    engine.rebuild(list(entries), catch_up=nothing)
    return engine


@pytest.fixture(params=ENGINES)
def search_engine(request: pytest.FixtureRequest, tmp_path: Path) -> SearchEngine:
    """Each engine in turn, empty."""
    return make(request.param, tmp_path / "index")


def pk(number: int) -> str:
    """A document id; higher numbers are newer."""
    return str(UUID(int=number << 80 | number))


def an_entry(nth: int, text: str = "", **fields: Any) -> Entry:
    """An entry with little in it."""
    given: dict[str, Any] = {
        "revision": 1, "title": "", "subject": "", "filename": "", "type_name": "", "organ_name": "",
        "number": "", "issued_on": None, "signer_name": "", "unit": "", "state": "searchable",
        "created_at": BEGIN + timedelta(days=nth), "access": frozenset({"staff"}),
    }  # fmt: skip
    return Entry(document=pk(nth), text=text, **(given | fields))


def day(text: str) -> date | None:
    """A date of a table."""
    return date.fromisoformat(text) if text else None
