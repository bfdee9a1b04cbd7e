"""The query language: what is meant, what is forgiven, what is refused with a sentence."""

import unicodedata
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dms.errors import Invalid
from search.base import Clause, Field
from search.dates import Period, period
from search.parse import (
    MAX_CHARS,
    MAX_CLAUSES,
    DateCannotBeExcluded,
    NotADatePhrase,
    NothingToFind,
    Parsed,
    QueryTooLong,
    TooManyWords,
    ValueMissing,
    parse,
)


def word(*tokens: str, **fields: object) -> Clause:
    return Clause(tokens, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("quy trình", [word("quy"), word("trình")]),
        ("quy  quy", [word("quy")]),
        ('"quy trình" nội', [word("quy", "trình"), word("nội")]),
        ("“quy trình”", [word("quy", "trình")]),
        ('"quy trình', [word("quy", "trình")]),
        ("-nháp", [word("nháp", negated=True)]),
        ('-"bản nháp"', [word("bản", "nháp", negated=True)]),
        ("a - b", [word("a"), word("b")]),
        ("a-b", [word("a", "b")]),
        ("quy*", [word("quy", prefix=True)]),
        ('"nội b"*', [word("nội", "b", prefix=True)]),
        ('"nội b*"', [word("nội", "b", prefix=True)]),
        ("9001:2015", [word("9001", "2015")]),
        ("05/QĐ-UBND", [word("05", "qđ", "ubnd")]),
        ("so:05/QĐ-UBND", [word("05", "qđ", "ubnd", field=Field.NUMBER)]),
        ("Số: 05/QĐ-UBND", [word("05", "qđ", "ubnd", field=Field.NUMBER)]),
        ('LOẠI:"Quyết định" x', [word("quyết", "định", field=Field.KIND), word("x")]),
        ('coquan: "Tú Sơn"', [word("tú", "sơn", field=Field.AGENCY)]),
        ("-nguoiky:hòa", [word("hoà", field=Field.SIGNER, negated=True)]),
        ("signer:ng*", [word("ng", field=Field.SIGNER, prefix=True)]),
        ("ten:quy", [word("quy", field=Field.TITLE)]),
        ("foo:bar", [word("foo", "bar")]),
        ("Kính gửi: ông", [word("kính"), word("gửi"), word("ông")]),
        ("a\0b", [word("a"), word("b")]),
        ('a"b"', [word("a"), word("b")]),
    ],
)
def test_what_is_meant(text: str, clauses: list[Clause]) -> None:
    assert parse(text) == Parsed(tuple(clauses))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023", "2023-01-01", "2023-12-31"),
        ("9/2023", "2023-09-01", "2023-09-30"),
        ("02/2024", "2024-02-01", "2024-02-29"),
        ("2023-09", "2023-09-01", "2023-09-30"),
        ("15/09/2023", "2023-09-15", "2023-09-15"),
        ("15-9-2023", "2023-09-15", "2023-09-15"),
        ("15.9.2023", "2023-09-15", "2023-09-15"),
        ("2023-09-15", "2023-09-15", "2023-09-15"),
        ("2023-01-01..2023-06-30", "2023-01-01", "2023-06-30"),
        ("6/2023..1/2023", "2023-01-01", "2023-06-30"),
        ("2022-2023", "2022-01-01", "2023-12-31"),
        ("2022..", "2022-01-01", None),
        ("..2022", None, "2022-12-31"),
        (">2022", "2023-01-01", None),
        (">=2022", "2022-01-01", None),
        ("≥2022", "2022-01-01", None),
        ("<2022", None, "2021-12-31"),
        ("<=9/2022", None, "2022-09-30"),
        ("> 15/09/2023", "2023-09-16", None),
    ],
)
def test_dates(text: str, first: str | None, last: str | None) -> None:
    meant = Period(
        date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None
    )
    assert period(text) == meant
    assert parse(f'ngay:"{text}"') == Parsed((), meant)


@pytest.mark.parametrize(
    "text", ["", "31/02/2023", "hôm nay", "13/2023", "20", "..", "2023..x", ">", "0000", "<0001", ">9999-12-31"]
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert period(text) is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("so:", ValueMissing),
        ('loai:""', ValueMissing),
        ("so:!!", ValueMissing),
        ("ngay:hôm", NotADatePhrase),
        ('ngay:""', NotADatePhrase),
        ("-ngay:2023", DateCannotBeExcluded),
        ("!!!", NothingToFind),
        ("-", NothingToFind),
        ("*", NothingToFind),
        ('"', NothingToFind),
        ("x" * (MAX_CHARS + 1), QueryTooLong),
        (" ".join(f"w{n}" for n in range(MAX_CLAUSES + 1)), TooManyWords),
    ],
)
def test_what_is_refused_with_a_sentence(text: str, error: type[Invalid]) -> None:
    with pytest.raises(error) as caught:
        parse(text)
    assert caught.value.sentence.endswith(".")
    assert "{" not in caught.value.sentence


def test_two_dates_are_both_meant() -> None:
    assert parse("ngay:>2021 ngay:<=6/2023").issued == Period(date(2022, 1, 1), date(2023, 6, 30))


def test_nothing_is_everything() -> None:
    assert parse("  ") == Parsed()


pieces = st.sampled_from(['"', "-", "*", ":", "so:", "ngay:", "loai:", "..", ">", "2023", "hòa", " ", "/", "“", "'", "\\", "(", ")"])  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(pieces, max_size=12).map("".join)))
@example("ngay:99999999")
def test_anything_is_understood_or_refused_with_a_sentence(text: str) -> None:
    try:
        parsed = parse(text)
    except Invalid as refused:
        sentence = refused.sentence
        assert sentence
    else:
        assert all(clause.tokens for clause in parsed.clauses)
        assert parse(unicodedata.normalize("NFD", text)) == parsed
