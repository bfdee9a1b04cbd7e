"""Địa danh và thời gian: place and date of issue, complete and plausible or not at all.

Source: Decree 30/2020/NĐ-CP, annex I, part I, II.4.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ocr_pipeline.letters import is_near, letters
from ocr_pipeline.metadata.found import suggestion
from ocr_pipeline.metadata.layout import Layout
from ocr_pipeline.metadata.runs import Run, Token
from ocr_pipeline.types import Suggestion

FIRST_YEAR, LAST_YEAR = 1945, 2099
MOST_WORDS_OF_PLACE = 8
PIECE = re.compile(r"[^\W\d_]+|\d+")
PART_OF_PAGE = 0.5
DATE_PIECES = 6  # ngày, D, tháng, M, năm, Y
DIGITS_OF_YEAR = 4
EDGES = " ,.;:-–_"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of letters or of digits, and the word it belongs to."""

    text: str
    token: Token
    run: Run


@dataclass(frozen=True, slots=True)
class Issue:
    """Where and when, with the words that say so."""

    on: date
    date_tokens: tuple[Token, ...]
    place: str
    place_tokens: tuple[Token, ...]
    run: Run


def issue_suggestions(issue: Issue, *, page: int, sure: float) -> Iterator[Suggestion]:
    """Date and place."""
    yield from suggestion(
        "issued_on", issue.on.isoformat(), issue.date_tokens, page=page, sure=sure
    )
    yield from suggestion("place", issue.place, issue.place_tokens, page=page, sure=sure)


def issue_of_head(layout: Layout) -> Issue | None:
    """Place and date in the right column of the head."""
    runs = [run for run in layout.runs if layout.flows or run.top < layout.height * PART_OF_PAGE]
    if layout.divide.by_motto and not layout.flows:
        runs = [run for run in runs if run.middle > layout.divide.left]
    return first_issue(runs)


def first_issue(runs: Sequence[Run]) -> Issue | None:
    """The first line that ends in a date and holds no more than a place; place or year may wrap."""
    for above, run, below in zip([None, *runs], runs, [*runs[1:], None], strict=False):
        found = dated(pieces_of([run])) or (dated(pieces_of([run, below])) if below else None)
        if found and found.run is run:
            return with_place_above(found, above) if above and not found.place else found
    return None


def with_place_above(issue: Issue, above: Run) -> Issue:
    """The place, where it stands on the line above ("Thành phố Hồ Chí Minh,")."""
    if not above.text.endswith(",") or not is_place(pieces_of([above])):
        return issue
    return replace(issue, place=above.text.strip(EDGES), place_tokens=above.tokens)


def pieces_of(runs: Sequence[Run]) -> list[Piece]:
    """Words cut between letters and digits ("ngày05" is two)."""
    return [
        Piece(match.group(), token, run)
        for run in runs
        for token in run.tokens
        for match in PIECE.finditer(token.text)
    ]


def dated(pieces: Sequence[Piece]) -> Issue | None:
    """Place, then "ngày D tháng M năm Y", then nothing more."""
    for at, piece in enumerate(pieces):
        rest = pieces[at : at + DATE_PIECES]
        if at > MOST_WORDS_OF_PLACE or len(pieces) - at not in (DATE_PIECES, DATE_PIECES + 1):
            continue
        if not is_near(letters(piece.text), "NGAY") or not spells_date(rest):
            continue
        on = plausible(rest[1].text, rest[3].text, rest[5].text)
        if on is None or not is_place(pieces[:at]):
            return None
        place = tuple(dict.fromkeys(p.token for p in pieces[:at]))
        place = tuple(token for token in place if token is not piece.token)
        text = " ".join(token.text for token in place).strip(EDGES)
        return Issue(on, tuple(dict.fromkeys(p.token for p in rest)), text, place, piece.run)
    return None


def spells_date(rest: Sequence[Piece]) -> bool:
    """Whether six pieces read "ngày D tháng M năm Y"."""
    _, day, month_word, month, year_word, year = (piece.text for piece in rest)
    return (
        is_near(letters(month_word), "THANG")
        and is_near(letters(year_word) + "_", "NAM_")
        and day.isdigit()
        and month.isdigit()
        and year.isdigit()
    )


def is_place(pieces: Sequence[Piece]) -> bool:
    """Whether the words before the date may be a place name: capitalised words without a digit."""
    words = [piece.text for piece in pieces]
    return all(not word.isdigit() for word in words) and (
        not words
        or (words[0][0].isupper() and words[0].casefold() not in {"căn", "theo", "số", "từ"})
    )


def plausible(day: str, month: str, year: str) -> date | None:
    """The date, if there is such a day within the years of this administration."""
    if len(year) != DIGITS_OF_YEAR or not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
