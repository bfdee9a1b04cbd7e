"""Two texts told apart."""

from hypothesis import given
from hypothesis import strategies as st

from dms.documents.diff import Piece, Side, compare

TEXTS = st.text(alphabet="ăâđ ê.-/9ôƠ ư\n", max_size=40)


@given(old=TEXTS, new=TEXTS)
def test_the_pieces_make_both_texts(old: str, new: str) -> None:
    pieces = compare(old, new)
    assert "".join(piece.text for piece in pieces if piece.side != Side.NEW) == old
    assert "".join(piece.text for piece in pieces if piece.side != Side.OLD) == new


@given(text=TEXTS)
def test_the_same_text_has_no_changes(text: str) -> None:
    assert {piece.side for piece in compare(text, text)} <= {Side.BOTH}


def test_whole_words_are_told_apart() -> None:
    assert compare("ban hành quy trình", "ban hành quy chế") == (
        Piece(Side.BOTH, "ban hành quy "),
        Piece(Side.OLD, "trình"),
        Piece(Side.NEW, "chế"),
    )


def test_texts_with_little_in_common_are_not_woven_together() -> None:
    old, new = "ban hành quy trình nội bộ", "Trích yếu của người kia"
    assert compare(old, new) == (Piece(Side.OLD, old), Piece(Side.NEW, new))
