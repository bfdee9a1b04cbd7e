"""Sheets of XLSX files: a sheet a page, a row a line, cells parted by tabs.

Source: ECMA-376 part 1, clause 18 (SpreadsheetML); dates count days from 1899-12-30 (18.17.4).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from posixpath import normpath

from ocr_pipeline.limits import Limits
from ocr_pipeline.text_pages import bounded, paginate
from ocr_pipeline.zip_parts import Parts

SHEET_CHARS = 100_000  # a sheet that is longer takes several pages
BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
EPOCH_1900, EPOCH_1904 = datetime(1899, 12, 30, tzinfo=UTC), datetime(1904, 1, 1, tzinfo=UTC)
LAST_DAY = 2_958_465  # 9999-12-31
MAX_COLUMNS = 16_384
_DATE_FORMAT = re.compile(r"[dyhsDYHS]|(?<![a-zA-Z])[mM]+(?![a-zA-Z])")
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


@dataclass(frozen=True, slots=True)
class Book:
    """What all sheets of a workbook share."""

    sheets: Sequence[tuple[str, str]]  # name, part
    strings: Sequence[str]
    dates: frozenset[int]  # cell formats that show a date
    epoch: datetime


def pages(parts: Parts, limits: Limits) -> list[str]:
    """All sheets in their order, hidden ones too, each beginning with its name."""
    book = opened(parts, limits)
    found: list[str] = []
    for name, part in book.sheets:
        lines = bounded(rows(parts, part, book), limits)
        sheet = paginate(lines, limits=limits, page_chars=SHEET_CHARS)
        found += [f"{name}\n{page}".rstrip() for page in sheet]
    return found or [""]


def opened(parts: Parts, limits: Limits) -> Book:
    """The parts beside the sheets."""
    targets = {
        event.attributes.get("Id", ""): event.attributes.get("Target", "")
        for event in parts.events("xl/_rels/workbook.xml.rels")
        if event.name == "Relationship" and event.kind == "start"
    }
    sheets = []
    epoch = EPOCH_1900
    for kind, name, attributes in parts.events("xl/workbook.xml"):
        if kind == "start" and name == "sheet":
            part = part_name(targets.get(attributes.get("id", ""), ""))
            sheets.append((attributes.get("name", ""), part))
        if kind == "start" and name == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
            epoch = EPOCH_1904
    strings = list(bounded(shared_strings(parts), limits))
    return Book(sheets[: limits.pages + 1], strings, frozenset(date_formats(parts)), epoch)


def part_name(target: str) -> str:
    """A part inside the archive; a target elsewhere leads to none."""
    return target.lstrip("/") if target.startswith("/") else normpath(f"xl/{target}")


def shared_strings(parts: Parts) -> Iterator[str]:
    """The strings that cells point at; pronunciation is left out."""
    text: list[str] = []
    inside = aside = False
    for kind, name, _attributes in parts.events("xl/sharedStrings.xml"):
        if kind == "text":
            if inside and not aside:
                text.append(name)
        elif name == "t":
            inside = kind == "start"
        elif name == "rPh":
            aside = kind == "start"
        elif name == "si" and kind == "end":
            yield "".join(text)
            text.clear()


def date_formats(parts: Parts) -> Iterator[int]:
    """Numbers of the cell formats that show dates."""
    custom: dict[int, str] = {}
    in_cells, number = False, 0
    for kind, name, attributes in parts.events("xl/styles.xml"):
        if kind == "start" and name == "numFmt":
            custom[whole(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            in_cells = kind == "start"
        elif kind == "start" and name == "xf" and in_cells:
            if shows_date(whole(attributes.get("numFmtId", "")), custom):
                yield number
            number += 1


def shows_date(number: int, custom: dict[int, str]) -> bool:
    """Whether a number format is one of dates."""
    if number in custom:
        return _DATE_FORMAT.search(_QUOTED.sub("", custom[number])) is not None
    return number in BUILT_IN_DATES


def whole(text: str) -> int:
    """A number, or -1 for what is none."""
    return int(text) if text.isdecimal() and len(text) < 10 else -1  # noqa: PLR2004  # 32 bits


def rows(parts: Parts, part: str, book: Book) -> Iterator[str]:
    """The lines of one sheet."""
    cells: list[str] = []
    about: dict[str, str] = {}
    value: list[str] = []
    inside = False
    for kind, name, attributes in parts.events(part):
        if kind == "text":
            if inside:
                value.append(name)
        elif name in {"v", "t"}:
            inside = kind == "start"
        elif name == "c" and kind == "start":
            about, value = dict(attributes), []
        elif name == "c":
            cells += [""] * (column(about.get("r", "")) - len(cells))
            cells.append(shown("".join(value), about, book))
        elif name == "row" and kind == "end":
            yield "\t".join(cells).rstrip()
            cells.clear()


def column(reference: str) -> int:
    """Columns left of a cell: 2 for C7; 0 where the reference says nothing believable."""
    found = 0
    for char in reference:
        if not ("A" <= char <= "Z"):
            break
        found = found * 26 + ord(char) - ord("A") + 1
        if found > MAX_COLUMNS:
            return 0
    return max(found - 1, 0)


def shown(value: str, about: dict[str, str], book: Book) -> str:
    """What a cell shows."""
    kind = about.get("t", "n")
    if kind == "s":
        at = whole(value)
        value = book.strings[at] if 0 <= at < len(book.strings) else ""
    elif kind == "b":
        value = {"1": "TRUE", "0": "FALSE"}.get(value, value)
    elif kind == "n" and whole(about.get("s", "")) in book.dates:
        value = day(value, book.epoch)
    return " ".join(value.split())


def day(value: str, epoch: datetime) -> str:
    """A date as Vietnamese offices write it, with the time where there is one."""
    try:
        days = float(value)
    except ValueError:
        return value
    if not 0 <= days <= LAST_DAY:
        return value
    moment = epoch + timedelta(days=days)
    if days < 1:
        return f"{moment:%H:%M}"
    return f"{moment:%d/%m/%Y}" if days.is_integer() else f"{moment:%d/%m/%Y %H:%M}"
