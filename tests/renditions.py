"""Pages with images and words for tests of the viewer, without opening a file."""

import json
from collections.abc import Sequence
from typing import Any

from dms.backends import backend
from dms.documents.models import Document, Page, PageState, Suggestion, Version
from dms.documents.reading import keep_rendition

WIDTH_PX, HEIGHT_PX = 1240, 1754
JPEG = b"\xff\xd8\xff\xe0 page %d at %d"


def a_word(text: str, left: int, top: int, line: int, width: int = 100) -> dict[str, object]:
    """A word as a reading step stores it."""
    box = {"left": left, "top": top, "width": width, "height": 30}
    return {"text": text, "box": box, "confidence": 0.97, "line": line}


def current(document: Document) -> Version:
    """The current version as it stands in the database."""
    assert document.current_id is not None
    return Version.objects.select_related("document").get(pk=document.current_id)


def with_images(document: Document, *, words: Sequence[dict[str, object]] = ()) -> Version:
    """Give every page of the current version a thumbnail, two images and its words."""
    version, store = document.current, backend("OBJECT_STORES")
    assert version is not None
    for page in Page.objects.filter(version=version):
        Page.objects.filter(pk=page.pk).update(
            width_px=WIDTH_PX, height_px=HEIGHT_PX, state=PageState.READ, source="ocr"
        )
        for kind, width in (("thumb", 160), ("image", 800), ("image", WIDTH_PX)):
            keep_rendition(
                version, kind=kind, page=page.number, media_type="image/jpeg", width_px=width,
                height_px=round(width * HEIGHT_PX / WIDTH_PX),
                blob=store.put(JPEG % (page.number, width)),
            )  # fmt: skip
        if words:
            read = json.dumps({"words": list(words)}).encode()
            keep_rendition(
                version, kind="words", page=page.number, media_type="application/json",
                blob=store.put(read),
            )  # fmt: skip
    return Version.objects.get(pk=version.pk)


def suggested(
    document: Document, name: str, value: str, *, confidence: float = 0.98, page: int = 1
) -> Suggestion:
    """A field as it was read off the current version."""
    assert document.current is not None
    return Suggestion.objects.create(
        document=document, version=document.current, name=name, value=value, confidence=confidence,
        page=page, boxes=[[300, 200, 180, 32]],
    )  # fmt: skip


def drain(answer: Any) -> bytes:
    """Read a streamed answer to its end, as a browser does."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)
