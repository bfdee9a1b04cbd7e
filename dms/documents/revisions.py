"""The description over time: what each revision changed, field by field, and the way back to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from reversion.models import Version as Revision

from dms.accounts.models import User
from dms.documents.diff import Piece, compare
from dms.documents.models import Document
from dms.documents.models.document import METADATA
from dms.documents.operations import edit_metadata, empty
from dms.errors import NotFound

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after a revision, and the two told apart word by word."""

    name: str
    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """One revision of the description; `by` is empty where reading wrote it."""

    id: int
    at: datetime
    by: str
    comment: str
    changes: tuple[Change, ...]
    is_latest: bool


def revisions(document: Document) -> tuple[Described, ...]:
    """The last revisions, newest first, each with what it changed against the one before."""
    rows = list(_rows(document)[: SHOWN + 1])
    return tuple(_described(rows))


def revert(
    document: Document, revision_id: int, *, name: str = "", by: User, at: datetime
) -> Document:
    """Bring the description back through `edit_metadata`: one more revision, nothing is rewritten.

    Args:
        name: a field to set to its value before the revision; without one, all fields become what they
            were after it.

    Raises: NotFound, ReadOnly.
    """
    rows = list(_rows(document).filter(pk__lte=revision_id)[:2])
    if not rows or rows[0].pk != revision_id:
        raise NotFound
    earlier = _values(rows[1]) if len(rows) > 1 else _nothing()
    changes = _values(rows[0])
    if name:
        if name not in METADATA:
            raise NotFound
        changes = {name: earlier[name]}
    source = date_format(localtime(rows[0].revision.date_created), "Y-m-d H:i")
    return edit_metadata(document, changes, by=by, at=at, comment=f"= {source}")


def label_of(name: str) -> str:
    """A field's name for people."""
    return capfirst(str(getattr(Document._meta.get_field(name), "verbose_name", name)))


def shown(value: Any) -> str:
    """A field's value for people."""
    if isinstance(value, date):
        return date_format(value, "d/m/Y")
    return str(value or "")


def _rows(document: Document) -> Any:
    rows = Revision.objects.get_for_object(document).select_related("revision", "revision__user")
    return rows.order_by("-pk")


def _values(row: Any) -> Mapping[str, Any]:
    """The fields as they stood after a revision; one that it does not know is empty."""
    return _nothing() | {name: row.field_dict[name] for name in METADATA if name in row.field_dict}


def _nothing() -> dict[str, Any]:
    return {name: empty(name) for name in METADATA}


def _described(rows: Sequence[Any]) -> Iterator[Described]:
    for place, row in enumerate(rows[:SHOWN]):
        after = _values(row)
        before = _values(rows[place + 1]) if place + 1 < len(rows) else _nothing()
        yield Described(
            id=row.pk, at=row.revision.date_created, by=str(row.revision.user or ""),
            comment=row.revision.comment, is_latest=place == 0,
            changes=tuple(
                change(name, before[name], after[name])
                for name in METADATA
                if before[name] != after[name]
            ),
        )  # fmt: skip


def change(name: str, before: Any, after: Any) -> Change:
    """One field's change."""
    old, new = shown(before), shown(after)
    return Change(name, label_of(name), old, new, compare(old, new))
