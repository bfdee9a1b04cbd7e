"""Words of a query in the text of a page: which pieces to light, and on which page the next one stands."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from dms.documents.models import Page, Version


@dataclass(frozen=True, slots=True)
class Lit:
    """A piece of text; `on` where a word of the query stands."""

    text: str
    on: bool


def spans() -> Callable[[str, str], tuple[tuple[int, int], ...]]:
    """What finds a query's words in a text; search knows how, and settings name it."""
    found: Callable[[str, str], tuple[tuple[int, int], ...]] = import_string(settings.LIGHTING)
    return found


def lit_pieces(query: str, text: str) -> tuple[Lit, ...]:
    """The text in pieces, those of the query lit."""
    pieces, place = [], 0
    for start, end in spans()(query, text) if query else ():
        pieces += [Lit(text[place:start], on=False), Lit(text[start:end], on=True)]
        place = end
    pieces.append(Lit(text[place:], on=False))
    return tuple(piece for piece in pieces if piece.text)


def next_lit_page(version: Version, query: str, *, after: int) -> int:
    """The next page with a word of the query, going round; the same page where no other has one."""
    find = spans()
    pages = Page.objects.filter(version=version).exclude(text="").order_by("number")
    for part in (pages.filter(number__gt=after), pages.filter(number__lt=after)):
        for number, text in part.values_list("number", "text").iterator(chunk_size=20):
            if find(query, text):
                return int(number)
    return after
