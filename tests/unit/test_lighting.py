"""What is lit: in texts, in snippets, on the image of a page."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dms.lib.text import folded, nfc, words
from search.highlight import SNIPPET_CHARS, best_page, snippet
from search.lighting import Rectangle, asked, lit_spans, rectangles

LONG = " ".join(f"chữ{n}" for n in range(200))


def lit(query: str, text: str) -> list[str]:
    return [text[start:end] for start, end in lit_spans(query, text)]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("quyet dinh", "Quyết định số 5, quyết", ["Quyết", "định", "quyết"]),
        ('"quyet dinh"', "Quyết định số 5, quyết", ["Quyết định"]),
        ('"quyết định"', "quyết liệt, định hướng", ["quyết", "định"]),
        ("quy*", "quy, quyền, uy", ["quy", "quyền"]),
        ('"nội b"*', "nội bộ, nội quy", ["nội bộ"]),
        ("9001:2015", "ISO 9001:2015 và 9001", ["9001:2015"]),
        ("05/QĐ-UBND", "Số: 5 / QĐ - UBND.", ["5 / QĐ - UBND"]),
        ("hòa", "hoà, hòa, HOA", ["hoà", "hòa", "HOA"]),
        ("-quy trình", "quy trình", ["trình"]),
        ("so:5/qd", "Số 05/QĐ", ["05/QĐ"]),
        ("ngay:2023", "năm 2023", []),
        ("ngay:broken quy", "quy", []),
        ("", "quy", []),
        ("quy", "", []),
        ("hanh chinh", "hành chính chính", ["hành", "chính", "chính"]),
    ],
)
def test_lit_in_a_text(query: str, text: str, expected: list[str]) -> None:
    assert lit(query, text) == expected


def test_a_snippet_shows_where_most_words_stand() -> None:
    text = f"hồ sơ {LONG} quy trình nội bộ {LONG} hồ"
    part, marks = snippet(text, asked("quy trình hồ nội bộ"))
    assert [part[start:end] for start, end in marks] == ["quy", "trình", "nội", "bộ"]
    assert part.startswith("… ")
    assert part.endswith(" …")
    assert len(part) <= SNIPPET_CHARS + 4


def test_a_snippet_prefers_words_side_by_side() -> None:
    text = f"quy nội trình bộ {LONG} quy trình nội bộ"
    part, marks = snippet(text, asked("quy trinh noi bo"))
    assert part[marks[0][0] : marks[-1][1]] == "quy trình nội bộ"
    assert (
        best_page(
            [(1, "quy, nội quy, trình bộ"), (2, "quy trinh noi bo")], asked("quy trình nội bộ")
        )[0]
        == 2
    )


def test_a_snippet_of_a_short_text_is_the_text_on_one_line() -> None:
    assert snippet("một\nhai\tba", ()) == ("một hai ba", ())
    assert snippet("", ()) == ("", ())
    assert snippet("x" * 1000, ())[0] == "x" * SNIPPET_CHARS + " …"


def test_the_best_page() -> None:
    pages = [(1, "quy"), (2, "quy trinh"), (3, "quy trình"), (4, "quy trình quy"), (5, "khác")]
    assert best_page(pages, asked("quy trình"))[0] == 4
    assert best_page(pages[:3], asked("quy trình"))[0] == 3
    assert best_page(pages, asked("không có"))[0] == 1
    assert best_page(pages, ())[0] == 1
    assert best_page([], asked("quy")) == (1, "")


texts = st.lists(st.sampled_from(["quy", "quỳ", "trình\n", "nội", "05/QĐ", "é", "x" * 70, "hòa\u0301"])).map(" ".join)  # fmt: skip
queries = st.lists(st.sampled_from(["quy", "trinh", '"quy trinh"', "no*", "5/qd", "-quy", "xa"]), max_size=4).map(" ".join)  # fmt: skip


@given(texts, queries)
def test_marks_lie_in_order_and_on_words_that_were_asked_for(text: str, query: str) -> None:
    part, marks = snippet(text, asked(query))
    assert len(part) <= SNIPPET_CHARS + 4
    assert part.strip("… ") in nfc(text).replace("\n", " ")
    end = 0
    for start, stop in marks:
        assert end <= start < stop <= len(part)
        end = stop
        stems = {folded(token) for clause in asked(query) for token in clause.tokens}
        assert all(
            any(folded(w).startswith(stem) for stem in stems) for w in words(part[start:stop])
        )


def printed(*texts: str, per_line: int = 3) -> list[dict[str, Any]]:
    """Words of 10 pixels a character, with a gap of 10, three to a line of 20."""
    made: list[dict[str, Any]] = []
    left = 0
    for number, text in enumerate(texts):
        left = 0 if number % per_line == 0 else left
        top = 30 * (number // per_line)
        box = {"left": left, "top": top, "width": 10 * len(text), "height": 20}
        made.append({"text": text, "box": box, "confidence": 0.9, "line": number // per_line})
        left += 10 * len(text) + 10
    return made


def test_a_phrase_on_a_page_is_one_rectangle_a_line() -> None:
    page = printed("theo", "quy", "trình", "nội", "bộ", "này")
    assert rectangles(asked('"quy trinh noi bo"'), page) == (
        Rectangle(50, 0, 90, 20),
        Rectangle(0, 30, 60, 20),
    )


def test_single_words_on_a_page_are_lit_each() -> None:
    assert len(rectangles(asked("quy trinh"), printed("quy", "trình", "quy"))) == 3


def test_a_part_of_a_word_is_lit_by_its_share() -> None:
    page = printed("ISO", "9001:2015")
    assert rectangles(asked("9001"), page) == (Rectangle(40, 0, 40, 20),)
    assert rectangles(asked("9001:2015"), page) == (Rectangle(40, 0, 90, 20),)


def test_words_without_letters_or_size_do_no_harm() -> None:
    page = printed("—", "", "quy")
    page[2]["box"]["width"] = 0
    assert rectangles(asked("quy"), page)[0].width == 1
