"""What the document page shows at once: the scan, its words, its neighbours, and how far reading is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from dms.accounts.models import User
from dms.accounts.roles import Verb
from dms.documents.following import progress_of
from dms.documents.models import (
    Document,
    Page,
    Rendition,
    Version,
)
from dms.documents.permissions import can_judge, owns
from dms.documents.progress import Progress
from dms.documents.queries import visible_document
from dms.documents.suggesting import Row, rows
from dms.documents.words import Line, page_lines
from dms.errors import NotFound
from dms.storage.base import ObjectStore

STRIP_PAGES = 60  # how many thumbnails stand beside the page; a book has more
VERBS = (Verb.DESCRIBE, Verb.CHECK_IN, Verb.WITHDRAW, Verb.SHARE)  # of those who own it


@dataclass(frozen=True, slots=True)
class Picture:
    """A page image at one size."""

    sha256: str
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle on the page image from which a suggestion was read."""

    suggestion: int
    box: tuple[int, int, int, int]  # left, top, width, height


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page in front: pictures from narrow to wide, words to select, marks of suggestions."""

    number: int
    state: str
    text: str
    confidence: float | None
    source: str
    width_px: int
    height_px: int
    pictures: tuple[Picture, ...]
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()

    @property
    def widest(self) -> Picture:
        """The page image itself."""
        return self.pictures[-1]

    def marked(self, known: Iterable[Row]) -> "Sheet":
        """With the places on this page where something was read that waits for a decision."""
        waiting = (row.read for row in known if row.read and row.waits)
        marks = (
            Mark(read.id, box) for read in waiting if read.page == self.number for box in read.boxes
        )
        return replace(self, marks=tuple(marks))


@dataclass(frozen=True, slots=True)
class Thumb:
    """A page in the strip beside."""

    number: int
    sha256: str  # of its thumbnail; empty until there is one


@dataclass(frozen=True, slots=True)
class Viewed:
    """The document page without its panel."""

    document: Document
    version: Version
    versions: int
    sheet: Sheet | None
    thumbs: tuple[Thumb, ...]
    progress: Progress
    rows: tuple[Row, ...]
    may: frozenset[Verb]
    has_pdfa: bool

    @property
    def open_suggestions(self) -> int:
        """How many fields wait for a decision."""
        return sum(row.waits for row in self.rows)

    @property
    def is_current(self) -> bool:
        """Whether this is the version that everybody gets unless he asks for another."""
        return self.document.current_id == self.version.pk


def viewed(
    document_id: UUID, *, label: str = "", number: int = 1, user: User, store: ObjectStore
) -> Viewed:
    """A page of a version (the current one, unless a label such as 1.2 names another). Raises: NotFound."""
    document = visible_document(document_id, user=user)
    version = version_named(document, label)
    shown = sheet(version, number, store=store)
    known = rows(document, version)
    return Viewed(
        document=document,
        version=version,
        versions=document.versions.count(),
        sheet=shown.marked(known) if shown else None,
        thumbs=thumbs(version, shown.number if shown else 1),
        progress=progress_of([version])[version.pk],
        rows=known,
        may=verbs(user, document),
        has_pdfa=version.renditions.filter(kind="pdfa").exists(),
    )


def version_named(document: Document, label: str) -> Version:
    """The version of a label, or the current one. Raises: NotFound."""
    current = document.current
    if current is not None and label in {"", current.label}:
        return current
    major, _, minor = label.partition(".")
    if not (major.isdecimal() and minor.isdecimal()) or len(label) > 12:  # noqa: PLR2004  # such as 12.34
        raise NotFound
    found = document.versions.filter(major=int(major), minor=int(minor)).first()
    if found is None:
        raise NotFound
    return found


def verbs(user: User, document: Document) -> frozenset[Verb]:
    """What this person, who sees the document, may do to it."""
    if not owns(user, document):
        return frozenset()
    judging = {Verb.JUDGE_SECRECY} if can_judge(user, document) else set()
    return frozenset(verb for verb in VERBS if user.may(verb)) | judging


def sheet(version: Version, number: int, *, store: ObjectStore) -> Sheet | None:
    """The page of this number, or the last one before it; None while no page is known."""
    page = Page.objects.filter(version=version, number__lte=max(1, number)).last()
    if page is None:
        return None
    made = list(
        Rendition.objects.filter(version=version, page=page.number, kind__in=["image", "words"])
        .order_by("width_px")
    )  # fmt: skip
    words = next((rendition for rendition in made if rendition.kind == "words"), None)
    return Sheet(
        number=page.number, state=page.state, text=page.text, confidence=page.confidence,
        source=page.source, width_px=page.width_px, height_px=page.height_px,
        pictures=tuple(
            Picture(image.sha256, image.width_px, image.height_px)
            for image in made
            if image.kind == "image"
        ),
        lines=page_lines(words, store=store),
    )  # fmt: skip


def thumbs(version: Version, number: int) -> tuple[Thumb, ...]:
    """A strip of pages around this one."""
    first = max(1, min(number - STRIP_PAGES // 3, version.page_count - STRIP_PAGES + 1))
    last = min(first + STRIP_PAGES - 1, version.page_count)
    made = dict(
        Rendition.objects.filter(
            version=version, kind="thumb", page__range=(first, last)
        ).values_list("page", "sha256")
    )
    return tuple(Thumb(page, made.get(page, "")) for page in range(first, last + 1))
