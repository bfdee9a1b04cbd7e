"""The tabs beside the page: what is known, which versions there are, who may see it, what happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from dms.accounts.models import User
from dms.accounts.roles import Verb
from dms.documents.audience import Audience, audience
from dms.documents.checking_in import held_uploads
from dms.documents.describing import DescriptionForm, FormRow, form_rows, opened_form
from dms.documents.history import SHOWN, History, history
from dms.documents.models import Mode, Upload, Version
from dms.documents.revisions import Described, revisions
from dms.documents.suggesting import Row
from dms.documents.viewer import Viewed

RECENT = 5  # events beside the description


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of a tab."""

    editing: bool = False
    readings: bool = False
    before: int = 0


@dataclass(frozen=True, slots=True)
class Info:
    """The description with what was read for it; the form while it is edited."""

    rows: tuple[Row, ...]
    form: DescriptionForm | None
    recent: History
    clashes: Mapping[str, str] = field(default_factory=dict)

    @property
    def form_rows(self) -> tuple[FormRow, ...]:
        """The form's fields."""
        return form_rows(self.form, self.clashes) if self.form else ()

    @property
    def has_values(self) -> bool:
        """Whether anything is known."""
        return any(row.value or row.waits for row in self.rows)

    @property
    def next_id(self) -> int:
        """The suggestion that Enter accepts."""
        return next((row.read.id for row in self.rows if row.waits and row.read), 0)


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions, newest first, and files that came too late."""

    versions: tuple[Version, ...]
    held: tuple[Upload, ...]


@dataclass(frozen=True, slots=True)
class Access:
    """Who sees it."""

    audience: Audience
    modes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Past:
    """Events and revisions of the description."""

    history: History
    revisions: tuple[Described, ...]
    readings: bool


def info(viewed: Viewed, asked: Asked, *, user: User) -> Info:
    """The first tab."""
    editing = asked.editing and Verb.DESCRIBE in viewed.may
    return Info(
        rows=viewed.rows,
        form=opened_form(viewed.document) if editing else None,
        recent=history(viewed.document, limit=RECENT),
    )


def versions(viewed: Viewed, asked: Asked, *, user: User) -> Versions:
    """The second tab."""
    found: QuerySet[Version] = viewed.document.versions.select_related("created_by")
    return Versions(
        versions=tuple(found.order_by("-major", "-minor")),
        held=tuple(held_uploads(viewed.document, user=user)),
    )


def access(viewed: Viewed, asked: Asked, *, user: User) -> Access:
    """The third tab."""
    modes = tuple((str(value), str(label)) for value, label in Mode.choices)
    return Access(audience(viewed.document), modes)


def past(viewed: Viewed, asked: Asked, *, user: User) -> Past:
    """The fourth tab."""
    return Past(
        history(viewed.document, readings=asked.readings, before=asked.before, limit=SHOWN),
        () if asked.readings else revisions(viewed.document), asked.readings,
    )  # fmt: skip


Panel = Info | Versions | Access | Past
TABS: dict[str, Callable[..., Panel]] = {
    "info": info,
    "versions": versions,
    "access": access,
    "history": past,
}
