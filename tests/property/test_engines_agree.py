"""Random documents and questions: the embedded engine answers what the oracle answers."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.base import Clause, Entry, FacetName, Field, Query, SearchEngine, Sort
from tests.engines import BEGIN, ENGINES, an_entry, make, pk, refill

WORDS = ["hòa", "hoà", "hoa", "quyết", "quyet", "định", "05", "5", "9001", "qđ", "qd", "ubnd", "nội", "nọi"]  # fmt: skip
KEYS = ["staff", "unit:1", "unit:2", "user:1"]
words = st.sampled_from(WORDS)
values = st.lists(words, max_size=3).map(" ".join)
dates = st.one_of(st.none(), st.dates(date(2019, 12, 30), date(2021, 1, 2)))
keys = st.frozensets(st.sampled_from(KEYS), max_size=2)
number = st.builds("{}/{}".format, st.sampled_from(["05", "5", "9001"]), st.sampled_from(["QĐ-UBND", "qd"]))  # fmt: skip


@st.composite
def corpora(draw: st.DrawFn) -> list[Entry]:
    return [
        an_entry(
            n, draw(st.lists(words, max_size=6).map(" ".join)), title=draw(values),
            subject=draw(values), type_name=draw(values), organ_name=draw(st.sampled_from(["", "UBND", "Sở"])),
            number=draw(st.one_of(st.just(""), number)), issued_on=draw(dates), signer_name=draw(values),
            unit=draw(st.sampled_from(["1", "2"])), state=draw(st.sampled_from(["searchable", "kept"])),
            created_at=BEGIN, access=draw(keys),
        )
        for n in range(1, draw(st.integers(0, 9)) + 1)
    ]  # fmt: skip


clauses = st.builds(
    Clause,
    tokens=st.lists(st.sampled_from([*WORDS, "h", "qu", "0"]), min_size=1, max_size=3).map(tuple),
    field=st.sampled_from(list(Field)),
    prefix=st.booleans(),
    negated=st.sampled_from([False, False, True]),
)
queries = st.builds(
    Query,
    keys=keys,
    clauses=st.lists(clauses, max_size=3).map(tuple),
    issued_from=dates,
    issued_to=dates,
    facets=st.dictionaries(
        st.sampled_from([FacetName.UNIT, FacetName.STATE]),
        st.sampled_from(["1", "kept"]),
        max_size=2,
    ),
    excluded=st.frozensets(st.integers(1, 9).map(pk), max_size=2),
    sort=st.sampled_from(list(Sort)),
    limit=st.integers(1, 10),
)


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> list[SearchEngine]:
    root: Path = tmp_path_factory.mktemp("engines")
    return [make(name, root / name) for name in ENGINES]


def tiers(result: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Documents with their tier: rarity, which only the engines know, is below one point."""
    return sorted((document, float(int(score))) for document, score in result)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(corpus=corpora(), asked=st.lists(queries, min_size=1, max_size=6))
def test_engines_agree(
    engines: list[SearchEngine], corpus: list[Entry], asked: list[Query]
) -> None:
    for engine in engines:
        refill(engine, corpus)
    for query in asked:
        oracle, *others = [engine.search(query) for engine in engines]
        everything = replace(query, limit=10)
        expected, *found = [
            [(hit.document, hit.score) for hit in engine.search(everything).hits]
            for engine in engines
        ]
        for other, hits in zip(others, found, strict=True):
            assert (other.total, other.is_exact) == (oracle.total, oracle.is_exact)
            assert other.facets == oracle.facets
            assert tiers(hits) == tiers(expected)
            if query.sort is not Sort.RELEVANCE:
                assert [h.document for h in other.hits] == [h.document for h in oracle.hits]
