"""Suggestions as the panel shows them, and taking a decision back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from dms.accounts.models import User
from dms.accounts.roles import Verb
from dms.audit.operations import record
from dms.documents.models import Document, Suggestion, SuggestionState, Version
from dms.documents.models.document import METADATA
from dms.documents.operations import NotADate, describe, empty, parsed
from dms.documents.permissions import check_change
from dms.documents.reading import TRUSTED
from dms.documents.revisions import label_of, shown
from dms.errors import NotFound

Box = tuple[int, int, int, int]  # left, top, width, height on the page image
CERTAIN, LIKELY = 0.95, 0.8


@dataclass(frozen=True, slots=True)
class Read:
    """A value as read: how sure the reading is, in per cent and in words, and where it stands."""

    id: int
    value: str
    percent: int
    words: str
    tone: str  # good, warning
    page: int
    boxes: tuple[Box, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Row:
    """One field of the description, with what was read for it."""

    name: str
    label: str
    value: str
    read: Read | None

    @property
    def is_filled_by_reading(self) -> bool:
        """Whether the value is the one that was read."""
        return self.read is not None and self.value == self.read.value

    @property
    def waits(self) -> bool:
        """Whether a person should look: something was read, undecided, and nobody wrote otherwise."""
        if self.read is None or self.read.state != SuggestionState.OPEN:
            return False
        return not self.value or self.is_filled_by_reading


def rows(document: Document, version: Version) -> tuple[Row, ...]:
    """All fields in the order of the decree; one query."""
    found = {suggestion.name: suggestion for suggestion in version.suggestions.all()}
    return tuple(
        Row(name, label_of(name), shown(getattr(document, name)), read(found.get(name)))
        for name in METADATA
    )


def read(suggestion: Suggestion | None) -> Read | None:
    """A suggestion as it is shown."""
    if suggestion is None:
        return None
    words, tone = in_words(suggestion.confidence)
    return Read(
        suggestion.pk, shown(value_of(suggestion)), round(100 * suggestion.confidence), words, tone,
        suggestion.page, by_line(suggestion.boxes),
        suggestion.state,
    )  # fmt: skip


def by_line(boxes: Iterable[Sequence[int]]) -> tuple[Box, ...]:
    """The boxes of words joined where they stand on one line."""
    joined: list[Box] = []
    for left, top, width, height in boxes:
        if joined and on_one_line(joined[-1], top, height):
            before = joined.pop()
            first, upper = min(left, before[0]), min(top, before[1])
            right = max(left + width, before[0] + before[2])
            lower = max(top + height, before[1] + before[3])
            joined.append((first, upper, right - first, lower - upper))
        else:
            joined.append((left, top, width, height))
    return tuple(joined)


def on_one_line(box: Box, top: int, height: int) -> bool:
    """Whether at least half of the lower of the two heights is shared."""
    shared = min(box[1] + box[3], top + height) - max(box[1], top)
    return shared * 2 >= min(box[3], height)


def value_of(suggestion: Suggestion) -> Any:
    """The value as the field's type; text that is no date stays text."""
    try:
        return parsed(suggestion.name, suggestion.value)
    except NotADate:
        return suggestion.value


def in_words(confidence: float) -> tuple[str, str]:
    """How sure the reading is, for people, and the tone of its mark."""
    if confidence >= CERTAIN:
        return gettext("certain"), "good"
    if confidence >= LIKELY:
        return gettext("likely"), "good"
    return gettext("please check"), "warning"


def suggestion_of(document: Document, suggestion_id: int) -> Suggestion:
    """A suggestion of a document that the caller sees. Raises: NotFound."""
    found = document.suggestions.filter(pk=suggestion_id).first()
    if found is None:
        raise NotFound
    return found


def reopen_suggestion(suggestion: Suggestion, *, by: User, at: datetime) -> None:
    """Take a decision back: the field becomes what reading alone would have made of it.

    A value that a person wrote stays. Raises: NotFound, NotYourRole, ReadOnly.
    """
    document = suggestion.document
    check_change(by, document, Verb.DESCRIBE)
    decided = [SuggestionState.ACCEPTED, SuggestionState.DISMISSED]
    with transaction.atomic():
        moved = Suggestion.objects.filter(pk=suggestion.pk, state__in=decided).update(
            state=SuggestionState.OPEN
        )
        if not moved:
            return
        record(
            "documents.suggestion.reopened", target=document, by=by, at=at, field=suggestion.name
        )
        name, given = suggestion.name, parsed(suggestion.name, suggestion.value)
        alone = given if suggestion.confidence >= TRUSTED else empty(name)
        if getattr(document, name) in {empty(name), given}:
            describe(document, {name: alone}, by=by, at=at)
