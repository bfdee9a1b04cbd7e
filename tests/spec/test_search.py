"""The table of answers, asked of every engine."""

from pathlib import Path

import pytest

from search.base import Query, SearchEngine
from search.parse import parse
from tests.engines import ENGINES, an_entry, day, make, pk, refill
from tests.spec.tables import sections

SPEC = sections(Path(__file__).with_name("search.txt"))
KEYS = {row["viewer"]: frozenset(row["keys"].split()) for row in SPEC["Viewers"]}


def entries() -> list[object]:
    return [
        an_entry(
            int(row["id"]), row["text"], title=row["title"], number=row["number"],
            type_name=row["kind"], organ_name=row["agency"], signer_name=row["signer"],
            issued_on=day(row["issued"]), access=frozenset(row["access"].split()),
        )
        for row in SPEC["Documents"]
    ]  # fmt: skip


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:  # fmt: skip
    return refill(make(request.param, tmp_path_factory.mktemp("index")), entries())  # type: ignore[arg-type]


def found(engine: SearchEngine, row: dict[str, str]) -> tuple[list[str], int]:
    parsed = parse(row["terms"])
    result = engine.search(
        Query(
            keys=KEYS[row["viewer"]], clauses=parsed.clauses, issued_from=parsed.issued_from,
            issued_to=parsed.issued_to,
        )
    )  # fmt: skip
    return [hit.document for hit in result.hits], result.total


def expected(row: dict[str, str]) -> list[str]:
    return [pk(int(number)) for number in row["found"].split()]


@pytest.mark.parametrize("row", SPEC["Answers"], ids=lambda row: f"{row['terms']}|{row['viewer']}")
def test_answers(engine: SearchEngine, row: dict[str, str]) -> None:
    hits, total = found(engine, row)
    assert sorted(hits) == sorted(expected(row)), row["because"]
    assert total == len(hits)


@pytest.mark.parametrize("row", SPEC["Order"], ids=lambda row: row["terms"])
def test_order(engine: SearchEngine, row: dict[str, str]) -> None:
    assert found(engine, row)[0] == expected(row), row["because"]


def test_the_table_is_not_empty() -> None:
    assert len(SPEC["Answers"]) > 60
