"""An archive as a clerk sees it: scans with images and lit words, some that wait, failed or were withdrawn."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from PIL import Image

from dms.backends import backend
from dms.documents import operations
from dms.documents.models import Document, Page
from dms.documents.reading import keep_rendition
from search.index import rebuild
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import People
from tests.renditions import HEIGHT_PX, WIDTH_PX, a_word, suggested, with_images

DECISION = (
    "Ủy ban nhân dân xã Tú Sơn\nQuyết định về quy trình",
    "Nơi nhận: lưu văn thư",
    "Trang ba",
)
NOTICE = ("Thông báo lịch tiếp công dân xã Tú Sơn",)
WORDS = (
    a_word("Ủy", 200, 200, 0, 60), a_word("ban", 280, 200, 0, 90),
    a_word("Quyết", 200, 900, 1, 140), a_word("định", 360, 900, 1, 110),
)  # fmt: skip


@dataclass(frozen=True)
class Archive:
    """Documents of the owner; the administrator sees the decision by a grant."""

    decision: Document  # three pages with images, words and two suggestions
    notice: Document  # one page, no image
    waiting: Document  # not read yet
    failed: Document
    withdrawn: Document


def filled(people: People) -> Archive:
    """The rows, and an index of what can be found."""
    with transaction.atomic():  # as a worker does
        decision = a_document(
            b"%PDF-1.7", by=people.owner, name="Quyết định 09.pdf", texts=DECISION,
            granted_to=people.administrator,
        )  # fmt: skip
        notice = a_document(b"notice", by=people.owner, name="thông báo.txt", texts=NOTICE)
        waiting = a_document(b"waiting", by=people.owner, name="đang chờ.pdf")
        failed = a_document(b"failed", by=people.owner, name="hỏng.pdf")
        failed.versions.update(state="quarantined", problem="unreadable")
        withdrawn = a_document(b"withdrawn", by=people.owner, name="gửi nhầm.pdf")
        operations.withdraw(withdrawn, reason="gửi nhầm nơi", by=people.owner, at=NOON)
        kept = {"type_name": "Quyết định", "organ_name": "UBND xã Tú Sơn"}
        operations.edit_metadata(decision, kept, by=people.owner, at=NOON)
        operations.edit_metadata(notice, {"type_name": "Thông báo"}, by=people.owner, at=NOON)
        pictured(decision)
        suggested(decision, "subject", "Quy trình nội bộ")
        suggested(decision, "place", "Tú Sơn", confidence=0.7)
    searchable()
    return Archive(decision, notice, waiting, failed, withdrawn)


def searchable() -> None:
    """Let the index say what the rows say."""
    rebuild()
    Document.objects.update(access_changed=False)


def pictured(document: Document, *, words: Sequence[dict[str, object]] = WORDS) -> None:
    """Give every page real images, so that a browser shows them."""
    version = with_images(document, words=words)
    store = backend("OBJECT_STORES")
    for number in Page.objects.filter(version=version).values_list("number", flat=True):
        for kind, width in (("thumb", 160), ("image", 800), ("image", WIDTH_PX)):
            height = round(width * HEIGHT_PX / WIDTH_PX)
            keep_rendition(
                version, kind=kind, page=number, media_type="image/jpeg", width_px=width,
                height_px=height, blob=store.put(jpeg(width, height, 200 + number)),
            )  # fmt: skip


def jpeg(width: int, height: int, grey: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (width, height), grey).save(out, "JPEG")
    return out.getvalue()
