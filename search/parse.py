"""The language of queries: words, "phrases", -not, prefix*, and fields with their values.

    quy trinh noi bo "iso 9001" -du thao* so:05/QĐ-UBND loai:"Quyết định" ngay:2023-01-01..2023-06-30

All words are required. A word of several parts (`9001:2015`) is looked for as a phrase. Where the meaning is clear
nothing is refused: a quotation that is not closed ends with the query, an unknown field is just words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from dms.errors import Invalid
from dms.lib.text import fold, nfc, words
from search.base import Clause, Field
from search.dates import Period, period

MAX_CHARS = 500
MAX_CLAUSES = 24
NAMES = {
    "so": Field.NUMBER, "number": Field.NUMBER,
    "loai": Field.KIND, "kind": Field.KIND,
    "coquan": Field.AGENCY, "agency": Field.AGENCY,
    "nguoiky": Field.SIGNER, "signer": Field.SIGNER,
    "ten": Field.TITLE, "title": Field.TITLE,
}  # fmt: skip
DATE_NAMES = frozenset({"ngay", "date"})
_QUOTES = str.maketrans("“”„«»＂", '""""""')
_PART = re.compile(
    r'(?P<minus>(?<!\S)[-–−])?(?:(?P<name>[^\W\d_]+):(?P<gap>\s*)(?=\S))?(?:"(?P<quoted>[^"]*)(?:"\*?|$)|(?P<bare>[^\s"]+))'
)  # fmt: skip


class QueryTooLong(Invalid):
    """This is too long to search for: {limit} characters are allowed. Keep the words that are rare."""

    code = "query_too_long"


class TooManyWords(Invalid):
    """These are too many words to search for: {limit} are allowed. Keep those that are rare."""

    code = "too_many_words"


class NothingToFind(Invalid):
    """There is no word in this that could be found; write letters or digits."""

    code = "nothing_to_find"


class ValueMissing(Invalid):
    """Write after “{name}:” what to look for."""

    code = "value_missing"


class NotADatePhrase(Invalid):
    """“{value}” is not a date. Write 2023, 9/2023, 15/09/2023, 2023-01-01..2023-06-30 or >2022."""

    code = "not_a_date_phrase"


class DateCannotBeExcluded(Invalid):
    """A date cannot be excluded; write the dates that you want, as in ngay:..2022."""

    code = "date_cannot_be_excluded"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text asks for."""

    clauses: tuple[Clause, ...] = ()
    issued: Period = field(default_factory=Period)

    @property
    def issued_from(self) -> date | None:
        """The first day of issue."""
        return self.issued.first

    @property
    def issued_to(self) -> date | None:
        """The last day of issue."""
        return self.issued.last


class Part(NamedTuple):
    """One piece of the query as written."""

    name: str
    value: str
    negated: bool
    prefix: bool


def parse(untrusted_text: str) -> Parsed:
    """The query's meaning.

    Raises: QueryTooLong, TooManyWords, NothingToFind, ValueMissing, NotADatePhrase, DateCannotBeExcluded.
    """
    text = nfc(untrusted_text).translate(_QUOTES).replace("\0", " ").strip()
    if len(text) > MAX_CHARS:
        raise QueryTooLong(limit=MAX_CHARS)
    clauses: list[Clause] = []
    issued = Period()
    for part in parts(text):
        if fold(part.name) in DATE_NAMES:
            issued = issued & days(part)
        else:
            clauses += meaning(part)
    if len(clauses) > MAX_CLAUSES:
        raise TooManyWords(limit=MAX_CLAUSES)
    if text and not clauses and issued == Period():
        raise NothingToFind
    return Parsed(tuple(dict.fromkeys(clauses)), issued)


def parts(text: str) -> Iterator[Part]:
    """The pieces of a query. Raises: ValueMissing."""
    for found in _PART.finditer(text):
        name, value = found["name"] or "", found["quoted"] or found["bare"] or ""
        prefix = found.group().endswith("*") or value.endswith("*")
        if name and not is_field(name):
            if found["gap"]:
                yield Part("", name, bool(found["minus"]), prefix=False)
            name, value = "", value if found["gap"] else f"{name}:{value}"
        if found["bare"] and value.endswith(":") and is_field(value[:-1]):
            raise ValueMissing(name=value[:-1])
        yield Part(name, value, bool(found["minus"]), prefix)


def is_field(name: str) -> bool:
    """Whether this names a field, in Vietnamese (accents or not) or English."""
    return fold(name) in NAMES or fold(name) in DATE_NAMES


def meaning(part: Part) -> list[Clause]:
    """A piece as clauses: one, or none where it has no word. Raises: ValueMissing."""
    found = words(part.value)
    if not found:
        if part.name:
            raise ValueMissing(name=part.name)
        return []
    where = NAMES[fold(part.name)] if part.name else Field.ANY
    return [Clause(tuple(found), where, prefix=part.prefix, negated=part.negated)]


def days(part: Part) -> Period:
    """The dates of a `ngay:` piece. Raises: NotADatePhrase, DateCannotBeExcluded."""
    if part.negated:
        raise DateCannotBeExcluded
    found = period(part.value)
    if found is None:
        raise NotADatePhrase(value=part.value[:40])
    return found
