"""Words of a query in the text of a page: which pieces to light, and on which page the next one stands."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from dms.documents.models import Page, Version

Span = tuple[int, int]  # from, to: offsets into the text


@dataclass(frozen=True, slots=True)
class Lit:
    """A piece of text; `on` where a word of the query stands."""

    text: str
    on: bool


def spans() -> Callable[[str, str], tuple[Span, ...]]:
    """What finds a query's words in a text; search knows how, and settings name it."""
    found: Callable[[str, str], tuple[Span, ...]] = import_string(settings.LIGHTING)
    return found


def pieces(text: str, lit: Iterable[Span]) -> tuple[Lit, ...]:
    """The text in pieces; what is lit does not overlap and comes in order."""
    made, place = [], 0
    for start, end in lit:
        made += [Lit(text[place:start], on=False), Lit(text[start:end], on=True)]
        place = end
    made.append(Lit(text[place:], on=False))
    return tuple(piece for piece in made if piece.text)


def lit_pieces(query: str, text: str) -> tuple[Lit, ...]:
    """The text in pieces, those of the query lit."""
    return pieces(text, spans()(query, text) if query else ())


def next_lit_page(version: Version, query: str, *, after: int) -> int:
    """The next page with a word of the query, going round; the same page where no other has one."""
    find = spans()
    pages = Page.objects.filter(version=version).exclude(text="").order_by("number")
    for part in (pages.filter(number__gt=after), pages.filter(number__lt=after)):
        for number, text in part.values_list("number", "text").iterator(chunk_size=20):
            if find(query, text):
                return int(number)
    return after
