"""The reading steps: each opens the file in the sandbox only, and writes what came back in one transaction."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings

from dms.documents import reading
from dms.documents.models import Page, PageState, Rendition, Version, VersionState
from dms.documents.reading import ReadPage
from dms.errors import Invalid, NotFound
from dms.pipeline.base import Task, Tick
from dms.pipeline.models import Step
from dms.storage.default import store
from ocr_pipeline import isolation, problems
from ocr_pipeline.limits import Limits
from ocr_pipeline.sandbox import Outcome, Sandbox, sweep


@cache
def sandbox() -> Sandbox:
    """This process's sandbox, warmed on first use."""
    limits = Limits(**settings.READING_LIMITS)
    return Sandbox(scratch=scratches() / uuid4().hex, limits=limits)


def scratches() -> Path:
    """Where the sandboxes of this machine's workers have their scratch directories."""
    return Path(settings.VANKHO_DATA) / "scratch"


@contextmanager
def room() -> Iterator[str]:
    """Where a worker process works: its warmed sandbox, closed at the end; yields the kind of isolation.

    Raises: IsolationMissing, and the worker does not start.
    """
    sweep(scratches())
    opened = sandbox()
    try:
        opened.warm()
        yield isolation.describe()
    finally:
        opened.close()
        sandbox.cache_clear()


def version_of(step: Step) -> Version:
    """The step's target. Raises: NotFound."""
    found = Version.objects.select_related("document").filter(pk=step.target).first()
    if found is None:
        raise NotFound
    return found


def page_range(part: str) -> list[int]:
    """`3-5` as 3, 4, 5."""
    first, last = part.split("-")
    return list(range(int(first), int(last) + 1))


class SandboxTask(Task):
    """A task of one step at a time whose work is a job in the sandbox."""

    job: ClassVar[str]

    def perform(self, steps: Sequence[Step], tick: Tick) -> Mapping[int, Any]:
        return {step.pk: self.work(step, version_of(step), tick) for step in steps}

    def work(self, step: Step, version: Version, tick: Tick) -> Any:
        """Run the job and bring home what it made."""
        with store().local_path(version.sha256) as path:
            outcome = sandbox().run(self.job, path, self.arguments(step, version), tick=tick)
            return self.bring_home(outcome)

    def arguments(self, step: Step, version: Version) -> dict[str, Any]:
        """What the job is told."""
        raise NotImplementedError

    def bring_home(self, outcome: Outcome) -> Any:
        """Take files out of the scratch directory before the next job empties it."""
        return outcome.result


class Inspect(SandboxTask):
    """What is it really; how many pages; may it be read at all."""

    job = "inspect"
    rank = 2

    def arguments(self, step: Step, version: Version) -> dict[str, Any]:
        return {"filename": version.filename, "limits": asdict(sandbox().limits)}

    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        version = version_of(step)
        problem = result.get("problem")
        if problem is None and result["pages"]:
            sizes = [(page["width_px"], page["height_px"]) for page in result["pages"]]
            reading.begin(
                version, kind=result["kind"], media_type=result["media_type"],
                signed=result["signed"], sizes=sizes, at=at,
            )  # fmt: skip
            return
        problem = problem or "unsupported"
        reading.stop(
            version, VersionState(problems.PROBLEMS[problem].status), problem=problem, at=at,
            kind=result["kind"], media_type=result["media_type"],
        )  # fmt: skip

    def give_up(self, step: Step, problem: str, *, at: datetime) -> None:
        reading.stop(version_of(step), VersionState.QUARANTINED, problem=problem, at=at)


class Read(SandboxTask):
    """The text of a chunk of pages, with words and boxes."""

    job = "read"
    rank = 3

    def arguments(self, step: Step, version: Version) -> dict[str, Any]:
        channels = settings.OCR_CHANNEL_LANGUAGES
        return {
            "kind": version.kind,
            "media_type": version.media_type,
            "numbers": page_range(step.part),
            "languages": channels.get(version.document.channel, settings.OCR_LANGUAGES),
        }

    def bring_home(self, outcome: Outcome) -> list[ReadPage]:
        return [read_page(page) for page in outcome.result["pages"]]

    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        reading.pages_read(version_of(step), result, at=at)

    def give_up(self, step: Step, problem: str, *, at: datetime) -> None:
        reading.pages_failed(version_of(step), page_range(step.part), problem, at=at)


def read_page(page: dict[str, Any]) -> ReadPage:
    """Store the words as a rendition; keep the rest for the row."""
    words = store().put(json.dumps(page, ensure_ascii=False).encode()) if page["words"] else None
    names = ("number", "text", "confidence", "source", "engine", "engine_version", "width_px", "height_px", "turn_deg", "readings", "secret_mark")  # fmt: skip
    return ReadPage(words=words, **{name: page[name] for name in names})


def stored_readings(version: Version, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Pages as they were read, from rows and renditions; pages without words have none."""
    words = dict(
        Rendition.objects.filter(version=version, kind="words", page__in=numbers).values_list(
            "page", "sha256"
        )
    )
    found = []
    for page in Page.objects.filter(version=version, number__in=numbers, state=PageState.READ):
        if page.number in words:
            found.append(json.loads(store().read(words[page.number])))
        else:
            found.append(bare_reading(page))
    return found


def bare_reading(page: Page) -> dict[str, Any]:
    """A page without words, in the form of a reading."""
    return {
        "number": page.number, "text": page.text, "words": [], "confidence": page.confidence or 0.0,
        "source": page.source, "engine": page.engine, "engine_version": page.engine_version,
        "width_px": page.width_px, "height_px": page.height_px, "turn_deg": page.turn_deg,
        "readings": page.readings, "secret_mark": None,
    }  # fmt: skip


class Describe(SandboxTask):
    """Number, date, agency, kind, subject, signer: suggestions from the first and the last pages."""

    job = "describe"
    rank = 1

    def work(self, step: Step, version: Version, tick: Tick) -> Any:
        count = version.page_count
        numbers = sorted({1, 2, count - 1, count} & set(range(1, count + 1)))
        pages = stored_readings(version, numbers)
        outcome = sandbox().run(self.job, None, {"pages": pages}, tick=tick)
        return outcome.result["suggestions"]

    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        rows = [
            {
                "name": s["name"], "value": s["value"][:500], "confidence": s["confidence"],
                "page": s["page"], "boxes": s["boxes"],
            }
            for s in result
        ]  # fmt: skip
        reading.described(version_of(step), rows, at=at)

    def give_up(self, step: Step, problem: str, *, at: datetime) -> None:
        reading.described(version_of(step), (), at=at)


class Render(SandboxTask):
    """Thumbnails and page images at the sizes of the viewer."""

    job = "render"
    rank = 50

    def arguments(self, step: Step, version: Version) -> dict[str, Any]:
        pages = stored_readings(version, page_range(step.part))
        bare = [{**page, "words": [], "text": ""} for page in pages if page["width_px"]]
        return {"kind": version.kind, "pages": bare}

    def bring_home(self, outcome: Outcome) -> list[dict[str, Any]]:
        return [stored_file(outcome.files, file) for file in outcome.result["files"]]

    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        version = version_of(step)
        for file in result:
            reading.keep_rendition(version, **file)
        reading.complete_if_done(version, at=at)

    def give_up(self, step: Step, problem: str, *, at: datetime) -> None:
        reading.rendering_failed(version_of(step), at=at)


def stored_file(files: Path, file: dict[str, Any]) -> dict[str, Any]:
    """Adopt a made file into the store; only a plain name inside the scratch directory is believed."""
    path = files / Path(file["name"]).name
    if path.is_symlink() or not path.is_file():
        raise Invalid
    blob = store().put(path.read_bytes())
    return {
        "kind": file["kind"], "page": file["page"], "width_px": file["width_px"],
        "height_px": file["height_px"], "media_type": file["media_type"], "blob": blob,
    }  # fmt: skip


class MakePdfA(SandboxTask):
    """A searchable PDF/A-2b of a scan; other files may end as not convertible."""

    job = "pdfa"
    rank = 80

    def arguments(self, step: Step, version: Version) -> dict[str, Any]:
        numbers = list(range(1, version.page_count + 1))
        return {"kind": version.kind, "pages": stored_readings(version, numbers)}

    def bring_home(self, outcome: Outcome) -> dict[str, Any] | None:
        if outcome.result.get("not_convertible"):
            return None
        file = {
            "kind": "pdfa",
            "page": 0,
            "width_px": 0,
            "height_px": 0,
            "media_type": "application/pdf",
        }
        return stored_file(outcome.files, {**file, "name": outcome.result["name"]})

    def settle(self, step: Step, result: Any, *, at: datetime) -> None:
        version = version_of(step)
        if result is not None:
            reading.keep_rendition(version, **result)
        reading.complete_if_done(version, at=at)

    def give_up(self, step: Step, problem: str, *, at: datetime) -> None:
        reading.complete_if_done(version_of(step), at=at)
