"""Dates as people write them in a query, as periods of days."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_YEAR = re.compile(r"(\d{4})")
_MONTH = (re.compile(r"(?P<m>\d{1,2})[/.-](?P<y>\d{4})"), re.compile(r"(?P<y>\d{4})[/.-](?P<m>\d{1,2})"))  # fmt: skip
_DAY = (
    re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})[/.-](?P<m>\d{1,2})[/.-](?P<d>\d{1,2})"),
)
_RANGE = re.compile(r"(.*?)(?:\.\.+|…)(.*)")
_YEARS = re.compile(r"(\d{4})[-–](\d{4})")
_COMPARED = re.compile(r"([<>]=?|[≤≥])(.+)")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from first to last, both included; None is open."""

    first: date | None = None
    last: date | None = None

    def __and__(self, other: "Period") -> "Period":
        firsts = [day for day in (self.first, other.first) if day]
        lasts = [day for day in (self.last, other.last) if day]
        return Period(max(firsts, default=None), min(lasts, default=None))


def period(text: str) -> Period | None:
    """The days that are meant; None where none are."""
    text = "".join(text.split())
    if years := _YEARS.fullmatch(text):
        return between(years[1], years[2])
    if compared := _COMPARED.fullmatch(text):
        return beside(compared[1], compared[2])
    if ends := _RANGE.fullmatch(text):
        return between(ends[1], ends[2])
    return span(text)


def between(first: str, last: str) -> Period | None:
    """From the beginning of one to the end of the other; one may be open, and they may be swapped."""
    low = span(first) if first else Period()
    high = span(last) if last else Period()
    if low is None or high is None or not (first or last):
        return None
    if low.first and high.first and low.first > high.first:
        low, high = high, low
    return Period(low.first, high.last)


def beside(sign: str, text: str) -> Period | None:
    """After, before, from or until a date; `>2022` begins with 2023."""
    found = span(text)
    if found is None or found.first is None or found.last is None:
        return None
    try:
        return {
            ">": lambda day: Period(day.last + DAY, None),
            "<": lambda day: Period(None, day.first - DAY),
            ">=": lambda day: Period(day.first, None),
            "≥": lambda day: Period(day.first, None),
            "<=": lambda day: Period(None, day.last),
            "≤": lambda day: Period(None, day.last),
        }[sign](found)
    except OverflowError:
        return None


def span(text: str) -> Period | None:
    """A year, a month or a day as its first and last day."""
    try:
        for pattern in _DAY:
            if found := pattern.fullmatch(text):
                day = date(int(found["y"]), int(found["m"]), int(found["d"]))
                return Period(day, day)
        for pattern in _MONTH:
            if found := pattern.fullmatch(text):
                first = date(int(found["y"]), int(found["m"]), 1)
                return Period(first, first.replace(day=monthrange(first.year, first.month)[1]))
        if found := _YEAR.fullmatch(text):
            return Period(date(int(found[1]), 1, 1), date(int(found[1]), 12, 31))
    except ValueError:
        return None  # 31/02
    return None
