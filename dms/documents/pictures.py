"""Addresses of page pictures: each names the content, so that a browser may keep what it has."""

from uuid import UUID

from django.urls import reverse

MARK_CHARS = 16


def mark(sha256: str) -> str:
    """What stands for the content in an address."""
    return sha256[:MARK_CHARS]


def image_address(version_id: UUID, page: int, width_px: int, sha256: str) -> str:
    """A page image at one of its widths."""
    address = reverse("documents:page-image", args=[version_id, page, f"{width_px},"])
    return f"{address}?v={mark(sha256)}"


def thumbnail_address(version_id: UUID, page: int, sha256: str) -> str:
    """A page in small; without a mark while there is no picture yet."""
    address = reverse("documents:thumbnail", args=[version_id, page])
    return f"{address}?v={mark(sha256)}" if sha256 else address
