"""The words of a page as selectable SVG."""

import itertools
import re
from xml.etree import ElementTree

import pytest

from dms.documents.overlay import svg_text
from dms.documents.words import Extent, line, lines
from tests.renditions import a_word


def test_words_are_grouped_by_line_in_reading_order() -> None:
    found = lines([a_word("Kính", 0, 0, 0), a_word("gửi:", 120, 0, 0), a_word("Ủy", 0, 50, 1)])
    assert [[word.text for word in row.words] for row in found] == [["Kính", "gửi:"], ["Ủy"]]


def test_a_skewed_line_stays_on_one_slope() -> None:
    # a scan that rises by 1 pixel in 20, with tall and low letters
    words = [Extent("ab", x, 200 - x // 20 - high, 80, 30 + 2 * high) for x, high in
             ((0, 0), (100, 5), (200, 0), (300, 5), (400, 0))]  # fmt: skip
    heights = [word.y for word in line(words).words]
    assert [b - a for a, b in itertools.pairwise(heights)] == pytest.approx([-5] * 4, abs=1)


def test_each_word_is_as_wide_as_on_the_scan() -> None:
    drawing = svg_text(lines([a_word("nghiệp", 640, 300, 0, width=137)]))
    assert 'textLength="137"' in drawing
    assert 'x="640"' in drawing


def test_what_a_page_says_is_never_markup() -> None:
    hostile = '</text><script>alert("x")</script>&'
    drawing = svg_text(lines([a_word(hostile, 0, 0, 0)]))
    root = ElementTree.fromstring(f"<svg>{drawing}</svg>")
    assert [element.tag for element in root.iter()] == ["svg", "text", "tspan"]
    assert "".join(root.itertext()) == hostile


def test_only_attributes_style_the_words() -> None:
    drawing = svg_text(lines([a_word("một", 0, 0, 0), a_word("hai", 120, 0, 0)]))
    assert not re.search(r"\sstyle=|\sclass=|\son\w+=", drawing)


def test_lines_are_copied_with_their_spaces() -> None:
    drawing = svg_text(
        lines([a_word("một", 0, 0, 0), a_word("hai", 120, 0, 0), a_word("ba", 0, 60, 1)])
    )
    texts = ElementTree.fromstring(f"<svg>{drawing}</svg>")
    assert ["".join(text.itertext()) for text in texts] == ["một hai", "ba"]


def test_a_page_without_words_has_no_lines() -> None:
    assert lines([]) == ()
