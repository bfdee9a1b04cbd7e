"""What every search engine promises, beside its answers (those are in tests/spec)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from search import base, cursors
from search.base import (
    Changes,
    Clause,
    Entry,
    FacetName,
    Field,
    Query,
    Result,
    SearchEngine,
    Sort,
)
from search.cursors import UnknownCursor
from tests.engines import BEGIN, an_entry, nothing, pk

STAFF = frozenset({"staff"})


def found(engine: SearchEngine, *clauses: Clause, **asked: object) -> list[str]:
    return [hit.document for hit in engine.search(Query(STAFF, clauses, **asked)).hits]  # type: ignore[arg-type]


def all_pages(engine: SearchEngine, query: Query) -> Iterator[Result]:
    while True:
        result = engine.search(query)
        yield result
        if len(result.hits) < query.limit:
            return
        query = replace(query, after=result.hits[-1].cursor)


def word(text: str) -> Clause:
    return Clause((text,))


def test_an_empty_engine_finds_nothing(search_engine: SearchEngine) -> None:
    result = search_engine.search(Query(STAFF))
    assert (result.hits, result.total, result.is_exact) == ((), 0, True)
    assert result.facets == dict.fromkeys(FacetName, ())
    assert list(search_engine.stamps()) == []
    assert search_engine.is_ready()


def test_what_is_written_is_found_when_write_returns(search_engine: SearchEngine) -> None:
    assert search_engine.can_write()
    search_engine.write([an_entry(1, "một"), an_entry(2, "hai")])
    assert found(search_engine, word("hai")) == [pk(2)]
    search_engine.write([an_entry(3, "ba")])
    assert found(search_engine, word("ba")) == [pk(3)]


def test_writing_again_replaces(search_engine: SearchEngine) -> None:
    search_engine.write([an_entry(1, "cũ")])
    search_engine.write([an_entry(1, "mới", revision=2)])
    assert found(search_engine, word("cũ")) == []
    assert found(search_engine, word("mới")) == [pk(1)]
    assert dict(search_engine.stamps()) == {pk(1): 2}


def test_twice_in_one_batch_the_last_counts(search_engine: SearchEngine) -> None:
    search_engine.write([an_entry(1, "cũ"), an_entry(1, "mới", revision=2)])
    assert found(search_engine) == [pk(1)]
    assert dict(search_engine.stamps()) == {pk(1): 2}


def test_what_is_removed_is_gone(search_engine: SearchEngine) -> None:
    search_engine.write([an_entry(1, "một"), an_entry(2, "một")])
    search_engine.write([], remove=[pk(1), pk(9)])
    assert found(search_engine, word("một")) == [pk(2)]


def test_a_change_of_access_is_a_write(search_engine: SearchEngine) -> None:
    search_engine.write([an_entry(1, "một", access=frozenset({"unit:1"}))])
    assert found(search_engine) == []
    search_engine.write([an_entry(1, "một")])
    assert found(search_engine) == [pk(1)]


def test_excluded_documents_do_not_count_anywhere(search_engine: SearchEngine) -> None:
    search_engine.write([an_entry(1, type_name="A"), an_entry(2, type_name="B")])
    result = search_engine.search(Query(STAFF, excluded=frozenset({pk(1)})))
    assert [hit.document for hit in result.hits] == [pk(2)]
    assert result.total == 1
    assert result.facets[FacetName.KIND] == (("B", 1),)


def test_facets_count_what_the_viewer_may_see_only(search_engine: SearchEngine) -> None:
    secret = an_entry(2, type_name="Mật", organ_name="Ẩn", unit="7", state="kept", issued_on=date(1999, 1, 1), access=frozenset({"user:1"}))  # fmt: skip
    search_engine.write([an_entry(1, type_name="A", issued_on=date(2020, 5, 1), unit="3"), secret])
    result = search_engine.search(Query(STAFF))
    assert result.facets == {
        FacetName.KIND: (("A", 1),),
        FacetName.AGENCY: (),
        FacetName.YEAR: (("2020", 1),),
        FacetName.UNIT: (("3", 1),),
        FacetName.STATE: (("searchable", 1),),
    }


def test_a_facet_ignores_its_own_chosen_value(search_engine: SearchEngine) -> None:
    search_engine.write(
        [
            an_entry(1, type_name="A", unit="1"),
            an_entry(2, type_name="A", unit="2"),
            an_entry(3, type_name="B", unit="1"),
        ]
    )
    result = search_engine.search(Query(STAFF, facets={FacetName.KIND: "A"}))
    assert result.total == 2
    assert result.facets[FacetName.KIND] == (("A", 2), ("B", 1))
    assert result.facets[FacetName.UNIT] == (("1", 1), ("2", 1))
    both = search_engine.search(Query(STAFF, facets={FacetName.KIND: "A", FacetName.UNIT: "1"}))
    assert both.total == 1
    assert both.facets[FacetName.KIND] == (("A", 1), ("B", 1))
    assert both.facets[FacetName.UNIT] == (("1", 1), ("2", 1))


def test_facets_are_left_out_on_request(search_engine: SearchEngine) -> None:
    search_engine.write([an_entry(1, type_name="A")])
    assert search_engine.search(Query(STAFF, with_facets=False)).facets == {}


def test_counts_are_exact_up_to_a_number(
    search_engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "EXACT_COUNT", 3)
    search_engine.write([an_entry(n) for n in range(1, 4)])
    result = search_engine.search(Query(STAFF))
    assert (result.total, result.is_exact) == (3, True)
    search_engine.write([an_entry(n) for n in range(4, 6)])
    result = search_engine.search(Query(STAFF))
    assert (result.total, result.is_exact) == (3, False)
    result = search_engine.search(Query(STAFF, count_exactly=True))
    assert (result.total, result.is_exact) == (5, True)


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("clauses", [(), (word("chung"),), (Clause(("chung",), Field.KIND),)])
def test_paging_shows_each_once_in_order(
    search_engine: SearchEngine,
    sort: Sort,
    clauses: tuple[Clause, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cursors, "SLACK", 1)  # groups of equals are cut at every page
    made = [
        an_entry(
            n, "chung " * (1 + n % 3), title=f"t{n % 4}", type_name="Chung",
            created_at=BEGIN if n % 2 else an_entry(n).created_at,
            issued_on=date(2020, 1, 1 + n % 5) if n % 6 else None,
        )
        for n in range(1, 31)
    ]  # fmt: skip
    search_engine.write(made)
    once = found(search_engine, *clauses, sort=sort, limit=100)
    assert len(once) == 30
    for limit in (1, 4, 30):
        pages = list(all_pages(search_engine, Query(STAFF, clauses, sort=sort, limit=limit)))
        assert [hit.document for result in pages for hit in result.hits] == once
        assert {result.total for result in pages} == {30}


def test_equal_scores_fall_by_newest_id(search_engine: SearchEngine) -> None:
    search_engine.write([an_entry(n, "giống nhau") for n in (3, 1, 2, 5, 4)])
    assert found(search_engine, word("giống")) == [pk(n) for n in (5, 4, 3, 2, 1)]


def test_a_page_holds_when_new_documents_come(search_engine: SearchEngine) -> None:
    search_engine.write([an_entry(n) for n in range(1, 7)])
    first = search_engine.search(Query(STAFF, sort=Sort.NEWEST, limit=3))
    search_engine.write([an_entry(n) for n in range(7, 10)])
    rest = found(search_engine, sort=Sort.NEWEST, limit=9, after=first.hits[-1].cursor)
    assert rest == [pk(3), pk(2), pk(1)]


def test_sorts(search_engine: SearchEngine) -> None:
    def entry(n: int, title: str, issued: date | None) -> Entry:
        return an_entry(n, title=title, issued_on=issued)

    search_engine.write(
        [
            entry(1, "Đề án", date(2020, 1, 2)),
            entry(2, "ấp", None),
            entry(3, "Bàn", date(2021, 1, 1)),
            entry(4, "ập", date(2020, 1, 2)),
        ]
    )
    order = {sort: [h[-1] for h in found(search_engine, sort=sort)] for sort in Sort}
    assert order == {
        Sort.RELEVANCE: ["4", "3", "2", "1"],
        Sort.NEWEST: ["4", "3", "2", "1"],
        Sort.ISSUED: ["3", "4", "1", "2"],
        Sort.TITLE: ["4", "2", "3", "1"],
    }


@pytest.mark.parametrize("cursor", ["nonsense", "!", "W10", "WzEsMiwzXQ", "é", "W1tb" * 2000])
def test_a_foreign_cursor_is_refused(search_engine: SearchEngine, cursor: str) -> None:
    search_engine.write([an_entry(1)])
    with pytest.raises(UnknownCursor):
        search_engine.search(Query(STAFF, after=cursor))


@pytest.mark.parametrize("position", [10**15, -5, 3])
def test_a_cursor_may_claim_any_position(search_engine: SearchEngine, position: int) -> None:
    search_engine.write([an_entry(n) for n in range(1, 6)])
    hit = search_engine.search(Query(STAFF, sort=Sort.NEWEST, limit=2)).hits[1]
    place = cursors.read(hit.cursor, Sort.NEWEST)
    assert place is not None
    claimed = cursors.written(replace(place, position=position))
    assert found(search_engine, sort=Sort.NEWEST, after=claimed) == [pk(3), pk(2), pk(1)]


def test_the_cursor_of_another_sort_is_refused(search_engine: SearchEngine) -> None:
    search_engine.write([an_entry(1), an_entry(2)])
    hit = search_engine.search(Query(STAFF, sort=Sort.TITLE, limit=1)).hits[0]
    with pytest.raises(UnknownCursor):
        search_engine.search(Query(STAFF, sort=Sort.NEWEST, after=hit.cursor))


def test_rebuilding_puts_others_in_their_place(search_engine: SearchEngine) -> None:
    search_engine.write([an_entry(1, "cũ")])
    assert search_engine.rebuild([an_entry(2, "mới"), an_entry(3, "mới")], catch_up=nothing) == 2
    assert found(search_engine, word("cũ")) == []
    assert sorted(found(search_engine, word("mới"))) == [pk(2), pk(3)]
    search_engine.write([an_entry(4, "mới")])
    assert len(found(search_engine, word("mới"))) == 3


def test_rebuilding_takes_along_what_changed_meanwhile(search_engine: SearchEngine) -> None:
    search_engine.write([an_entry(1, "trước")])

    def changing() -> Iterator[Entry]:
        yield an_entry(1, "trước")
        yield an_entry(2, "trước")
        search_engine.write([an_entry(1, "sau", revision=2), an_entry(3, "sau")], remove=[pk(2)])
        assert sorted(found(search_engine)) == [pk(1), pk(3)]  # the old one answers, and is written

    def catch_up(held: Mapping[str, int]) -> Changes:
        assert held == {pk(1): 1, pk(2): 1}
        return Changes([an_entry(1, "sau", revision=2), an_entry(3, "sau")], [pk(2)])

    assert search_engine.rebuild(changing(), catch_up=catch_up) == 2
    assert dict(search_engine.stamps()) == {pk(1): 2, pk(3): 1}
    assert sorted(found(search_engine, word("sau"))) == [pk(1), pk(3)]


def test_a_rebuild_that_fails_changes_nothing(search_engine: SearchEngine) -> None:
    search_engine.write([an_entry(1, "cũ")])

    def failing() -> Iterator[Entry]:
        yield an_entry(2, "mới")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        search_engine.rebuild(failing(), catch_up=nothing)
    assert found(search_engine) == [pk(1)]
    search_engine.write([an_entry(3)])
    assert search_engine.rebuild([an_entry(4)], catch_up=nothing) == 1


def test_many_writes_keep_every_entry(search_engine: SearchEngine) -> None:
    for n in range(1, 40):
        search_engine.write([an_entry(n, f"văn bản {n}")], remove=[pk(n - 20)] if n > 20 else [])
    left = sorted(dict(search_engine.stamps()))
    assert left == [pk(n) for n in range(20, 40)]
    assert all(a < b for a, b in pairwise(left))
    assert len(found(search_engine, word("ban"), limit=50)) == 20
