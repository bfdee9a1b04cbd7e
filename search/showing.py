"""What the search page shows: hits in pieces, the page image of each, facets and filters as addresses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dms.documents.lighting import Lit, pieces
from dms.documents.models import Rendition
from dms.documents.pictures import image_address
from search.base import FacetName, Sort
from search.queries import FacetValue, Found, Hit

PREVIEW_PX = 800  # the narrowest page image that is at least so wide is shown beside the hits
FEW = 7  # values of a facet before "more"
LONGEST_QUERY = 500

FACET_LABELS: Mapping[FacetName, Any] = {
    FacetName.KIND: _("Kind"),
    FacetName.YEAR: _("Year"),
    FacetName.AGENCY: _("Issuing agency"),
    FacetName.UNIT: _("Owning unit"),
    FacetName.STATE: _("State"),
}
SORT_LABELS: Mapping[Sort, Any] = {
    Sort.RELEVANCE: _("Best match"),
    Sort.NEWEST: _("Newest"),
    Sort.ISSUED: _("Date of issue"),
    Sort.TITLE: _("Title"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a search says; whatever is wrong in it means the default."""

    q: str = ""
    facets: tuple[tuple[FacetName, str], ...] = ()
    sort: Sort = Sort.RELEVANCE
    after: str = ""
    exact: bool = False

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        """Out of the query part."""
        sort = given.get("sort", "")
        return cls(
            q=given.get("q", "").strip()[:LONGEST_QUERY],
            facets=tuple((n, given[n][:200]) for n in FacetName if given.get(n)),
            sort=Sort(sort) if sort in list(Sort) else Sort.RELEVANCE,
            after=given.get("after", "")[:1000],
            exact=given.get("exact") == "1",
        )

    def to(self, **changes: Any) -> str:
        """The query part with something changed; the first page unless told otherwise."""
        asked = replace(self, **{"after": "", **changes})
        told = {"q": asked.q} | {name.value: value for name, value in asked.facets}
        told["sort"] = asked.sort.value if asked.sort != Sort.RELEVANCE else ""
        told["after"] = asked.after
        told["exact"] = "1" if asked.exact else ""
        return urlencode({name: value for name, value in told.items() if value})

    def with_facet(self, name: FacetName, value: str) -> str:
        """The address with this facet chosen, or taken off where the value is empty."""
        kept = tuple(pair for pair in self.facets if pair[0] != name)
        return self.to(facets=(*kept, (name, value)) if value else kept)


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit with its texts in pieces and the addresses behind it."""

    hit: Hit
    title: tuple[Lit, ...]
    snippet: tuple[Lit, ...]
    address: str
    image: str  # of the page; empty where there is none (yet)
    lit: str  # the words of the query over that image


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A value to narrow by, as an address; the chosen one takes itself off."""

    value: FacetValue
    address: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A heading with its values, the most frequent ones at once."""

    label: Any
    first: tuple[FacetLink, ...]
    more: tuple[FacetLink, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, with the address of the search without it."""

    label: str
    without: str


def shown(found: Found, asked: Asked) -> tuple[ShownHit, ...]:
    """The hits as the page shows them; one query for all images."""
    images = page_images(found.hits)
    return tuple(dressed(hit, asked, images) for hit in found.hits)


def dressed(hit: Hit, asked: Asked, images: Mapping[tuple[Any, int], str]) -> ShownHit:
    """One hit."""
    document = hit.document
    query = urlencode({k: v for k, v in (("page", hit.page), ("q", asked.q)) if v and v != 1})
    address = reverse("documents:document", args=[document.pk])
    image = images.get((document.current_id, hit.page), "")
    lit = reverse("search:lit", args=[document.current_id, hit.page]) if image and asked.q else ""
    return ShownHit(
        hit=hit,
        title=pieces(hit.title or document.title, hit.title_marks),
        snippet=pieces(hit.snippet, hit.marks),
        address=f"{address}?{query}" if query else address,
        image=image,
        lit=f"{lit}?{urlencode({'q': asked.q})}" if lit else "",
    )


def page_images(hits: Sequence[Hit]) -> dict[tuple[Any, int], str]:
    """The address of a page image for each hit that has one: the narrowest that is wide enough."""
    wanted = Q(pk__in=[])
    for hit in hits:
        wanted |= Q(version=hit.document.current_id, page=hit.page)
    found: dict[tuple[Any, int], str] = {}
    made = Rendition.objects.filter(wanted, kind="image").order_by("width_px")
    widths: dict[tuple[Any, int], int] = {}
    for image in made:
        key = (image.version_id, image.page)
        if widths.get(key, 0) < PREVIEW_PX:
            widths[key] = image.width_px
            found[key] = image_address(image.version_id, image.page, image.width_px, image.sha256)
    return found


def facets(found: Found, asked: Asked) -> Iterator[Facet]:
    """The facets in the order of the page; a chosen value always stands among the first."""
    for name, label in FACET_LABELS.items():
        values = sorted(found.facets.get(name, ()), key=lambda value: not value.chosen)
        links = tuple(
            FacetLink(value, asked.with_facet(name, "" if value.chosen else value.value))
            for value in values
        )
        if links:
            yield Facet(label, links[:FEW], links[FEW:])


def chips(found: Found, asked: Asked) -> Iterator[Chip]:
    """What narrows the search now."""
    for name, chosen in asked.facets:
        labels = {value.value: value.label for value in found.facets.get(name, ())}
        yield Chip(labels.get(chosen, chosen), asked.with_facet(name, ""))


def sorts(asked: Asked) -> tuple[tuple[str, Any, bool], ...]:
    """The orders as addresses, and which one is chosen."""
    return tuple(
        (asked.to(sort=sort), label, sort == asked.sort) for sort, label in SORT_LABELS.items()
    )
