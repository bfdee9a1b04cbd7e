"""What the reading steps write: pages, words, suggestions, renditions, and the states that follow.

Each function runs inside the transaction that marks its step done.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dms.accounts.operations import WORKER
from dms.audit.operations import record
from dms.documents.indexing import reindex
from dms.documents.intake import CHANNELS
from dms.documents.lifecycle import move
from dms.documents.models import (
    ClearedMark,
    Document,
    Page,
    PageState,
    Rendition,
    Suggestion,
    SuggestionState,
    Version,
    VersionState,
)
from dms.documents.operations import describe, parsed
from dms.documents.sharing import rewrite_keys
from dms.pipeline.models import OPEN, Step, StepState
from dms.pipeline.operations import cancel_all, plan, plan_absent
from dms.storage.base import Blob

log = logging.getLogger(__name__)
CHUNKS = 8  # a document is read in at most so many chunks at a time of …
BOOK = 5  # added to the priority of a long file, so that a letter need not wait behind a book
BOOK_PAGES = 64
CHUNK_PAGES = 8  # … at most so many pages, each committed when it is done
RENDER_FAILED = "render_failed"
TRUSTED = 0.5  # a suggestion below this confidence is shown, but not filled in


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page as read; `words` is the stored rendition with words and boxes, if the page has an image."""

    number: int
    text: str
    confidence: float
    source: str
    engine: str
    engine_version: str
    width_px: int
    height_px: int
    turn_deg: int
    readings: int
    secret_mark: str | None
    words: Blob | None


def priority_of(version: Version) -> int:
    """Bulk channels wait behind fresh uploads, at every step."""
    channel = CHANNELS.get(version.document.channel)
    return channel.priority if channel else 0


def begin(
    version: Version,
    *,
    kind: str,
    media_type: str,
    signed: bool,
    sizes: Sequence[tuple[int, int]],
    at: datetime,
) -> None:
    """The file can be read: lay out its pages and plan to read them in chunks."""
    move(
        version, VersionState.READING, kind=kind, media_type=media_type, signed=signed,
        page_count=len(sizes), problem="",
    )  # fmt: skip
    Page.objects.bulk_create(
        (
            Page(version=version, number=number, width_px=width, height_px=height)
            for number, (width, height) in enumerate(sizes, start=1)
        ),
        ignore_conflicts=True,
    )
    priority = priority_of(version) + (BOOK if len(sizes) > BOOK_PAGES else 0)
    plan(str(version.pk), "read", at=at, parts=chunks(len(sizes)), priority=priority)


def chunks(pages: int) -> list[str]:
    """The parts of a reading, as `first-last`: small files page by page, books eight at a time."""
    size = max(1, min(CHUNK_PAGES, -(-pages // CHUNKS)))
    return [f"{first}-{min(first + size - 1, pages)}" for first in range(1, pages + 1, size)]


def stop(version: Version, to: VersionState, *, problem: str, at: datetime, **facts: Any) -> None:
    """Reading ends here (kept or needs attention); search still finds it by name and description."""
    if move(version, to, problem=problem[:40], **facts):
        reindex(version.document_id, at=at, priority=priority_of(version))
        if to == VersionState.QUARANTINED:
            record("documents.version.failed", target=version.document, by=WORKER, at=at)


def pages_read(version: Version, pages: Sequence[ReadPage], *, at: datetime) -> None:
    """Store a chunk; after the last one, plan description. A secrecy mark locks the document instead."""
    if version.state == VersionState.LOCKED:
        return  # another chunk held a mark: nothing more of it is kept
    for page in pages:
        store_page(version, page)
    mark = next((page.secret_mark for page in pages if page.secret_mark), None)
    if mark and not is_cleared(version):
        lock(version, mark, at=at)
        return
    after_reading(version, at=at)


def store_page(version: Version, page: ReadPage) -> None:
    """One page's row and its words."""
    Page.objects.filter(version=version, number=page.number).update(
        state=PageState.READ, text=page.text, confidence=page.confidence, source=page.source,
        engine=page.engine, engine_version=page.engine_version, width_px=page.width_px,
        height_px=page.height_px, turn_deg=page.turn_deg, readings=page.readings,
    )  # fmt: skip
    if page.words is not None:
        keep_rendition(
            version, kind="words", page=page.number, media_type="application/json", blob=page.words
        )


def after_reading(version: Version, *, at: datetime) -> None:
    """When no chunk is open any more, go on to the description."""
    # two last chunks: one sees the other
    Version.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if steps_open(version, "read"):
        return
    plan(str(version.pk), "describe", at=at, priority=priority_of(version), again=True)


def pages_failed(version: Version, numbers: Sequence[int], problem: str, *, at: datetime) -> None:
    """A chunk could not be read: the other pages go on."""
    Page.objects.filter(version=version, number__in=numbers, state=PageState.WAITING).update(
        state=PageState.FAILED
    )
    Version.objects.filter(pk=version.pk).update(problem=problem[:40])
    after_reading(version, at=at)


def steps_open(version: Version, name: str) -> bool:
    """Whether a step of this name is still to be done."""
    return Step.objects.filter(target=str(version.pk), name=name, state__in=OPEN).exists()


def steps_failed(version: Version) -> bool:
    """Whether a step ended in quarantine or was cancelled; a PDF/A that cannot be made is no failure."""
    failed = [StepState.QUARANTINED, StepState.CANCELLED]
    steps = Step.objects.filter(target=str(version.pk), state__in=failed)
    return steps.exclude(name="pdfa").exists()


def described(version: Version, suggestions: Sequence[dict[str, Any]], *, at: datetime) -> None:
    """Keep the suggestions, fill empty fields with the trustworthy ones, let search know, plan images."""
    open_ones = keep_suggestions(version, suggestions)
    document, priority = version.document, priority_of(version)
    if document.current_id == version.pk:
        if not fill_in(document, open_ones, at=at, priority=priority):
            reindex(document.pk, at=at, priority=priority)
    else:
        superseded(version, at=at)
    plan_images(version, at=at, again=True)


def plan_images(version: Version, *, at: datetime, again: bool = False) -> None:
    """What makes the version pretty, where its pages have images."""
    if not Page.objects.filter(version=version, width_px__gt=0).exists():
        return
    target, priority = str(version.pk), priority_of(version)
    for name, parts in (("render", chunks(version.page_count)), ("pdfa", [""])):
        if again:
            plan(target, name, at=at, parts=parts, priority=priority, again=True)
        else:
            plan_absent(target, name, at=at, parts=parts, priority=priority)


def keep_suggestions(
    version: Version, suggestions: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Replace what nobody has decided on; what a person confirmed or dismissed stays so. The open ones."""
    Suggestion.objects.filter(version=version, state=SuggestionState.OPEN).delete()
    decided = set(Suggestion.objects.filter(version=version).values_list("name", flat=True))
    open_ones = [suggestion for suggestion in suggestions if suggestion["name"] not in decided]
    Suggestion.objects.bulk_create(
        Suggestion(document_id=version.document_id, version=version, **suggestion)
        for suggestion in open_ones
    )
    return open_ones


def fill_in(
    document: Document, suggestions: Sequence[dict[str, Any]], *, at: datetime, priority: int
) -> bool:
    """Empty fields take what was read with confidence, what a person wrote stays; whether any did."""
    found = {
        s["name"]: parsed(s["name"], s["value"]) for s in suggestions if s["confidence"] >= TRUSTED
    }
    changes = {name: value for name, value in found.items() if not getattr(document, name)}
    if changes:
        describe(document, changes, by=WORKER, at=at, priority=priority)
        record(
            "documents.document.suggested", target=document, by=WORKER, at=at, fields=len(changes)
        )
    return bool(changes)


def became_searchable(document: Document, *, at: datetime) -> None:
    """Search shows the current version: move it on, unless pages are still to be read."""
    version = document.current
    if version is None or version.state not in {VersionState.READING, VersionState.QUARANTINED}:
        return
    states = set(version.pages.values_list("state", flat=True))
    if not states or PageState.WAITING in states or steps_open(version, "describe"):
        return  # without pages there is nothing that search could show of it
    if Version.objects.filter(pk=version.pk, searchable_at=None).update(searchable_at=at):
        record("documents.version.searchable", target=document, by=WORKER, at=at)
    if PageState.FAILED in states or steps_failed(version):
        needs_attention(version, at=at)
    elif move(version, VersionState.SEARCHABLE, problem=""):
        complete_if_done(version, at=at)


def superseded(version: Version, *, at: datetime) -> None:
    """An older version has been read: it is as readable as it gets, though search shows a newer one."""
    states = set(version.pages.values_list("state", flat=True))
    if PageState.FAILED in states or steps_failed(version):
        needs_attention(version, at=at)
    elif move(version, VersionState.SEARCHABLE, problem=""):
        complete_if_done(version, at=at)


def needs_attention(version: Version, *, at: datetime, **facts: Any) -> None:
    """Something of the version failed for good; what could be read stays readable."""
    if move(version, VersionState.QUARANTINED, **facts):
        record("documents.version.failed", target=version.document, by=WORKER, at=at)


def indexing_failed(document_id: UUID, problem: str, *, at: datetime) -> None:
    """Search could not take the document in: its version needs attention instead of waiting for ever."""
    version = Version.objects.filter(current_of=document_id, state=VersionState.READING).first()
    if version is not None:
        needs_attention(version, at=at, problem=problem[:40])


def keep_rendition(
    version: Version,
    *,
    kind: str,
    page: int,
    media_type: str,
    blob: Blob,
    width_px: int = 0,
    height_px: int = 0,
) -> None:
    """Write down a derived object."""
    Rendition.objects.update_or_create(
        version=version, kind=kind, page=page, width_px=width_px,
        defaults={
            "media_type": media_type, "sha256": blob.sha256, "size_bytes": blob.size_bytes,
            "height_px": height_px,
        },
    )  # fmt: skip


def complete_if_done(version: Version, *, at: datetime) -> None:
    """All renditions made (or not possible): nothing is left to do."""
    version = Version.objects.select_for_update(of=("self",)).get(pk=version.pk)
    read_well = version.state == VersionState.SEARCHABLE or (
        version.state == VersionState.QUARANTINED and version.problem == RENDER_FAILED
    )
    steps = Step.objects.filter(target=str(version.pk))
    if read_well and not steps.filter(state__in=OPEN).exists() and not steps_failed(version):
        move(version, VersionState.COMPLETE, problem="")


def rendering_failed(version: Version, *, at: datetime) -> None:
    """Page images could not be made; the text stays searchable, an operator sees the step."""
    needs_attention(version, at=at, problem=RENDER_FAILED)


def is_cleared(version: Version) -> bool:
    """Whether a leader has said of these bytes, here, that the mark on them is none."""
    cleared = ClearedMark.objects.filter(version__document=version.document_id)
    return cleared.filter(version__sha256=version.sha256).exists()


def lock(version: Version, mark: str, *, at: datetime) -> None:
    """A state secret does not belong here: close the document, drop what was read, alert."""
    document = version.document
    if not move(version, VersionState.LOCKED, problem="secret_mark"):
        return
    Document.objects.filter(pk=document.pk).update(secret_mark=mark)
    Page.objects.filter(version=version).update(text="")
    Suggestion.objects.filter(version=version).delete()
    Rendition.objects.filter(version=version).delete()
    cancel_all(str(version.pk), at=at)
    rewrite_keys(document, at=at)
    record("documents.document.locked", target=document, by=WORKER, at=at)
    log.critical("A secrecy mark was found: document %s is locked", document.pk)
