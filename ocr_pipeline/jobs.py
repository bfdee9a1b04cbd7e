"""The jobs of the sandbox: a name, the function that does it, and the form of its answer.

A function takes `(path, arguments, files)`: the original (None when there is none), what it is told, and the
directory for the files it makes. It returns an object that JSON can carry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Job:
    """Where a job's function stands, and what its answer must hold: names and types, a list's items in a list."""

    function: str
    answer: Mapping[str, Any]
    may_lack: frozenset[str] = frozenset()
    cpu_s: int | None = None  # where it may take less than others


SIZE = {"number": int, "width_px": int, "height_px": int}
READING = {
    **SIZE, "text": str, "words": list, "confidence": float, "source": str, "engine": str,
    "engine_version": str, "turn_deg": int, "readings": int, "secret_mark": (str, type(None)),
}  # fmt: skip
SUGGESTION = {"name": str, "value": str, "confidence": float, "page": int, "boxes": list}
FILE = {
    "name": str, "kind": str, "page": int, "width_px": int, "height_px": int, "media_type": str,
}  # fmt: skip

JOBS: Mapping[str, Job] = {
    "inspect": Job(
        "ocr_pipeline.inspection.inspect",
        {"kind": str, "media_type": str, "problem": (str, type(None)), "signed": bool, "pages": [SIZE]},
        cpu_s=60,
    ),
    "read": Job("ocr_pipeline.pipeline.read_pages", {"pages": [READING]}),
    "describe": Job("ocr_pipeline.metadata.describe_pages", {"suggestions": [SUGGESTION]}),
    "render": Job("ocr_pipeline.render.render_pages", {"files": [FILE]}),
    "pdfa": Job(
        "ocr_pipeline.pdfa.make_pdfa",
        {"name": str, "not_convertible": (bool, str)},
        may_lack=frozenset({"name", "not_convertible"}),
    ),
}  # fmt: skip


def answers(job: Job, result: object) -> bool:
    """Whether a result has the form that the job owes; what else it holds is nobody's business."""
    if not isinstance(result, dict) or not (result or not job.answer):
        return False
    owed = {
        name: form
        for name, form in job.answer.items()
        if name not in job.may_lack or name in result
    }
    return fits(result, owed)


def fits(value: object, form: Any) -> bool:
    """Whether a value has a form: a type, a tuple of types, an object of forms, or a list of one form."""
    if isinstance(form, Mapping):
        return isinstance(value, dict) and all(
            name in value and fits(value[name], part) for name, part in form.items()
        )
    if isinstance(form, list):
        return isinstance(value, list) and all(fits(item, form[0]) for item in value)
    if form is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if form is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, form)
