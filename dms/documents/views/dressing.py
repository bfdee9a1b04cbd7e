"""A document page's facts with the addresses and pieces that its templates show."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from dms.documents.lighting import Lit, lit_pieces
from dms.documents.overlay import svg_text
from dms.documents.pictures import image_address, thumbnail_address
from dms.documents.viewer import Picture, Viewed
from dms.documents.views.address import Address


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the panel."""

    url: str
    label: str
    count: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A page in the strip."""

    number: int
    url: str
    picture: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Dressed:
    """What templates ask of a document page."""

    viewed: Viewed
    address: Address

    @property
    def links(self) -> dict[str, str]:
        """The ways on from here; empty where there is none."""
        to = self.address.to
        number = self.viewed.sheet.number if self.viewed.sheet else 0
        last = self.viewed.version.page_count
        next_hit = reverse("documents:next-hit", args=[self.address.document])
        return {
            "here": to(),
            "previous": to(page=number - 1) if number > 1 else "",
            "next": to(page=number + 1) if 0 < number < last else "",
            "next_hit": f"{next_hit}?{to(page=number).partition('?')[2]}",
            "current": to(version="", page=""),
            "info": to(tab=""),
            "edit": to(tab="", edit=1),
            "access": to(tab="access"),
            "history": to(tab="history"),
            "readings": to(tab="history", readings=1),
        }

    @property
    def tabs(self) -> tuple[Tab, ...]:
        """The panel's tabs."""
        versions = self.viewed.versions
        told = (
            ("info", gettext("Description"), 0),
            ("versions", gettext("Versions"), versions),
            ("access", gettext("Access"), 0),
            ("history", gettext("History"), 0),
        )
        return tuple(
            Tab(self.address.to(tab=name), label, count, self.address.tab == name)
            for name, label, count in told
        )

    @property
    def strip(self) -> Iterator[Thumbnail]:
        """The pages beside."""
        shown = self.viewed.sheet.number if self.viewed.sheet else 0
        for thumb in self.viewed.thumbs:
            picture = thumbnail_address(self.viewed.version.pk, thumb.number, thumb.sha256)
            url = self.address.to(page=thumb.number)
            yield Thumbnail(thumb.number, url, picture, thumb.number == shown)

    @property
    def widest(self) -> str:
        """The page image in its own pixels."""
        return self.picture(self.viewed.sheet.widest) if self.viewed.sheet else ""

    @property
    def srcset(self) -> str:
        """All sizes, for the browser to choose from."""
        pictures = self.viewed.sheet.pictures if self.viewed.sheet else ()
        return ", ".join(f"{self.picture(made)} {made.width_px}w" for made in pictures)

    def picture(self, made: Picture) -> str:
        """The address of a page image."""
        number = self.viewed.sheet.number if self.viewed.sheet else 0
        return image_address(self.viewed.version.pk, number, made.width_px, made.sha256)

    @property
    def words(self) -> SafeString:
        """The words to lay over the image."""
        return svg_text(self.viewed.sheet.lines if self.viewed.sheet else ())

    @property
    def pieces(self) -> tuple[Lit, ...]:
        """The text of a page without image, with the words of the query lit."""
        return lit_pieces(self.address.q, self.viewed.sheet.text if self.viewed.sheet else "")

    @property
    def certainty(self) -> str:
        """How sure the reading of this page is, in per cent with one decimal."""
        sheet = self.viewed.sheet
        if sheet is None or sheet.confidence is None:
            return ""
        return number_format(100 * sheet.confidence, decimal_pos=1)

    @property
    def next_labels(self) -> tuple[str, str]:
        """What the next minor and the next major version will be called."""
        current = self.viewed.document.current or self.viewed.version
        return f"{current.major}.{current.minor + 1}", f"{current.major + 1}.0"

    @property
    def query(self) -> str:
        """The query part of this address, for forms to come back to it."""
        return self.address.to().partition("?")[2]
