"""What a reader of the list chooses from, in words: columns, orders, filters, and the filters that are set."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dms.documents.listing import Offers, Wish
from dms.documents.models import VersionState

COLUMN_LABELS = {
    "kind": _("Kind"),
    "number": _("Number, notation"),
    "issued": _("Date of issue"),
    "organ": _("Issuing agency"),
    "unit": _("Owning unit"),
    "by": _("Taken in by"),
    "state": _("State"),
    "pages": _("Pages"),
    "size": _("Size"),
    "received": _("Received"),
}
SORT_LABELS = {
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
    "issued": _("Date of issue, latest first"),
    "issued_first": _("Date of issue, earliest first"),
    "title": _("Title"),
}
SWITCH_LABELS = {
    "mine": _("Sent by me"),
    "suggested": _("With suggestions to confirm"),
    "withdrawn": _("Withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter with the values it offers."""

    name: str
    label: Any  # a lazy translation
    options: tuple[tuple[str, Any], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, with the address of the list without it."""

    label: str
    without: str


def choices(wish: Wish, offered: Offers) -> tuple[Choice, ...]:
    """The filters."""
    same = [(kind, kind) for kind in offered.kinds]
    organs = [(organ, organ) for organ in offered.organs]
    years = [(year, year) for year in offered.years]
    return (
        Choice("state", _("State"), tuple(VersionState.choices), wish.state),
        Choice("kind", _("Kind"), tuple(same), wish.kind),
        Choice("organ", _("Issuing agency"), tuple(organs), wish.organ),
        Choice("year", _("Year"), tuple(years), wish.year),
        Choice("unit", _("Owning unit"), offered.units, wish.unit),
    )


def chips(wish: Wish, offered: Offers) -> Iterator[Chip]:
    """What narrows the list now."""
    for choice in choices(wish, offered):
        if choice.chosen:
            told = dict(choice.options).get(choice.chosen, choice.chosen)
            label = gettext("{filter}: {value}").format(filter=choice.label, value=told)
            yield Chip(label, wish.to(**{choice.name: ""}))
    for name, switch in SWITCH_LABELS.items():
        if getattr(wish, name):
            yield Chip(str(switch), wish.to(**{name: False}))


def sorts(wish: Wish) -> tuple[tuple[str, Any, bool], ...]:
    """The orders, and which one is chosen."""
    return tuple((name, label, name == wish.sort) for name, label in SORT_LABELS.items())
