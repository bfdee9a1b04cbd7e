"""The job `describe`: page readings in, suggestions out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ocr_pipeline.metadata.heading import heading_suggestions
from ocr_pipeline.metadata.language import language_of
from ocr_pipeline.metadata.layout import layout_of
from ocr_pipeline.metadata.signature import signature_suggestions
from ocr_pipeline.types import Box, Suggestion


def describe_pages(
    path: Path | None, arguments: Mapping[str, Any], files: Path
) -> dict[str, list[dict[str, Any]]]:
    """Suggest what the first and the last pages say of the record.

    Args:
        path: Not needed; the readings are enough.
        arguments: `pages`, readings as JSON, in any order.
        files: Not needed.
    """
    return {"suggestions": [as_json(one) for one in suggestions_of(arguments["pages"])]}


def suggestions_of(pages: Sequence[Mapping[str, Any]]) -> Iterator[Suggestion]:
    """At most one suggestion for each field."""
    pages = sorted(pages, key=lambda page: page["number"])
    layouts = [layout for layout in map(layout_of, pages) if layout.runs]
    if not layouts:
        return
    yield from heading_suggestions(layouts[0])
    yield from signature_suggestions(layouts)
    yield from language_of(pages)


def as_json(suggestion: Suggestion) -> dict[str, Any]:
    """The form in which it is stored; a box is [left, top, width, height]."""
    return {**asdict(suggestion), "boxes": [box_list(box) for box in suggestion.boxes]}


def box_list(box: Box) -> list[int]:
    """A box as four numbers."""
    return [box.left, box.top, box.width, box.height]
