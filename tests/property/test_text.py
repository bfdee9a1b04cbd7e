"""Words and folding: the same for both forms of Unicode, with places that hold."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dms.lib.text import exact, fold, folded, nfc, number_form, plain, spans, tokens, words

VIETNAMESE = (
    "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđĐQuyếtĐịnhHOÀ"
)
MARKS = "\u0300\u0301\u0302\u0306\u0309\u031b\u0323"
texts = st.one_of(
    st.text(),
    st.text(alphabet=VIETNAMESE + MARKS + " 0159/:-._\n"),
    st.text(alphabet=VIETNAMESE + " /-"),
)


@given(texts)
@example("đ\u0323\u0302")
@example("\u1100\u1161")
@example("İSTANBUL")
def test_folding_keeps_the_length_and_is_done_once(text: str) -> None:
    once = fold(text)
    assert len(once) == len(nfc(text))
    assert fold(once) == once


@given(texts)
@example("Ǆ ﬁ ẞ ὈΔΥΣΣΕΎΣ")
def test_both_forms_of_unicode_give_the_same_words(text: str) -> None:
    assert tokens(unicodedata.normalize("NFD", text)) == tokens(unicodedata.normalize("NFC", text))


@given(texts)
def test_words_stand_where_they_say(text: str) -> None:
    whole = nfc(text)
    end = 0
    for token in tokens(text):
        assert end <= token.start < token.end
        assert exact(whole[token.start : token.end]) == token.text
        end = token.end
    assert [token.text for token in tokens(text)] == words(text)
    places = {n: (token.start, token.end) for n, token in enumerate(tokens(text))}
    assert spans(text, places.keys()) == places
    assert spans(text, {0, 10**6}).keys() == {0} & places.keys()


@given(texts)
def test_nothing_of_letters_or_digits_is_left_out(text: str) -> None:
    whole = nfc(text)
    covered = {at for token in tokens(text) for at in range(token.start, token.end)}
    assert {at for at, char in enumerate(whole) if char.isalnum()} <= covered


@given(texts)
def test_a_word_survives_a_whitespace_analyser(text: str) -> None:
    for word in words(text):
        assert word
        assert word.split() == [word]
        assert folded(word)
        assert folded(word).split() == [folded(word)]


@given(texts)
@example("ΌΣΟΣ 05 00 0x a0 ſ K ² ٠٥")
def test_the_fast_way_gives_the_same_folded_words(text: str) -> None:
    assert plain(text) == " ".join(folded(word) for word in words(text))


@given(texts)
def test_a_word_is_what_becomes_of_itself(text: str) -> None:
    for word in words(text):
        assert exact(word) == word
        assert folded(folded(word)) == folded(word)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TCVN ISO 9001:2015", ["tcvn", "iso", "9001", "2015"]),
        ("123/QĐ-UBND", ["123", "qđ", "ubnd"]),
        ("ngày 15/09/2023", ["ngày", "15", "09", "2023"]),
        ("15-9-2023", ["15", "9", "2023"]),
        ("quyet_dinh_5.pdf", ["quyet", "dinh", "5", "pdf"]),
        ("1.774 hồ sơ", ["1", "774", "hồ", "sơ"]),
        ("“Một cửa”, điểm a)", ["một", "cửa", "điểm", "a"]),
        ("a\u0301b x\u0302", ["áb", "x"]),
        ("", []),
        ("!?", []),
    ],
)
def test_where_words_are_split(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"), ("HÒA", "hoà"), ("khỏe", "khoẻ"), ("Thụy", "thuỵ"), ("qúy", "quý"),
        ("tòan", "toàn"), ("thủy", "thuỷ"), ("họa", "hoạ"), ("lõa", "loã"),
    ],
)  # fmt: skip
def test_the_place_of_the_tone_is_forgiven(one: str, other: str) -> None:
    assert exact(one) == exact(other)
    assert exact(unicodedata.normalize("NFD", one)) == exact(other)


@pytest.mark.parametrize(
    ("one", "other"), [("của", "cưa"), ("mùa", "muà"), ("hòa", "hoá"), ("tòa", "tỏa")]
)
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert exact(one) != exact(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("05/QĐ-UBND", "5/qd-ubnd"),
        ("05 / QĐ - UBND", "05/QĐ-UBND"),
        ("0123/NQ-HĐND", "123/nq-hdnd"),
    ],
)
def test_numbers_compare_without_zeros_and_accents(one: str, other: str) -> None:
    assert number_form(one) == number_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("5/QĐ-UBND", "50/QĐ-UBND"), ("05/QĐ", "05/CV"), ("0/QĐ", "00/CV"), ("10/QĐ", "1/QĐ")],
)
def test_different_numbers_stay_different(one: str, other: str) -> None:
    assert number_form(one) != number_form(other)
