"""Paging by key: a cursor is the place of a hit in the order, so that equal scores lose or repeat nothing."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from dms.errors import Invalid
from search.base import EngineHit, Query, Sort

SortKey = float | int | str
SCORE_DIGITS = 4  # sums of the same parts in another order differ behind that
SLACK = 50  # so that a group of equals at the end of a page seldom takes a second look
GROWTH = 4
UNREADABLE = (binascii.Error, ValueError, TypeError, AttributeError, OverflowError, RecursionError)


class UnknownCursor(Invalid):
    """This page cannot be found any more; search again from the start."""

    code = "unknown_cursor"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a hit stands: its sort key, then its id; `position` says how many stand before, about."""

    key: SortKey
    document: int
    position: int = 0

    def order(self, sort: Sort) -> tuple[SortKey, int]:
        """Ascending in the order of the page: everything falls but titles."""
        if sort is Sort.TITLE or isinstance(self.key, str):
            return (self.key, -self.document)
        return (-self.key, -self.document)


def written(place: Place) -> str:
    """The cursor of a place."""
    plain = json.dumps([place.key, str(UUID(int=place.document)), place.position])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read(cursor: str, sort: Sort) -> Place | None:
    """The place of a cursor; None for the start. Raises: UnknownCursor."""
    if not cursor:
        return None
    try:
        key, document, position = json.loads(base64.urlsafe_b64decode(cursor + "=="))
        place = Place(key, UUID(document).int, max(0, int(position)))
    except UNREADABLE as error:
        raise UnknownCursor from error
    is_right = isinstance(key, str) if sort is Sort.TITLE else isinstance(key, int | float)
    if not is_right:
        raise UnknownCursor
    return place


def page(query: Query, first: Callable[[int], Sequence[tuple[SortKey, int]]]) -> list[EngineHit]:
    """The hits after the query's cursor.

    Args:
        first: the first n hits in the order of the sort as (key, document), ties in any order. A key that
            is a float is a score.
    """
    start = read(query.after, query.sort)
    wanted = (start.position if start else 0) + query.limit + SLACK
    while True:
        found = [Place(rounded(key), document) for key, document in first(wanted)]
        is_all = len(found) < wanted
        if not is_all:  # the last group of equals may be cut off
            found = [place for place in found if place.key != found[-1].key]
        found.sort(key=lambda place: place.order(query.sort))
        skipped = 0
        if start is not None:
            after = start.order(query.sort)
            skipped = sum(place.order(query.sort) <= after for place in found)
        if is_all or len(found) - skipped >= query.limit:
            return [
                hit(place, skipped + number)
                for number, place in enumerate(found[skipped : skipped + query.limit], start=1)
            ]
        wanted *= GROWTH


def rounded(key: SortKey) -> SortKey:
    """A score without the noise of its last digits."""
    return round(key, SCORE_DIGITS) if isinstance(key, float) else key


def hit(place: Place, position: int) -> EngineHit:
    """A place as a hit."""
    score = place.key if isinstance(place.key, float) else 0.0
    cursor = written(Place(place.key, place.document, position))
    return EngineHit(str(UUID(int=place.document)), score, cursor)
