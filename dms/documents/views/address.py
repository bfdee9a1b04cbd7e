"""What the address of a document page says."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from dms.documents.panel import TABS

LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Address:
    """What the address names: version, page, words to light, tab."""

    document: UUID
    page: int
    q: str
    tab: str
    version: str

    @classmethod
    def of(cls, request: HttpRequest, document_id: UUID) -> "Address":
        """Whatever is wrong in it means the default."""
        tab = request.GET.get("tab", "")
        return cls(
            document=document_id,
            page=max(1, number(request.GET.get("page", ""))),
            q=request.GET.get("q", "").strip()[:500],
            tab=tab if tab in TABS else "info",
            version=request.GET.get("version", ""),
        )

    def to(self, **changes: object) -> str:
        """The address of this page with something changed."""
        values = {
            "page": self.page if self.page > 1 else "", "q": self.q,
            "tab": self.tab if self.tab != "info" else "", "version": self.version,
        }  # fmt: skip
        values |= {name: str(value) for name, value in changes.items()}
        query = urlencode({name: value for name, value in values.items() if value})
        path = reverse("documents:document", args=[self.document])
        return f"{path}?{query}" if query else path


def number(untrusted: str) -> int:
    """A whole number within bounds; 0 for anything else."""
    if not (untrusted.isascii() and untrusted.isdecimal()):
        return 0
    return min(int(untrusted[:18]), LARGEST)
