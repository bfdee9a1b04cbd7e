"""Where a suggestion was read: the boxes of its words, joined by line."""

import pytest

from dms.documents.suggesting import Box, by_line


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ([], ()),
        ([[10, 20, 30, 40]], ((10, 20, 30, 40),)),
        ([[438, 290, 52, 39], [499, 292, 73, 39], [582, 288, 56, 39]], ((438, 288, 200, 43),)),
        ([[500, 100, 80, 30], [100, 140, 60, 30]], ((500, 100, 80, 30), (100, 140, 60, 30))),
        # a skewed line sinks from word to word, a comma is low
        ([[0, 100, 50, 30], [60, 104, 50, 30], [112, 125, 6, 10]], ((0, 100, 118, 35),)),
        ([[0, 100, 50, 30], [60, 125, 50, 30]], ((0, 100, 50, 30), (60, 125, 50, 30))),
    ],
)
def test_words_of_one_line_have_one_box(words: list[list[int]], shown: tuple[Box, ...]) -> None:
    assert by_line(words) == shown
